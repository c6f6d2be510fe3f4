"""A baseline of `wsinspect check`: findings that are accepted, by file, rule and side.

The file is JSON. Paths in it are relative to the folder that it stands in and have slashes, so that
it means the same wherever both are copied to, and however the captures are named on the command
line. Version 1, which says no version, had them relative to the working directory.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from wirelog.rules.request import KEY_REUSED
from wsinspect.sources import STDIN

VERSION = 2
BETWEEN = frozenset({KEY_REUSED.id})
"""Rules that compare captures: where only some of them were looked at, nothing follows."""


class BaselineError(Exception):
    """A baseline that cannot be used, and why."""


class Accepted(NamedTuple):
    """Findings of a rule against a side in one capture."""

    place: str
    """Where the capture is, as `place_of` says."""
    rule: str
    side: str


class Change(NamedTuple):
    """What an update made of a baseline."""

    added: int
    kept: int
    dropped: int

    def __str__(self) -> str:
        return f"{self.added} added, {self.kept} kept, {self.dropped} dropped"


class Baseline:
    """The file of a baseline and what it accepts."""

    def __init__(self, path: Path, accepted: Iterable[Accepted] = ()) -> None:
        self.path = path
        self.accepted = frozenset(accepted)

    @classmethod
    def load(cls, path: Path, *, may_be_new: bool = False) -> Baseline:
        """Read one; raises `BaselineError`. With `may_be_new` there need not be one yet."""
        try:
            return cls(path, _accepted(json.loads(path.read_text("utf-8")), path))
        except FileNotFoundError:
            if may_be_new:
                return cls(path)
            raise BaselineError("no such file; --update-baseline writes it") from None
        except OSError as error:
            raise BaselineError(error.strerror or str(error)) from None
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            raise BaselineError(f"not a baseline: {error}") from None

    def update(self, found: Iterable[Accepted], looked_at: Callable[[Accepted], bool]) -> Change:
        """Accept what was found, and no longer what was looked at and not found again.

        Entries that were not looked at stay, unless their capture is gone. Raises `BaselineError`.
        """
        old = self.accepted
        there = {one for one in old if _is_there(one.place)}
        stay = {one for one in there if not looked_at(one)}
        if stay:
            stay |= {one for one in there if one.rule in BETWEEN}
        self.accepted = frozenset(stay.union(found))
        new = self.accepted
        try:
            _replace(self.path, json.dumps(self._as_json(), indent=1) + "\n")
        except OSError as error:
            raise BaselineError(error.strerror or str(error)) from None
        return Change(len(new - old), len(new & old), len(old - new))

    def _as_json(self) -> dict[str, Any]:
        folder = _folder(self.path)
        rows = sorted((_relative(one.place, folder), one.rule, one.side) for one in self.accepted)
        keys = ("file", "rule", "side")
        return {
            "version": VERSION,
            "accepted": [dict(zip(keys, row, strict=True)) for row in rows],
        }


def place_of(file: str, folder: str = "") -> str:
    """Where a file is, whichever way it is named: absolute, without links to folders.

    A link to a file is a file of its own, as it is for `wsinspect.sources`. A relative name is
    below `folder`, or else below the working directory.
    """
    if file == str(STDIN):
        return file
    path = Path(folder, file)
    return str(Path(os.path.realpath(path.parent), path.name))


def _accepted(made: Any, path: Path) -> Iterable[Accepted]:
    """What the JSON of a baseline says."""
    version = made.get("version", 1) if isinstance(made, dict) else None
    if version not in (1, VERSION):
        raise ValueError(f"this program knows those up to version {VERSION}")
    folder = _folder(path) if version == VERSION else ""
    rows = made["accepted"]
    return {Accepted(place_of(row["file"], folder), row["rule"], row["side"]) for row in rows}


def _replace(path: Path, text: str) -> None:
    """Write a file, or leave it as it was: a full disk must not cost what had been accepted."""
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, "utf-8")
        temporary.replace(target)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _folder(path: Path) -> str:
    return str(Path(os.path.realpath(path)).parent)


def _relative(place: str, folder: str) -> str:
    if place == str(STDIN):
        return place
    return Path(os.path.relpath(place, folder)).as_posix()


def _is_there(place: str) -> bool:
    return place == str(STDIN) or Path(place).exists()
