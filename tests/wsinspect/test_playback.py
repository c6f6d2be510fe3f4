from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsinspect.playback import EVEN_STEP, SPEEDS, START_OF_EVERYTHING, Playback, rising

SECOND = 1_000_000_000


def seconds(*times: float) -> Playback:
    return Playback([round(time * SECOND) for time in times])


def test_real_time_passes_at_speed_one() -> None:
    replay = seconds(0, 1, 2, 10)
    replay.play(100.0)
    assert replay.advance(101.5)
    assert (replay.event, replay.position) == (1, 1.5 * SECOND)


@pytest.mark.parametrize(("speed", "event"), [(0.1, 0), (1.0, 1), (10.0, 10), (100.0, 100)])
def test_the_speed_multiplies_time(speed: float, event: int) -> None:
    replay = seconds(*range(1000))
    replay.speed = speed
    replay.play(0.0)
    replay.advance(1.0)
    assert replay.event == event


def test_a_change_of_speed_counts_from_then_on() -> None:
    replay = seconds(*range(100))
    replay.play(0.0)
    replay.advance(1.0)
    replay.faster()
    replay.advance(2.0)
    assert replay.position == 3 * SECOND


def test_time_stands_still_while_it_is_paused() -> None:
    replay = seconds(0, 5, 10)
    replay.play(0.0)
    replay.advance(1.0)
    replay.pause()
    assert not replay.advance(9.0)
    replay.play(20.0)
    replay.advance(21.0)
    assert replay.position == 2 * SECOND


def test_it_ends_with_the_last_event_and_starts_anew_from_there() -> None:
    replay = seconds(0, 1)
    replay.play(0.0)
    replay.advance(50.0)
    assert (replay.on, replay.playing, replay.event, replay.fraction) == (False, False, 1, 1.0)
    replay.play(60.0)
    assert (replay.on, replay.event, replay.position) == (True, START_OF_EVERYTHING, 0)


def test_steps_go_one_event_each_way_even_where_no_time_passes() -> None:
    replay = seconds(0, 1, 1, 1, 2)
    replay.seek(1)
    replay.step()
    replay.step()
    assert (replay.event, replay.position) == (3, SECOND)
    replay.step(-1)
    assert replay.event == 2
    assert not replay.playing


def test_steps_stay_within_the_capture() -> None:
    replay = seconds(0, 1)
    replay.step(-5)
    assert replay.event == START_OF_EVERYTHING
    replay.step(99)
    assert replay.event == 1


def test_the_bar_sets_the_position() -> None:
    replay = seconds(0, 1, 2, 3, 4)
    replay.seek_fraction(0.5)
    assert (replay.event, replay.on, replay.fraction) == (2, True, 0.5)
    replay.seek_fraction(7.0)
    assert replay.at_end


def test_pointing_starts_no_replay() -> None:
    replay = seconds(0, 1, 2)
    replay.point(1)
    assert (replay.on, replay.position) == (False, SECOND)


def test_speeds_reach_from_a_tenth_to_a_hundred() -> None:
    replay = seconds(0, 100)
    assert {0.1, 1.0, 100.0} <= set(SPEEDS)
    for _ in SPEEDS:
        replay.faster()
    assert replay.speed == SPEEDS[-1]
    for _ in SPEEDS:
        replay.slower()
    assert replay.speed == SPEEDS[0]


def test_a_short_exchange_begins_in_slow_motion() -> None:
    assert seconds(0, 0.002).speed == 0.001
    assert seconds(0, 30).speed == 1.0


def test_a_capture_without_times_is_replayed_evenly() -> None:
    assert list(rising([None, None, None])) == [0, EVEN_STEP, 2 * EVEN_STEP]
    assert list(rising([])) == []


def test_an_empty_capture_has_nothing_to_replay() -> None:
    replay = Playback()
    replay.play(0.0)
    replay.step()
    replay.seek_fraction(0.5)
    assert (replay.on, replay.fraction) == (False, 0.0)


def test_the_event_at_a_time_is_the_first_one_from_then_on() -> None:
    replay = seconds(0, 1, 1, 2)
    assert replay.event_at(SECOND) == 1
    assert replay.event_at(SECOND + 1) == 3
    assert replay.event_at(99 * SECOND) == 3


@given(st.lists(st.integers(0, 1 << 80)))
def test_times_never_fall_whatever_the_file_says(times: list[int]) -> None:
    made = list(rising(times))
    assert made == sorted(made)
    assert len(made) == len(times)


@given(
    st.lists(st.integers(0, 10 * SECOND), min_size=1).map(sorted),
    st.lists(st.floats(0, 3), max_size=20),
)
def test_a_replay_only_goes_forward_and_reaches_what_has_happened(
    times: list[int], ticks: list[float]
) -> None:
    replay = Playback(times)
    replay.play(0.0)
    now, before = 0.0, replay.event
    for tick in ticks:
        now += tick
        replay.advance(now)
        assert replay.event >= before
        assert all(time <= replay.position for time in times[: replay.event + 1])
        before = replay.event
