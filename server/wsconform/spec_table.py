"""How spec files are read, whichever side they are for: JSON, key by key, with all that is odd.

What a file asks for that is not done here, and patterns that select nothing, become warnings; what
cannot be meant, such as text where a list should stand or an option that nobody knows, raises
`SpecError`.

Options of the published suite are setters of its library. Those that set a time or a size are
taken over. The others describe what a strict endpoint does anyway: any other value would make the
verdicts wrong, and is not taken over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn


class SpecError(ValueError):
    """A spec file that cannot be used; the words name the file and the place in it."""


def content_of(path: Path) -> object:
    """The JSON of a spec file; raises `SpecError`."""
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise SpecError(f"{path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise SpecError(f"{path}: not JSON: {error}") from None


class Selection(NamedTuple):
    """Which cases a file asks for."""

    cases: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()
    by_agent: Mapping[str, tuple[str, ...]] = {}
    """Pattern of agents -> patterns of cases that such an agent does not play."""
    source: str = ""
    """The file."""

    @classmethod
    def of(cls, table: Table) -> Selection:
        """Take it out of the file."""
        by_agent = table.table("exclude-agent-cases")
        return cls(
            table.texts("cases", ("*",)),
            table.texts("exclude-cases"),
            {pattern: by_agent.texts(pattern) for pattern in by_agent},
            table.where,
        )


EVERYTHING = Selection()
"""What a file that says nothing asks for."""


class Options(NamedTuple):
    """Options that are known."""

    applied: Mapping[str, str]
    """Those that are taken over, and the limits that they set, named as in `driver.Settings`."""
    fixed: Mapping[str, tuple[object, ...]]
    """Those that are fixed here, and the values that say the same or nothing."""

    def limits(self, options: Table) -> dict[str, float]:
        """The limits among the options; warns of what is not taken over."""
        limits: dict[str, float] = {}
        for name in options:
            value = options.take(name)
            if name in self.applied:
                limits |= _limit(options, name, value, self.applied[name])
            elif name not in self.fixed:
                options.refuse(name, "no such option")
            elif not any(value == one and type(value) is type(one) for one in self.fixed[name]):
                options.warn(name, f"{json.dumps(value)} is not taken over")
        return limits


COMMON: Mapping[str, tuple[object, ...]] = {
    "utf8validateIncoming": (True,),
    "applyMask": (True,),
    "maxFramePayloadSize": (0,),
    "autoFragmentSize": (0,),
    "failByDrop": (True, False),
    "echoCloseCodeReason": (False,),
    "tcpNoDelay": (True,),
    "autoPingInterval": (0,),
    "autoPingTimeout": (0,),
    "autoPingSize": tuple(range(126)),
    "perMessageCompressionAccept": (None,),
}
"""Fixed options of either side."""


def _limit(options: Table, name: str, value: object, limit: str) -> dict[str, float]:
    if not isinstance(value, int | float) or isinstance(value, bool) or not value >= 0:
        options.refuse(name, f"{json.dumps(value)} is not a positive number")
    if value == 0:  # no limit: a run that cannot hang needs one
        options.warn(name, "0 is not taken over: the usual limit stays")
        return {}
    return {limit: value}


class Table:
    """A JSON object that is read key by key; knows where it stands, and what was not read."""

    def __init__(self, content: object, where: str, warnings: list[str], path: str = "") -> None:
        self.where = where
        """The file."""
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

    def table(self, key: str) -> Table:
        """A JSON object; an empty one if there is none."""
        return Table(self.take(key) or {}, self.where, self._warnings, f"{self._path}{key}.")

    def tables(self, key: str) -> list[Table]:
        """A list of JSON objects."""
        value = self.take(key) or []
        if not isinstance(value, list):
            self.refuse(key, "is not a list")
        return [
            Table(one, self.where, self._warnings, f"{self._path}{key}[{number}].")
            for number, one in enumerate(value)
        ]

    def warn(self, key: str, words: str) -> None:
        """Keep a warning."""
        self._warnings.append(f"{self.where}: {self._path}{key}: {words}")

    def warn_of_rest(self) -> None:
        """Warn of the keys that nobody asked for."""
        for key in sorted(self._rest):
            self.warn(key, "means nothing here and is left out")

    def refuse(self, key: str, words: str) -> NoReturn:
        """Raise `SpecError`."""
        raise SpecError(f"{self.where}: {self._path}{key} {words}")
