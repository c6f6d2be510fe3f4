"""The server's end of a connection in memory, for tests of the driver: time moves when told.

The client's end is in `memory_client`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Self

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from wirelog.frames import Close, Frame, Opcode
from wirelog.handshake import HEAD_END, HttpHead, accept_for
from wirelog.parser import FrameParser
from wsconform.cases import CASES, Case
from wsconform.driver.connection import Connection
from wsconform.driver.play import Play, Played
from wsconform.driver.settings import Settings, Target
from wsconform.transcript import ClosingFacts

TARGET = Target("test.example", 9000)


class Transport(StringTransport):
    """Remembers each write and how it was ended, and tells the protocol as TCP does: later."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(
            IPv4Address("TCP", "127.0.0.1", 53122), IPv4Address("TCP", "127.0.0.1", 9000)
        )
        self.clock = clock
        self.protocol: Any = None
        self.writes: list[bytes] = []
        self.ended = ""

    def write(self, data: bytes) -> None:
        self.writes.append(data)
        super().write(data)

    def loseConnection(self) -> None:
        self._end("FIN", ConnectionDone())

    def abortConnection(self) -> None:
        self._end("RST", ConnectionAborted())

    def _end(self, how: str, error: Exception) -> None:
        if not self.ended:
            self.ended = how
            self.clock.callLater(0, self.protocol.connectionLost, Failure(error))


class StuckTransport(Transport):
    """Cannot get rid of what was written: the peer does not read."""

    def loseConnection(self) -> None:
        self.ended = ""


class MemoryPeer:
    """The other end of a connection on which a case is played."""

    masks = False
    """Whether it masks what it sends."""

    def __init__(self, play: Play, clock: Clock, transport: type[Transport]) -> None:
        self.play = play
        self.clock = clock
        self.connection: Connection = play.connection
        self.transport = transport(clock)
        self.transport.protocol = self.connection
        self._played: list[Played] = []
        self._parser = FrameParser()
        self._seen = 1
        """Writes that were looked at; the first one is an HTTP head."""
        Deferred.fromCoroutine(play.played()).addCallback(self._played.append)

    def send(self, *sent: Frame | bytes, chop: int = 0) -> Self:
        """Send frames and octets, all at once or chopped."""
        octets = b"".join(one if isinstance(one, bytes) else self._wire(one) for one in sent)
        for at in range(0, len(octets), chop or len(octets) or 1):
            self.connection.dataReceived(octets[at : at + (chop or len(octets))])
        return self

    def _wire(self, frame: Frame) -> bytes:
        is_bare = self.masks and frame.mask is None
        return (replace(frame, mask=b"abcd") if is_bare else frame).serialize()

    def wait(self, seconds: float = 0.0) -> Self:
        """Let time pass, in steps that are short enough for queued writes."""
        end = self.clock.seconds() + seconds
        while self.clock.getDelayedCalls() and self.clock.seconds() < end:
            first = min(call.getTime() for call in self.clock.getDelayedCalls())
            self.clock.advance(max(min(first, end) - self.clock.seconds(), 0))
        self.clock.advance(max(end - self.clock.seconds(), 0))
        return self

    def drop(self, error: type[Exception] = ConnectionDone) -> Self:
        """End TCP, with FIN or with RST, unless the other side has."""
        if not self.transport.ended:
            self.connection.connectionLost(Failure(error()))
        return self

    def reset(self) -> Self:
        """End TCP with RST."""
        return self.drop(ConnectionLost)

    @property
    def received(self) -> list[Frame]:
        """The frames that have come since the last look, without their masks."""
        octets = b"".join(self.transport.writes[self._seen :])
        self._seen = len(self.transport.writes)
        return [replace(one.frame, mask=None) for one in self._parser.feed(octets)]

    @property
    def facts(self) -> ClosingFacts:
        """How it ended, or stands."""
        return self.connection.facts

    @property
    def played(self) -> Played:
        """What became of the case."""
        self.wait()
        assert self._played, "the case is still being played"
        return self._played[0]

    @property
    def verdict(self) -> tuple[str, str]:
        """Both words."""
        verdict = self.played.attempt.verdict
        return str(verdict.behavior), str(verdict.behavior_close)

    @property
    def events(self) -> list[str]:
        """The events of the capture that are no octets and no frames."""
        lines = self.played.capture.decode().splitlines()
        words = [line.split(" ", 2)[2] for line in lines if line[:1].isdigit()]
        return [one for one in words if not one.startswith(("RX", "TX"))]


def begun() -> Clock:
    """A clock that does not stand at zero."""
    clock = Clock()
    clock.advance(100)
    return clock


class MemoryServer(MemoryPeer):
    """Talks with the client that plays a case."""

    def __init__(
        self, case: Case | str, settings: Settings | None = None, target: Target = TARGET,
        transport: type[Transport] = Transport,
    ) -> None:  # fmt: skip
        clock = begun()
        self.case = CASES[case] if isinstance(case, str) else case
        play = Play.as_client(self.case, target, settings or Settings(), clock)
        super().__init__(play, clock, transport)
        self.connection.makeConnection(self.transport)

    @property
    def request(self) -> HttpHead:
        """What the client asked for."""
        head, _, _ = self.transport.value().partition(HEAD_END)
        return HttpHead.parse(head + HEAD_END)

    def response(self, *lines: str, **changes: str) -> bytes:
        """A sound answer with more lines; `changes` are headers, with underscores for hyphens."""
        headers = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Accept": accept_for(self.request.get("Sec-WebSocket-Key") or ""),
        }
        headers |= {name.replace("_", "-"): value for name, value in changes.items()}
        fields = [f"{name}: {value}" for name, value in headers.items() if value]
        start = "HTTP/1.1 101 Switching Protocols"
        return "\r\n".join([start, *fields, *lines, "", ""]).encode()

    def open(self, *lines: str) -> MemoryServer:
        """Open with a sound handshake."""
        self.connection.dataReceived(self.response(*lines))
        assert self.connection.opened is not None, self.connection.opening_problem
        return self


def text(octets: bytes | str, **more: Any) -> Frame:
    return Frame(Opcode.TEXT, octets if isinstance(octets, bytes) else octets.encode(), **more)


def binary(octets: bytes) -> Frame:
    return Frame(Opcode.BINARY, octets)


def close(code: int | None = None, reason: str = "", *, stray: bytes = b"") -> Frame:
    return Frame(Opcode.CLOSE, Close(code, reason.encode(), stray).serialize())


def ping(octets: bytes = b"") -> Frame:
    return Frame(Opcode.PING, octets)


def pong(octets: bytes = b"") -> Frame:
    return Frame(Opcode.PONG, octets)


def opcodes(frames: Iterable[Frame]) -> list[int]:
    return [int(frame.opcode) for frame in frames]
