"""The opening handshake as it stood on the wire (RFC 6455 §4, RFC 7692 §5.1, §7.1).

`Handshake.parse` takes the octets of both directions up to wherever the HTTP heads end. It refuses
nothing: what is missing is None, what is wrong stands in `problems`.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from hashlib import sha1

from wirelog.frames import Problem
from wirelog.inflate import DeflateParams

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""What a server appends to the key before hashing it (§1.3)."""
HEAD_END = b"\r\n\r\n"
DEFLATE = "permessage-deflate"


@dataclass(frozen=True, slots=True)
class HttpHead:
    """The first line and the header fields of a request or a response."""

    raw: bytes
    start: str
    """Request line or status line."""
    headers: tuple[tuple[str, str], ...] = ()
    """Names as written, values without the white space around them, in order."""
    complete: bool = True
    """Whether the empty line that ends the head is there."""

    @classmethod
    def parse(cls, octets: bytes) -> HttpHead:
        """Read a head from its octets; header octets that are not ASCII are taken as Latin-1."""
        text = octets.decode("latin-1")
        lines = text.removesuffix("\r\n\r\n").split("\r\n")
        headers = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if colon:
                headers.append((name.rstrip(), value.strip(" \t")))
        return cls(octets, lines[0], tuple(headers), octets.endswith(HEAD_END))

    def all(self, name: str) -> list[str]:
        """The values of every header of that name, in any case."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name: str) -> str | None:
        """The first value, or None."""
        return next(iter(self.all(name)), None)

    def tokens(self, name: str) -> list[str]:
        """The comma-separated items of all headers of that name, lower case."""
        return [item.strip().lower() for value in self.all(name) for item in value.split(",")]

    @property
    def words(self) -> list[str]:
        """The first line, split: method, target, version; or version, status, phrase."""
        return self.start.split(" ", 2)


@dataclass(frozen=True, slots=True)
class Extension:
    """One element of `Sec-WebSocket-Extensions` (§9.1)."""

    name: str
    params: tuple[tuple[str, str | None], ...] = ()

    def get(self, name: str, default: str | None = None) -> str | None:
        """A parameter's value; `default` if it is absent or has none."""
        return next(
            (value for key, value in self.params if key == name and value is not None), default
        )

    def has(self, name: str) -> bool:
        """Whether the parameter is there, with or without a value."""
        return any(key == name for key, _ in self.params)

    def __str__(self) -> str:
        shown = [key if value is None else f"{key}={value}" for key, value in self.params]
        return "; ".join([self.name, *shown])


_ITEM = re.compile(r'\s*([^\s;,="]+)\s*(?:=\s*(?:"((?:\\.|[^"\\])*)"|([^\s;,"]*)))?\s*(;|,|$)')


def parse_extensions(values: list[str]) -> list[Extension]:
    """The extensions in all header values, in order; what does not parse ends its value."""
    found = []
    for value in values:
        at, name, params = 0, "", list[tuple[str, str | None]]()
        while at < len(value) and (item := _ITEM.match(value, at)):
            quoted, plain = item[2], item[3]
            given = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain
            if name:
                params.append((item[1].lower(), given))
            else:
                name = item[1].lower()
            at = item.end()
            if item[4] != ";":
                found.append(Extension(name, tuple(params)))
                name, params = "", []
        if name:
            found.append(Extension(name, tuple(params)))
    return found


def accept_for(key: str) -> str:
    """`Sec-WebSocket-Accept` for a `Sec-WebSocket-Key` (§4.2.2, step 5.4)."""
    return base64.b64encode(sha1(key.encode("latin-1") + GUID).digest()).decode()


@dataclass(slots=True)
class Handshake:
    """Request and response, and what follows from them."""

    request: HttpHead | None = None
    response: HttpHead | None = None
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def parse(cls, request: bytes, response: bytes) -> Handshake:
        """Join what the client and the server sent; either may be cut short or empty."""
        made = cls(
            HttpHead.parse(request) if request else None,
            HttpHead.parse(response) if response else None,
        )
        made.problems = [*_request_problems(made.request), *_response_problems(made)]
        return made

    @property
    def status(self) -> int | None:
        """The response's status code; None if there is no response or it is not HTTP."""
        words = self.response.words if self.response else []
        return (
            int(words[1])
            if len(words) > 1 and words[0].startswith("HTTP/") and words[1].isdigit()
            else None
        )

    @property
    def is_open(self) -> bool:
        """Whether the server switched protocols, so that frames follow."""
        return self.status == 101 and self.response is not None and self.response.complete

    @property
    def accept_expected(self) -> str | None:
        """The accept value that the request's key calls for."""
        key = self.request.get("Sec-WebSocket-Key") if self.request else None
        return None if key is None else accept_for(key)

    @property
    def accept_ok(self) -> bool | None:
        """Whether the response's accept value is right; None if one of the two is missing."""
        got = self.response.get("Sec-WebSocket-Accept") if self.response else None
        return None if got is None or self.accept_expected is None else got == self.accept_expected

    @property
    def offered(self) -> list[Extension]:
        """Extensions that the client offered, in its order of preference."""
        return (
            parse_extensions(self.request.all("Sec-WebSocket-Extensions")) if self.request else []
        )

    @property
    def extensions(self) -> list[Extension]:
        """Extensions that the server agreed to."""
        return (
            parse_extensions(self.response.all("Sec-WebSocket-Extensions")) if self.response else []
        )

    @property
    def protocol(self) -> str | None:
        """The subprotocol that the server chose."""
        return self.response.get("Sec-WebSocket-Protocol") if self.response else None

    @property
    def deflate(self) -> tuple[DeflateParams, DeflateParams] | None:
        """permessage-deflate for the client's messages and for the server's (RFC 7692 §7.1)."""
        agreed = next((one for one in self.extensions if one.name == DEFLATE), None)
        if agreed is None:
            return None
        return _deflate_params(agreed, "client"), _deflate_params(agreed, "server")


def _deflate_params(agreed: Extension, side: str) -> DeflateParams:
    bits = agreed.get(f"{side}_max_window_bits", "15") or "15"
    valid = bits.isascii() and bits.isdigit() and 8 <= int(bits) <= 15
    return DeflateParams(int(bits) if valid else 15, agreed.has(f"{side}_no_context_takeover"))


def _request_problems(request: HttpHead | None) -> list[Problem]:
    """What §4.1 and §4.2.1 ask of a client's request."""
    if request is None:
        return []
    words = request.words
    checks = [
        (request.complete, "the request head never ends", "RFC 6455 §4.1"),
        (words[0] == "GET", f"method {words[0]!r} is not GET", "RFC 6455 §4.1"),
        (words[-1] == "HTTP/1.1", f"HTTP version {words[-1]!r} is not 1.1", "RFC 6455 §4.1"),
        (len(request.all("Host")) == 1, "not exactly one Host header", "RFC 6455 §4.1"),
        ("websocket" in request.tokens("Upgrade"), "no Upgrade: websocket", "RFC 6455 §4.1"),
        ("upgrade" in request.tokens("Connection"), "no Connection: Upgrade", "RFC 6455 §4.1"),
        (
            request.all("Sec-WebSocket-Version") == ["13"],
            "not Sec-WebSocket-Version: 13",
            "RFC 6455 §4.1",
        ),
        (
            len(request.all("Sec-WebSocket-Key")) == 1,
            "not exactly one Sec-WebSocket-Key",
            "RFC 6455 §11.3.1",
        ),
        (_key_is_right(request), "Sec-WebSocket-Key is not 16 octets in base64", "RFC 6455 §4.1"),
    ]
    return [Problem(text, rfc) for right, text, rfc in checks if not right]


def _key_is_right(request: HttpHead) -> bool:
    key = request.get("Sec-WebSocket-Key")
    if key is None:
        return True  # said already
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except ValueError:
        return False


def _response_problems(both: Handshake) -> list[Problem]:
    """What §4.1 lets a client ask of the response; a refusal is no problem of the protocol."""
    response, request = both.response, both.request
    if response is None:
        return []
    if both.status is None:
        return [Problem("the response is not HTTP", "RFC 6455 §4.2.2")]
    if both.status != 101:
        return []
    offered = {one.name for one in both.offered}
    asked = request.tokens("Sec-WebSocket-Protocol") if request else []
    checks = [
        (response.complete, "the response head never ends", "RFC 6455 §4.2.2"),
        ("websocket" in response.tokens("Upgrade"), "no Upgrade: websocket", "RFC 6455 §4.2.2"),
        ("upgrade" in response.tokens("Connection"), "no Connection: Upgrade", "RFC 6455 §4.2.2"),
        (
            response.get("Sec-WebSocket-Accept") is not None,
            "no Sec-WebSocket-Accept",
            "RFC 6455 §4.2.2",
        ),
        (
            both.accept_ok is not False,
            f"Sec-WebSocket-Accept is not {both.accept_expected}",
            "RFC 6455 §4.2.2",
        ),
        (
            all(one.name in offered for one in both.extensions),
            "an extension that was not offered",
            "RFC 6455 §4.1",
        ),
        (
            both.protocol is None or both.protocol.lower() in asked,
            f"subprotocol {both.protocol!r} was not asked for",
            "RFC 6455 §4.1",
        ),
    ]
    return [Problem(text, rfc) for right, text, rfc in checks if not right]
