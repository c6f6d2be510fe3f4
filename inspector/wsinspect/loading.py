"""Reading a capture in a thread: its beginning at once, all of it later, less if it is stopped.

A file that is stopped, or of which only the beginning is wanted, ends earlier for its reader: at
the last whole line, as it would if the recorder had been killed there. What was read is kept.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import BinaryIO, cast

from wirelog.reader import Notice
from wsinspect.opened import Opened
from wsinspect.sources import load

FIRST_OCTETS = 1 << 17
"""As much of a large file is read before everything else, so that there is something to look at."""
LARGE = 1 << 20
"""Octets from which on a file counts as large."""


class Shortened(io.RawIOBase):
    """A file that ends behind its beginning, or later, where it is stopped."""

    def __init__(self, file: BinaryIO, stop: Event, *, only_first: bool) -> None:
        super().__init__()
        self.taken = 0
        """Octets that were read as lines."""
        self.cut = False
        """Whether it has ended before the file did."""
        self._file = file
        self._stop = stop
        self._only_first = only_first

    def read(self, size: int = -1) -> bytes:
        """Octets from the place where the file stands."""
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to another place."""
        return self._file.seek(offset, whence)

    def __iter__(self) -> Iterator[bytes]:
        """Yield lines until the end, or until it is enough."""
        for line in self._file:
            # The beginning is on the screen already: less than that would be a surprise.
            if self.taken >= FIRST_OCTETS and (self._only_first or self._stop.is_set()):
                self.cut = True
                return
            self.taken += len(line)
            yield line


class Loading:
    """One file that is being read."""

    def __init__(self, path: Path, progress: Callable[[float], None]) -> None:
        self.path = path
        self._progress = progress
        """Is told how much of the file has been read, from 0 to 1."""
        self._stop = Event()
        self._abandoned = False
        self._size = 0

    def stop(self) -> None:
        """Read no further; what was read is kept."""
        self._stop.set()

    def abandon(self) -> None:
        """Read no further, and keep nothing."""
        self._abandoned = True
        self._stop.set()

    def steps(self) -> Iterator[Opened]:
        """The beginning of a large file, then all of it. Raises `SourceError`."""
        self._size = self.path.stat().st_size if self.path.is_file() else 0
        if self._size > LARGE:
            yield from self._read(only_first=True)
        yield from self._read(only_first=False)

    def _read(self, *, only_first: bool) -> Iterator[Opened]:
        made: list[Shortened] = []

        def through(file: BinaryIO) -> BinaryIO:
            made.append(Shortened(file, self._stop, only_first=only_first))
            return cast(BinaryIO, made[-1])

        capture = load(self.path, None if only_first else self._tell, through)
        if self._abandoned:
            return
        if not only_first and made[-1].cut:
            percent = 100 * made[-1].taken // max(self._size, 1)
            text = f"you stopped the reading after {percent} % of the file"
            capture.notices.insert(0, Notice(0, text))
        yield Opened.of(capture, whole=not only_first)

    def _tell(self, octets: int) -> None:
        self._progress(octets / max(self._size, 1))
