"""The opening handshake, as the client plays it (RFC 6455 §4.1, RFC 7692 §7.1).

A connection knows only `Opening`, so that the server's part can stand beside it.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from wirelog import __version__
from wirelog.frames import Side
from wirelog.handshake import HEAD_END, Handshake
from wirelog.inflate import DeflateParams
from wirelog.rules import response
from wsconform.cases.case import Ask
from wsconform.driver.settings import Target


class HandshakeFailed(Exception):
    """The connection does not become a WebSocket connection, and why; `status` if HTTP said so."""

    def __init__(self, why: str, status: str = "") -> None:
        super().__init__(why)
        self.status = status


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

    def __init__(self, target: Target, case_id: str, asks: Sequence[Ask], limit: int) -> None:
        self._limit = limit
        self._has_first_line = False
        self.request = request_for(target, case_id, asks)
        self.response = b""

    def begin(self) -> bytes:
        """The request."""
        return self.request

    def take(self, octets: bytes) -> Opened | None:
        """See `Opening.take`."""
        # A head may come octet by octet: look only where its end can newly be.
        seen = max(len(self.response) - len(HEAD_END) + 1, 0)
        self.response += octets
        self._look_like_http()
        end = self.response.find(HEAD_END, seen)
        if end < 0:
            self._look_bounded(len(self.response))
            return None
        end += len(HEAD_END)
        self._look_bounded(end)
        rest, self.response = self.response[end:], self.response[:end]
        return Opened(rest, *agreed(Handshake.parse(self.request, self.response)))

    def _look_like_http(self) -> None:
        begin = self.response[: len(HTTP)]
        if not HTTP.startswith(begin):
            raise HandshakeFailed("the answer is not HTTP")

    def _look_bounded(self, size: int) -> None:
        if size > self._limit:
            raise HandshakeFailed(f"the head of the answer has more than {self._limit} octets")


HTTP = b"HTTP/"


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
