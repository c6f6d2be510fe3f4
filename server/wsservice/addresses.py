"""Addresses as logs, captures and reports tell them."""

from __future__ import annotations

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.interfaces import IAddress


def spelled(address: IAddress) -> str:
    """An address as `127.0.0.1:9000`, `[::1]:9000` or `unix:/run/echo`."""
    if isinstance(address, IPv6Address):
        return f"[{address.host}]:{address.port}"
    if isinstance(address, IPv4Address):
        return f"{address.host}:{address.port}"
    if isinstance(address, UNIXAddress) and address.name:
        return f"unix:{address.name.decode(errors='replace')}"
    return "unix" if isinstance(address, UNIXAddress) else str(address)
