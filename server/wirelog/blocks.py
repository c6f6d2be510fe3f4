"""A file cut into blocks of whole lines, none of which is torn from the indented line below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

BLOCK_OCTETS = 1 << 18
"""About the size of a block; with one long line it is larger."""


def blocks(file: BinaryIO, size: int = BLOCK_OCTETS) -> Iterator[bytes]:
    """Yield blocks until the end; only the last one can end in the middle of a line."""
    rest = b""
    while True:
        lines = [rest, file.read(size), file.readline()]
        rest = file.readline()
        if rest[:1] == b" ":  # a second indented line belongs to nothing, and may stand alone
            lines.append(rest)
            rest = file.readline()
        block = b"".join(lines)
        if not block:
            return
        yield block
