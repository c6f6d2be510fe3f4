from __future__ import annotations

from pathlib import Path

from pilots import NARROW, at_desk
from wsinspect.widgets.closing_view import Timeline
from wsinspect.widgets.play_bar import PlayBar


async def test_the_views_follow_a_replay_step_by_step(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("g")
        await desk.press("full_stop", "full_stop")
        assert (desk.number, desk.log.reached) == (2, 2)
        assert desk.inspect.query_one(Timeline).reached == 2
        assert "‖" in desk.text
        await desk.press("comma")
        assert (desk.number, desk.log.reached) == (1, 1)
        await desk.press("w")
        assert (desk.number, desk.log.reached) == (4, 4)
        await desk.press("escape")
        assert desk.log.reached is None
        assert desk.number == 4


async def test_it_plays_to_the_end_by_itself(case: Path) -> None:
    async with at_desk([case]) as desk:
        desk.bar.playback.speed = 0.01  # 1.4 ms in 140 ms
        await desk.press("space")
        await desk.until("■ 0.01x", "1.4 ms of 1.4 ms")
        assert desk.number == 14
        assert desk.log.reached is None


async def test_space_pauses_and_the_speed_has_keys(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("left_square_bracket", "space")
        assert desk.bar.playback.playing
        await desk.press("space")
        assert (desk.bar.playback.playing, desk.bar.playback.on) == (False, True)
        await desk.press("right_square_bracket", "right_square_bracket")
        assert "‖ 0.01x" in desk.text


async def test_a_replay_starts_where_the_reader_is(case: Path) -> None:
    async with at_desk([case]) as desk:
        desk.bar.playback.speed = 0.0001
        await desk.go("9")
        await desk.press("space", "space")
        assert desk.bar.playback.event >= 9


async def test_the_mouse_sets_the_position(case: Path) -> None:
    async with at_desk([case]) as desk:
        width = desk.app.size.width
        await desk.pilot.click(PlayBar, offset=(width // 2, 0))
        assert desk.bar.playback.on
        assert 4 <= desk.number <= 9
        await desk.pilot.click(PlayBar, offset=(1, 0))
        assert desk.bar.playback.playing


async def test_without_times_it_steps_evenly_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "page.log"
    path.write_text("000 TX OCTETS: 8980e0ff1843\n001 TX OCTETS: 8980\n002 TCP DROPPED BY PEER\n")
    async with at_desk([path], NARROW) as desk:
        assert "no times: even steps" in desk.text
        await desk.press("full_stop", "full_stop")
        assert "event 2 of 2" in desk.text
