"""Connections to the echo server: in memory, with transport and clock of ours, and real ones."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IAddress
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from wirelog.frames import Frame
from wirelog.handshake import HttpHead
from wirelog.parser import FrameParser
from wsecho.factory import EchoFactory

KEY = "hV2ZcE0t3wJm8yq5Jx9LAg=="
MASK = bytes.fromhex("06cef012")


class Transport(StringTransport):
    """Remembers how it was ended."""

    def __init__(self, peer: IAddress | None = None) -> None:
        super().__init__(IPv4Address("TCP", "127.0.0.1", 9000))
        self.peerAddr = peer or IPv4Address("TCP", "127.0.0.1", 53122)
        self.ended = ""

    def loseWriteConnection(self) -> None:
        self.ended = self.ended or "FIN"

    def loseConnection(self) -> None:
        self.ended = self.ended or "closed"

    def abortConnection(self) -> None:
        self.ended = "RST"

    def setTcpNoDelay(self, enabled: bool) -> None:
        """TCP in memory is always quick."""


class Connection:
    """A client's end of a connection to a server in memory."""

    def __init__(self, factory: EchoFactory, clock: Clock, captures: Path) -> None:
        self.clock = clock
        self.captures = captures
        self.transport = Transport()
        self.protocol = factory.buildProtocol(None)
        self.protocol.makeConnection(self.transport)

    def send(self, *sent: Frame | bytes, chop: int = 0) -> Connection:
        """Send frames masked as a client must, and octets as they are; all at once or chopped."""
        octets = b"".join(map(on_the_wire, sent))
        for at in range(0, len(octets), chop or len(octets) or 1):
            self.protocol.dataReceived(octets[at : at + (chop or len(octets))])
        return self

    def open(self, target: str = "/test", **headers: str) -> Connection:
        """Open with a sound handshake; `headers` with underscores for hyphens."""
        self.send(request(target, **headers))
        assert self.status == 101, self.transport.value()
        return self

    @property
    def response(self) -> HttpHead:
        """The head of the server's answer."""
        octets = self.transport.value()
        return HttpHead.parse(octets[: octets.index(b"\r\n\r\n") + 4])

    @property
    def status(self) -> int:
        return int(self.response.words[1])

    @property
    def body(self) -> bytes:
        """What follows the head of the server's answer."""
        return self.transport.value().partition(b"\r\n\r\n")[2]

    @property
    def frames(self) -> list[Frame]:
        """What the server has sent."""
        return [parsed.frame for parsed in FrameParser().feed(self.body)]

    def end(self, reason: Exception | None = None) -> list[str]:
        """TCP is gone; the lines of the capture."""
        self.protocol.connectionLost(Failure(reason or ConnectionDone()))
        return self.lines

    def reset(self) -> list[str]:
        """TCP ends with an RST from the client; the lines of the capture."""
        return self.end(ConnectionLost())

    @property
    def lines(self) -> list[str]:
        return self.path.read_text().splitlines()

    @property
    def path(self) -> Path:
        """The only capture."""
        (path,) = self.captures.rglob("*.log")
        return path

    @property
    def events(self) -> list[str]:
        """The capture's events without number, time and octets."""
        events = [line.split(" ", 2)[2] for line in self.lines if line[:1].isdigit()]
        return [event.split(": ")[0] if "OCTETS" in event else event for event in events]


def request(target: str = "/test", **headers: str) -> bytes:
    """An opening handshake; a header given as empty text is left out."""
    fields = {
        "Host": "127.0.0.1:9000",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [
        f"GET {target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in fields.items() if value),
    ]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")


def on_the_wire(sent: Frame | bytes) -> bytes:
    return sent if isinstance(sent, bytes) else replace(sent, mask=sent.mask or MASK).serialize()


class Client:
    """A client's end of a real connection, over a socket that is connected already."""

    def __init__(self, sock: socket.socket) -> None:
        sock.settimeout(10)
        self.sock = sock
        self.received = b""
        """Everything that came from the server."""

    @classmethod
    def connect(cls, port: int) -> Client:
        """Over TCP on this machine."""
        return cls(socket.create_connection(("127.0.0.1", port)))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def open(self, target: str = "/test", **headers: str) -> Client:
        """Open with a sound handshake."""
        self.sock.sendall(request(target, **headers))
        while b"\r\n\r\n" not in self.received:
            self._receive()
        return self

    def send(self, *sent: Frame | bytes) -> Client:
        """Send frames, masked as a client must, and octets as they are."""
        self.sock.sendall(b"".join(map(on_the_wire, sent)))
        return self

    def frames(self, count: int) -> list[Frame]:
        """All frames that came, as soon as there are so many."""
        while len(self._frames()) < count:
            self._receive()
        return self._frames()

    def rest(self) -> list[Frame]:
        """All frames that came, after the server has ended its direction."""
        while octets := self.sock.recv(65536):
            self.received += octets
        return self._frames()

    def _receive(self) -> None:
        octets = self.sock.recv(65536)
        assert octets, "the server has ended the connection"
        self.received += octets

    def _frames(self) -> list[Frame]:
        body = self.received.partition(b"\r\n\r\n")[2]
        return [parsed.frame for parsed in FrameParser().feed(body)]
