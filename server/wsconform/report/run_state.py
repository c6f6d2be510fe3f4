"""How far the last run in a report directory came, so that `--resume` can go on.

The file says how the run was started. What it finished is told by the reports themselves: each one
carries the id of its run.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from wsconform.record import moment
from wsconform.report.files import as_json, read_json, write

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
