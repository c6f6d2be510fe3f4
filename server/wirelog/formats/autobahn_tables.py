"""The statistics tables of a report page, whose cells run together when a browser copies them.

`1621162` is size 162, once, 162 octets; `131` is opcode 13 once, or opcode 1 for 31 times. A row
may have several readings. The table has one: its keys rise, and its sums are those of the `Total`
row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

OCTETS = 3
"""Columns of a table of octets: size, how often, octets."""
FRAMES = 2
"""Columns of a table of frames: opcode, how often."""
MAX_DIGITS = 40
MAX_READINGS = 1000
"""Readings of the rows so far that are kept; a table that has more was made to be hard."""

_Path = tuple[Any, int, int] | None
"""The readings of the rows so far, the last one outermost."""


def solve(lines: list[str], columns: int) -> dict[str, int] | None:
    """How often each key; None if no reading of the rows fits the `Total` row."""
    total = next((line[5:] for line in lines if line.startswith("Total")), "")
    total = "".join(total.split())
    # Readings that lead to the same key and sums are as good as each other: one is kept.
    states: dict[tuple[int, int, int], _Path] = {(-1, 0, 0): None}
    for cells in _rows(lines):
        states = {
            (key, count + times, octets + key * times): (path, key, times)
            for (above, count, octets), path in states.items()
            for key, times in _readings(cells, columns)
            if key > above
        }
        if len(states) > MAX_READINGS:
            return None
    for (_, count, octets), path in states.items():
        if total == (f"{count}{octets}" if columns == OCTETS else f"{count}"):
            return dict(reversed(list(_unwound(path))))
    return None


def _rows(lines: list[str]) -> Iterator[list[str]]:
    """The cells of each row, as far as something parts them."""
    return (line.split() for line in lines if re.fullmatch(r"\s*[0-9][0-9\s]*", line, re.ASCII))


def _readings(cells: list[str], columns: int) -> Iterator[tuple[int, int]]:
    """The ways to read a row as key and how often."""
    for numbers in _numbers(cells, columns):
        key, times = numbers[:2]
        fits = key * times == numbers[2] if columns == OCTETS else key < 16
        if fits and times:
            yield key, times


def _numbers(cells: list[str], columns: int) -> Iterator[tuple[int, ...]]:
    """The ways to read cells, which may run together, as so many numbers."""
    if sum(map(len, cells)) > MAX_DIGITS:
        return
    if len(cells) == columns:
        yield tuple(map(int, cells))
    elif len(cells) == 1:
        for parts in _cut(cells[0], columns):
            if all(part == str(int(part)) for part in parts):  # no number begins with a zero
                yield tuple(map(int, parts))


def _cut(digits: str, columns: int) -> Iterator[tuple[str, ...]]:
    """The ways to cut digits into so many parts."""
    if columns == 1:
        yield (digits,)
        return
    for at in range(1, len(digits) - columns + 2):
        for rest in _cut(digits[at:], columns - 1):
            yield digits[:at], *rest


def _unwound(path: _Path) -> Iterator[tuple[str, int]]:
    while path is not None:
        path, key, times = path
        yield str(key), times
