"""The two kinds of line that a capture is made of, taken straight from the file's octets.

Nearly every line is a row of octets, or a frame with its preview below it. One expression finds
such a line and what is below it; beginnings of frame lines, which come again and again, are read
once. `capture.parse_line` makes the same of a line, and something of every other one.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from wirelog.capture import FRAME, NO_EXTRAS, OCTETS, Direction, FrameLine, Record, parse_line

COMMON = re.compile(
    rb"([0-9]{1,18}) \+([0-9]{1,10})\.([0-9]{9}) "
    rb"(?:([RT]X OCTETS: )|([RT]X FRAME : .* MASK=)(.*)\n(?: (.*)\n)?)"
)
LINE_BELOW = 7
"""The group of an indented line."""
ROW = 4
"""The group of what stands before a row of octets."""
REMEMBERED = 1 << 12
"""Beginnings of frame lines, up to the key."""
# Half the lines make two of these: a tuple's own constructor takes two thirds of the time.
_record: Callable[[tuple[Any, ...]], Record] = partial(tuple.__new__, Record)
_line: Callable[[tuple[Any, ...]], FrameLine] = partial(tuple.__new__, FrameLine)
_DIRECTIONS: dict[bytes, Direction] = {b"RX OCTETS: ": "RX", b"TX OCTETS: ": "TX"}


def end_of(match: re.Match[bytes]) -> int:
    """Where the line ends that `COMMON` has found, with what is below it; 0 if it has to be parsed,
    as there is no end, or something below a row of octets.

    A row of octets can be megabytes long, and is not walked through by an expression.
    """
    if match.lastindex != ROW:
        return match.end()
    end = match.string.find(b"\n", match.end()) + 1
    return 0 if match.string.startswith(b" ", end) else end


def record_of(match: re.Match[bytes], end: int, number: int) -> Record | None:
    """What the line says that `COMMON` has found, up to its end, at this line number.

    None if it is not in the spelling of this version, or damaged, and has to be parsed.
    """
    n, seconds, fraction, row, said, key, below = match.groups()
    try:
        if row is None:
            return _frame(int(n), int(seconds + fraction), said, key, below, number)
        octets = unhexlify(match.string[match.end() : end - 1])
    except ValueError:
        return None
    t = int(seconds + fraction)
    return _record((int(n), t, OCTETS, _DIRECTIONS[row], octets, len(octets), None, "", number, ""))


def _frame(
    n: int, t: int, said: bytes, key: bytes, below: bytes | None, number: int
) -> Record | None:
    """Raises `ValueError` if it has to be parsed."""
    is_masked = key != b"None"
    if is_masked and len(key) != 8:
        return None
    direction, line = _told(said, is_masked)
    if below is not None or is_masked:
        opcode, fin, rsv, length, masked = line[:5]
        mask = unhexlify(key) if is_masked else None
        preview = None if below is None else below.decode().removesuffix("\r").strip(" ") or None
        line = _line((opcode, fin, rsv, length, masked, mask, None, preview, NO_EXTRAS))
    return _record((n, t, FRAME, direction, b"", None, line, "", number, ""))


@lru_cache(REMEMBERED)
def _told(said: bytes, is_masked: bool) -> tuple[Direction, FrameLine]:
    """Direction and frame line, without its key, of what stands before the key."""
    record = parse_line(f"0 {said.decode()}{'00000000' if is_masked else 'None'}")
    assert record is not None
    line = record.frame
    if line is None or line.extras or line.arrived is not None:
        raise ValueError("not what a frame line says as a rule")
    assert record.dir is not None
    return record.dir, line
