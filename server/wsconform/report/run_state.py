"""How far the last run in a report directory came, so that `--resume` can go on.

The file says how the run was started. What it finished is told by the reports themselves: each one
carries the id of its run. A case that never opened was not played, and a failure that was never
confirmed is none: both are played anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from wsconform.record import moment
from wsconform.report.directory import FIRST, Found
from wsconform.report.entry import Entry
from wsconform.report.files import (
    as_json,
    capture_file,
    case_file,
    read_json,
    remove,
    split_case_file,
    write,
)

FILE = "run.json"


@dataclass(frozen=True, slots=True)
class RunState:
    """The last run."""

    id: str
    arguments: tuple[str, ...]
    """The command line, without the program and without `--resume`."""
    started: str
    finished: str | None = None

    @classmethod
    def new(cls, arguments: tuple[str, ...]) -> RunState:
        """A run that begins now."""
        return cls(secrets.token_hex(8), arguments, moment(datetime.now(UTC)))

    @classmethod
    def load(cls, directory: Path) -> RunState | None:
        """The last run in a directory; None if there was none, or its file cannot be read."""
        try:
            content = read_json(directory / FILE)
            arguments = tuple(map(str, content["arguments"]))
            return cls(str(content["id"]), arguments, str(content["started"]), content["finished"])
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def save(self, directory: Path) -> None:
        """Write it."""
        write(directory / FILE, as_json(asdict(self)))

    def finish(self, directory: Path) -> None:
        """Write that the run is over."""
        replace(self, finished=moment(datetime.now(UTC))).save(directory)


class Finished(NamedTuple):
    """What a run has left in its directory."""

    done: tuple[Entry, ...] = ()
    void: tuple[Entry, ...] = ()
    """What is to be played anew."""

    @classmethod
    def of(cls, state: RunState, reports: Iterable[Found]) -> Finished:
        """Sort the reports of a run; those of other runs are left out."""
        found = [one for one in reports if one.entry.run == state.id]
        return cls(
            tuple(one.entry for one in found if is_settled(one)),
            tuple(one.entry for one in found if not is_settled(one)),
        )


def is_settled(found: Found) -> bool:
    """Whether the case was played, and its verdict is no matter of load."""
    attempts = found.report.get("attempts")
    is_confirmed = not isinstance(attempts, list) or len(attempts) > 1 or _is_alone(attempts)
    is_fine = found.entry.kind not in ("failed", "non-strict")
    return not found.report.get("opening") and (is_fine or is_confirmed)


def _is_alone(attempts: list[object]) -> bool:
    return all(isinstance(one, dict) and one.get("alone") is not False for one in attempts)


def forget(directory: Path, entry: Entry) -> None:
    """Remove a report, its page and its captures: its server has got another name since then."""
    parts = split_case_file(entry.file)
    assert parts is not None, "an entry comes out of a report's file"
    files = [case_file(*parts, suffix) for suffix in ("json", "html")]
    captures = [capture_file(*parts, mark) for mark in (FIRST, "")]
    remove(directory / name for name in (*files, *captures))
