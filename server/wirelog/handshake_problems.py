"""What is wrong with the two heads of an opening handshake (RFC 6455 §4, §9.1, §11.3, RFC 7692
§7.1).

Each function yields what one head breaks. A refusal is no problem of the protocol, and neither is
an ordinary HTTP request that never asked for an upgrade.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wirelog.escaping import escape
from wirelog.extensions import (
    deflate_problems,
    is_readable,
    offer_problems,
    parse_extensions,
)
from wirelog.rules import request as asks
from wirelog.rules import response as answers
from wirelog.rules.rule import Problem

if TYPE_CHECKING:
    from wirelog.handshake import Handshake, HttpHead

EXTENSIONS = "Sec-WebSocket-Extensions"
PROTOCOL = "Sec-WebSocket-Protocol"
KEY = "Sec-WebSocket-Key"
LARGE_HEAD = 8192
"""Octets of a head that common servers and proxies still take."""
SAMPLE_KEYS = frozenset({
    "dGhlIHNhbXBsZSBub25jZQ==",  # RFC 6455 §1.3
    "AQIDBAUGBwgJCgsMDQ4PEA==",  # RFC 6455 §4.1, item 7
    "x3JJHMbDL1EzLkh9GBhXDw==",  # the one that articles copy
    "AAAAAAAAAAAAAAAAAAAAAA==",
})  # fmt: skip

FOR_THE_VERSION = frozenset({400, 426, 501, 505})
"""Statuses of a refusal that can mean the version; 403 and others have reasons of their own."""

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_TARGET = re.compile(r"(?:/|(?:https?|wss?)://)[^\s#]*", re.IGNORECASE)


def request_problems(head: HttpHead) -> Iterator[Problem]:
    """What a client's request breaks; text of the peer is escaped."""
    if is_tls(head.raw):
        yield Problem(answers.NOT_HTTP, "a TLS handshake instead of HTTP", "RFC 6455 §4.1")
        return
    if not head.complete:
        yield Problem(answers.UNFINISHED, "the request head never ends", "RFC 6455 §4.1")
        return
    yield from _lines(head)
    yield from _request_line(head.start.partition("\n")[0])
    yield from _required(head)
    yield from _lists(head)
    if head.all("Transfer-Encoding") or head.get("Content-Length") not in (None, "0"):
        yield Problem(asks.REQUEST_BODY, "the request announces a body")


def response_problems(both: Handshake) -> Iterator[Problem]:
    """What a server's response breaks; text of the peer is escaped."""
    head = both.response
    assert head is not None
    if both.status is None and not _may_become_http(head):
        text = "TLS instead of HTTP" if is_tls(head.raw) else "the response is not HTTP"
        yield Problem(answers.NOT_HTTP, text)
    elif not head.complete:
        yield Problem(answers.UNFINISHED, "the response head never ends", "RFC 6455 §4.2.2")
    elif both.status == 101:
        yield from _switch(both, head)
    else:
        yield from _refusal(both, head)


def is_tls(octets: bytes) -> bool:
    """Whether octets begin as a TLS handshake does, or an alert (RFC 8446 §5.1)."""
    return octets[:2] in (b"\x16\x03", b"\x15\x03")


def _may_become_http(head: HttpHead) -> bool:
    """Whether a status line may begin so that was cut off."""
    return not head.complete and "HTTP/0.0 000".startswith(re.sub("[0-9]", "0", head.start))


def _switch(both: Handshake, head: HttpHead) -> Iterator[Problem]:
    """A response that switches protocols (§4.1, §4.2.2)."""
    yield from _lines(head)
    if head.start.startswith("HTTP/1.0"):
        yield Problem(asks.HTTP_VERSION, "status 101 in HTTP/1.0", "RFC 9110 §15.2")
    if head.tokens("Upgrade") != ["websocket"]:
        named = ", ".join(head.items("Upgrade"))
        text = f"Upgrade is {_quoted(named)}, not websocket" if named else "no Upgrade: websocket"
        yield Problem(answers.RESPONSE_UPGRADE, text)
    if "upgrade" not in head.tokens("Connection"):
        yield Problem(answers.RESPONSE_CONNECTION, "no Connection: Upgrade")
    yield from _accept(both, head)
    yield from _agreed(both, head)
    for name in ("Content-Length", "Transfer-Encoding"):
        if head.all(name):
            yield Problem(answers.RESPONSE_BODY, f"{name} in a 101 response")


def _lines(head: HttpHead) -> Iterator[Problem]:
    """Size and form of the lines."""
    if len(head.raw) > LARGE_HEAD:
        yield Problem(answers.HEADER_SIZE, f"a head of {len(head.raw)} octets")
    text = head.raw.decode("latin-1").removesuffix("\r\n\r\n")
    first, *lines = text.split("\r\n")
    if "\n" in first:
        text = "lines end with LF instead of CR LF"
        yield Problem(answers.HEADER_LINE, text, "RFC 9112 §2.2")
        return
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name) or re.search(r"[\0\r\n]", value):
            yield Problem(answers.HEADER_LINE, f"header line {_quoted(line)}")
            return


def _request_line(line: str) -> Iterator[Problem]:
    """Method, target and version."""
    method, _, rest = line.partition(" ")
    target, _, version = rest.rpartition(" ")
    if not version.startswith("HTTP/"):
        target, version = rest, ""
    if method != "GET":
        yield Problem(asks.METHOD, f"method {_quoted(method)} is not GET")
    if not version:
        yield Problem(asks.HTTP_VERSION, "no HTTP version")
    elif not _is_recent(version):
        yield Problem(asks.HTTP_VERSION, f"{_quoted(version)} is not HTTP/1.1 or higher")
    if rest and not _is_target(target):
        yield Problem(asks.TARGET, f"request target {_quoted(target)}")


def _is_recent(version: str) -> bool:
    """Whether it is HTTP of a version that knows Upgrade."""
    return bool(re.fullmatch(r"HTTP/[0-9]\.[0-9]", version)) and version >= "HTTP/1.1"


def _is_target(target: str) -> bool:
    """Whether it is a path or an absolute URI, without white space or a fragment."""
    return _TARGET.fullmatch(target) is not None


def _quoted(text: str) -> str:
    """The beginning of what a peer wrote, harmless."""
    return f"'{escape(text[:60])}'"


def _required(head: HttpHead) -> Iterator[Problem]:
    """The headers that must be there once."""
    if len(head.all("Host")) != 1:
        yield Problem(asks.HOST, "not exactly one Host header")
    if "websocket" not in head.tokens("Upgrade"):
        yield Problem(asks.REQUEST_UPGRADE, "no Upgrade: websocket")
    if "upgrade" not in head.tokens("Connection"):
        yield Problem(asks.REQUEST_CONNECTION, "no Connection: Upgrade")
    versions = head.all("Sec-WebSocket-Version")
    if "13" not in versions or len(set(versions)) > 1:
        yield Problem(asks.VERSION, "not Sec-WebSocket-Version: 13")
    elif len(versions) > 1:
        yield Problem(asks.REQUEST_DUPLICATE, "more than one Sec-WebSocket-Version")
    yield from _key(head.all(KEY))


def _key(keys: list[str]) -> Iterator[Problem]:
    if len(keys) > 1:
        yield Problem(asks.REQUEST_DUPLICATE, f"not exactly one {KEY}", "RFC 6455 §11.3.1")
    if not keys:
        yield Problem(asks.KEY, f"not exactly one {KEY}")
    elif not _is_nonce(keys[0]):
        yield Problem(asks.KEY, f"{KEY} is not 16 octets in base64")
    elif keys[0] in SAMPLE_KEYS:
        yield Problem(asks.KEY_SAMPLE, f"{KEY} {keys[0]} is an example's")


def _is_nonce(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except ValueError:
        return False


def _lists(head: HttpHead) -> Iterator[Problem]:
    """Subprotocols and extensions."""
    names = head.items(PROTOCOL)
    if len(set(names)) < len(names) or not all(map(_TOKEN.fullmatch, names)):
        yield Problem(asks.PROTOCOL_LIST, f"{PROTOCOL}: {_quoted(', '.join(names))}")
    if not is_readable(head.all(EXTENSIONS)):
        yield Problem(asks.EXTENSION_SYNTAX, f"{EXTENSIONS} cannot be read")
    else:
        yield from offer_problems(parse_extensions(head.all(EXTENSIONS)))


def _refusal(both: Handshake, head: HttpHead) -> Iterator[Problem]:
    """A version that is refused calls for those that are spoken (§4.2.2, §4.4)."""
    asked = both.request.get("Sec-WebSocket-Version") if both.request else None
    if asked in (None, "13") or head.all("Sec-WebSocket-Version"):
        return
    wrong = {one.rule for one in both.request_problems if one.rule.severity == "error"}
    if both.status == 426 or (both.status in FOR_THE_VERSION and wrong == {asks.VERSION}):
        text = f"version {_quoted(asked)} was refused, and none is named"
        yield Problem(answers.REFUSAL_VERSION, text)


def _accept(both: Handshake, head: HttpHead) -> Iterator[Problem]:
    if head.get("Sec-WebSocket-Accept") is None:
        yield Problem(answers.ACCEPT, "no Sec-WebSocket-Accept")
    elif both.accept_ok is False:
        yield Problem(answers.ACCEPT, f"Sec-WebSocket-Accept is not {both.accept_expected}")


def _agreed(both: Handshake, head: HttpHead) -> Iterator[Problem]:
    """Extensions and subprotocol: from what was offered, and said once."""
    names = ("Sec-WebSocket-Accept", EXTENSIONS, PROTOCOL)
    for name in names:
        if len(head.all(name)) > 1:
            yield Problem(answers.RESPONSE_DUPLICATE, f"more than one {name}")
    if not is_readable(head.all(EXTENSIONS)):
        yield Problem(asks.EXTENSION_SYNTAX, f"{EXTENSIONS} cannot be read")
    if both.request is None or not both.request.complete:
        return
    offered = {one.name for one in both.offered}
    if any(one.name not in offered for one in both.extensions):
        yield Problem(answers.RESPONSE_EXTENSION, "an extension that was not offered")
    yield from deflate_problems(both.extensions, both.offered)
    if both.protocol is not None and both.protocol not in both.request.items(PROTOCOL):
        text = f"subprotocol {_quoted(both.protocol)} was not asked for"
        yield Problem(answers.RESPONSE_PROTOCOL, text)
