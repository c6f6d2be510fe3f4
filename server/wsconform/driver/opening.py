"""The opening handshake, as the client plays it (RFC 6455 §4.1, RFC 7692 §7.1).

A connection knows only `Opening`; the server's part is in `accepting`.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from wirelog import __version__
from wirelog.frames import Side
from wirelog.handshake import HEAD_END, Handshake, HttpHead
from wirelog.inflate import DeflateParams
from wirelog.rules import response
from wsconform.cases.case import Ask
from wsconform.driver.settings import Target


class HandshakeFailed(Exception):
    """The connection does not become a WebSocket connection, and why.

    `status` is what the server says in HTTP, if it does, and `answer` all of that if I have to.
    """

    def __init__(self, why: str, status: str = "", answer: bytes = b"") -> None:
        super().__init__(why)
        self.status = status
        self.answer = answer


class Opened(NamedTuple):
    """The opening handshake is over."""

    rest: bytes
    """What came behind the peer's head: frames."""
    mine: DeflateParams | None
    """permessage-deflate for what I send; None if it was not agreed."""
    peers: DeflateParams | None
    answer: bytes = b""
    """What I have to send before anything else."""


class Opening(Protocol):
    """One side of the opening handshake."""

    @property
    def peer(self) -> Side:
        """The role of the other side."""

    @property
    def awaits(self) -> str:
        """What has to come, in a word."""

    @property
    def agent(self) -> str | None:
        """What the peer calls itself, if it does."""

    @property
    def request(self) -> bytes:
        """The head of the request, as far as it is known."""

    @property
    def response(self) -> bytes:
        """The head of the response, as far as it is known."""

    def begin(self) -> bytes:
        """What to send when TCP is connected."""

    def take(self, octets: bytes) -> Opened | None:
        """Take octets; None while more must come. Raises `HandshakeFailed`."""


class ClientOpening:
    """Asks a server for a WebSocket connection; strict about the answer."""

    peer: Side = "server"
    awaits = "answer"

    def __init__(self, target: Target, case_id: str, asks: Sequence[Ask], limit: int) -> None:
        self._head = HeadReader(limit)
        self.request = request_for(target, case_id, asks)

    @property
    def response(self) -> bytes:
        """See `Opening.response`."""
        return self._head.octets

    @property
    def agent(self) -> str | None:
        """See `Opening.agent`."""
        return HttpHead.parse(self.response).get("Server")

    def begin(self) -> bytes:
        """The request."""
        return self.request

    def take(self, octets: bytes) -> Opened | None:
        """See `Opening.take`."""
        rest = self._head.take(octets)
        while rest is not None and HttpHead.parse(self.response).is_interim:
            self._head = HeadReader(self._head.limit)  # the answer comes behind it
            rest = self._head.take(rest)
        if not HTTP.startswith(self.response[: len(HTTP)]):
            raise HandshakeFailed("the answer is not HTTP")
        if self._head.is_too_long:
            raise HandshakeFailed(f"the head of the answer has more than {self._head.limit} octets")
        if rest is None:
            return None
        return Opened(rest, *agreed(Handshake.parse(self.request, self.response)))


HTTP = b"HTTP/"


class HeadReader:
    """Collects the peer's head, which may come octet by octet."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.octets = b""
        """As far as it is here."""

    @property
    def is_too_long(self) -> bool:
        """Whether it has more octets than are taken."""
        return len(self.octets) > self.limit

    def take(self, octets: bytes) -> bytes | None:
        """Take octets; what stands behind the head, or None while that has not come to its end."""
        # Look only where the end can newly be.
        seen = max(len(self.octets) - len(HEAD_END) + 1, 0)
        self.octets += octets
        end = self.octets.find(HEAD_END, seen)
        if end < 0:
            return None
        end += len(HEAD_END)
        rest, self.octets = self.octets[end:], self.octets[:end]
        return rest


def request_for(target: Target, case_id: str, asks: Iterable[Ask]) -> bytes:
    """The head of the request; the order of the headers is that of the published suite."""
    offers = ", ".join(ask.offer for ask in asks)
    headers = {
        "User-Agent": f"wsconform/{__version__}",
        "Host": target.authority,
        "Upgrade": "WebSocket",
        "Connection": "Upgrade",
        "Pragma": "no-cache",
        "Cache-Control": "no-cache",
        "Origin": target.origin,
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Protocol": ", ".join(target.protocols),
        "Sec-WebSocket-Extensions": offers,
        "Sec-WebSocket-Version": "13",
    }
    given = {name.lower() for name, _ in target.headers}
    pairs = [
        (name, value) for name, value in headers.items() if value and name.lower() not in given
    ]
    lines = [f"{name}: {value}" for name, value in [*pairs, *target.headers]]
    start = f"GET {target.resource_for(case_id)} HTTP/1.1"
    return "\r\n".join([start, *lines, "", ""]).encode("latin-1", "replace")


def agreed(handshake: Handshake) -> tuple[DeflateParams | None, DeflateParams | None]:
    """permessage-deflate for the client and for the server; raises `HandshakeFailed`."""
    head, status = handshake.response, handshake.status
    if head is not None and status is not None and status != 101:
        words = " ".join(head.words[1:])
        where = head.get("Location")
        raise HandshakeFailed(
            f"the server answered {words}" + (f", to {where}" if where else ""), words
        )
    for problem in handshake.response_problems:
        if problem.rule in GRAVE and problem.section not in NOT_GRANTED:
            raise HandshakeFailed(str(problem))
    mine, peers = handshake.deflate or (None, None)
    return mine, peers


GRAVE = (
    response.NOT_HTTP,
    response.RESPONSE_UPGRADE,
    response.RESPONSE_CONNECTION,
    response.ACCEPT,
    response.RESPONSE_EXTENSION,
    response.RESPONSE_PARAMS,
    response.RESPONSE_PROTOCOL,
)
"""What a client must fail the connection for (RFC 6455 §4.1, RFC 7692 §7.1)."""
NOT_GRANTED = ("RFC 7692 §7.1.1.1", "RFC 7692 §7.1.2.1")
"""Paragraphs of terms that were asked for and not granted: the published suite does without them,
and any window can be inflated."""
