"""The file that a capture is appended to: one write for a batch, and a decent end if it fails."""

from __future__ import annotations

import contextlib
import os
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Protocol

from wsecho import naming

StopLine = Callable[[int, str], bytes]
"""Gives the line that ends a capture: from how many lines of the failed batch are kept, and why."""

SACRIFICE = 16
"""Lines of the failed batch that may give way to the line that says why the capture stops."""
JOINED = 32768
"""Octets up to which it is cheaper to join the parts of a batch than to hand over a list."""
MAX_PARTS = 1000
"""Parts that one system call takes; Linux and BSD allow 1024."""


class Sink(Protocol):
    """What a recorder writes to."""

    path: str
    """What it is called."""

    def append(self, parts: Sequence[bytes], stop_line: StopLine) -> None:
        """Write lines, given in parts; a line's last part ends with LF, and no other part does.

        Raises OSError if that fails. What could be kept is written then, and the stop line.
        """

    def close(self) -> None:
        """No more lines come."""


class CaptureFile:
    """A new file below the capture directory, open for appending."""

    def __init__(self, directory: str, name: naming.Name) -> None:
        """Make the file; raises OSError if that is not possible."""
        self._file, self.path = naming.create(directory, name)
        self._size = 0

    def append(self, parts: Sequence[bytes], stop_line: StopLine) -> None:
        """See `Sink.append`."""
        size = sum(map(len, parts))
        try:
            if size <= JOINED:
                self._write(b"".join(parts))
            else:
                self._write_parts(parts)
        except OSError as error:
            self._stop(parts, stop_line, error)
            raise
        self._size += size

    def close(self) -> None:
        """See `Sink.close`."""
        with contextlib.suppress(OSError):
            os.close(self._file)

    def _write(self, octets: bytes) -> None:
        written = os.write(self._file, octets)
        while written < len(octets):
            written += os.write(self._file, octets[written:])

    def _write_parts(self, parts: Sequence[bytes]) -> None:
        for at in range(0, len(parts), MAX_PARTS):
            some = parts[at : at + MAX_PARTS]
            written = os.writev(self._file, some)
            if written < sum(map(len, some)):
                self._write(b"".join(some)[written:])

    def _stop(self, parts: Sequence[bytes], stop_line: StopLine, error: OSError) -> None:
        """Leave whole lines only, and room for the last one.

        The reply to the octets of this batch has not left yet, so its lines may be given up.
        """
        with contextlib.suppress(OSError):
            sizes = accumulate(map(len, parts), initial=self._size)
            ends = [self._size]
            ends += [
                end for end, part in zip(sizes, [b"", *parts], strict=True) if part[-1:] == b"\n"
            ]
            whole = bisect_right(ends, os.fstat(self._file).st_size) - 1
            for kept in range(whole, max(whole - SACRIFICE, -1), -1):
                os.ftruncate(self._file, ends[kept])
                if ends[kept] and self._fits(stop_line(kept, error.strerror or str(error))):
                    return
                os.ftruncate(self._file, ends[kept])

    def _fits(self, line: bytes) -> bool:
        try:
            return os.write(self._file, line) == len(line)
        except OSError:
            return False
