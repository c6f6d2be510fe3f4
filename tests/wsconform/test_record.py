"""Captures of cases are read by the reader of the format, and nothing in them is out of order."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from memory_client import MemoryClient
from memory_server import MemoryServer, close, text
from wirelog.closing import FACTS
from wirelog.conversation import Conversation
from wirelog.ending import Ending
from wirelog.formats import load
from wirelog.reader import Capture
from wsconform.record import RX, TX, CaseRecord, Moment, counts_as_json


def read(octets: bytes) -> Capture:
    capture = load(io.BytesIO(octets), "case")
    assert [str(one) for one in capture.notices] == []
    return capture


def test_a_capture_says_what_was_played_and_what_came_of_it() -> None:
    server = MemoryServer("7.1.1").open("Server: me").send(text("Hello World!"), close(1000)).drop()
    capture = read(server.played.capture)
    header = capture.header
    assert (header["role"], header["case"], header["agent"]) == ("client", "7.1.1", "me")
    assert (header["url"], header["peer"]) == ("/", "127.0.0.1:9000")
    assert capture.report["behavior"] == "OK" and capture.report["behaviorClose"] == "OK"
    assert capture.report["received"] == [["message", "Hello World!", False]]
    assert capture.report["expected"] == {"OK": [["message", "Hello World!", False]]}
    assert capture.records[0].text == "TCP CONNECTED"


ENDS: dict[str, Callable[[Any], object]] = {
    "7.1.1": lambda peer: peer.send(text("Hello World!"), close(1000)).drop(),
    "3.1": lambda peer: peer.wait(1).send(close(1002)).drop(),
    "1.1.1": lambda peer: peer.wait(3),
    "2.1": lambda peer: peer.send(close(1001)).wait(3),
}


@pytest.mark.parametrize("kind", [MemoryServer, MemoryClient])
@pytest.mark.parametrize("case", ENDS)
def test_the_facts_of_the_trailer_are_those_that_the_events_show(
    case: str, kind: type[MemoryServer | MemoryClient]
) -> None:
    peer = kind(case).open()
    ENDS[case](peer)
    capture = read(peer.played.capture)
    shown = Ending.of(capture, Conversation.of(capture)).facts()
    assert capture.trailer is not None
    differing = {name for name in FACTS if shown[name] != capture.trailer[name]}
    assert differing <= {"wasNotCleanReason"}


def test_octets_and_frames_are_counted() -> None:
    record = CaseRecord()
    record.begin("TCP CONNECTED")
    record.octets(RX, b"abc")
    record.octets(RX, b"abc")
    record.octets(TX, b"\x81\x01x", has_frames=True)
    record.frame(RX, (1, True, 0), 1, None, b"x")
    assert (record.received.count, record.received.octets) == (2, 6)
    assert counts_as_json(record.received.sizes) == {"3": 2}
    lines = record.finish({}, {}).decode().splitlines()
    assert [line.split(" ", 2)[2] for line in lines if line[:1].isdigit()][3:5] == [
        "TX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=1, MASK=None",
        "TX OCTETS: 810178",
    ]


def test_a_record_can_begin_in_the_past() -> None:
    record = CaseRecord(clock=lambda: 5000)
    since = Moment(datetime(2026, 11, 22, 13, 0, tzinfo=UTC), 1000)
    record.begin("TCP ACCEPTED", since)
    record.octets(RX, b"GET", at=2500)
    record.event("NOTE now")
    lines = record.finish({}, {}).decode().splitlines()
    assert '"started":"2026-11-22T13:00:00.000Z"' in lines[0]
    assert [line.split()[1] for line in lines[1:4]] == [
        "+0.000000000", "+0.000001500", "+0.000004000",
    ]  # fmt: skip
