from __future__ import annotations

from twisted.internet.task import Clock

from wsservice.timers import ExactTimers


def test_a_timer_fires_when_it_is_due_and_not_later() -> None:
    clock, fired = Clock(), []
    ExactTimers(clock).call_later(0.05, fired.append, 1)
    clock.advance(0.04)
    assert fired == []
    clock.advance(0.01)
    assert fired == [1]
