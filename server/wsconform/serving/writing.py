"""The files of a report directory that are made from reports, written a slice at a time.

Pages of hundreds of cases take seconds, in which cases with time limits may be played. So only what
is new is written, and whoever writes can do something else between two pages.
"""

from __future__ import annotations

from collections.abc import Iterator

from wsconform.report.case_page import case_page, page_name
from wsconform.report.directory import ReportDirectory, index_of
from wsconform.report.entry import Entry
from wsconform.report.files import INDEX, INDEX_PAGE, as_json, write
from wsconform.report.pages import index_page, neighbours


class PageWriter:
    """Knows which pages are missing or old."""

    def __init__(self, directory: ReportDirectory) -> None:
        self._directory = directory
        self._known: dict[str, Entry] = {}
        """File -> entry, of all that is in the directory."""
        self._has_looked = False
        self._new: dict[str, Entry] = {}

    def take(self, entry: Entry) -> None:
        """A report was written."""
        self._new[entry.file] = entry

    def write(self) -> Iterator[None]:
        """Write what is missing or old, a file between two steps; raises OSError."""
        yield from self._look()
        new, self._new = self._new, {}
        try:
            yield from self._write(new) if new else ()
        except OSError:
            self._new = new | self._new  # for another time
            raise

    def _write(self, new: dict[str, Entry]) -> Iterator[None]:
        self._known |= new
        order = neighbours(self._directory.names())
        for file in _with_neighbours(new, order):
            found = self._directory.report(file)
            if found is not None:
                page = case_page(self._directory.path, found, *order[file])
                write(self._directory.path / page_name(file), page.encode())
            yield
        entries = [self._known[file] for file in order if file in self._known]
        write(self._directory.path / INDEX, as_json(index_of(entries)))
        yield
        write(self._directory.path / INDEX_PAGE, index_page(entries).encode())

    def _look(self) -> Iterator[None]:
        """Learn what is there from before."""
        if not self._has_looked:
            for one in self._directory.reports():
                self._known[one.entry.file] = one.entry
                yield
            self._has_looked = True


def _with_neighbours(new: dict[str, Entry], order: dict[str, tuple[str, str]]) -> list[str]:
    """The new reports, and those whose pages lead to them."""
    stale = {near for file in new for near in (file, *order.get(file, ()))}
    return [file for file in order if file in stale]
