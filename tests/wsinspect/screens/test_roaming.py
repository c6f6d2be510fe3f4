from __future__ import annotations

from pathlib import Path

import pytest

from builders import CaptureBuilder, cont, text
from judging import keyed
from pilots import at_desk


@pytest.mark.parametrize(
    ("place", "number"),
    [("7", 7), ("+0.45ms", 5), ("1s", 14), ("g", 0), ("G", 14), ("#3", 3)],
)
async def test_going_to_an_event_or_a_time(case: Path, place: str, number: int) -> None:
    async with at_desk([case]) as desk:
        await desk.go(place)
        assert desk.number == number


async def test_what_is_no_place_is_said(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("[/x] nowhere")
        await desk.until("Neither an event number nor a time: [/x] nowhere")
        assert desk.number == 8


async def test_an_event_that_is_not_there_is_said(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("99")
        await desk.until("No event 099; the last is 014")
        assert desk.number == 8
        await desk.go("14")
        assert desk.number == 14


async def test_where_the_log_is_hidden_a_place_or_a_match_brings_it_back(case: Path) -> None:
    async with at_desk([case]) as desk:
        for view in ("2", "5"):
            await desk.press(view)
            await desk.go("3")
            assert (desk.inspect.view, desk.number) == ("log", 3)
            await desk.press(view)
            await desk.find("hello")
            assert (desk.inspect.view, desk.number) == ("log", 4)
        await desk.press("2")
        await desk.find("nowhere")
        assert desk.inspect.view == "closing"


async def test_frames_and_events_one_by_one(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("0")
        seen = []
        for key in ("w", "w", "w", "b", "J", "K", "K"):
            await desk.press(key)
            seen.append(desk.number)
        assert seen == [4, 5, 8, 5, 6, 5, 4]


async def test_problems_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "two.log"
    built = CaptureBuilder().open()
    for key, frame in enumerate((cont("?"), text("fine"), cont("!")), start=1):
        built.rx(keyed(frame, key))
    path.write_bytes(built.finish())
    async with at_desk([path]) as desk:
        seen = [desk.number]
        for key in ("p", "P"):
            await desk.press(key)
            seen.append(desk.number)
        assert seen == [4, 8, 4]
        await desk.press("P")
        await desk.until("No further problem")


async def test_a_right_capture_says_that_nothing_is_wrong(talk: Path) -> None:
    async with at_desk([talk]) as desk:
        await desk.press("p")
        await desk.until("Nothing is wrong in this capture")


async def test_searching_forward_backward_and_around(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("0")
        await desk.find("hello")
        seen = [desk.number]
        for key in ("n", "n", "N"):
            await desk.press(key)
            await desk.app.workers.wait_for_complete()
            seen.append(desk.number)
        assert seen == [4, 5, 4, 5]


async def test_searching_for_octets_or_nothing(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.find("x:88 82")
        assert desk.number == 12
        await desk.find("x:8")
        await desk.until("Octets are written in hex")
        await desk.find("[red]no")
        await desk.until("Not found: [red]no")


async def test_hidden_octets_are_not_searched(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("o")
        await desk.find("x:818d")
        assert desk.number == 4
