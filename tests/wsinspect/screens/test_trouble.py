from __future__ import annotations

from pathlib import Path

import pytest

from builders import case_4_2_3
from pilots import NARROW, WIDE, at_desk
from wsinspect.screens.trouble import TroubleScreen

BAD = {
    "empty.log": (b"", "empty"),
    "garbage.log": (bytes(range(256)) * 20, "not a capture"),
    "\x1b]0;owned\x07[red]x.log": (b"\x1b[2J[/x]", "not a capture"),
}


@pytest.mark.parametrize("name", BAD, ids=["empty", "garbage", "hostile"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_message_instead_of_a_capture(
    tmp_path: Path, name: str, size: tuple[int, int]
) -> None:
    octets, words = BAD[name]
    (tmp_path / name).write_bytes(octets)
    async with at_desk([tmp_path / name], size) as desk:
        await desk.until("This capture cannot be shown", words)
        assert "\x1b" not in desk.text
        await desk.press("q")
    assert desk.app.return_value == 2


async def test_the_other_files_can_be_reached(tmp_path: Path) -> None:
    (tmp_path / "1.log").write_bytes(b"nothing")
    (tmp_path / "2.log").write_bytes(case_4_2_3().finish())
    async with at_desk([tmp_path]) as desk:
        await desk.until("cannot be shown")
        await desk.press("right_curly_bracket")
        await desk.until("15 events", "file 2 of 2")
        await desk.press("left_curly_bracket")
        await desk.until("cannot be shown")
        assert isinstance(desk.app.screen, TroubleScreen)
        await desk.press("q")
    assert desk.app.return_value == 0
