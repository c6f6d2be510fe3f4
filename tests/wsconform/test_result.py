"""Results: what is played again, and how payloads are shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from memory_server import MemoryServer, close, text
from wsconform.cases.events import Message, Pong, Timeout
from wsconform.judge import Behavior, BehaviorClose
from wsconform.result import Attempt, CaseResult, event_row, shown


@pytest.fixture(scope="module")
def attempt() -> Attempt:
    server = MemoryServer("7.1.1").open().send(text("Hello World!"), close(1000)).drop()
    return server.played.attempt


def judged(attempt: Attempt, behavior: str, closing: str = "OK") -> Attempt:
    verdict = replace(
        attempt.verdict, behavior=Behavior(behavior), behavior_close=BehaviorClose(closing)
    )
    return replace(attempt, verdict=verdict)


@pytest.mark.parametrize(
    ("behavior", "closing", "fine"),
    [
        ("OK", "OK", True),
        ("INFORMATIONAL", "INFORMATIONAL", True),
        ("UNIMPLEMENTED", "OK", True),
        ("NON-STRICT", "OK", False),
        ("FAILED", "OK", False),
        ("OK", "WRONG CODE", False),
        ("OK", "FAILED BY CLIENT", False),
    ],
)
def test_what_is_not_fine_is_worth_another_attempt(
    attempt: Attempt, behavior: str, closing: str, fine: bool
) -> None:
    assert judged(attempt, behavior, closing).is_fine is fine


def test_the_last_attempt_counts(attempt: Attempt) -> None:
    first, second = judged(attempt, "FAILED"), judged(attempt, "OK")
    result = CaseResult(MemoryServer("7.1.1").case, (first, second))
    assert result.verdict.behavior is Behavior.OK
    assert result.differs
    assert not CaseResult(result.case, (first, first)).differs


def test_payloads_are_shown_as_the_published_reports_do() -> None:
    assert shown(b"a" * 60) == "a" * 60
    assert shown(b"a" * 61) == "a" * 61 + " ..."
    assert shown(b"a" * 90) == "a" * 64 + " ..."
    assert shown(b"\xff\xfe") == "0xfffe"
    assert shown(b"a" * 63 + "ü".encode()) == "0x" + "61" * 63 + "c3 ..."


def test_events_are_rows() -> None:
    assert event_row(Message(b"x", True)) == ["message", "x", True]
    assert event_row(Pong(b"x")) == ["pong", "x"]
    assert event_row(Timeout("A")) == ["timeout", "A"]
