"""Time: the part of a reactor that tells it, as types, and the timers of one connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A call that is due later."""

    def cancel(self) -> object:
        """Do not call."""

    def active(self) -> bool:
        """Whether it is still due."""


class Clock(Protocol):
    """A reactor, or in tests `twisted.internet.task.Clock`."""

    def callLater(self, delay: float, callable: Callable[..., object]) -> Timer:  # noqa: A002 - Twisted names it
        """Call after so many seconds."""

    def seconds(self) -> float:
        """Now."""


LATE = 0.1
"""Seconds behind its time at which a timer is late: the process was busy, or did not run."""


class Timers:
    """Timers by name, at most one of each; all of them end with the connection.

    A reactor that was held up calls its timers before it looks at its sockets, where an answer may
    be waiting. With `is_fair` a timer that is late gives the peer as much time again, once.
    """

    def __init__(self, clock: Clock, *, is_fair: bool = False) -> None:
        self._clock = clock
        self._is_fair = is_fair
        self._timers: dict[str, Timer] = {}

    def set(self, name: str, seconds: float, call: Callable[[], object]) -> None:
        """Call after so many seconds; an earlier timer of that name is forgotten."""
        self.cancel(name)
        due = self._clock.seconds() + seconds

        def fire() -> None:
            late = self._clock.seconds() - due
            if self._is_fair and late > LATE:
                self._timers[name] = self._clock.callLater(min(late, seconds), call)
            else:
                call()

        self._timers[name] = self._clock.callLater(seconds, fire)

    def cancel(self, name: str) -> None:
        """Forget a timer, if there is one."""
        timer = self._timers.pop(name, None)
        if timer is not None and timer.active():
            timer.cancel()

    def cancel_all(self) -> None:
        """Forget all timers."""
        for name in tuple(self._timers):
            self.cancel(name)
