"""A fuzzing server in the foreground: from its start to its end, whoever brings that about."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from wsconform import foreground
from wsconform.plan import PlanError
from wsconform.report.entry import Entry
from wsconform.serve_plan import ServePlan
from wsconform.serving.results import reason
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
    came: Sequence[str] = ()
    """All agents, also those that finished no case."""
    why: str = ""
    """What has ended it, unless a signal has."""
    failure: str = ""
    """Why reports could not be written, if that is so."""
    signal: int | None = None


def serve(plan: ServePlan, shown: Shown) -> Served:
    """Serve until that is over; raises `PlanError` if an endpoint cannot be listened on, or if
    there is no directory to write reports to."""
    # Importing the reactor installs one.
    from twisted.internet import reactor

    return _Session(plan, shown, reactor).run()


class _Session:
    """A server that runs."""

    _log = Logger()

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
        self._served.failure = reason(server.failure) if server.failure else ""
        self._served.came = server.came
        self._served.entries = server.results.entries()
        self._served.absent, self._served.missing = server.ending.absent, server.ending.missing()
        return self._served

    async def _work(self) -> None:
        ticking: LoopingCall = LoopingCall(self._shown.tick)
        ticking.clock = self._reactor
        ticking.start(TICK).addErrback(
            lambda failure: self._log.failure("Unexpected error in the display", failure)
        )
        await self._over
        await self._service.stopService()
        if ticking.running:
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
