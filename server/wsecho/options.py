"""The command line of `twistd wsecho`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from twisted.python import usage

from wsecho.deflate import DeflateOptions

DEFAULT_ENDPOINT = "tcp:9000:interface=127.0.0.1"

T = TypeVar("T")

_UNITS = {"": 0, "k": 10, "kib": 10, "m": 20, "mib": 20, "g": 30, "gib": 30}

_EXAMPLES = """
A server that listens in plain and over TLS, and keeps its captures in /var/tmp/ws:

    twistd -n wsecho --listen tcp:9000:interface=127.0.0.1 \\
        --listen ssl:9443:privateKey=key.pem:certKey=cert.pem --captures /var/tmp/ws

Connect a client to ws://127.0.0.1:9000/my-test, let it fail, and look what it did:

    wsinspect /var/tmp/ws/my-test.log

Beside another twistd service in the same directory, do without the file twistd.pid:

    twistd -n --pidfile= wsecho
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """The service's settings; times in seconds, sizes in octets, and 0 stands for no limit."""

    max_message: int = 64 * 1024 * 1024
    max_connections: int = 0
    open_timeout: float = 5.0
    close_timeout: float = 1.0
    auto_ping: float = 0.0
    """Time between pings, and how long an answer may take; 0 for no pings."""
    deflate: DeflateOptions | None = field(default_factory=DeflateOptions)
    """None where permessage-deflate is not offered."""
    protocols: tuple[str, ...] = ()
    server_name: str = "wsecho"


class Options(usage.Options):
    """Options of the service; once they are parsed, `settings` and its neighbours hold them."""

    synopsis = "[options]"
    longdesc = (
        "A WebSocket echo server that records every octet and every frame of each connection, "
        "both directions, to a capture file."
    )
    optFlags = [
        ["no-captures", None, "Echo only and record nothing."],
        ["no-deflate", None, "Do not offer permessage-deflate."],
        [
            "deflate-no-context-takeover",
            None,
            "Compress each message by itself, in both directions.",
        ],
    ]
    optParameters = [
        ["captures", None, "captures", "Directory for the captures; it is made if need be."],
        [
            "snaplen",
            None,
            "all",
            "Octets to keep of each read and write; the capture still tells how many there were.",
        ],
        [
            "max-message",
            None,
            "64MiB",
            "Largest message taken; a larger one is answered with close code 1009. 0: no limit.",
        ],
        [
            "max-connections",
            None,
            "0",
            "Connections at a time; one more gets status 503. 0: no limit.",
        ],
        [
            "open-timeout",
            None,
            "5",
            "Seconds that a client has for the opening handshake. 0: no limit.",
        ],
        [
            "close-timeout",
            None,
            "1",
            "Seconds to wait for the peer's close frame, and then for its end of TCP.",
        ],
        [
            "auto-ping",
            None,
            "0",
            "Seconds between pings; a client that sends nothing for as long after one is dropped. "
            "0: no pings.",
        ],
        ["deflate-window-bits", None, "15", "Largest window for what the server sends, 9 to 15."],
        ["deflate-mem-level", None, "8", "Memory for compressing, 1 to 9."],
        [
            "deflate-level",
            None,
            "1",
            "Effort in compressing, from 0 (none) and 1 (fast, by ISA-L if it is installed) to 9.",
        ],
        ["server-name", None, "wsecho", "What the Server header says; empty for no such header."],
    ]

    def __init__(self) -> None:
        super().__init__()
        self.endpoints: list[str] = []
        self.protocols: list[str] = []
        self.settings = Settings()
        self.captures: str | None = None
        self.snaplen: int | None = None

    def opt_listen(self, endpoint: str) -> None:
        """Endpoint to listen on, in Twisted's words: tcp:, ssl:, unix:, systemd:, haproxy:.

        May be given several times. [default: tcp:9000:interface=127.0.0.1]
        """
        self.endpoints.append(endpoint)

    def opt_protocol(self, name: str) -> None:
        """Subprotocol to accept; the client's first choice wins. May be given several times."""
        if not re.fullmatch(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", name):
            raise usage.UsageError(f"--protocol: {name!r} is not a token")
        self.protocols.append(name)

    def parseOptions(self, options: Sequence[str] | None = None) -> None:
        """Parse the command line; what is wrong with it ends the process with one line."""
        try:
            super().parseOptions(options)
        except usage.UsageError as error:
            raise SystemExit(f"wsecho: {error}; see twistd wsecho --help") from None

    def parseArgs(self, *arguments: str) -> None:
        """There are no arguments."""
        if arguments:
            raise usage.UsageError(f"{arguments[0]!r} is not an option")

    def postOptions(self) -> None:
        """Turn what was given into settings."""
        self.endpoints = self.endpoints or [DEFAULT_ENDPOINT]
        self.captures = None if self["no-captures"] else self["captures"]
        self.snaplen = None if self["snaplen"] == "all" else self._read("snaplen", size)
        self.settings = Settings(
            max_message=self._read("max-message", size),
            max_connections=self._read("max-connections", between(0)),
            open_timeout=self._read("open-timeout", seconds),
            close_timeout=self._read("close-timeout", some_seconds),
            auto_ping=self._read("auto-ping", seconds),
            deflate=None if self["no-deflate"] else self._deflate(),
            protocols=tuple(self.protocols),
            server_name=self._read("server-name", header_value),
        )

    def _deflate(self) -> DeflateOptions:
        return DeflateOptions(
            window_bits=self._read("deflate-window-bits", between(9, 15)),
            no_context_takeover=bool(self["deflate-no-context-takeover"]),
            mem_level=self._read("deflate-mem-level", between(1, 9)),
            level=self._read("deflate-level", between(0, 9)),
        )

    def _read(self, name: str, convert: Callable[[str], T]) -> T:
        try:
            return convert(self[name])
        except ValueError as error:
            raise usage.UsageError(f"--{name}: {error}") from None

    def getUsage(self, width: int | None = None) -> str:
        """The help text, with examples at its end."""
        text: str = super().getUsage(width)
        return text + _EXAMPLES


def size(text: str) -> int:
    """Octets, given as `65536`, `64k` or `64KiB`."""
    match = re.fullmatch(r"(\d+) ?([a-z]*)", text.strip().lower(), re.ASCII)
    if not match or match[2] not in _UNITS:
        raise ValueError(f"{text!r} is not a size such as 65536, 64k or 64KiB")
    return int(match[1]) << _UNITS[match[2]]


def seconds(text: str) -> float:
    """A time in seconds."""
    if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", text, re.ASCII):
        raise ValueError(f"{text!r} is not a number of seconds")
    return float(text)


def some_seconds(text: str) -> float:
    """A time in seconds, but not none at all."""
    time = seconds(text)
    if time == 0:
        raise ValueError("it has to be more than 0")
    return time


def between(low: int, high: int | None = None) -> Callable[[str], int]:
    """A reader of whole numbers in a range."""

    def read(text: str) -> int:
        number = int(text) if re.fullmatch(r"\d+", text, re.ASCII) else -1
        if number < low or (high is not None and number > high):
            limits = f"from {low} to {high}" if high is not None else f"from {low}"
            raise ValueError(f"{text!r} is not a number {limits}")
        return number

    return read


def header_value(text: str) -> str:
    """Text that can stand in a header."""
    if not re.fullmatch(r"[\x20-\x7e]*", text):
        raise ValueError(f"{text!r} cannot stand in a header")
    return text
