"""Readers of foreign formats: one file each, all of them make a `wirelog.reader.Capture`.

`load` looks at the first octets and takes the reader that knows them; the native format is one of
the rows. A foreign source says in `Capture.unproven` what it cannot prove.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from wirelog import reader
from wirelog.capture import CaptureError
from wirelog.formats import autobahn_page, autobahn_report
from wirelog.reader import Capture, Reader

Progress = Callable[[int], None]
HEAD_OCTETS = 1 << 16
"""How much of a file's beginning tells its format."""


def load(file: BinaryIO, name: str = "", progress: Progress | None = None) -> Capture:
    """Read a capture in any format that is known.

    `file` must be seekable. Raises `CaptureError` if no reader knows the file; its words say what
    would be read.
    """
    return _reader_for(file)(file, name, progress)


def stream(file: BinaryIO, name: str = "", progress: Progress | None = None) -> Capture | Reader:
    """A capture that is read while somebody goes through it; in a foreign format, all of it.

    `file` must be seekable, and stay open. Raises `CaptureError` as `load` does.
    """
    read = _reader_for(file)
    if read is not reader.read:
        return read(file, name, progress)
    made = Reader(file, name, progress)
    made.begin()
    return made


def _reader_for(file: BinaryIO) -> Callable[[BinaryIO, str, Progress | None], Capture]:
    head = file.read(HEAD_OCTETS)
    file.seek(0)
    if not head:
        raise CaptureError("the file is empty")
    for knows, read in _READERS:
        if knows(head):
            return read
    raise CaptureError(
        "not a capture: neither `#wirelog` nor a page or JSON report of the Autobahn Testsuite"
    )


def knows(head: bytes) -> bool:
    """Whether one of the readers knows a file that begins so; `HEAD_OCTETS` are enough."""
    return any(reads(head) for reads, _ in _READERS)


_READERS: list[
    tuple[Callable[[bytes], bool], Callable[[BinaryIO, str, Progress | None], Capture]]
] = [
    (reader.knows, reader.read),
    (autobahn_report.knows, autobahn_report.read),
    (autobahn_page.knows, autobahn_page.read),
]
