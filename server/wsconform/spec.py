"""Spec files: the JSON in which the published suite is told what to run.

`load` takes them unchanged. What a file asks for that is not done here, and patterns that select
nothing, become warnings; what cannot be meant, such as text where a list should stand or an option
that nobody knows, raises `SpecError`.

Options of the published suite are setters of its library. Those that set a time or a size are
taken over, see `APPLIED`. The others describe what a strict client does anyway, see `FIXED`: any
other value would make the verdicts wrong, and is not taken over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn


class SpecError(ValueError):
    """A spec file that cannot be used; the words name the file and the place in it."""


@dataclass(frozen=True, slots=True)
class SpecServer:
    """One entry of `servers`."""

    url: str
    agent: str | None = None
    hostname: str | None = None
    """The name for TLS; without one the published suite takes any certificate."""
    origin: str | None = None
    protocols: tuple[str, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    """Limits from the options of the file and of the server, named as in `driver.Settings`."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A spec file for a run against servers."""

    servers: tuple[SpecServer, ...]
    cases: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()
    exclude_by_agent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Pattern of agents -> patterns of cases."""
    outdir: str | None = None
    warnings: tuple[str, ...] = ()


APPLIED = {
    "openHandshakeTimeout": "opening",
    "closeHandshakeTimeout": "closing",
    "serverConnectionDropTimeout": "server_drop",
    "maxMessagePayloadSize": "message",
}
"""Options that are taken over, and what they set."""
FIXED: Mapping[str, tuple[object, ...]] = {
    "version": (13, 14, 15, 16, 17, 18),
    "utf8validateIncoming": (True,),
    "acceptMaskedServerFrames": (False,),
    "maskClientFrames": (True,),
    "applyMask": (True,),
    "maxFramePayloadSize": (0,),
    "autoFragmentSize": (0,),
    "failByDrop": (True, False),
    "echoCloseCodeReason": (False,),
    "tcpNoDelay": (True,),
    "autoPingInterval": (0,),
    "autoPingTimeout": (0,),
    "autoPingSize": tuple(range(126)),
    "perMessageCompressionOffers": (None,),
    "perMessageCompressionAccept": (None,),
}
"""Options that are fixed here, and the values that say the same or nothing."""


def load(path: Path) -> Spec:
    """Read a spec file; raises `SpecError`."""
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise SpecError(f"{path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise SpecError(f"{path}: not JSON: {error}") from None
    return parse(content, str(path))


def parse(content: object, name: str) -> Spec:
    """Take the content of a spec file; `name` stands before each complaint."""
    warnings: list[str] = []
    table = _Table(content, name, warnings)
    common = _limits(table.table("options"))
    servers = tuple(_server(one, common) for one in table.tables("servers"))
    if not servers:
        table.refuse("servers", "names no server")
    by_agent = table.table("exclude-agent-cases")
    cases, exclude = table.texts("cases", ("*",)), table.texts("exclude-cases")
    exclude_by_agent = {pattern: by_agent.texts(pattern) for pattern in by_agent}
    outdir = table.text("outdir")
    table.warn_of_rest()
    return Spec(servers, cases, exclude, exclude_by_agent, outdir, tuple(warnings))


def _server(table: _Table, common: Mapping[str, float]) -> SpecServer:
    url = table.text("url")
    if url is None:
        table.refuse("url", "is missing")
    server = SpecServer(
        url,
        table.text("agent"),
        table.text("hostname"),
        table.text("origin"),
        table.texts("protocols"),
        {**common, **_limits(table.table("options"))},
    )
    table.warn_of_rest()
    return server


def _limits(options: _Table) -> dict[str, float]:
    """The limits among the options; warns of what is not taken over."""
    limits: dict[str, float] = {}
    for name in options:
        value = options.take(name)
        if name in APPLIED:
            limits |= _limit(options, name, value)
        elif name not in FIXED:
            options.refuse(name, "no such option")
        elif not any(value == one and type(value) is type(one) for one in FIXED[name]):
            options.warn(name, f"{json.dumps(value)} is not taken over")
    return limits


def _limit(options: _Table, name: str, value: object) -> dict[str, float]:
    if not isinstance(value, int | float) or isinstance(value, bool) or not value >= 0:
        options.refuse(name, f"{json.dumps(value)} is not a positive number")
    if value == 0:  # no limit: a run that cannot hang needs one
        options.warn(name, "0 is not taken over: the usual limit stays")
        return {}
    return {APPLIED[name]: value}


class _Table:
    """A JSON object that is read key by key; knows where it stands, and what was not read."""

    def __init__(self, content: object, where: str, warnings: list[str], path: str = "") -> None:
        self._where = where
        self._path = path
        self._warnings = warnings
        if not isinstance(content, dict):
            raise SpecError(f"{where}: {path.rstrip('.') or 'it'} is not a JSON object")
        self._content: dict[str, Any] = dict(content)
        self._rest = set(self._content)

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def take(self, key: str) -> Any:
        """The value as it is, None if there is none."""
        self._rest.discard(key)
        return self._content.get(key)

    def text(self, key: str) -> str | None:
        """A text or nothing."""
        value = self.take(key)
        if value is not None and not isinstance(value, str):
            self.refuse(key, "is not a text")
        return value or None

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts."""
        value = self.take(key)
        if value is None:
            return default
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.refuse(key, "is not a list of texts")
        return tuple(value)

    def table(self, key: str) -> _Table:
        """A JSON object; an empty one if there is none."""
        return _Table(self.take(key) or {}, self._where, self._warnings, f"{self._path}{key}.")

    def tables(self, key: str) -> list[_Table]:
        """A list of JSON objects."""
        value = self.take(key) or []
        if not isinstance(value, list):
            self.refuse(key, "is not a list")
        return [
            _Table(one, self._where, self._warnings, f"{self._path}{key}[{number}].")
            for number, one in enumerate(value)
        ]

    def warn(self, key: str, words: str) -> None:
        """Keep a warning."""
        self._warnings.append(f"{self._where}: {self._path}{key}: {words}")

    def warn_of_rest(self) -> None:
        """Warn of the keys that nobody asked for."""
        for key in sorted(self._rest):
            self.warn(key, "means nothing here and is left out")

    def refuse(self, key: str, words: str) -> NoReturn:
        """Raise `SpecError`."""
        raise SpecError(f"{self._where}: {self._path}{key} {words}")
