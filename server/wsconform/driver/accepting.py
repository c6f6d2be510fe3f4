"""The opening handshake, as the server plays it (RFC 6455 §4.2, RFC 7692 §7.1).

A request that breaks a rule is refused with an HTTP response that says which one. The Host header
may name any host and port: between a client and this server there may be a port mapping.
permessage-deflate is agreed only where the case asks for it, on the terms of the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from wirelog import __version__
from wirelog.extensions import DEFLATE, Extension, offer_problems
from wirelog.frames import Side
from wirelog.handshake import Handshake, HttpHead
from wirelog.rules.request import HTTP_VERSION, METHOD, OFFER, REQUEST_BODY, VERSION
from wirelog.rules.rule import Rule
from wsconform.cases.case import Ask, agree
from wsconform.driver.opening import HandshakeFailed, HeadReader, Opened

SERVER = f"Server: wsconform/{__version__}"


class ServerOpening:
    """Lets a client in whose request is sound."""

    peer: Side = "client"
    awaits = "request"

    def __init__(self, asks: Sequence[Ask], limit: int) -> None:
        self._asks = asks
        self._head = HeadReader(limit)
        self.response = b""

    @property
    def request(self) -> bytes:
        """See `Opening.request`."""
        return self._head.octets

    @property
    def agent(self) -> str | None:
        """See `Opening.agent`."""
        return HttpHead.parse(self.request).get("User-Agent")

    def begin(self) -> bytes:
        """A server waits."""
        return b""

    def take(self, octets: bytes) -> Opened | None:
        """See `Opening.take`."""
        rest = self._head.take(octets)
        if self._head.is_too_long:
            self._refuse(TOO_LARGE, f"its head has more than {self._head.limit} octets")
        if rest is None:
            return None
        asked = Handshake.parse(self.request, b"")
        self._look(asked)
        self.response = acceptance(asked, self._asks)
        client, server = Handshake.parse(self.request, self.response).deflate or (None, None)
        return Opened(rest, mine=server, peers=client, answer=self.response)

    def _look(self, asked: Handshake) -> None:
        """Refuse a request that is no sound opening handshake."""
        head = asked.request
        assert head is not None, "the head of the request is here"
        if not head.words[-1].startswith("HTTP/"):
            self._refuse(BAD, "it is not HTTP")
        if head.is_plain:
            self._refuse(UPGRADE_REQUIRED, "it does not ask for a WebSocket connection")
        grave = [one for one in asked.request_problems if is_grave(one.rule)]
        if grave:
            is_other_version = grave[0].rule is VERSION and head.all("Sec-WebSocket-Version")
            status = UPGRADE_REQUIRED if is_other_version else STATUS.get(grave[0].rule, BAD)
            remedies = [f"{one}. {one.rule.remedy}" for one in grave]
            self._refuse(status, str(grave[0]), remedies)

    def _refuse(self, status: str, why: str, explained: Sequence[str] = ()) -> NoReturn:
        full = f"the request was refused: {why}"
        self.response, body = refusal(status, explained or [full])
        raise HandshakeFailed(full, f"{status[:3]} {why}", self.response + body)


def is_grave(rule: Rule) -> bool:
    """Whether a request that breaks the rule is refused. A bad offer is only declined (RFC 7692
    §7.1); octets of a body would be taken for frames."""
    return rule is REQUEST_BODY or (rule.severity == "error" and rule is not OFFER)


BAD = "400 Bad Request"
TOO_LARGE = "431 Request Header Fields Too Large"
UPGRADE_REQUIRED = "426 Upgrade Required"
STATUS = {METHOD: "405 Method Not Allowed", HTTP_VERSION: "505 HTTP Version Not Supported"}
"""Rules whose breach has a status of its own."""
MORE_HEADERS = {
    "405": ["Allow: GET"],
    "426": ["Upgrade: websocket", "Sec-WebSocket-Version: 13"],
}
"""Status -> headers that belong to it (RFC 9110 §15, RFC 6455 §4.4)."""


def refusal(status: str, lines: Sequence[str]) -> tuple[bytes, bytes]:
    """Head and body of a response that refuses, with lines of text that say why."""
    body = "".join(f"{line}\n" for line in lines).encode()
    more = MORE_HEADERS.get(status[:3], [])
    connection = "Connection: close, Upgrade" if more[:1] == ["Upgrade: websocket"] else CLOSE
    head = [f"HTTP/1.1 {status}", SERVER, connection, *more, TEXT, f"Content-Length: {len(body)}"]
    return http_head(head), body


CLOSE = "Connection: close"
TEXT = "Content-Type: text/plain; charset=utf-8"


def acceptance(asked: Handshake, asks: Sequence[Ask]) -> bytes:
    """The response that opens the connection; it picks no subprotocol."""
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        SERVER,
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {asked.accept_expected}",
    ]
    deflate = terms(asks, asked.offered)
    if deflate:
        lines.append(f"Sec-WebSocket-Extensions: {deflate}")
    return http_head(lines)


def terms(asks: Sequence[Ask], offered: Sequence[Extension]) -> str:
    """What a server answers to a client's offers; nothing if it declines all of them.

    The first ask that an offer allows is taken. What such an offer asks of the server is granted.
    """
    offers = [one for one in offered if one.name == DEFLATE and not any(offer_problems([one]))]
    agreed = agree(asks, [[name for name, _ in one.params] for one in offers])
    if agreed is None:
        return ""
    ask, offer = agreed[0], offers[agreed[1]]
    most = int(offer.get("client_max_window_bits", "15") or "15")
    words = [replace(ask, window_bits=min(ask.window_bits, most)).answer]
    if offer.has("server_no_context_takeover"):
        words.append("server_no_context_takeover")
    bits = offer.get("server_max_window_bits")
    if bits:
        words.append(f"server_max_window_bits={bits}")
    return "; ".join(words)


def http_head(lines: Sequence[str]) -> bytes:
    """A head of these lines."""
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
