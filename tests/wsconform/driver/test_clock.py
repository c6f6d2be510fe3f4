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
