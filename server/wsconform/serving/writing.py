"""The files of a report directory that are made from reports, written a slice at a time.

Pages of hundreds of cases take seconds, in which cases with time limits may be played. So only what
is new is written, and whoever writes can do something else between two pages. Others may write into
the same directory, such as a second server: what they have added or replaced is in the index, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from wsconform.report.case_page import case_page, page_name
from wsconform.report.directory import ReportDirectory, index_of
from wsconform.report.entry import Entry
from wsconform.report.files import INDEX, INDEX_PAGE, as_json, write
from wsconform.report.pages import index_page, neighbours


class _Read(NamedTuple):
    """A file as it was when it was read."""

    stamp: tuple[int, int]
    entry: Entry | None
    """None if it is no report."""


class PageWriter:
    """Knows which pages are missing or old."""

    def __init__(self, directory: ReportDirectory) -> None:
        self._directory = directory
        self._known: dict[str, _Read] = {}
        """File -> what stands in it."""
        self._new: set[str] = set()

    def take(self, entry: Entry) -> None:
        """A report was written."""
        self._new.add(entry.file)

    def write(self) -> Iterator[None]:
        """Write what is missing or old, a file between two steps; raises OSError."""
        new, self._new = self._new, set()
        try:
            yield from self._write(new) if new else ()
        except OSError:
            self._new |= new  # for another time
            raise

    def _write(self, new: set[str]) -> Iterator[None]:
        order = neighbours(self._directory.names())
        for file in _with_neighbours(new, order):
            found = self._directory.report(file)
            if found is not None:
                page = case_page(self._directory.path, found, *order[file])
                write(self._directory.path / page_name(file), page.encode())
            yield
        yield from self._learn()
        entries = [one.entry for one in self._known.values() if one.entry is not None]
        write(self._directory.path / INDEX, as_json(index_of(entries)))
        yield
        write(self._directory.path / INDEX_PAGE, index_page(entries).encode())

    def _learn(self) -> Iterator[None]:
        """Read what is new or was replaced, whoever has done that."""
        known, self._known = self._known, {}
        for file in self._directory.names():
            stamp = _stamp(self._directory.path / file)
            before = known.get(file)
            if before is not None and before.stamp == stamp:
                self._known[file] = before
                continue
            found = self._directory.report(file)
            self._known[file] = _Read(stamp, found and found.entry)
            yield


def _stamp(path: Path) -> tuple[int, int]:
    """Differs where a file was replaced."""
    try:
        facts = path.stat()
    except OSError:
        return 0, 0
    return facts.st_mtime_ns, facts.st_ino


def _with_neighbours(new: Iterable[str], order: dict[str, tuple[str, str]]) -> list[str]:
    """The new reports, and those whose pages lead to them."""
    stale = {near for file in new for near in (file, *order.get(file, ()))}
    return [file for file in order if file in stale]
