from __future__ import annotations

from pathlib import Path

from pilots import NARROW, at_desk
from wsinspect.widgets.hex_pane import HexPane


async def test_on_a_narrow_screen_the_details_are_behind_one_key(case: Path) -> None:
    async with at_desk([case], NARROW) as desk:
        for opens, closes in (("enter", "escape"), ("tab", "h"), ("l", "left")):
            await desk.press(opens)
            assert all(name in desk.text for name in ("Fields", "Hex", "Decoded"))
            assert "preview" not in desk.text
            await desk.press(closes)
            assert "preview" in desk.text
            assert desk.log.has_focus


async def test_tab_goes_round_the_panes(case: Path) -> None:
    async with at_desk([case]) as desk:
        seen = []
        for _ in range(4):
            await desk.press("tab")
            seen.append(desk.app.focused and desk.app.focused.id)
        assert seen == ["fields", "hex", "decoded", "wire-log"]
        await desk.press("shift+tab")
        assert desk.app.focused
        assert desk.app.focused.id == "decoded"


async def test_events_can_be_changed_from_the_details(case: Path) -> None:
    async with at_desk([case], NARROW) as desk:
        await desk.press("enter", "b")
        assert "frame 005" in desk.text


async def test_copies_are_the_octets_or_the_text(case: Path, talk: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("y")
        assert desk.app.clipboard == "8d 80 06 ce f0 12"
        await desk.until("Copied 6 octets as hex")
        await desk.press("enter", "y")
        assert desk.app.clipboard == "8d"
        await desk.go("4")
        await desk.press("Y")
        assert desk.app.clipboard == "Hello, world!"
        await desk.go("0")
        await desk.press("y")
        assert desk.app.clipboard == "TCP ACCEPTED"


async def test_a_view_is_copied_as_text(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("2", "y")
        assert "010 CLOSE 1002" in desk.app.clipboard
        assert "wasClean" in desk.app.clipboard
        await desk.press("3", "Y")
        assert "Sec-WebSocket-Key" in desk.app.clipboard


async def test_two_clicks_on_a_row_open_it(case: Path) -> None:
    async with at_desk([case], NARROW) as desk:
        await desk.pilot.click(desk.log, offset=(10, 4), times=2)
        assert desk.number == 4
        assert "Fields" in desk.text


async def test_u_works_from_the_log(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("u")
        assert desk.inspect.query_one(HexPane).unmasked
