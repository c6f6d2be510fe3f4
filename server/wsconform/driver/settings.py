"""Whom a run talks to and how long it waits, as values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote, urlsplit

PORTS = {"ws": 80, "wss": 443}
SAFE = "/?%:@!$&'()*+,;=~{}-._"
"""What may stand in a request target as it is; anything else is percent-encoded."""
OWN_HEADERS = re.compile("upgrade|connection|sec-websocket-.*", re.IGNORECASE)
"""What the opening handshake says by itself; said otherwise, the verdicts would be wrong."""
TOKEN = re.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header or of a subprotocol (RFC 9110 §5.6.2)."""
LABEL = re.compile("(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
"""A part of a host name; no standard knows the underscore, and many networks do."""
LONGEST_NAME = 253
"""Octets that the name of a host may have."""
KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Settings:
    """Time limits in seconds, and limits on what is taken from a peer."""

    connecting: float = 10.0
    """For the TCP connection."""
    opening: float = 5.0
    """For the opening handshake, a TLS handshake included."""
    closing: float = 1.0
    """For the peer's reply to our close frame."""
    server_drop: float = 1.0
    """For the server to end TCP after both close frames."""
    echo: float = 30.0
    """For each echo of a loop, so that a dead peer does not take the whole limit of its case."""
    case: float | None = None
    """At most so much for each case, where the case itself grants more."""
    head: int = 64 * KIB
    """Octets that the head of the opening handshake may have."""
    message: int = 64 * MIB
    """Octets that a message may have, inflated; the longest that a case wants has 16 MiB."""
    as_published: bool = False
    """Close and judge as the published suite does where that differs."""

    def limit(self, seconds: float) -> float:
        """The time limit of a case."""
        return seconds if self.case is None else min(seconds, self.case)


@dataclass(frozen=True, slots=True)
class Target:
    """A server under test, and what its clients have to say to be let in."""

    host: str
    port: int
    resource: str = "/"
    """Path and query; `{case}` and `{agent}` in them are replaced."""
    secure: bool = False
    agent: str | None = None
    """What the reports call it; None takes the name from its Server header."""
    headers: tuple[tuple[str, str], ...] = ()
    """More headers for the opening handshake; one of ours with the same name gives way."""
    origin: str | None = None
    protocols: tuple[str, ...] = ()
    """Subprotocols to offer."""
    server_name: str | None = None
    """The name for TLS, where it is not the host: sent as SNI and looked for in the certificate."""
    cafile: str | None = None
    """Certificates to trust instead of the system's, as a PEM file."""
    insecure: bool = False
    """Take any certificate."""

    def __post_init__(self) -> None:
        for words in _mistakes(self):
            raise ValueError(words)

    @classmethod
    def at(cls, url: str) -> Target:
        """The server of a `ws://` or `wss://` URL (RFC 6455 §3); raises ValueError if it is none.

        What is not in the URL can be set with `dataclasses.replace`.
        """
        try:
            return cls._of(urlsplit(url.strip()))
        except ValueError as error:
            raise ValueError(f"{url!r}: {error}") from None

    @classmethod
    def _of(cls, parts: SplitResult) -> Target:
        scheme = parts.scheme.lower()
        if scheme not in PORTS:
            raise ValueError("it does not begin with ws:// or wss://")
        if parts.fragment or parts.username or parts.password:
            raise ValueError("neither a fragment nor a user may stand in it")
        if parts.port == 0:
            raise ValueError("nobody listens on port 0")
        resource = quote(parts.path or "/", safe=SAFE)
        if parts.query:
            resource += f"?{quote(parts.query, safe=SAFE)}"
        return cls(_host_of(parts), parts.port or PORTS[scheme], resource, scheme == "wss")

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them (RFC 6455 §4.1): without a zone, which means
        nothing elsewhere (RFC 6874 §4)."""
        return self._with_port(self.host.partition("%")[0].encode("idna").decode())

    @property
    def scheme(self) -> str:
        """`ws` or `wss`."""
        return "wss" if self.secure else "ws"

    def resource_for(self, case_id: str) -> str:
        """The request target of one case."""
        agent = quote(self.agent or "", safe="")
        return self.resource.replace("{case}", case_id).replace("{agent}", agent)

    def __str__(self) -> str:
        return f"{self.scheme}://{self._with_port(self.host.replace('%', '%25'))}{self.resource}"

    def _with_port(self, host: str) -> str:
        host = f"[{host}]" if ":" in host else host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def check_name(name: str) -> str:
    """The name of a host as it is; raises ValueError if no host can have it."""
    try:
        labels = name.removesuffix(".").encode("idna").decode().split(".")
    except UnicodeError:  # what is empty, too long, or in no alphabet
        labels = [""]
    if not all(LABEL.fullmatch(label) for label in labels) or len(".".join(labels)) > LONGEST_NAME:
        raise ValueError(f"{name!r} is not the name of a host")
    return name


def _host_of(parts: SplitResult) -> str:
    """The name or the address; a zone stands behind an encoded percent sign (RFC 6874 §2)."""
    host = parts.hostname
    if not host:
        raise ValueError("it names no host")
    if "[" not in parts.netloc:
        return check_name(host)
    address, percent, zone = host.partition("%25")
    try:
        return str(IPv6Address(address)) + percent[:1] + zone
    except ValueError:
        raise ValueError(f"{host!r} is no IPv6 address") from None


def _mistakes(target: Target) -> Iterator[str]:
    """What cannot be said in an opening handshake."""
    pairs = target.headers
    values = [*(text for pair in pairs for text in pair), *target.protocols, target.origin]
    if any(set(value or "") & set("\r\n\0") for value in values):
        yield "a header with a line break"
    for name in (*(name for name, _ in pairs), *target.protocols):
        if not TOKEN.fullmatch(name):
            yield f"{name!r} cannot be the name of a header or of a subprotocol"
    for name, _ in pairs:
        if OWN_HEADERS.fullmatch(name):
            remedy = "; --protocol offers it" if name.lower().endswith("protocol") else ""
            yield f"{name}: this header belongs to the opening handshake itself{remedy}"
    if len(set(target.protocols)) < len(target.protocols):
        yield "a subprotocol that is offered twice (RFC 6455 §4.1)"
