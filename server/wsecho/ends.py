"""The two ends of a connection: addresses and TLS, as captures and logs tell them."""

from __future__ import annotations

from typing import Any

from OpenSSL.SSL import Error as TLSError
from twisted.internet.interfaces import ISSLTransport

from wsservice.addresses import spelled


def ends_of(transport: Any) -> dict[str, Any]:
    """What a capture's header says of both ends; only a connected transport can tell."""
    tls = None
    if ISSLTransport.providedBy(transport):
        connection = transport.getHandle()
        tls = {
            "version": connection.get_protocol_version_name(),
            "cipher": connection.get_cipher_name(),
        }
    return {
        "local": spelled(transport.getHost()),
        "peer": spelled(transport.getPeer()),
        "tls": tls,
    }


def tls_fault(error: BaseException | None) -> str | None:
    """Why TLS failed, if this is that kind of an error."""
    if not isinstance(error, TLSError):
        return None
    reasons = error.args[0] if error.args and isinstance(error.args[0], list) else []
    return "TLS failed: " + (", ".join(reason[-1] for reason in reasons) or "no reason given")
