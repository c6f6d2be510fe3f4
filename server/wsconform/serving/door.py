"""Where every connection comes in: the head of the request says what it is for.

A WebSocket connection to `/runCase` is handed over to the play of that case, with all that came so
far and when; any other WebSocket connection to `control`, and the rest to the pages. A request that
cannot be served gets an HTTP status and a sentence.
"""

from __future__ import annotations

import re
import resource
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IAddress, IProtocolNegotiationFactory
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel
from zope.interface import implementer

from wirelog.escaping import disarm
from wirelog.handshake import HEAD_END, HttpHead
from wsconform.driver.accepting import BAD, TOO_LARGE, ServerOpening, refusal
from wsconform.driver.arrival import Arrival
from wsconform.driver.clock import Timers
from wsconform.driver.opening import HandshakeFailed
from wsconform.serving.answers import KINDS
from wsconform.serving.control import ControlFactory
from wsconform.serving.server import FuzzingServer
from wsconform.serving.urls import Asked, Page, Refused, RunCase, asked

RESERVE = 64
"""Files that may be open beside connections: reports, captures, what Python has."""
MOST = 4096
LINGER = 1.0
"""Seconds that a peer has to read why it was refused."""
TLS_HELLO = b"\x16\x03"
FULL = "503 Service Unavailable"
LATE = "408 Request Timeout"
VERSION = "505 HTTP Version Not Supported"
HTTP_VERSIONS = ("HTTP/1.0", "HTTP/1.1")


def most_connections() -> int:
    """How many connections at once the limit on open files (RLIMIT_NOFILE) allows."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(min(soft - RESERVE, MOST), 1)


@implementer(IProtocolNegotiationFactory)
class Doors(Factory):
    """Makes a door for each connection, and knows those that are there."""

    noisy = False

    def __init__(self, server: FuzzingServer, site: Any, reactor: Any) -> None:
        self.server = server
        self.site = site
        self.reactor = reactor
        self.control = ControlFactory(server, reactor)
        self.most = most_connections()
        self._doors: set[Door] = set()
        self._emptied: Deferred[None] | None = None
        self._has_complained = False

    def acceptableProtocols(self) -> list[bytes]:
        """What TLS agrees on by ALPN; untold, Twisted refuses all who offer it, as browsers do."""
        return [b"http/1.1"]

    def buildProtocol(self, addr: IAddress | None) -> Door:
        """A connection was accepted."""
        return Door(self, addr)

    def came(self, door: Door) -> None:
        """A connection is there."""
        self._doors.add(door)

    def left(self, door: Door) -> None:
        """A connection is gone."""
        self._doors.discard(door)
        if self._emptied is not None and not self._doors:
            self._emptied.callback(None)
            self._emptied = None

    @property
    def is_full(self) -> bool:
        """Whether there are more connections than allowed."""
        if len(self._doors) > self.most and not self._has_complained:
            self._has_complained = True
            self.server.watcher.trouble(
                f"more than {self.most} connections at once: the others are refused; the limit on "
                "open files (ulimit -n) decides"
            )
        return len(self._doors) > self.most

    @property
    def is_overrun(self) -> bool:
        """Whether there are so many that they cannot even be refused in words."""
        return len(self._doors) > self.most + RESERVE // 2

    def go_down(self) -> Deferred[None]:
        """End all connections; fires when they are gone."""
        if not self._doors:
            return succeed(None)
        emptied = self._emptied = Deferred()
        for door in tuple(self._doors):
            door.go_down()
        return emptied


class Door(Protocol):
    """One connection."""

    transport: Any

    def __init__(self, doors: Doors, address: IAddress | None) -> None:
        self._doors = doors
        self._address = address
        self._timers = Timers(doors.reactor)
        self._arrival = Arrival(doors.reactor)
        self._size = 0
        self._inside: Any = None
        """The protocol that has the connection; None while that is not decided."""
        self._agent: str | None = None

    def connectionMade(self) -> None:
        """A connection was accepted."""
        self._doors.came(self)
        if hasattr(self.transport, "setTcpKeepAlive"):  # or who is gone for good is never missed
            self.transport.setTcpKeepAlive(True)
        if self._doors.is_overrun:
            self.transport.abortConnection()
            return
        opening = self._doors.server.plan.settings.opening
        self._timers.set("opening", opening, lambda: self._is_late(opening))

    def dataReceived(self, data: bytes) -> None:
        """Octets have come."""
        if self._inside is not None:
            self._inside.dataReceived(data)
            return
        self._arrival.take(data)
        self._size += len(data)
        try:
            self._look()
        except Refused as refused:
            self._refuse(refused)
        except HandshakeFailed as failed:
            self._leave(failed.answer)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection is gone."""
        self._timers.cancel_all()
        if self._inside is not None:
            self._inside.connectionLost(reason)
        if self._agent is not None:
            self._doors.server.ending.left(self._agent)
        self._doors.left(self)

    def go_down(self) -> None:
        """The server ends."""
        if hasattr(self._inside, "go_down"):
            self._inside.go_down()
        elif self._inside is None:
            self._refuse(Refused(FULL, "the server ends"))
        else:
            self.transport.loseConnection()
        self._timers.set("lingering", LINGER, self.transport.abortConnection)

    def _look(self) -> None:
        """Decide what the connection is for, if its head is there; raises `Refused`."""
        if not self._arrival.head_ends:
            if self._size > self._doors.server.plan.settings.head:
                raise Refused(TOO_LARGE, "the head of the request is too long")
            if self._arrival.chunks[0].octets.startswith(TLS_HELLO):
                raise Refused(BAD, "this looks like TLS, and plain HTTP is spoken here: use ws://")
            return
        octets = self._arrival.octets
        end = octets.index(HEAD_END) + len(HEAD_END)
        if end > self._doors.server.plan.settings.head:
            raise Refused(TOO_LARGE, "the head of the request is too long")
        head = HttpHead.parse(octets[:end])
        if len(head.words) != 3 or not head.words[2].startswith("HTTP/"):
            raise Refused(BAD, "this is not HTTP")
        if self._doors.is_full:
            raise Refused(FULL, f"there are more than {self._doors.most} connections already")
        target, cases = head.words[1], self._doors.server.results.cases
        what = asked(target, cases, is_plain=head.is_plain)
        if isinstance(what, Page):
            look_like_a_page(head, end)
            octets = in_origin_form(head, octets)
        self._hand_over(what, target, octets)

    def _hand_over(self, what: Asked, target: str, octets: bytes) -> None:
        server = self._doors.server
        if isinstance(what, Page):
            inside, octets = self._doors.site.buildProtocol(self._address), last_request(octets)
        elif isinstance(what, RunCase) and server.plays(what.case, what.agent):
            self._enter(None, what)
            play = server.begin(what, target, self.transport)
            self._inside = play.connection
            play.take_over(self.transport, self._arrival)
            return
        else:
            ServerOpening((), server.plan.settings.head).take(octets)
            inside = self._doors.control.control(KINDS[type(what)], what)
        self._enter(inside, what)
        inside.makeConnection(self.transport)
        inside.dataReceived(octets)

    def _enter(self, inside: Any, what: Asked) -> None:
        """Somebody else has the connection from now on."""
        self._timers.cancel_all()
        self._inside = inside
        self._agent = getattr(what, "agent", None)
        if self._agent is not None:
            self._doors.server.ending.came(self._agent)

    def _is_late(self, seconds: float) -> None:
        self._refuse(Refused(LATE, f"no complete request came in {seconds:g} s"))

    def _refuse(self, refused: Refused) -> None:
        head, body = refusal(refused.status, [disarm(f"wsconform: {refused}.")])
        self._leave(head + body)

    def _leave(self, answer: bytes) -> None:
        """End the connection behind an answer."""
        self._timers.cancel_all()
        self._inside = Protocol()  # which takes no notice of what still comes
        self.transport.write(answer)
        self.transport.loseConnection()
        self._timers.set("lingering", LINGER, self.transport.abortConnection)


def look_like_a_page(head: HttpHead, size: int) -> None:
    """Refuse what Twisted's web server would refuse without a word; raises `Refused`."""
    if head.words[2] not in HTTP_VERSIONS:
        raise Refused(VERSION, f"this server speaks {' and '.join(HTTP_VERSIONS)}")
    if size > HTTPChannel.totalHeadersSize:
        most = HTTPChannel.totalHeadersSize
        raise Refused(TOO_LARGE, f"the head of the request has more than {most} octets")
    for line in head.raw.split(b"\r\n")[1:-2]:
        if not HEADER_LINE.fullmatch(line):
            words = ascii(line[:40].decode("latin-1"))
            raise Refused(BAD, f"{words} is no header, which looks like 'Name: value'")
    if len(head.headers) > HTTPChannel.maxHeaders:
        raise Refused(TOO_LARGE, f"the request has more than {HTTPChannel.maxHeaders} headers")


HEADER_LINE = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:|[ \t])[^\0\r\n]*")
"""A header, or the rest of one that an old sender folded (RFC 9112 §5)."""


def last_request(octets: bytes) -> bytes:
    """A request after which HTTP ends the connection: on the next request a client might want to
    ask for WebSocket, and that is decided in here."""
    line, end, rest = octets.partition(b"\r\n")
    return line + end + b"Connection: close\r\n" + rest


def in_origin_form(head: HttpHead, octets: bytes) -> bytes:
    """A request whose target is a whole URL, as proxies get it, with the path alone and the host
    of the URL, whatever the Host header says (RFC 9112 §3.2.2); any other as it is."""
    method, target, version = head.words
    if not target.lower().startswith(("http://", "https://")):
        return octets
    parts = urlsplit(target)  # which `asked` could read
    path = urlunsplit(parts._replace(scheme="", netloc="", path=parts.path or "/"))
    lines = octets[: len(head.raw)].split(b"\r\n")[1:]
    kept = [line for line in lines if not line.lower().startswith(b"host:")]
    first = f"{method} {path} {version}\r\nHost: {parts.netloc}".encode("latin-1")
    return b"\r\n".join([first, *kept]) + octets[len(head.raw) :]
