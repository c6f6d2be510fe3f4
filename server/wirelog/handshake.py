"""The opening handshake as it stood on the wire (RFC 6455 §4, RFC 7692 §5.1, §7.1).

`Handshake.parse` takes the octets of both directions up to wherever the HTTP heads end. It refuses
nothing: what is missing is None, what is wrong stands in `problems`.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from hashlib import sha1

from wirelog.extensions import (
    DEFLATE,
    Extension,
    deflate_params,
    parse_extensions,
)
from wirelog.handshake_problems import EXTENSIONS, request_problems, response_problems
from wirelog.inflate import DeflateParams
from wirelog.rules.rule import Problem

__all__ = ["DEFLATE", "Extension", "Handshake", "HttpHead", "accept_for", "parse_extensions"]

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""What a server appends to the key before hashing it (§1.3)."""
HEAD_END = b"\r\n\r\n"
_BARE_END = re.compile(rb"\n\r?\n")
_METHOD = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+ ")
_STATUS_LINE = re.compile(r"HTTP/\S+ ([0-9]{3})(?= |$)")


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
        is_complete = octets.endswith(HEAD_END)
        lines = text.removesuffix("\r\n\r\n").split("\r\n")
        if not is_complete and _has_bare_lf(octets):
            is_complete = text.endswith(("\n\n", "\n\r\n"))
            lines = re.split("\r?\n", text)
        headers = []
        for line in _unfolded([*lines[0].split("\n")[1:], *lines[1:]]):
            name, colon, value = line.partition(":")
            if colon:
                headers.append((name.rstrip(), value.strip(" \t")))
        return cls(octets, lines[0], tuple(headers), is_complete)

    def all(self, name: str) -> list[str]:
        """The values of every header of that name, in any case."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name: str) -> str | None:
        """The first value, or None."""
        return next(iter(self.all(name)), None)

    def items(self, name: str) -> list[str]:
        """The comma-separated items of all headers of that name, as written."""
        return [item.strip() for value in self.all(name) for item in value.split(",")]

    def tokens(self, name: str) -> list[str]:
        """The same in lower case, for those in which case means nothing."""
        return [item.lower() for item in self.items(name)]

    @property
    def status(self) -> int | None:
        """The status code of a response; None if it is not HTTP, or a request."""
        match = _STATUS_LINE.match(self.start)
        return None if match is None else int(match[1])

    @property
    def is_interim(self) -> bool:
        """Whether this is a response behind which the one proper is to come (RFC 9110 §15.2)."""
        return self.status in range(100, 200) and self.status != 101

    @property
    def is_plain(self) -> bool:
        """Whether this is a whole HTTP request that does not ask for a WebSocket connection."""
        names = {name.lower() for name, _ in self.headers}
        asks = any(name.startswith("sec-websocket-") for name in names)
        is_http = self.complete and _METHOD.match(self.start) is not None
        return is_http and not asks and "websocket" not in self.tokens("Upgrade")

    @property
    def words(self) -> list[str]:
        """The first line, split: method, target, version; or version, status, phrase."""
        return self.start.split(" ", 2)


def head_end(octets: bytes | bytearray, since: int = 0) -> int:
    """Where a head ends, behind its empty line, which ends at `since` or later; -1 if it does not.

    If its first line ends with a bare LF, all may, as lenient readers take it (RFC 9112 §2.2).
    """
    if octets.find(b"\n", since) < 0:
        return -1
    if _has_bare_lf(octets):
        match = _BARE_END.search(octets, since)
        return -1 if match is None else match.end()
    at = octets.find(HEAD_END, since)
    return -1 if at < 0 else at + len(HEAD_END)


def _has_bare_lf(octets: bytes | bytearray) -> bool:
    """Whether the first line ends with LF instead of CR LF."""
    first = octets.find(b"\n")
    return first >= 0 and octets[max(first - 1, 0) : first] != b"\r"


def _unfolded(lines: list[str]) -> list[str]:
    """Header lines with those joined that an old sender folded (RFC 7230 §3.2.4)."""
    joined: list[str] = []
    for line in lines:
        if line[:1] in (" ", "\t") and joined:
            joined[-1] += " " + line.strip(" \t")
        else:
            joined.append(line)
    return joined


def accept_for(key: str) -> str:
    """`Sec-WebSocket-Accept` for a `Sec-WebSocket-Key` (§4.2.2, step 5.4)."""
    return base64.b64encode(sha1(key.encode("latin-1") + GUID).digest()).decode()


@dataclass(slots=True)
class Handshake:
    """Request and response, and what follows from them."""

    request: HttpHead | None = None
    response: HttpHead | None = None
    request_problems: list[Problem] = field(default_factory=list)
    """What the client broke."""
    response_problems: list[Problem] = field(default_factory=list)
    """What the server broke."""

    @classmethod
    def parse(cls, request: bytes, response: bytes) -> Handshake:
        """Join what the client and the server sent; either may be cut short or empty."""
        made = cls(
            HttpHead.parse(request) if request else None,
            HttpHead.parse(response) if response else None,
        )
        if made.request is not None and not made.request.is_plain:
            made.request_problems = list(request_problems(made.request))
        if made.response is not None:
            made.response_problems = list(response_problems(made))
        return made

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with both heads."""
        return self.request_problems + self.response_problems

    @property
    def status(self) -> int | None:
        """The response's status code; None if there is no response or it is not HTTP."""
        return None if self.response is None else self.response.status

    @property
    def is_open(self) -> bool:
        """Whether the server switched protocols, so that frames follow."""
        return self.status == 101 and self.response is not None and self.response.complete

    @property
    def accept_expected(self) -> str | None:
        """The accept value that the request's key calls for; None without a whole request."""
        request = self.request
        key = request.get("Sec-WebSocket-Key") if request and request.complete else None
        return None if key is None else accept_for(key)

    @property
    def accept_ok(self) -> bool | None:
        """Whether the response's accept value is right; None if one of the two is missing."""
        got = self.response.get("Sec-WebSocket-Accept") if self.response else None
        return None if got is None or self.accept_expected is None else got == self.accept_expected

    @property
    def offered(self) -> list[Extension]:
        """Extensions that the client offered, in its order of preference."""
        return parse_extensions(self.request.all(EXTENSIONS)) if self.request else []

    @property
    def extensions(self) -> list[Extension]:
        """Extensions that the server agreed to."""
        return parse_extensions(self.response.all(EXTENSIONS)) if self.response else []

    @property
    def foreign(self) -> list[str]:
        """Names of agreed extensions that are not known here."""
        return [one.name for one in self.extensions if one.name != DEFLATE]

    @property
    def is_extended(self) -> bool:
        """Whether such an extension may change what frames mean."""
        return self.is_open and bool(self.foreign)

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
        return deflate_params(agreed, "client"), deflate_params(agreed, "server")
