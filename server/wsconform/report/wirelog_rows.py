"""The wire log of a case report: the rows of the published suite, from the events of a capture.

Those rows have no times, keep 64 octets of each read and write, and know only some of the events; a
capture has it all. What a capture says beyond them is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from wirelog.capture import FrameLine, Kind, Record
from wirelog.escaping import unpreview
from wsconform.result import CUT_FROM, SHOWN, shown

Row = list[Any]


def rows(records: Iterable[Record]) -> Iterator[Row]:
    """The rows in the order of the events."""
    is_alone = False
    for record in records:
        if record.kind is Kind.OCTETS:
            yield _octets(record, is_alone)
        elif record.frame is not None:
            is_alone = record.dir == "TX" and _is_alone(record.frame)
            yield _received(record.frame) if record.dir == "RX" else _sent(record.frame)
        else:
            yield from _event(record)


def _octets(record: Record, is_alone: bool) -> Row:
    """`RO` or `TO`; a write says whether it had a turn of the reactor for itself."""
    length = len(record.octets) if record.length is None else record.length
    octets = record.octets[: SHOWN if length > CUT_FROM else None]
    cells = [length, octets.hex() + (" ..." if length > CUT_FROM else "")]
    return ["RO", cells] if record.dir == "RX" else ["TO", cells, is_alone]


def _is_alone(line: FrameLine) -> bool:
    return _is_sync(line) or _chop(line) is not None


def _is_sync(line: FrameLine) -> bool:
    return line.extras.get("SYNC") == "True"


def _chop(line: FrameLine) -> int | None:
    """The size of the writes of a chopped frame."""
    size = line.extras.get("CHOPSIZE", "")
    return int(size) if size.isdecimal() else None


def _received(line: FrameLine) -> Row:
    return ["RF", _payload(line), line.opcode, line.fin, line.rsv, line.masked, _mask(line)]


def _sent(line: FrameLine) -> Row:
    """A frame is always given in full: the column for a repeated unit stays empty."""
    cells = [_payload(line), line.opcode, line.fin, line.rsv, _mask(line), None, _chop(line)]
    return ["TF", *cells, _is_sync(line)]


def _payload(line: FrameLine) -> Row:
    octets = unpreview(line.preview or "", line.length)
    return [line.length, shown(octets)]


def _mask(line: FrameLine) -> str | None:
    return None if line.mask is None else line.mask.hex()


def _event(record: Record) -> Iterator[Row]:
    for pattern, row in _WORDS:
        match = pattern.match(record.text)
        if match:
            yield row(match)
            return


def _seconds(match: re.Match[str]) -> float:
    """Whole seconds are written without a fraction, for readers that tell the two apart."""
    seconds = float(match[1])
    return int(seconds) if seconds.is_integer() else seconds


_WORDS: list[tuple[re.Pattern[str], Callable[[re.Match[str]], Row]]] = [
    (re.compile(r"FAIL CONNECTION AFTER (\S+) sec"), lambda match: ["KL", _seconds(match)]),
    (re.compile(r"CLOSE CONNECTION AFTER (\S+) sec"), lambda match: ["TI", _seconds(match)]),
    (re.compile(r"DELAY (\S+) sec for TAG (.*)"), lambda match: ["CT", _seconds(match), match[2]]),
    (re.compile(r"DELAY TIMEOUT on TAG (.*)"), lambda match: ["CTE", match[1]]),
    (re.compile(r"FAILING CONNECTION"), lambda _: ["KLE"]),
    (re.compile(r"CLOSING CONNECTION"), lambda _: ["TIE"]),
    (re.compile(r"WIRELOG (EN|DIS)ABLED"), lambda match: ["WLM", match[1] == "EN"]),
]
"""Events that have a row."""
