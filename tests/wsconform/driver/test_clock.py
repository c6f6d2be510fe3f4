"""Timers by name."""

from __future__ import annotations

from twisted.internet.task import Clock

from wsconform.driver.clock import Timers


def test_a_timer_calls_once_unless_it_is_cancelled() -> None:
    clock, calls = Clock(), list[str]()
    timers = Timers(clock)
    timers.set("one", 1, lambda: calls.append("one"))
    timers.set("two", 1, lambda: calls.append("two"))
    timers.cancel("two")
    timers.cancel("two")
    clock.advance(1)
    assert calls == ["one"]
    timers.cancel("one")


def test_a_new_timer_of_the_same_name_replaces_the_old_one() -> None:
    clock, calls = Clock(), list[str]()
    timers = Timers(clock)
    timers.set("one", 1, lambda: calls.append("early"))
    timers.set("one", 2, lambda: calls.append("late"))
    clock.advance(3)
    assert calls == ["late"]


def test_all_timers_can_be_cancelled_at_once() -> None:
    clock = Clock()
    timers = Timers(clock)
    for name in "abc":
        timers.set(name, 1, lambda: None)
    timers.cancel_all()
    assert clock.getDelayedCalls() == []


def test_a_fair_timer_that_is_late_gives_as_much_time_again_and_once() -> None:
    clock, calls = Clock(), list[float]()
    timers = Timers(clock, is_fair=True)
    timers.set("one", 1, lambda: calls.append(clock.seconds()))
    clock.advance(1.5)
    assert calls == []
    clock.advance(0.6)
    assert calls == [2.1]


def test_a_fair_timer_that_is_late_can_still_be_cancelled() -> None:
    clock = Clock()
    timers = Timers(clock, is_fair=True)
    timers.set("one", 1, lambda: None)
    clock.advance(9)
    timers.cancel("one")
    assert clock.getDelayedCalls() == []
