"""Runs that are broken off, by a user or by a server that goes away: what is reported of them."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.defer import Deferred, maybeDeferred

from live import Notes, failed, listening, play
from right_server import RightServer
from servers import wait_for
from wrong_servers import DiesAtThird
from wsconform.cases import Case
from wsconform.runner import Run


class RightAlone(RightServer):
    """Right only as long as nobody else is there, as a server that mixes its connections up."""

    here: set[object] = set()

    def connectionMade(self) -> None:
        self.here.add(self)

    def connectionLost(self, reason: object = None) -> None:
        self.here.discard(self)

    def echo(self, opcode: int, payload: bytes) -> None:
        if len(self.here) > 1:
            self.drop()
        else:
            super().echo(opcode, payload)


def test_what_was_not_repeated_any_more_is_not_reported() -> None:
    class AbortsAtRepetition(Notes):
        run: Run | None = None

        def case_started(self, case: Case, *, again: bool) -> None:
            super().case_started(case, again=again)
            if again and self.run is not None:
                self.run.abort()

    notes = AbortsAtRepetition()

    def remember(run: Run) -> None:
        notes.run = run

    with listening(RightAlone) as port:
        outcome = play(("1.1.*", "1.2.*"), port, notes=notes, run=remember)
    assert failed(outcome) == set()
    assert not outcome.unreachable and outcome.unconfirmed > 0
    assert len(outcome.results) + outcome.unconfirmed == 16
    assert outcome.results == sorted(notes.results, key=lambda one: one.case.id)


def test_a_server_that_refuses_others_while_it_serves_one_is_not_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class RefusesOthers(RightServer):
        here = 0
        closed: Deferred[Any]

        def connectionMade(self) -> None:
            self.door = self.wire.server
            if not self.here:
                self.door.port = self.door.getHost().port
                type(self).closed = maybeDeferred(self.door.stopListening)
            type(self).here += 1

        def connectionLost(self, reason: object = None) -> None:
            type(self).here -= 1
            if not self.here:
                self.closed.addCallback(lambda _: self.door.startListening())

    monkeypatch.setattr("wsconform.runner.PATIENCE", (0.01, 0.01))
    with listening(RefusesOthers) as port:
        outcome = play(("1.1.1", "5.19", "5.20"), port, jobs=2)  # the last two take a second each
        wait_for(lambda: not RefusesOthers.here, "the last connection to end")
    assert not failed(outcome) and not outcome.unreachable
    assert len(outcome.results) == 3


def test_a_server_that_dies_with_few_cases_left_is_given_up_and_they_are_not_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    DiesAtThird.connections = 0
    monkeypatch.setattr("wsconform.runner.PATIENCE", (0.01,))
    with listening(DiesAtThird) as port:
        outcome = play(("1.1.*",), port, jobs=1)
    assert "refused" in outcome.unreachable and "1.1.2 was the last" in outcome.unreachable
    assert [one.case.id for one in outcome.results] == ["1.1.1", "1.1.2", "1.1.3"]
    assert failed(outcome) == {"1.1.3"}
