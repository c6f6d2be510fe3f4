"""Whom a run talks to and how long it waits, as values."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

PORTS = {"ws": 80, "wss": 443}
SAFE = "/?%:@!$&'()*+,;=~{}-._"
"""What may stand in a request target as it is; anything else is percent-encoded."""
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
        values = [*(text for pair in self.headers for text in pair), *self.protocols, self.origin]
        if any(set(value or "") & set("\r\n\0") for value in values):
            raise ValueError("a header with a line break")

    @classmethod
    def at(cls, url: str) -> Target:
        """The server of a `ws://` or `wss://` URL (RFC 6455 §3); raises ValueError if it is none.

        What is not in the URL can be set with `dataclasses.replace`.
        """
        parts = urlsplit(url.strip())
        scheme = parts.scheme.lower()
        if scheme not in PORTS:
            raise ValueError(f"{url!r} does not begin with ws:// or wss://")
        if not parts.hostname:
            raise ValueError(f"{url!r} names no host")
        if parts.fragment or parts.username or parts.password:
            raise ValueError(f"{url!r}: neither a fragment nor a user may stand in it")
        resource = quote(parts.path or "/", safe=SAFE)
        if parts.query:
            resource += f"?{quote(parts.query, safe=SAFE)}"
        return cls(parts.hostname, parts.port or PORTS[scheme], resource, scheme == "wss")

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them (RFC 6455 §4.1)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def scheme(self) -> str:
        """`ws` or `wss`."""
        return "wss" if self.secure else "ws"

    def resource_for(self, case_id: str) -> str:
        """The request target of one case."""
        agent = quote(self.agent or "", safe="")
        return self.resource.replace("{case}", case_id).replace("{agent}", agent)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.resource}"
