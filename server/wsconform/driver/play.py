"""Plays one case, as a client or as a server: plays, judges, and makes the capture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from wirelog import __version__
from wsconform.cases.case import Case
from wsconform.cases.steps import Slices
from wsconform.cases.wants import Rule
from wsconform.driver.accepting import ServerOpening
from wsconform.driver.arrival import Arrival
from wsconform.driver.clock import Clock
from wsconform.driver.connection import Connection, Quota
from wsconform.driver.opening import ClientOpening, Opening
from wsconform.driver.player import Player, Wait
from wsconform.driver.settings import MIB, Settings, Target
from wsconform.driver.tcp import State
from wsconform.judge import judge
from wsconform.partial_record import LargeRecord, LoopRecord
from wsconform.record import CaseRecord
from wsconform.result import Attempt, Flows, event_row


class Played(NamedTuple):
    """A case that was played, and its capture."""

    attempt: Attempt
    capture: bytes


class Peer(NamedTuple):
    """Whom a case is played against."""

    agent: str | None
    """What the reports call it; None takes the name that it gives itself."""
    resource: str
    """The request target of the opening handshake."""


def at_once(begin: Callable[[], None]) -> None:
    """Begin."""
    begin()


class Play:
    """One case on one connection.

    As a client, let `connection` be connected and wait for `played`. As a server, `take_over` the
    transport of a connection that was accepted; from there on whoever accepted it passes on what
    the transport says to `connection`.
    """

    def __init__(
        self, case: Case, opening: Opening, peer: Peer, settings: Settings, clock: Clock,
        wait: Wait,
    ) -> None:  # fmt: skip
        self._case = case
        self._opening = opening
        self._peer = peer
        self._settings = settings
        self._record = record_for(case)
        self._player = Player(case, settings, wait)
        self.connection = Connection(
            opening, self._player, self._record, clock, settings, quota_for(case)
        )
        self._player.connection = self.connection

    @classmethod
    def as_client(cls, case: Case, target: Target, settings: Settings, clock: Clock) -> Play:
        """Against a server under test."""
        opening = ClientOpening(target, case.id, case.asks, settings.head)
        peer = Peer(target.agent, target.resource_for(case.id))
        return cls(case, opening, peer, settings, clock, at_once)

    @classmethod
    def as_server(
        cls, case: Case, agent: str | None, resource: str, settings: Settings, clock: Clock,
        wait: Wait = at_once,
    ) -> Play:  # fmt: skip
        """Against a client under test, which came to `resource`; when the connection is open,
        `wait` is given what begins the case, and calls it now or later."""
        opening = ServerOpening(case.asks, settings.head)
        return cls(case, opening, Peer(agent, resource), settings, clock, wait)

    def take_over(self, transport: Any, arrival: Arrival) -> None:
        """Play on a connection that was accepted, from what came on it so far."""
        self.connection.take_over(transport, arrival)

    async def played(self) -> Played:
        """What has come of it, when TCP is gone; ask once."""
        await self.connection.ended
        attempt = self._attempt()
        return Played(replace(attempt, transcript=self._lighter(attempt)), self._capture(attempt))

    @property
    def is_connected(self) -> bool:
        """Whether there is TCP now."""
        connection = self.connection
        return connection.transport is not None and connection.state is not State.CLOSED

    def abort(self) -> None:
        """End the connection at once, if there is one."""
        if self.connection.transport is not None:
            self.connection.drop(abort=True)

    def _attempt(self) -> Attempt:
        connection, record = self.connection, self._record
        transcript = self._player.transcript()
        begun = connection.opened_at or connection.made_at
        verdict = judge(self._case, transcript, as_published=self._settings.as_published)
        return Attempt(
            verdict=verdict,
            transcript=transcript,
            started=record.started,
            milliseconds=round((connection.lost_at - begun) * 1000),
            request=self._opening.request,
            response=self._opening.response,
            agent=self._opening.agent,
            sent=record.sent,
            received=record.received,
            flows=self._flows(),
        )

    def _flows(self) -> Flows | None:
        loop = self._player.loop
        if loop is None or not self._case.asks or loop.echoes.right < loop.count:
            return None
        request, response = len(self._opening.request), len(self._opening.response)
        heads = (response, request) if self._is_server else (request, response)
        return Flows(loop.sent, loop.received, *heads)

    @property
    def _is_server(self) -> bool:
        return self.connection.facts.is_server

    def _lighter(self, attempt: Attempt) -> Any:
        events = () if self._case.is_bulk else attempt.transcript.events
        return replace(attempt.transcript, events=events)

    def _capture(self, attempt: Attempt) -> bytes:
        connection = self.connection
        header = {
            "role": "server" if self._is_server else "client",
            "recorder": f"wsconform {__version__}",
            "case": self._case.id,
            "agent": self._peer.agent or attempt.agent,
            "url": self._peer.resource,
            "local": connection.ends.local,
            "peer": connection.ends.peer,
            "tls": connection.ends.tls,
            "report": report_of(self._case, attempt, as_published=self._settings.as_published),
        }
        return self._record.finish(header, attempt.transcript.closing.as_json())


def report_of(case: Case, attempt: Attempt, *, as_published: bool = False) -> dict[str, Any]:
    """What the header of a capture says of the case, with the keys of the published reports."""
    verdict = attempt.verdict
    events = () if case.is_bulk else attempt.transcript.events
    return {
        "description": case.says,
        "expectation": "; ".join(verdict.wanted),
        "rfc": case.rfc,
        "behavior": str(verdict.behavior),
        "behaviorClose": str(verdict.behavior_close),
        "result": verdict.result,
        "resultClose": verdict.result_close,
        "heard": verdict.heard,
        "expected": {
            one.grade: [event_row(event) for event in one.heard]
            for one in case.wants.accepted(as_published=as_published)
        },
        "received": [event_row(event) for event in events],
    }


def record_for(case: Case) -> CaseRecord:
    """The record that fits the amount of data of a case."""
    return RECORDS.get(case.wants.rule, CaseRecord)()


def quota_for(case: Case) -> Quota:
    """Generous: a multiple of what an echo takes, however it is cut.

    There is no more, for all of it is recorded and reported, and whoever does that may have other
    cases to play.
    """
    if case.loop is not None:
        item = case.loop.item
        size = item.length if isinstance(item, Slices) else len(item.on_wire().payload)
        return Quota(16 * size + MIB, 200_000)
    if case.is_bulk:
        return Quota(4 * len(case.sent_message().octets) + MIB, 200_000)
    return Quota(2 * MIB, 3_000)


RECORDS: dict[Rule, type[CaseRecord]] = {
    Rule.FIRST_ECHO: LargeRecord,
    Rule.LOCKSTEP: LoopRecord,
}
