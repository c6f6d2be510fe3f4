"""Captures of cases are read by the reader of the format, and nothing in them is out of order."""

from __future__ import annotations

import io

from memory_server import MemoryServer, close, text
from wirelog.closing import FACTS
from wirelog.conversation import Conversation
from wirelog.ending import Ending
from wirelog.formats import load
from wirelog.reader import Capture
from wsconform.record import RX, TX, CaseRecord, counts_as_json


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


def test_the_facts_of_the_trailer_are_those_that_the_events_show() -> None:
    for case, play in {
        "7.1.1": lambda server: server.send(text("Hello World!"), close(1000)).drop(),
        "3.1": lambda server: server.wait(1).send(close(1002)).drop(),
        "1.1.1": lambda server: server.wait(3),
        "2.1": lambda server: server.send(close(1001)).wait(3),
    }.items():
        server = MemoryServer(case).open()
        play(server)
        capture = read(server.played.capture)
        shown = Ending(capture, Conversation.of(capture)).facts()
        assert capture.trailer is not None
        differing = {name for name in FACTS if shown[name] != capture.trailer[name]}
        assert differing <= {"wasNotCleanReason"}, case


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
