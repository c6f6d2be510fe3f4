"""A fuzzing server in the foreground: from its start to its end, whoever brings that about."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from wsconform import foreground
from wsconform.plan import PlanError
from wsconform.report.entry import Entry
from wsconform.serve_plan import ServePlan
from wsconform.serving.service import FuzzingService
from wsconform.serving.shown import Shown
from wsservice.endpoints import EndpointError

TICK = 0.1
"""Seconds between two looks at the clock for the display."""


@dataclass(slots=True)
class Served:
    """What has come of it."""

    entries: Sequence[Entry] = ()
    """Of all agents."""
    absent: Sequence[str] = ()
    """Agents that were awaited and finished no case."""
    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Cases that other agents that were awaited did not finish, by agent."""
    why: str = ""
    """What has ended it, unless a signal has."""
    signal: int | None = None


def serve(plan: ServePlan, shown: Shown) -> Served:
    """Serve until that is over; raises `PlanError` if an endpoint cannot be listened on, and
    OSError if reports cannot be written."""
    # Importing the reactor installs one.
    from twisted.internet import reactor

    return _Session(plan, shown, reactor).run()


class _Session:
    """A server that runs."""

    def __init__(self, plan: ServePlan, shown: Shown, reactor: Any) -> None:
        self._shown = shown
        self._reactor = reactor
        self._served = Served()
        self._over: Deferred[None] = Deferred()
        try:
            self._service = FuzzingService(plan, shown, reactor, self._end, _abandon)
        except EndpointError as error:
            raise PlanError(str(error)) from None

    def run(self) -> Served:
        """Run the reactor until it is over."""
        self._service.startService()
        self._service.privilegedStartService()
        foreground.run(self._reactor, self._work, self._interrupted)
        server = self._service.server
        if server.failure is not None:
            server.failure.raiseException()
        self._served.entries = server.results.entries()
        self._served.absent, self._served.missing = server.ending.absent, server.ending.missing()
        return self._served

    async def _work(self) -> None:
        ticking: LoopingCall = LoopingCall(self._shown.tick)
        ticking.clock = self._reactor
        ticking.start(TICK)
        await self._over
        await self._service.stopService()
        ticking.stop()

    def _end(self, why: str) -> None:
        if not self._over.called:
            self._served.why = why
            self._over.callback(None)

    def _interrupted(self, number: int) -> None:
        if self._served.signal:  # somebody does not want to wait
            self._shown.close()
            os._exit(128 + number)
        self._served.signal = number
        self._end("")


def _abandon(message: str) -> NoReturn:
    raise PlanError(message)
