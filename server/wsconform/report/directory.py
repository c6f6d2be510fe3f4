"""A report directory: results come in one by one and are on disk at once.

Several agents share a directory. `index.json` holds the verdicts of all of them and is made from
the reports that lie there; while a run goes on, it is renewed now and then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from wsconform.cases import natural_key
from wsconform.report.case_report import Source, case_report
from wsconform.report.entry import Entry
from wsconform.report.files import (
    INDEX,
    as_json,
    capture_file,
    case_file,
    free_stem,
    read_json,
    remove,
    split_case_file,
    write,
)
from wsconform.result import CaseResult

RENEWED_AFTER = 1.0
"""Seconds between two index files while a run goes on."""
FIRST = "~first"


class Found(NamedTuple):
    """A report in the directory."""

    entry: Entry
    report: dict[str, Any]


class ReportDirectory:
    """See the module; `complain` is told of files that cannot be read."""

    def __init__(self, path: Path, complain: Callable[[str], None] = lambda _: None) -> None:
        self.path = path
        self._complain = complain
        self._stems: dict[str, str] | None = None
        self._added: dict[str, Entry] = {}
        self._renewed = 0.0
        self._told: set[str] = set()
        """What has been complained of: reports are read more than once."""

    def add(self, result: CaseResult, source: Source, captures: Sequence[bytes]) -> Entry:
        """Write the captures and the report of a case; raises OSError."""
        stem = self._stem(source.agent)
        marks = ("",) if len(captures) == 1 else (FIRST, "")
        paths = [capture_file(stem, result.case.id, mark) for mark in marks]
        for path, capture in zip(paths, captures, strict=True):
            write(self.path / path, capture)
        if len(captures) == 1:
            remove([self.path / capture_file(stem, result.case.id, FIRST)])
        report = case_report(result, source, captures, paths)
        name = case_file(stem, result.case.id)
        write(self.path / name, as_json(report))
        entry = self._added[name] = Entry.of(report, name)
        self._renew_index()
        return entry

    def write_index(self) -> None:
        """Make `index.json` from all reports that are there."""
        write(self.path / INDEX, as_json(index_of([found.entry for found in self.reports()])))

    def reports(self) -> Iterator[Found]:
        """All reports, ordered by file name and case."""
        for name in self.names():
            found = self.report(name)
            if found is not None:
                yield found

    def report(self, name: str) -> Found | None:
        """The report in a file; None, and a complaint, if it cannot be read."""
        try:
            report = read_json(self.path / name)
            return Found(Entry.of(report, name), report)
        except (OSError, ValueError, AttributeError) as error:
            self._leave_out(f"{self.path / name} is left out: {_reason(error)}")
            return None

    def _leave_out(self, words: str) -> None:
        if words not in self._told:
            self._told.add(words)
            self._complain(words)

    def names(self) -> list[str]:
        """The names of all reports, in order."""
        try:
            found = [path.name for path in self.path.iterdir() if split_case_file(path.name)]
        except FileNotFoundError:
            return []
        return sorted(found, key=_place)

    def _stem(self, agent: str) -> str:
        """How the agent's files begin: two agents whose names differ do not share their files."""
        if self._stems is None:
            self._stems = self._stems_on_disk()
        stem = free_stem(agent, self._stems)
        self._stems[stem] = agent
        return stem

    def _stems_on_disk(self) -> dict[str, str]:
        stems: dict[str, str] = {}
        for name in self.names():
            stem, _ = _split(name)
            agent = self._agent_in(name) if stem not in stems else None
            if agent is not None:
                stems[stem] = agent
        return stems

    def _agent_in(self, name: str) -> str | None:
        try:
            return Entry.of(read_json(self.path / name), name).agent
        except (OSError, ValueError, AttributeError):
            return None

    def _renew_index(self) -> None:
        now = time.monotonic()
        if now - self._renewed >= RENEWED_AFTER:
            index = self._index_on_disk()
            for agent, cases in index_of(list(self._added.values())).items():
                index.setdefault(agent, {}).update(cases)
            write(self.path / INDEX, as_json(index))
            self._renewed = now

    def _index_on_disk(self) -> dict[str, Any]:
        try:
            index = read_json(self.path / INDEX)
        except (OSError, ValueError):
            return {}
        is_index = isinstance(index, dict) and all(isinstance(one, dict) for one in index.values())
        return index if is_index else {}


def _reason(error: Exception) -> str:
    """The error in words, without the path."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "no JSON object" if isinstance(error, AttributeError) else str(error)


def index_of(entries: Sequence[Entry]) -> dict[str, dict[str, Any]]:
    """The content of `index.json`, exactly that of the published suite."""
    index: dict[str, dict[str, Any]] = {}
    for entry in entries:
        index.setdefault(entry.agent, {})[entry.id] = {
            "behavior": entry.behavior,
            "behaviorClose": entry.behavior_close,
            "remoteCloseCode": entry.code,
            "duration": entry.duration,
            "reportfile": entry.file,
        }
    return index


def _split(name: str) -> tuple[str, str]:
    parts = split_case_file(name)
    assert parts is not None, f"{name} is not the name of a report"
    return parts


def _place(name: str) -> tuple[str, tuple[int, ...]]:
    stem, case_id = _split(name)
    return stem, natural_key(case_id)
