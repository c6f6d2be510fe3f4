"""A small and strict echo peer, the measure of `wrong_servers` and `wrong_clients`."""

from __future__ import annotations

from typing import Any

from twisted.internet.protocol import Protocol

from wirelog.frames import Close, Frame, Opcode, Side
from wirelog.handshake import HEAD_END, HttpHead
from wirelog.parser import FrameParser
from wirelog.rules.rule import Problem
from wirelog.utf8 import Utf8Check


class RightPeer(Protocol):
    """Echoes messages, answers pings, fails at the first octet that is wrong."""

    other: Side
    """The role of the side that it talks with."""

    def __init__(self) -> None:
        self.head = b""
        self.parser: FrameParser | None = None
        self.first: Frame | None = None
        self.octets = b""
        self.is_through = False

    # What is mostly changed

    def problems(self, frame: Frame) -> list[Problem]:
        return frame.check(self.other)

    def is_out_of_place(self, frame: Frame) -> bool:
        return frame.opcode < 3 and (self.first is None) == (frame.opcode == Opcode.CONT)

    def is_text_bad(self, frame: Frame, octets: bytes) -> bool:
        return Utf8Check().feed(octets, final=frame.fin and frame.is_complete) is not None

    def echo(self, opcode: int, payload: bytes) -> None:
        self.send(Frame(opcode, payload))

    def pong(self, payload: bytes) -> None:
        self.send(Frame(Opcode.PONG, payload))

    def reply(self, close: Close) -> None:
        self.send(Frame(Opcode.CLOSE, Close(close.code).serialize()))
        self.drop()

    def fail(self, code: int) -> None:
        self.send(Frame(Opcode.CLOSE, Close(code).serialize()))
        self.drop()

    def send(self, frame: Frame) -> None:
        self.wire.write(frame.serialize())

    def drop(self) -> None:
        self.is_through = True
        self.wire.loseConnection()

    def begun(self) -> None:
        pass

    # The rest

    def take_head(self, head: HttpHead) -> None:
        raise NotImplementedError

    @property
    def wire(self) -> Any:
        return self.transport

    def dataReceived(self, data: bytes) -> None:
        if self.is_through:
            return
        if self.parser is None:
            self.head += data
            if HEAD_END in self.head:
                head, _, data = self.head.partition(HEAD_END)
                self.take_head(HttpHead.parse(head + HEAD_END))
                self.parser = FrameParser()
                self.begun()
                self.frames(data)
        else:
            self.frames(data)

    def frames(self, data: bytes) -> None:
        assert self.parser is not None
        for parsed in self.parser.feed(data):
            self.look(parsed.frame)
            if self.is_through:
                return
            self.take(parsed.frame)
            if self.is_through:
                return
        pending = self.parser.pending()
        if pending is not None:
            self.look(pending.frame)

    def look(self, frame: Frame) -> None:
        """Fail if the frame is wrong as far as it is here."""
        problems = self.problems(frame)
        is_text = frame.opcode < 3 and (self.first or frame).opcode == Opcode.TEXT
        if problems:
            self.fail(problems[0].close_code)
        elif self.is_out_of_place(frame):
            self.fail(1002)
        elif is_text and self.is_text_bad(frame, self.octets + frame.payload):
            self.fail(1007)

    def take(self, frame: Frame) -> None:
        if frame.opcode == Opcode.PING:
            self.pong(frame.payload)
        elif frame.opcode == Opcode.CLOSE:
            self.reply(Close.parse(frame.payload))
        elif frame.opcode < 3:
            self.take_data(frame)

    def take_data(self, frame: Frame) -> None:
        self.first = self.first or frame
        self.octets += frame.payload
        if frame.fin:
            first, octets = self.first, self.octets
            self.first, self.octets = None, b""
            self.echo(first.opcode, octets)
