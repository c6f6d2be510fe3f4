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
    rb"([0-9]{1,18}) \+([0-9]{1,10})\.([0-9]{9}) ([RT]X OCTETS: |[RT]X FRAME : .* MASK=)(.*)\n"
    rb"(?: (.*)\n)?"
)
LINE_BELOW = 6
"""The group of an indented line."""
REMEMBERED = 1 << 12
"""Beginnings of frame lines, up to the key."""
# Half the lines make two of these: a tuple's own constructor takes two thirds of the time.
_record: Callable[[tuple[Any, ...]], Record] = partial(tuple.__new__, Record)
_line: Callable[[tuple[Any, ...]], FrameLine] = partial(tuple.__new__, FrameLine)
_DIRECTIONS: dict[bytes, Direction] = {b"RX OCTETS: ": "RX", b"TX OCTETS: ": "TX"}


def record_of(match: re.Match[bytes], number: int) -> Record | None:
    """What the line says that `COMMON` has found, at this line number, with what is below it.

    None if it is not in the spelling of this version, or damaged, and has to be parsed.
    """
    n, seconds, fraction, said, rest, below = match.groups()
    direction = _DIRECTIONS.get(said)
    try:
        if direction is None:
            return _frame(int(n), int(seconds + fraction), said, rest, below, number)
        octets = unhexlify(rest)
    except ValueError:
        return None
    t = int(seconds + fraction)
    return _record((int(n), t, OCTETS, direction, octets, len(octets), None, "", number, ""))


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
