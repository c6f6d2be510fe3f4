"""Both ends of a connection, in words."""

from __future__ import annotations

from typing import Any, NamedTuple

from twisted.internet.interfaces import ISSLTransport

from wsservice.addresses import spelled


class Ends(NamedTuple):
    """Who is connected with whom, and under which TLS."""

    local: str
    peer: str
    tls: dict[str, str] | None = None

    @classmethod
    def of(cls, transport: Any) -> Ends:
        """The ends of a connection that is up."""
        host, peer = spelled(transport.getHost()), spelled(transport.getPeer())
        return cls(host, peer, tls_facts(transport))


def tls_facts(transport: Any) -> dict[str, str] | None:
    """Version and cipher; None without TLS, or if its handshake did not come to an end."""
    if not ISSLTransport.providedBy(transport):
        return None
    connection = transport.getHandle()
    version, cipher = connection.get_protocol_version_name(), connection.get_cipher_name()
    return None if cipher is None else {"version": version, "cipher": cipher}
