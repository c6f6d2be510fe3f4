from __future__ import annotations

from pathlib import Path

from builders import CaptureBuilder, close, text
from pilots import NARROW, at_desk
from wsinspect.widgets.title_bar import TitleBar, fit_path


async def test_it_says_what_is_open_and_what_went_wrong_first(case: Path) -> None:
    async with at_desk([case]) as desk:
        assert desk.lines[0] == " 4.2.3.log   server ⇄ 127.0.0.1:53122   15 events   1.4 ms"
        assert desk.lines[1].startswith(" ✗ the client broke RFC 6455 §5.2 at event 008: ")


async def test_a_good_end_has_a_tick(talk: Path) -> None:
    async with at_desk([talk], NARROW) as desk:
        assert desk.lines[1].startswith(" ✓ peer closed with 1000")


async def test_a_warning_is_said_where_the_end_was_good(tmp_path: Path) -> None:
    path = tmp_path / "warned.log"
    built = CaptureBuilder("client").open().rx(text("x")).rx(close(1000)).tx(close(1000))
    path.write_bytes(built.event("TCP DROPPED BY ME (FIN)").finish())
    async with at_desk([path]) as desk:
        assert desk.lines[1].startswith(" ! no rule is broken, but ")


async def test_it_tells_that_something_is_wrong_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cut.log"
    path.write_bytes(CaptureBuilder().open().rx(text("x")).unfinished()[:-3])
    async with at_desk([path]) as desk:
        assert "2 notices (0)" in desk.lines[0]


async def test_while_reading_it_says_that_instead_of_a_verdict(case: Path) -> None:
    async with at_desk([case]) as desk:
        desk.inspect.query_one(TitleBar).reading = "reading, 40%"
        await desk.settle()
        assert desk.lines[1] == " … reading, 40%"


def test_of_a_long_path_the_end_is_shown() -> None:
    assert fit_path("captures/go/4.2.3.log", 12) == "…o/4.2.3.log"
    assert fit_path("4.2.3.log", 12) == "4.2.3.log"
