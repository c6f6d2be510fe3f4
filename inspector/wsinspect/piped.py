"""A capture that comes through a pipe: read once from front to back, but for its beginning."""

from __future__ import annotations

import io
from typing import BinaryIO

from wirelog.formats import HEAD_OCTETS


class Piped(io.RawIOBase):
    """What a pipe gives; while no more than its head has been read, one can go back to the start.

    So a reader can look at the head to see which format it is. The pipe stays open when this is
    closed.
    """

    def __init__(self, pipe: BinaryIO) -> None:
        super().__init__()
        self._pipe = pipe
        self._head = pipe.read(HEAD_OCTETS)
        self._has_ended = len(self._head) < HEAD_OCTETS
        """A terminal would have to say so once more if it were asked again."""
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """As far as its head goes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to an octet of the head; raises `UnsupportedOperation` for all others."""
        if whence != io.SEEK_SET or max(offset, self._at) > len(self._head):
            raise io.UnsupportedOperation("what has come through a pipe does not come again")
        self._at = offset
        return offset

    def tell(self) -> int:
        """How many octets have been read."""
        return self._at

    def read(self, size: int = -1) -> bytes:
        """The next octets, at most `size`; all that come if it is negative."""
        if size < 0:
            return self.readall()
        if self._at < len(self._head):
            octets = self._head[self._at : self._at + size]
        elif self._has_ended:
            return b""
        else:
            octets = self._pipe.read(size)
            self._has_ended = len(octets) < size
        self._at += len(octets)
        return octets

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed: any Buffer
        """The next octets, at most as many as fit."""
        octets = self.read(len(buffer))
        buffer[: len(octets)] = octets
        return len(octets)


def piped(pipe: BinaryIO) -> BinaryIO:
    """The pipe as a file that readers of captures take."""
    return io.BufferedReader(Piped(pipe))
