from __future__ import annotations

from pathlib import Path

from pilots import NARROW, at_desk
from wsinspect.index import RX, TX
from wsinspect.widgets.density import Density


async def test_traffic_and_problems_have_their_place_in_time(case: Path) -> None:
    async with at_desk([case]) as desk:
        rx, tx = (line for line in desk.lines[2:4])
        assert rx.startswith(" RX")
        assert tx.startswith(" TX")
        strip = desk.inspect.query_one(Density)
        strip.rows(100)
        assert any(names == "bad" for _, names in strip._strip(RX, "rx"))
        assert not any(names == "bad" for _, names in strip._strip(TX, "tx"))


async def test_it_gives_way_on_a_small_terminal(case: Path) -> None:
    async with at_desk([case], NARROW) as desk:
        assert not any(line.startswith(" RX") for line in desk.lines)


async def test_a_click_goes_to_the_moment(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.pilot.click(Density, offset=(4 + 114, 0))
        assert desk.number == 14
        await desk.pilot.click(Density, offset=(4, 1))
        assert desk.number == 0
        assert not desk.bar.playback.on


async def test_a_click_during_a_replay_seeks(case: Path) -> None:
    async with at_desk([case]) as desk:
        desk.bar.step(1)
        await desk.pilot.click(Density, offset=(4 + 57, 0))
        assert desk.bar.playback.on
        assert desk.number == 7
