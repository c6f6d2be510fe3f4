"""What of a report directory may be seen from outside: the files that reports are made of.

A name is looked up only if a report could bear it, and a file is given out only if it lies inside
of the directory, whatever a link there says. Pages are shown as the reports are at that moment:
one that was not written yet, or is older than its report, is made for the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wsconform.report.directory import ReportDirectory
from wsconform.report.files import CAPTURES, INDEX, INDEX_PAGE
from wsconform.report.pages import index_page, page_of

_CASE = r"[a-z0-9_~]*_case_[0-9_]+\.(?:json|html)"
_FILE = re.compile(
    rf"{re.escape(INDEX)}|{re.escape(INDEX_PAGE)}|{_CASE}|{CAPTURES}/[a-z0-9_~]+/[0-9.]+(?:~first)?\.log"
)
_FOLDER = re.compile(rf"{CAPTURES}(?:/[a-z0-9_~]+)?")


class Item(NamedTuple):
    """A line of a listing."""

    name: str
    octets: int | None
    """None for a folder."""


class ReportFiles:
    """The files of one report directory, by their paths in it, such as `captures/x/4.2.3.log`."""

    def __init__(self, directory: ReportDirectory) -> None:
        self._directory = directory

    def file(self, name: str) -> Path | None:
        """The file of that name; None if there is none, or it is nobody's business."""
        return self._inside(name) if _FILE.fullmatch(name) else None

    def must_be_made(self, name: str) -> bool:
        """Whether it is a page that is older than its reports, or was not written yet."""
        if not (_FILE.fullmatch(name) and name.endswith(".html")):
            return False
        page = self._inside(name)
        return page is None or any(_time(one) > _time(page) for one in self._sources(name))

    def page(self, name: str) -> str | None:
        """That page as it is now; None if there is no report for it. Reads files, maybe many."""
        sources = [path.name for path in self._sources(name)]
        if name == INDEX_PAGE:
            found = map(self._directory.report, sources)
            return index_page([one.entry for one in found if one is not None])
        return page_of(self._directory, name) if sources else None

    def listing(self, name: str) -> list[Item] | None:
        """What is in a folder of captures; None if it is none."""
        folder = self._inside(name, of_files=False) if _FOLDER.fullmatch(name) else None
        return None if folder is None else sorted(self._items(name, folder), key=_natural)

    def _items(self, name: str, folder: Path) -> Iterator[Item]:
        for path in folder.iterdir():
            inner = f"{name}/{path.name}"
            if _FOLDER.fullmatch(inner) and self._inside(inner, of_files=False):
                yield Item(f"{path.name}/", None)
            elif file := self.file(inner):
                yield Item(path.name, file.stat().st_size)

    def _inside(self, name: str, *, of_files: bool = True) -> Path | None:
        try:
            root = self._directory.path.resolve()
            path = (root / name).resolve()
            is_there = path.is_file() if of_files else path.is_dir()
        except (OSError, RuntimeError):  # a name too long for the system, a link to itself
            return None
        return path if is_there and path.is_relative_to(root) else None

    def _sources(self, page: str) -> Sequence[Path]:
        """The reports of which a page is made, as far as they are inside."""
        if page != INDEX_PAGE:
            name = f"{page.removesuffix('.html')}.json"
            return [self._directory.path / name] if self._inside(name) else []
        paths = [self._directory.path / name for name in self._directory.names()]
        return [path for path in paths if not path.is_symlink() or self._inside(path.name)]


def _time(path: Path) -> int:
    """When a file was changed, in nanoseconds; 0 if it is gone."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _natural(item: Item) -> tuple[object, ...]:
    """Sorts 4.2.10 behind 4.2.9."""
    return tuple((part.isdecimal(), part.zfill(8)) for part in re.split(r"[./~]", item.name))
