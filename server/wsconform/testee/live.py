"""A run of the echo client in the foreground: signals, progress, what is said on the way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from twisted.internet.task import LoopingCall

from wirelog.counting import counted
from wirelog.escaping import disarm
from wsconform import foreground
from wsconform.driver.settings import Target
from wsconform.plan import PlanError
from wsconform.progress import Display, Progress
from wsconform.report.entry import Entry
from wsconform.report.summary import failure
from wsconform.terminal import Look
from wsconform.testee.api import Api
from wsconform.testee.drive import Drive, Outcome, Wish
from wsconform.testee.server import Server

TICK = 0.1
"""Seconds between two looks at the clock for the display."""


@dataclass(slots=True)
class Happened:
    """What a run has come to."""

    outcome: Outcome = field(default_factory=lambda: Outcome([]))
    signal: int | None = None
    """The signal that ended the run."""


def go_through(target: Target, api: Api, wish: Wish, display: Display, look: Look) -> Happened:
    """Go through the cases of a server; raises `PlanError` where a file that TLS needs is no
    good."""
    # Importing the reactor installs one.
    from twisted.internet import reactor

    listener = _Listener(target, wish, display, look)
    try:
        drive = Drive(Server(reactor, target), api, wish, listener)
    except (OSError, ValueError) as error:
        raise PlanError(f"{target.cafile or target}: {error}") from None
    happened = Happened()

    def interrupted(number: int) -> None:
        happened.signal = happened.signal or number
        drive.abort()

    async def work() -> None:
        ticking: Any = LoopingCall(listener.tick)
        ticking.start(TICK)
        try:
            happened.outcome = await drive.play()
        finally:
            ticking.stop()
            listener.settle()

    foreground.run(reactor, work, interrupted)
    return happened


class _Listener:
    """Shows how far the run is."""

    def __init__(self, target: Target, wish: Wish, display: Display, look: Look) -> None:
        self._target = target
        self._wish = wish
        self._display = display
        self._look = look
        self._progress: Progress | None = None

    def listed(self, ids: Sequence[str], missing: Sequence[str], left_out: Sequence[str]) -> None:
        """See `wsconform.testee.drive.Observer`."""
        for words, some in (("not there", missing), ("left out", left_out)):
            if some:
                self._display.say(*self._look.wrapped(f" {words}  ", ", ".join(some)))
        cases = counted(len(ids), "case")
        where = disarm(str(self._target))
        name = self._look.paint("strong", "wsconform testee")
        self._display.say(f"{name}  {where}  {cases}, {self._wish.jobs} at a time")
        self._progress = Progress.of(ids, time.monotonic(), self._wish.jobs)

    def case_started(self, case_id: str) -> None:
        """See `wsconform.testee.drive.Observer`."""
        if self._progress is not None:
            self._progress.case_started(case_id, time.monotonic())
        self.tick()

    def case_finished(self, entry: Entry) -> None:
        """See `wsconform.testee.drive.Observer`."""
        if self._progress is not None:
            self._progress.case_finished(entry.id, entry.kind)
        if not entry.passed():
            self._display.say(failure(entry, self._look))
        self.tick()

    def tick(self) -> None:
        """Show the time."""
        if self._progress is not None:
            self._display.draw(self._progress)

    def settle(self) -> None:
        """The run is over."""
        self.tick()
        self._display.close()
