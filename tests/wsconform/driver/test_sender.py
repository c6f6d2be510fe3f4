"""Frames on their way out: recorded as they are sent, and in the right order."""

from __future__ import annotations

from twisted.internet.task import Clock

from wirelog.frames import Frame, Opcode
from wirelog.parser import FrameParser
from wsconform.driver.outgoing import Packed, WriteQueue
from wsconform.driver.sender import Sender
from wsconform.record import TX, CaseRecord


class Wire:
    """A sender, what it wrote, and what was recorded of it."""

    def __init__(self, *, masks: bool = False) -> None:
        self.written = b""
        self.record = CaseRecord()
        self.sender = Sender(self.record, WriteQueue(Clock(), self._write), masks=masks)

    def _write(self, octets: bytes) -> None:
        self.record.octets(TX, octets)
        self.written += octets

    @property
    def frames(self) -> list[Frame]:
        return [one.frame for one in FrameParser().feed(self.written)]

    @property
    def lines(self) -> list[str]:
        capture = self.record.finish({}, {}).decode().splitlines()[1:-1]
        return [line.split(" ", 2)[2] for line in capture if line[:1].isdigit()]


def test_a_server_does_not_mask_and_a_client_does() -> None:
    server, client = Wire(), Wire(masks=True)
    for wire in (server, client):
        wire.sender.frame(Frame(Opcode.TEXT, b"Hello"))
    assert server.frames[0].mask is None and client.frames[0].mask is not None
    assert client.frames[0].payload == b"Hello"


def test_the_line_of_a_frame_stands_before_its_octets_and_says_how_it_is_written() -> None:
    wire = Wire()
    wire.sender.frame(Frame(Opcode.PING, b"abc"), chop=2)
    assert wire.lines[:2] == [
        "TX FRAME : OPCODE=9, FIN=True, RSV=0, PAYLOAD-LEN=3, MASK=None, CHOPSIZE=2",
        "TX OCTETS: 8903",
    ]
    alone = Wire()
    alone.sender.frame(Frame(Opcode.PING), alone=True)
    assert alone.lines[0].endswith("MASK=None, SYNC=True")


def test_frames_of_a_packed_message_are_counted() -> None:
    wire = Wire(masks=True)
    frames = (Frame(Opcode.TEXT, b"a", fin=False), Frame(Opcode.CONT, b"b"))
    octets = wire.sender.packed(Packed(frames, masks=True))
    assert [one.frame.payload for one in FrameParser().feed(octets)] == [b"a", b"b"]
    assert wire.record.sent.frames == {1: 1, 0: 1}


def test_parts_become_one_frame() -> None:
    wire = Wire(masks=True)
    wire.sender.start(Frame(Opcode.TEXT, fin=False), 10)
    for part in (b"abc", b"defg", b"hij", b"too much"):
        wire.sender.part(part)
    assert [one.payload for one in wire.frames] == [b"abcdefghij"]


def test_a_pong_waits_for_the_end_of_a_frame_and_a_close_ends_it() -> None:
    wire = Wire()
    wire.sender.start(Frame(Opcode.BINARY), 4)
    wire.sender.frame(Frame(Opcode.PONG, b"!"))
    wire.sender.part(b"a")
    assert wire.frames == []
    wire.sender.frame(Frame(Opcode.CLOSE))
    assert [(one.opcode, one.payload) for one in wire.frames] == [
        (Opcode.BINARY, b"a\0\0\0"),
        (Opcode.PONG, b"!"),
        (Opcode.CLOSE, b""),
    ]
