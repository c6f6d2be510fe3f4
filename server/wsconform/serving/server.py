"""The fuzzing server: what its parts have in common, whatever it listens on and however it ends."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, ensureDeferred
from twisted.internet.interfaces import ISSLTransport
from twisted.logger import Logger
from twisted.python.failure import Failure

from wsconform.cases import Case
from wsconform.driver.play import Play
from wsconform.report.entry import Entry
from wsconform.result import CaseResult
from wsconform.serve_plan import ServePlan
from wsconform.serving.ending import Ending
from wsconform.serving.results import Results, reason
from wsconform.serving.turns import Turns, burden
from wsconform.serving.urls import RunCase
from wsconform.serving.watching import Shielded, Watcher
from wsservice.addresses import spelled

MUCH = 1 << 20
"""Octets of a message that is not left lying about until Python looks for garbage by itself."""


class FuzzingServer:
    """Plays the cases that clients come for, and keeps what has come of them."""

    _log = Logger()

    def __init__(
        self, plan: ServePlan, results: Results, watcher: Watcher, reactor: Any,
        over: Callable[[str], object],
    ) -> None:  # fmt: skip
        """`over` is called, with the reason, when the server is to be stopped."""
        self.plan = plan
        self.results = results
        self.watcher = Shielded(watcher)
        self.failure: OSError | None = None
        """Why reports cannot be written; there is no point in going on then."""
        self.turns = Turns(reactor)
        self.ending = Ending(plan.terms, plan.cases_for, reactor, self.stop)
        self._reactor = reactor
        self._over = over
        self._games: set[_Game] = set()
        self._known: dict[str, None] = {}
        """Agents that have come, in that order."""
        self._is_over = False
        """Whether it is to be stopped."""
        self._is_stopping = False

    def plays(self, case: Case, agent: str) -> bool:
        """Whether an agent of this name plays the case."""
        return not self.plan.exclude_by_agent or case in self.plan.cases_for(agent)

    def begin(self, asked: RunCase, resource: str, transport: Any) -> Play:
        """A case on a connection that was accepted: let it take over. It opens the connection at
        once, and begins when it is its turn."""
        game = _Game(asked, resource, self.plan, self.turns, self._reactor)
        self._announce(asked.agent, transport)
        if self._games:
            _crowd([game, *self._games])
        self._games.add(game)
        self.results.begin(asked.agent, asked.case)
        self.ending.case_started()
        self.watcher.case_started(asked.agent, asked.case.id)
        ensureDeferred(self._follow(game, url_of(transport))).addErrback(self._fail)
        return game.play

    @property
    def came(self) -> Sequence[str]:
        """Every agent that has come, in that order."""
        return tuple(self._known)

    def _announce(self, agent: str, transport: Any) -> None:
        if agent not in self._known:
            self._known[agent] = None
            ids = [case.id for case in self.plan.cases_for(agent)]
            self.watcher.came(agent, spelled(transport.getPeer()), ids)

    async def _follow(self, game: _Game, target: str) -> None:
        """Wait for the end of a case, and keep what has come of it."""
        agent, case, entry = game.asked.agent, game.asked.case, None
        try:
            played = await game.play.played()
            if not self._is_stopping:
                attempt = replace(played.attempt, was_alone=game.was_alone)
                result = CaseResult(case, (attempt,))
                entry = self._keep(agent, result, played.capture, target)
        finally:
            self._games.discard(game)
            if case.loop is None and burden(case) > MUCH:
                gc.collect()
            game.end()
            self.results.end(agent, case)
            self.ending.case_ended(agent, case.id, is_reported=entry is not None)
            self.watcher.case_ended(agent, case.id, entry)

    def _keep(self, agent: str, result: CaseResult, capture: bytes, target: str) -> Entry | None:
        try:
            return self.results.add(agent, result, [capture], target)
        except OSError as error:
            self.cannot_write(error)
            return None

    def update_reports(self, agent: str | None) -> Deferred[None]:
        """Write the pages because an agent is through; fires when they are there. Whoever cancels
        that does not cancel the writing."""
        told: Deferred[None] = Deferred()

        def written(_: object) -> None:
            self.ending.updated(agent)
            self.watcher.updated(agent or "")
            told.callback(None)

        def failed(failure: Failure) -> None:
            told.errback(failure)
            if isinstance(failure.value, OSError):
                self.cannot_write(failure.value)
            else:
                self._fail(failure)

        self.results.update_pages().addCallbacks(written, failed)
        return told

    def cannot_write(self, error: OSError) -> None:
        """Stop, because a report or a page cannot be written."""
        self.failure = self.failure or error
        self.stop(f"reports cannot be written: {reason(error)}")

    def stop(self, why: str) -> None:
        """Have the server stopped."""
        if not self._is_over:
            self._is_over = True
            self._over(why)

    def abort(self) -> None:
        """Break off what is being played; it is not reported."""
        self._is_over = self._is_stopping = True
        self.ending.stop()
        for game in tuple(self._games):
            game.play.abort()

    def _fail(self, failure: Failure) -> None:
        """A case or a page is lost, and that is all: an error in here may not come up with the next
        client."""
        self._log.failure("Unexpected error in the server", failure)


class _Game:
    """A case that is being played, or waits for that on an open connection."""

    _log = Logger()

    def __init__(
        self, asked: RunCase, resource: str, plan: ServePlan, turns: Turns, reactor: Any
    ) -> None:
        self.asked = asked
        self.play = Play.as_server(
            asked.case, asked.agent, resource, plan.settings, reactor, self._wait
        )
        self.was_alone = True
        self._turns = turns
        self._turn: Deferred[None] | None = None

    def _wait(self, begin: Callable[[], None]) -> None:
        self._turn = self._turns.wait(self.asked.case)
        self._turn.addCallback(lambda _: begin()).addErrback(self._break_off)

    def _break_off(self, failure: Failure) -> None:
        if not failure.check(CancelledError):  # else the client has gone while it waited
            self._log.failure("Unexpected error in a case", failure)
            self.play.abort()

    def end(self) -> None:
        """The connection is gone."""
        if self._turn is not None and not self._turn.called:
            self._turn.cancel()
        elif self._turn is not None:
            self._turns.done(self.asked.case)


def _crowd(games: Iterable[_Game]) -> None:
    """These cases are played side by side."""
    for game in games:
        game.was_alone = False


def url_of(transport: Any) -> str:
    """Where a client has come to."""
    scheme = "wss" if ISSLTransport.providedBy(transport) else "ws"
    return f"{scheme}://{spelled(transport.getHost())}"
