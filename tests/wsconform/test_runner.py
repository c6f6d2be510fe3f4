"""Runs over real sockets: side by side, repeated, stopped, and against servers that do not open."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.protocol import Protocol

from live import Notes, failed, in_reactor, listening, play, running_reactor, verdicts
from right_server import RightServer
from servers import echo_server
from wirelog.frames import Frame
from wsconform.cases import Case, select
from wsconform.driver.settings import Settings, Target
from wsconform.result import CaseResult
from wsconform.runner import CONVINCED, HOPELESS, Run

QUICK = ("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*")
BRISK = Settings(case=1.0, closing=1.0, server_drop=1.0)
"""Whoever answers at all is in time, on a busy machine as well."""
RACES = {"3.2", "3.3", "3.4", "4.1.3", "4.1.4", "4.1.5", "4.2.3", "4.2.4", "4.2.5", "5.15"}
"""Cases in which a peer may fail the connection before or after its echo has left."""


def test_cases_are_played_and_reported_in_the_order_of_their_ids() -> None:
    notes = Notes()
    with listening(RightServer) as port:
        outcome = play(("1.1.1", "2.10", "7.1.*"), port, notes=notes)
    ids = [one.case.id for one in outcome.results]
    assert ids == [case.id for case in select(("1.1.1", "2.10", "7.1.*")).cases]
    assert sorted(notes.captures) == sorted(ids)
    assert all(len(captures) == 1 for captures in notes.captures.values())
    assert not failed(outcome) and not outcome.unreachable
    assert outcome.results[0].last.agent == "right"


# Repetition


class Flaky(RightServer):
    """Does not answer the first connection, and is right from then on."""

    connections = 0

    def connectionMade(self) -> None:
        type(self).connections += 1
        self.is_flaky = type(self).connections == 1

    def echo(self, opcode: int, payload: bytes) -> None:
        if not self.is_flaky:
            super().echo(opcode, payload)


def test_what_was_not_fine_beside_others_is_repeated_alone_and_both_attempts_are_kept() -> None:
    Flaky.connections, notes = 0, Notes()
    with listening(Flaky) as port:
        outcome = play(("1.1.*",), port, BRISK, notes=notes)
    assert not failed(outcome)
    (repeated,) = [one for one in outcome.results if len(one.attempts) == 2]
    first, second = repeated.attempts
    assert not first.verdict.passed() and second.verdict.passed() and repeated.differs
    assert not first.was_alone and second.was_alone
    assert (repeated.case.id, True) in notes.started
    assert len(notes.captures[repeated.case.id]) == 2


def test_a_case_that_ran_alone_is_not_repeated() -> None:
    Flaky.connections = 0
    with listening(Flaky) as port:
        outcome = play(("1.1.*",), port, BRISK, jobs=1)
    assert failed(outcome) == {"1.1.1"}
    assert all(len(one.attempts) == 1 for one in outcome.results)


class Silent(RightServer):
    def echo(self, opcode: int, payload: bytes) -> None:
        self.drop()


def test_repetitions_that_only_confirm_need_not_be_alone_for_ever() -> None:
    with listening(Silent) as port:
        outcome = play(("6.22.*",), port, BRISK)
    alone = [one.last.was_alone for one in outcome.results]
    assert alone.count(True) == CONVINCED and alone.count(False) == 34 - CONVINCED
    assert all(len(one.attempts) == 2 for one in outcome.results)


# Stopping


class StopsAfterFirst(Notes):
    def __init__(self) -> None:
        super().__init__()
        self.run: Run | None = None

    def case_finished(self, result: CaseResult, captures: Sequence[bytes]) -> None:
        super().case_finished(result, captures)
        assert self.run is not None
        self.run.stop()


def test_a_run_that_is_stopped_reports_what_ran() -> None:
    notes = StopsAfterFirst()

    def remember(run: Run) -> None:
        notes.run = run

    with listening(RightServer) as port:
        outcome = play(("6.*",), port, jobs=4, notes=notes, run=remember)
    assert not outcome.unreachable
    assert 1 <= len(outcome.results) <= 4
    assert len(notes.results) == len(outcome.results)


def test_a_run_that_is_aborted_does_not_wait_for_the_cases() -> None:
    def abort_soon(run: Run) -> None:
        running_reactor().callLater(0.2, run.abort)

    with listening(RightServer) as port:
        outcome = play(("6.4.*",), port, run=abort_soon)
    assert outcome.results == [] and not outcome.unreachable


def test_an_error_of_the_observer_ends_the_run() -> None:
    class Broken(Notes):
        def case_started(self, case: Case, *, again: bool) -> None:
            raise OSError("disk full")

    with listening(RightServer) as port, pytest.raises(OSError, match="disk full"):
        play(("1.*",), port, notes=Broken())


# Servers that cannot be reached


def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        number: int = listener.getsockname()[1]
        return number


def test_a_refused_port_is_said_at_once() -> None:
    outcome = play(("1.*",), unused_port())
    assert outcome.results == []
    assert "refused" in outcome.unreachable


class Answers(Protocol):
    """Sends something as soon as a client is there or has asked."""

    octets = b""
    ends = False

    def dataReceived(self, data: bytes) -> None:
        wire: Any = self.transport
        wire.write(self.octets)
        if self.ends:
            wire.loseConnection()


def answering(sent: bytes, *, then_end: bool = False) -> Callable[[], Protocol]:
    class Server(Answers):
        octets = sent
        ends = then_end

    return Server


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (answering(b"HTTP/1.1 401 Unauthorized\r\n\r\n"), "the server answered 401 Unauthorized"),
        (
            answering(b"HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n"),
            "the server answered 301 Moved, to /x",
        ),
        (answering(b"\0\1\2 garbage"), "the answer is not HTTP"),
        (answering(b"HTTP/1.1 101 x\r\n" + b"x" * 70_000), "more than 65536 octets"),
        (answering(b"", then_end=True), "ended TCP before"),
        (answering(b"HTTP/1.1 101 Ok\r\n"), "no complete answer came in 0.2 s"),
    ],
    ids=["401", "redirect", "garbage", "endless head", "closes at once", "never ends its answer"],
)
def test_a_server_that_never_opens_is_given_up_with_a_reason(
    server: Callable[[], Protocol], why: str
) -> None:
    with listening(server) as port:
        outcome = play(("1.*", "2.*"), port, Settings(opening=0.2), jobs=2)
    assert why in outcome.unreachable
    assert HOPELESS <= len(outcome.results) <= HOPELESS + 2
    assert all(verdict == ("FAILED", "FAILED") for verdict in verdicts(outcome).values())


class DiesAtLongPings(RightServer):
    """A fault in one case takes the whole server down."""

    port: Any = None

    def take(self, frame: Frame) -> None:
        if frame.opcode == 9 and frame.length > 100:
            self.port.stopListening()
            self.wire.abortConnection()
            self.is_through = True
        else:
            super().take(frame)


def test_a_server_that_dies_on_the_way_is_given_up_and_the_last_case_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wsconform.runner.PATIENCE", (0.01,))
    with listening(DiesAtLongPings) as port:
        factory_port = [
            one
            for one in in_reactor(lambda: running_reactor().getReaders())
            if getattr(one, "port", None) is not None and one.getHost().port == port
        ]
        DiesAtLongPings.port = factory_port[0]
        outcome = play(("2.*", "7.*"), port, BRISK, jobs=1)
    assert "refused" in outcome.unreachable and "case 2.4 was the last" in outcome.unreachable
    assert verdicts(outcome)["2.3"] == ("OK", "OK")
    assert verdicts(outcome)["2.4"] == ("FAILED", "FAILED")


def test_a_server_that_takes_one_connection_at_a_time_is_played_case_by_case() -> None:
    class OneAtATime(RightServer):
        busy: list[object] = []

        def dataReceived(self, data: bytes) -> None:
            if self.busy and self.busy[0] is not self:
                return
            self.busy[:] = [self]
            super().dataReceived(data)

        def connectionLost(self, reason: object = None) -> None:
            if self.busy and self.busy[0] is self:
                self.busy.clear()

    with listening(OneAtATime) as port:
        outcome = play(("7.7.*", "6.4.1"), port, Settings(opening=1.0), jobs=4)
    assert not failed(outcome) and not outcome.unreachable


# Real servers


def test_wsecho_passes_everything_strictly(tmp_path: Path) -> None:
    with echo_server(tmp_path) as server:
        outcome = play((*QUICK, "9.7.1", "12.1.3", "13.5.2"), server.port)
    assert {one.case.id for one in outcome.results if not one.verdict.passed(strict=True)} == set()


@pytest.fixture
def plain_server() -> Iterator[int]:
    program = Path(__file__).parents[1] / "bench" / "plain_server.py"
    with subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        match = re.search(r"\d+", process.stdout.readline())
        assert match is not None
        yield int(match.group())
        process.terminate()


def test_a_plain_autobahn_server_gets_the_verdicts_of_the_published_suite(
    plain_server: int, published_run: dict[str, dict[str, Any]]
) -> None:
    outcome = play((*QUICK, "9.1.*", "9.5.6", "9.7.2"), plain_server)
    differing = {
        id_: verdict
        for id_, verdict in verdicts(outcome).items()
        if verdict != (published_run[id_]["behavior"], published_run[id_]["behaviorClose"])
    }
    assert set(differing) <= RACES
    assert all(behavior in ("OK", "NON-STRICT") for behavior, _ in differing.values())


def test_a_name_is_resolved() -> None:
    with listening(RightServer) as port:
        outcome = play(("1.1.1",), Target("localhost", port))
    assert not failed(outcome)
