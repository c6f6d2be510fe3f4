from __future__ import annotations

from pathlib import Path

import pytest

from builders import CaptureBuilder, text
from pilots import NARROW, WIDE, at_desk

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW])


@SIZES
async def test_the_handshake_with_its_accept_key(case: Path, size: tuple[int, int]) -> None:
    async with at_desk([case], size) as desk:
        await desk.press("3")
        for words in (
            "Request",
            "GET /4.2.3 HTTP/1.1",
            "Response",
            "HTTP/1.1 101",
            "Sec-WebSocket-Key",
        ):
            assert words in desk.text
        await desk.press("G")
        await desk.until("Accept key  right:")


@SIZES
async def test_the_statistics_of_both_directions(case: Path, size: tuple[int, int]) -> None:
    async with at_desk([case], size) as desk:
        await desk.press("4")
        assert "Octets Received by Chop Size" in desk.text
        await desk.press("G")
        await desk.until("Frames Transmitted by Opcode", "Total")


@SIZES
async def test_header_and_notices(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "cut.log"
    built = CaptureBuilder(unproven=["Nobody saw it."]).open().rx(text("x")).event("STRANGE WORDS")
    path.write_bytes(built.unfinished()[:-3])
    async with at_desk([path], size) as desk:
        await desk.press("0")
        for words in (
            "Notices",
            "line 8",
            "cut in the middle",
            "Capture",
            "recorder",
            "Nobody saw it.",
        ):
            assert words in desk.text
