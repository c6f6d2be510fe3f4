from __future__ import annotations

from pathlib import Path

import pytest

from builders import CaptureBuilder, text
from pilots import NARROW, WIDE, Desk, at_desk
from wsinspect.opened import Opened
from wsinspect.sources import load
from wsinspect.widgets.lines import Lines

LOW = (80, 14)
"""So low that no view has room for all its lines."""


async def test_the_first_problem_is_what_one_sees_first(case: Path, talk: Path) -> None:
    async with at_desk([case]) as desk:
        assert desk.number == 8
    async with at_desk([talk]) as desk:
        assert desk.number == 0


async def test_more_of_the_same_file_keeps_the_place(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("5")
        desk.inspect.show(Opened.of(load(case)), "")
        assert desk.number == 5


async def test_resizing_goes_between_the_layouts_and_nothing_breaks(case: Path) -> None:
    async with at_desk([case], WIDE) as desk:
        for size in (NARROW, (40, 10), (10, 4), (1, 1), (200, 60), WIDE):
            await desk.resize(*size)
        assert "Fields" in desk.text
        assert "preview" in desk.text


async def test_nothing_wraps_on_a_narrow_screen(hostile: Path) -> None:
    async with at_desk([hostile], NARROW) as desk:
        for key in "1234560":
            await desk.press(key)
            assert len(desk.lines) == 24
            assert desk.lines[2].startswith(" 1 Log")


def place(desk: Desk) -> tuple[str | None, int, int]:
    """Which widget has the keys, and where the reader is in it."""
    shown = desk.app.focused
    assert isinstance(shown, Lines)
    return shown.id, shown.cursor, shown.scroll_offset.y


@pytest.mark.parametrize(
    "keys",
    ["3 G", "4 G", "4 pagedown", "6 G k k", "0 j j", "2 pagedown", "2 tab G", "5 G", "5 tab G"],
)
async def test_keys_right_behind_the_one_that_opens_a_view_are_not_lost(
    keys: str, hostile: Path
) -> None:
    view, *others = keys.split()
    async with at_desk([hostile], LOW) as desk:
        await desk.press(view)
        before = place(desk)
        await desk.press(*others)
        after = place(desk)
    assert after != before
    async with at_desk([hostile], LOW) as desk:
        await desk.press_at_once(view, *others)
        assert place(desk) == after


async def test_an_empty_capture_has_nothing_to_choose(tmp_path: Path) -> None:
    path = tmp_path / "none.log"
    path.write_bytes(CaptureBuilder().finish())
    async with at_desk([path]) as desk:
        assert desk.inspect.chosen is None
        await desk.press("j", "G", "p", "w", "space", "full_stop", "enter", "y", "Y", "2", "j")
        await desk.go("5")
        assert "0 events" in desk.lines[0]


async def test_a_capture_of_one_frame(tmp_path: Path) -> None:
    path = tmp_path / "one.log"
    path.write_bytes(CaptureBuilder().rx(text("x")).unfinished())
    async with at_desk([path]) as desk:
        assert "2 events" in desk.lines[0]
