from __future__ import annotations

import re
from pathlib import Path

import pytest

from builders import CaptureBuilder, cont, ping, text
from judging import keyed
from pilots import NARROW, WIDE, at_desk
from wirelog.frames import Frame
from wsinspect.widgets.findings_view import Explanation, FindingList, FindingsView

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW])


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Two errors of the peer; the file ends before the connection does."""
    path = tmp_path / "broken.log"
    built = CaptureBuilder().open().rx(keyed(cont("?"), 1))
    path.write_bytes(built.rx(keyed(text("fine"), 2)).rx(keyed(cont("!"), 3)).unfinished())
    return path


@SIZES
async def test_the_list_and_what_the_chosen_rule_says(case: Path, size: tuple[int, int]) -> None:
    async with at_desk([case], size) as desk:
        await desk.press("5")
        await desk.until("frame.reserved-opcode")
        line = next(line for line in desk.lines if line.startswith("▌"))
        assert line.startswith("▌✗ 008 client frame.reserved-opcode")
        assert ("RFC 6455 §5.2" in line) == (size == WIDE)
        said = ("The paragraph: ", "What to do: ", "closes with: 1002", "octet 0 of event 007")
        await desk.until(*said)
        assert "…" not in desk.inspect.query_one(Explanation).text()


@SIZES
async def test_where_no_rule_is_broken_it_says_so(talk: Path, size: tuple[int, int]) -> None:
    async with at_desk([talk], size) as desk:
        await desk.press("5", "j", "enter", "Y")
        await desk.until("No rule is broken", "; all ", " rules that apply were checked")


async def test_each_line_leads_to_its_event(broken: Path) -> None:
    async with at_desk([broken], NARROW) as desk:
        await desk.press("5")
        assert desk.number == 4
        seen = []
        for key in ("j", "k", "j"):
            await desk.press(key)
            seen.append(desk.number)
        assert seen == [8, 4, 8]
        await desk.press("enter")
        assert desk.inspect.view == "log"
        await desk.until("▌008 ✗")


async def test_two_clicks_lead_there_too(broken: Path) -> None:
    async with at_desk([broken]) as desk:
        await desk.press("5")
        await desk.until("What to do")  # otherwise the click may still meet the log
        await desk.pilot.click(FindingList, offset=(30, 2), times=2)
        assert desk.number == 8
        assert desk.inspect.view == "log"


async def test_p_and_a_place_choose_the_finding_of_their_row(broken: Path) -> None:
    async with at_desk([broken]) as desk:
        await desk.press("5", "p")
        listed = desk.inspect.query_one(FindingList)
        assert (listed.entry.finding or pytest.fail("no finding")).event == 8
        await desk.go("4")
        assert "event 004" in desk.inspect.query_one(Explanation).text()


@SIZES
async def test_behind_the_findings_stands_what_was_not_checked_and_why(
    broken: Path, size: tuple[int, int]
) -> None:
    async with at_desk([broken], size) as desk:
        await desk.press("5", "G")
        assert "Not checked" in desk.inspect.query_one(FindingsView).text()
        await desk.until("Not known: the capture ends before the connection does.")
        before = desk.number
        await desk.press("enter")
        assert (desk.inspect.view, desk.number) == ("findings", before)


async def test_of_very_many_findings_only_the_visible_ones_are_drawn(tmp_path: Path) -> None:
    built = CaptureBuilder().open()
    for _ in range(120):
        built.rx(Frame(11))
    path = tmp_path / "many.log"
    path.write_bytes(built.finish())
    async with at_desk([path]) as desk:
        await desk.press("5", "G")
        listed = desk.inspect.query_one(FindingList)
        words = "20 more against the client were counted and not kept"
        assert words in [one.words for one in listed.entries]
        assert len(listed._strips) < 80


async def test_what_a_peer_chose_is_harmless_here_as_well(hostile: Path) -> None:
    async with at_desk([hostile], NARROW) as desk:
        await desk.press("5")
        view = desk.inspect.query_one(FindingsView)
        for _ in range(view.query_one(FindingList).line_count()):
            shown = desk.text + view.text()
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]", shown)
            await desk.press("j")


async def test_while_the_file_is_read_nothing_is_said(case: Path, tmp_path: Path) -> None:
    path = tmp_path / "ping.log"
    path.write_bytes(CaptureBuilder().open().rx(ping(b"x")).unfinished())
    async with at_desk([path]) as desk:
        opened = desk.inspect.opened
        desk.inspect.show(type(opened).of(opened.capture, whole=False), "")
        await desk.press("5")
        await desk.until("when all of the file has been read")
