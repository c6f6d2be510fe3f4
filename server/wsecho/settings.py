"""What can be set for the service, with its defaults."""

from __future__ import annotations

from dataclasses import dataclass

from wsecho.deflate import DeflateOptions


@dataclass(frozen=True, slots=True)
class Settings:
    """The service's settings; times in seconds, sizes in octets, and 0 stands for no limit."""

    max_message: int = 64 * 1024 * 1024
    max_connections: int = 0
    open_timeout: float = 5.0
    close_timeout: float = 1.0
    auto_ping: float = 0.0
    """Time between pings, and how long an answer may take; 0 for no pings."""
    deflate: DeflateOptions | None = DeflateOptions()
    """None where permessage-deflate is not offered."""
    protocols: tuple[str, ...] = ()
    server_name: str = "wsecho"
