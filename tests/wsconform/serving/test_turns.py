"""Whose turn it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import CancelledError
from twisted.internet.task import Clock

from wsconform.cases import CASES
from wsconform.serving.turns import LONG, MOST, ROOM, Turns, burden

LIGHT, SMALL, LARGE = CASES["1.1.1"], CASES["9.1.1"], CASES["9.1.6"]
MIB = 1 << 20


class Queue:
    """Cases that wait, by name, and whose turn it is."""

    def __init__(self, **limits: int) -> None:
        self.clock = Clock()
        self.turns = Turns(self.clock, **limits)
        self.playing: list[str] = []

    def come(self, name: str, case: str) -> Queue:
        turn = self.turns.wait(CASES[case])
        turn.addCallbacks(
            lambda _: self.playing.append(name), lambda failure: failure.trap(CancelledError)
        )
        return self


def test_large_messages_and_loops_are_a_burden() -> None:
    assert burden(LIGHT) == 0
    assert burden(SMALL) == 65536
    assert burden(LARGE) == 16 * MIB
    assert burden(CASES["12.1.1"]) == ROOM // 8
    assert max(map(burden, CASES.values())) <= ROOM


def test_large_cases_share_a_room_and_small_ones_do_not_mind() -> None:
    queue = Queue(room=32 * MIB)
    for name in "abcd":
        queue.come(name, "9.1.6")
    queue.come("e", "1.1.1")
    assert queue.playing == ["a", "b", "e"]
    queue.turns.done(LARGE)
    assert queue.playing == ["a", "b", "e", "c"]
    queue.turns.done(LIGHT)
    assert queue.playing == ["a", "b", "e", "c"]


def test_nobody_with_a_burden_is_overtaken_by_a_smaller_one() -> None:
    queue = Queue(room=17 * MIB).come("a", "9.1.6").come("b", "9.1.6").come("c", "9.1.1")
    assert queue.playing == ["a"]
    queue.turns.done(LARGE)
    assert queue.playing == ["a", "b", "c"]


def test_a_case_that_is_larger_than_the_room_has_it_for_itself() -> None:
    queue = Queue(room=MIB).come("a", "9.1.6").come("b", "9.1.1")
    assert queue.playing == ["a"]
    queue.turns.done(LARGE)
    assert queue.playing == ["a", "b"]


def test_there_is_more_room_for_those_who_waited_for_long_behind_clients_that_are_dead() -> None:
    queue = Queue(room=17 * MIB, more_room=40 * MIB)
    for name in "abc":
        queue.come(name, "9.1.6")
    queue.clock.advance(LONG - 1)
    queue.come("d", "9.1.1").come("e", "9.1.1")
    assert queue.playing == ["a"]
    queue.clock.advance(1.001)
    assert queue.playing == ["a", "b"]
    queue.clock.advance(LONG)
    assert queue.playing == ["a", "b"]
    queue.turns.done(LARGE)
    assert queue.playing == ["a", "b", "c", "d", "e"]
    assert not queue.clock.getDelayedCalls()


def test_only_so_many_cases_are_played_at_a_time() -> None:
    queue = Queue(most=2).come("a", "1.1.1").come("b", "1.1.1").come("c", "1.1.1")
    assert queue.playing == ["a", "b"]
    queue.turns.done(LIGHT)
    assert queue.playing == ["a", "b", "c"]
    assert MOST > 200


def test_who_does_not_wait_gets_no_turn() -> None:
    turns, playing = Turns(Clock(), most=1), []
    turns.wait(LIGHT)
    gone, other = turns.wait(LIGHT), turns.wait(LIGHT)
    gone.addErrback(lambda failure: failure.trap(CancelledError))
    other.addCallback(playing.append)
    gone.cancel()
    turns.done(LIGHT)
    assert playing == [None]


@given(st.lists(st.sampled_from(["1.1.1", "9.1.1", "9.1.3", "9.1.6", "12.1.1"]), max_size=60))
def test_everybody_gets_a_turn_and_the_room_is_never_overfull(cases: list[str]) -> None:
    queue = Queue(most=5, room=20 * MIB)
    for number, case in enumerate(cases):
        queue.come(f"{number} {case}", case)
    finished = 0
    while finished < len(queue.playing):
        now = [CASES[name.split()[1]] for name in queue.playing[finished:]]
        assert len(now) <= 5
        assert sum(map(burden, now)) <= 20 * MIB
        queue.turns.done(now[0])
        finished += 1
    assert finished == len(cases)
