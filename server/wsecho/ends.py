"""The two ends of a connection: addresses and TLS, as captures and logs tell them."""

from __future__ import annotations

from typing import Any

from OpenSSL.SSL import Error as TLSError
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.interfaces import IAddress, ISSLTransport


def spelled(address: IAddress) -> str:
    """An address as `127.0.0.1:9000`, `[::1]:9000` or `unix:/run/echo`."""
    if isinstance(address, IPv6Address):
        return f"[{address.host}]:{address.port}"
    if isinstance(address, IPv4Address):
        return f"{address.host}:{address.port}"
    if isinstance(address, UNIXAddress) and address.name:
        return f"unix:{address.name.decode(errors='replace')}"
    return "unix" if isinstance(address, UNIXAddress) else str(address)


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
