"""Reading a capture in a thread: its beginning at once, all of it later, less if it is stopped.

Frames and messages are joined while the file is read, so that what was read when somebody stopped
it is there with everything that belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from wirelog.collecting import uncollected
from wirelog.conversation import Conversation
from wirelog.reader import Capture, Notice, Reader
from wsinspect.opened import Opened
from wsinspect.sources import stream

LARGE = 1 << 20
"""Octets from which on a file counts as large, and its beginning is shown before all of it."""


class Loading:
    """One file that is being read."""

    def __init__(
        self, path: Path, progress: Callable[[float], None], *, again: bool = False
    ) -> None:
        self.path = path
        self.again = again
        """Whether it is on the screen already, so that its beginning is nothing new."""
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
        if self._size > LARGE and not self.again:
            yield from self._read(only_first=True)
        yield from self._read(only_first=False)

    def _read(self, *, only_first: bool) -> Iterator[Opened]:
        tell = None if only_first else self._tell
        with uncollected(), stream(self.path, tell) as source:
            seen = self._join(source, only_first=only_first)
            if self._abandoned:
                return
            capture = source.whole(seen.records)
            if not only_first:
                self._say_what_is_missing(source, capture)
            opened = Opened.of(capture, seen, whole=not only_first)
        yield opened

    def _join(self, source: Capture | Reader, *, only_first: bool) -> Conversation:
        """Everything that is read, or its beginning."""
        seen = Conversation(is_server=source.is_server)
        for batch in source.batches():
            for record in batch:
                seen.add(record)
            if only_first or self._stop.is_set():
                break
        seen.finish()
        return seen

    def _say_what_is_missing(self, source: Capture | Reader, capture: Capture) -> None:
        """Whoever stops the reading sees that it was he, and not the recorder."""
        if isinstance(source, Reader) and source.octets < self._size:
            percent = 100 * source.octets // self._size
            text = f"you stopped the reading after {percent} % of the file"
            capture.notices.insert(0, Notice(0, text))

    def _tell(self, octets: int) -> None:
        self._progress(octets / max(self._size, 1))
