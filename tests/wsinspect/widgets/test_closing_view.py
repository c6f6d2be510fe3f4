from __future__ import annotations

from pathlib import Path

import pytest

from builders import CaptureBuilder, close, text
from pilots import NARROW, WIDE, at_desk
from wirelog.closing import FACTS
from wirelog.frames import Frame
from wsinspect.widgets.closing_view import ClosingView, Facts, Timeline


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_lanes_verdict_and_all_the_facts(case: Path, size: tuple[int, int]) -> None:
    async with at_desk([case], size) as desk:
        await desk.press("2")
        for words in (
            "me (server)",
            "peer (client)",
            "008 opcode 13",
            "010 CLOSE 1002",
            "◀─",
            "▶ │",
        ):
            assert words in desk.text
        assert "I failed the connection with 1002" in desk.text
        facts = desk.inspect.query_one(Facts)
        assert all(key in facts.text() for key in FACTS)
        assert "…" not in facts.text()


async def test_the_cursor_chooses_the_event_and_enter_goes_there(case: Path) -> None:
    async with at_desk([case], NARROW) as desk:
        await desk.press("2", "j", "j")
        assert desk.number == 10
        await desk.press("k", "k", "k")
        assert desk.number == 8
        await desk.press("G")
        assert desk.number == 14
        await desk.press("enter")
        assert desk.inspect.view == "log"
        assert desk.number == 14


async def test_the_event_nearest_to_the_row_of_the_log_is_marked(case: Path) -> None:
    async with at_desk([case]) as desk:
        timeline = desk.inspect.query_one(Timeline)
        for place, number in (("12", 13), ("0", 8), ("11", 10), ("14", 14)):
            await desk.press("1")
            await desk.go(place)
            await desk.press("2")
            assert timeline.number_at(timeline.cursor) == number
            assert desk.number == int(place)
        await desk.go("12")
        await desk.press("2", "enter")
        assert desk.number == 13


async def test_two_frames_of_one_event_can_both_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "silent.log"
    both = Frame(3).serialize() + close(1002).serialize()
    path.write_bytes(CaptureBuilder("client").open().octets("TX", both).unfinished())
    async with at_desk([path]) as desk:
        await desk.press("2", "G")
        timeline = desk.inspect.query_one(Timeline)
        assert timeline.number_at(timeline.cursor) == desk.number == 3


async def test_the_event_that_is_chosen_stays_chosen_when_the_width_changes(case: Path) -> None:
    async with at_desk([case], WIDE) as desk:
        await desk.press("2", "j", "j")
        timeline = desk.inspect.query_one(Timeline)
        for size in ((26, 24), NARROW, (26, 24), WIDE):
            await desk.resize(*size)
            assert timeline.number_at(timeline.cursor) == desk.number == 10


async def test_two_clicks_go_to_the_event(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("2")
        await desk.pilot.click(Timeline, offset=(30, 3), times=2)
        assert desk.number == 10
        assert desk.inspect.view == "log"


async def test_what_has_not_happened_yet_is_dim(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("9")
        await desk.press("2", "full_stop")
        timeline = desk.inspect.query_one(Timeline)
        numbers = [timeline.number_at(at) or 0 for at in range(timeline.line_count())]
        names = [timeline.over_of(at) for at in range(timeline.line_count())]
        assert names == ["future" if number > 10 else "" for number in numbers]
        assert names[-1] == "future"


async def test_an_open_end_and_a_long_reason(tmp_path: Path) -> None:
    path = tmp_path / "open.log"
    path.write_bytes(CaptureBuilder().open().rx(text("x")).tx(close(4000, "z" * 120)).unfinished())
    async with at_desk([path], NARROW) as desk:
        await desk.press("2")
        assert desk.inspect.query_one(Facts).text().replace("\n", "").count("z") >= 120
        assert "CLOSE 4000" in desk.inspect.query_one(ClosingView).text()
