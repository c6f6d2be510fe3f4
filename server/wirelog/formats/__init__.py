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
from wirelog.reader import Capture

Progress = Callable[[int], None]
HEAD_OCTETS = 1 << 16
"""How much of a file's beginning tells its format."""


def load(file: BinaryIO, name: str = "", progress: Progress | None = None) -> Capture:
    """Read a capture in any format that is known.

    `file` must be seekable. Raises `CaptureError` if no reader knows the file; its words say what
    would be read.
    """
    head = file.read(HEAD_OCTETS)
    file.seek(0)
    if not head:
        raise CaptureError("the file is empty")
    for knows, read in _READERS:
        if knows(head):
            return read(file, name, progress)
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
