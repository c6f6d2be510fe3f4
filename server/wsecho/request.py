"""The client's opening handshake, judged the strict way (RFC 6455 §4.2.1, RFC 9112).

Autobahn judges it too, but its answers carry no headers and quote the peer, and it refuses what
an echo server has no reason to: several extension lines, bad extension offers, origins. So
Autobahn only gets requests that have passed here.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from wirelog.handshake import HEAD_END, Extension, HttpHead, parse_extensions

MAX_HEAD = 65536
"""Octets that a request's head may have."""

TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_REQUEST_LINE = re.compile(rf"{TOKEN} [\x21-\x7e]+ HTTP/\d\.\d")
_FIELD = re.compile(rf"{TOKEN}:[^\x00-\x08\x0a-\x1f\x7f]*")
_HOST = re.compile(r"[^\s/?#@,]*")


class Refused(Exception):
    """The request does not become a WebSocket connection."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What a sound opening handshake asks for."""

    key: str
    protocols: list[str]
    extensions: list[Extension]


def head_end(octets: bytes) -> int | None:
    """Where the head ends, behind its empty line; None if it has not ended yet.

    Raises Refused where it can be told already that no head will come of it.
    """
    end = octets.find(HEAD_END) + len(HEAD_END)
    if len(HEAD_END) <= end <= MAX_HEAD:
        return end
    if octets.startswith(b"\x16\x03"):
        raise Refused(400, "this looks like TLS, and plain HTTP is spoken here: use ws://")
    if not re.match(rb"[\r\n]*([!#$%&'*+\-.^_`|~0-9A-Za-z]|$)", octets):
        raise Refused(400, "this is not HTTP")
    if len(octets) > MAX_HEAD:
        raise Refused(431, f"the head has more than {MAX_HEAD} octets")
    if b"\n\n" in octets:
        raise Refused(400, "lines end with LF instead of CR LF")
    return None


def parse_request(octets: bytes) -> HttpHead:
    """The request whose complete head this is; raises Refused if it is not as HTTP should be."""
    head = HttpHead.parse(octets.lstrip(b"\r\n"))
    if not _REQUEST_LINE.fullmatch(head.start):
        raise Refused(400, "the request line is not METHOD TARGET HTTP/1.1")
    lines = head.raw.removesuffix(HEAD_END).decode("latin-1").split("\r\n")
    for number, line in enumerate(lines[1:], 2):
        if not _FIELD.fullmatch(line):
            raise Refused(400, f"line {number} of the head is not a header field")
    return head


def check_upgrade(head: HttpHead) -> Upgrade:
    """What the opening handshake asks for; raises Refused if it is not one."""
    _check_http(head)
    if head.get("Upgrade") is None:
        raise Refused(426, "this is a WebSocket server, and the request asks for no upgrade")
    if head.words[2] == "HTTP/1.0":
        raise Refused(505, "an upgrade needs HTTP/1.1")
    if "websocket" not in head.tokens("Upgrade"):
        raise Refused(426, "the header Upgrade does not name websocket")
    if "upgrade" not in head.tokens("Connection"):
        raise Refused(400, "the header Connection does not name Upgrade")
    version = _single(head, "Sec-WebSocket-Version")
    if version != "13":
        raise Refused(
            426, f"Sec-WebSocket-Version is {version or 'missing'}, and 13 is spoken here"
        )
    return Upgrade(
        _key(head), _protocols(head), parse_extensions(head.all("Sec-WebSocket-Extensions"))
    )


def _check_http(head: HttpHead) -> None:
    method, target, version = head.words
    if not version.startswith("HTTP/1."):
        raise Refused(505, "only HTTP/1.1 is spoken here")
    if method != "GET":
        raise Refused(405, f"the method is {method}, and only GET is allowed")
    if "#" in target:
        raise Refused(400, "the request target has a fragment")
    host = _single(head, "Host")
    if host is None and version != "HTTP/1.0":
        raise Refused(400, "the header Host is missing")
    if not _HOST.fullmatch(host or ""):
        raise Refused(400, "the header Host is not a host and a port")
    if head.all("Transfer-Encoding") or (_single(head, "Content-Length") or "0") != "0":
        raise Refused(400, "the request has a body")


def _single(head: HttpHead, name: str) -> str | None:
    """The value of a header that may stand there once."""
    values = head.all(name)
    if len(values) > 1:
        raise Refused(400, f"the header {name} is there {len(values)} times")
    return values[0] if values else None


def _key(head: HttpHead) -> str:
    key = _single(head, "Sec-WebSocket-Key")
    if key is None:
        raise Refused(400, "the header Sec-WebSocket-Key is missing")
    try:
        size = len(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError):
        raise Refused(400, "the header Sec-WebSocket-Key is not base64") from None
    if size != 16:
        raise Refused(400, f"the header Sec-WebSocket-Key holds {size} octets instead of 16")
    return key


def _protocols(head: HttpHead) -> list[str]:
    names = [name.strip() for name in ",".join(head.all("Sec-WebSocket-Protocol")).split(",")]
    names = [name for name in names if name]
    if len(set(names)) != len(names):
        raise Refused(400, "the header Sec-WebSocket-Protocol has a name twice")
    if not all(re.fullmatch(TOKEN, name) for name in names):
        raise Refused(400, "the header Sec-WebSocket-Protocol has a name that is not a token")
    return names
