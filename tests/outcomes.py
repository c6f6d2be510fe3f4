"""Results of cases for tests of reports: what a runner would hand over, made up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from wsconform.cases import CASES
from wsconform.cases.events import Event, Message
from wsconform.judge import judge
from wsconform.record import RX, TX, CaseRecord
from wsconform.report.case_report import Source
from wsconform.report.entry import Entry
from wsconform.result import Attempt, CaseResult
from wsconform.transcript import ClosingFacts, Transcript

HELLO = Message(b"Hello, world!", False)
REFUSED = ClosingFacts(was_clean=True, local_close_code=1000, remote_close_code=1002)
CLEAN = ClosingFacts(
    closed_by_me=True, was_clean=True, local_close_code=1000, remote_close_code=1000
)
IGNORED = ClosingFacts(closed_by_me=True, was_clean=True, local_close_code=1001)
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
RESPONSE = b"HTTP/1.1 101 Switching Protocols\r\nServer: x\r\n\r\n"
STARTED = datetime(2026, 11, 22, 13, 0, 0, 123456, UTC)


def attempt(case_id: str, *events: Event, closing: ClosingFacts = REFUSED, **facts: Any) -> Attempt:
    transcript = Transcript(events, closing, **facts)
    record = recorded()
    return Attempt(
        verdict=judge(CASES[case_id], transcript),
        transcript=transcript,
        started=STARTED,
        milliseconds=12,
        request=REQUEST,
        response=RESPONSE,
        agent="x",
        sent=record.sent,
        received=record.received,
    )


def recorded(payload: bytes = b"Hello, world!") -> CaseRecord:
    record = CaseRecord()
    record.event("TCP CONNECTED")
    record.octets(TX, REQUEST)
    record.octets(RX, RESPONSE)
    record.event("FAIL CONNECTION AFTER 1.000000 sec")
    record.frame(TX, (1, True, 0), len(payload), b"\1\2\3\4", payload, extras=", CHOPSIZE=1")
    record.octets(TX, b"\x81\x8d\1\2\3\4" + payload)
    record.octets(RX, b"\x81\x0d" + payload)
    record.frame(RX, (1, True, 0), len(payload), None, payload)
    record.event("TCP DROPPED BY PEER (FIN)")
    return record


def capture(payload: bytes = b"Hello, world!") -> bytes:
    return recorded(payload).finish({"role": "client", "case": "4.2.3"}, {"isServer": False})


def result(case_id: str, *attempts: Attempt) -> CaseResult:
    return CaseResult(CASES[case_id], attempts)


def good(case_id: str = "4.2.3") -> CaseResult:
    return result(case_id, attempt(case_id, HELLO))


def bad(case_id: str = "4.2.3") -> CaseResult:
    return result(case_id, attempt(case_id, HELLO, HELLO, closing=IGNORED))


def source(agent: str = "x/1.0", url: str = "ws://127.0.0.1:9001/", run: str = "one") -> Source:
    return Source(agent, url, run)


def entry(case_id: str = "4.2.3", behavior: str = "OK", close: str = "OK", **facts: Any) -> Entry:
    report = {
        "id": case_id, "agent": "x", "behavior": behavior, "behaviorClose": close,
        "result": "so it was", "resultClose": "so it ended", "started": "2026-11-22T13:00:00.123Z",
        "duration": 12, "wanted": ["OK: nothing"], "heard": "something",
    }  # fmt: skip
    return Entry.of({**report, **facts}, f"x_case_{case_id.replace('.', '_')}.json")
