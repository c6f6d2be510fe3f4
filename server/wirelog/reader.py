"""Reads a whole capture, tolerantly: whatever can be read is there, and what could not is said.

`Reader` is the stream: iterate over it for the records; `header`, `trailer` and `notices` fill up
on the way. `read` collects everything into a `Capture`, which is what the analysis takes. Foreign
formats (`wirelog.formats`) make the same `Capture`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

from wirelog.capture import (
    VERSION,
    CaptureError,
    Kind,
    Record,
    parse_header,
    parse_line,
    parse_trailer,
)
from wirelog.collecting import uncollected
from wirelog.escaping import escape

PROGRESS_OCTETS = 1 << 20
BYTE_ORDER_MARK = "\ufeff"
MAX_NOTICES = 1000
"""Notices kept; a file of garbage would otherwise fill the memory with complaints."""


class Notice(NamedTuple):
    """Something about the file itself that its reader should know."""

    line: int
    """Line number, from 1; 0 for the file as a whole."""
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


CUT = "Octets were cut when this was recorded: what they held is not known."
NO_TIMES = "The source has no times: order is known, distances are not."


@dataclass(slots=True)
class Capture:
    """Everything that one capture says."""

    name: str
    """The path it came from, as it was given."""
    header: dict[str, Any] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    trailer: dict[str, Any] | None = None
    """The thirteen closing facts and the totals; None if the capture was not finished."""
    notices: list[Notice] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    """What this source cannot prove, one sentence each."""
    report: dict[str, Any] = field(default_factory=dict)
    """What a report said of the case: description, expectation, outcome, expected, observed."""
    statistics: dict[str, Any] | None = None
    """Octets by size and frames by opcode, where the source counted more than its log shows."""

    @property
    def is_server(self) -> bool:
        """Whether the recorder was the server."""
        return bool(self.header.get("role") != "client")


class Reader:
    """The records of one capture file, in order; only a first line that is no capture's raises."""

    def __init__(
        self, file: BinaryIO, name: str = "", progress: Callable[[int], None] | None = None
    ) -> None:
        self.name = name
        self.header: dict[str, Any] = {}
        self.trailer: dict[str, Any] | None = None
        self.notices: list[Notice] = []
        self._file = file
        self._progress = progress
        self._number = 0
        self._last: Record | None = None
        self._dropped = 0

    def __iter__(self) -> Iterator[Record]:
        """Yield each record; raise `CaptureError` if the first line shows that it is no capture."""
        lines = self._lines()
        first = next(lines, None)
        if first is None:
            raise CaptureError(str(self.notices[0]) if self.notices else "the file is empty")
        if first.startswith(BYTE_ORDER_MARK):
            self._say(1, "a byte order mark stands before the first line")
            first = first.removeprefix(BYTE_ORDER_MARK)
        if first.startswith("#wirelog"):
            self._take_header(first)
        elif parse_line(first) is not None:
            self._say(1, "no header: the first line is not `#wirelog 1 {…}`")
            lines = chain([first], lines)
        else:
            raise CaptureError("not a capture: the first line is not `#wirelog 1 {…}`")
        for number, line, below in self._events(lines):
            record = parse_line(line, below, number)
            if record is None:
                self._say(number, f"not an event: {escape(line[:60])}")
                continue
            self._check(record)
            self._last = record
            yield record
        self._finish()

    def _events(self, lines: Iterator[str]) -> Iterator[tuple[int, str, str | None]]:
        """Each event line with its number and the indented line below it; marks are taken aside."""
        number, event, below = 0, "", None
        for line in lines:
            first = line[:1]
            if first == " ":
                if not event or below is not None:
                    self._say(self._number, "an indented line that belongs to no event")
                else:
                    below = line
                continue
            if event:
                yield number, event, below
            number, event, below = self._number, line, None
            if first == "#":
                event = ""
                self._take_mark(line)
        if event:
            yield number, event, below

    def _lines(self) -> Iterator[str]:
        """Whole lines without their LF; a last line that has none is dropped, and that is said."""
        octets = 0
        told = 0
        for raw in self._file:
            self._number += 1
            octets += len(raw)
            if self._progress and octets - told >= PROGRESS_OCTETS:
                told = octets
                self._progress(octets)
            if raw[-1:] != b"\n":
                self._say(self._number, f"cut in the middle of the line, after {len(raw)} octets")
                return
            try:
                yield raw[:-1].decode().removesuffix("\r")
            except UnicodeDecodeError as error:
                self._say(self._number, f"not UTF-8 at octet {error.start} of the line")
                yield raw[:-1].decode(errors="backslashreplace").removesuffix("\r")

    def _take_header(self, line: str) -> None:
        try:
            self.header = parse_header(line)
        except CaptureError as error:
            self._say(1, str(error))
            return
        if self.header["version"] > VERSION:
            text = f"format version {self.header['version']}; this program knows up to {VERSION}"
            self._say(1, text + ", and shows what it does not know as it stands")

    def _take_mark(self, line: str) -> None:
        if line.startswith("#wirelog"):
            self._say(self._number, "a second header: is this more than one capture?")
        if not line.startswith("#end"):
            return  # a comment
        try:
            self.trailer = parse_trailer(line)
        except CaptureError as error:
            self._say(self._number, str(error))

    def _check(self, record: Record) -> None:
        if record.problem:
            self._say(record.line, record.problem)
        elif record.kind is Kind.UNKNOWN:
            self._say(record.line, f"event words that are not known: {escape(record.text[:60])}")
        if self.trailer is not None:
            self._say(record.line, "an event after the trailer")
        last = self._last
        expected = last.n + 1 if last else 0
        if record.n != expected:
            self._say(record.line, f"event {record.n} where {expected} should stand")
        if last and last.t is not None and record.t is not None and record.t < last.t:
            self._say(record.line, f"event {record.n} is earlier than the one before it")

    def _say(self, line: int, text: str) -> None:
        if len(self.notices) < MAX_NOTICES:
            self.notices.append(Notice(line, text))
        else:
            self._dropped += 1

    def _finish(self) -> None:
        if self.trailer is None:
            self._say(0, "the capture was not finished: it has no trailer")
        if self._dropped:
            self.notices.append(Notice(0, f"{self._dropped} more notices are not shown"))


def knows(head: bytes) -> bool:
    """Whether a file that begins so is a native capture, or one that lost its header."""
    first = head.split(b"\n", 1)[0].decode(errors="replace").removeprefix(BYTE_ORDER_MARK)
    return first.startswith("#wirelog") or parse_line(first) is not None


def read(file: BinaryIO, name: str = "", progress: Callable[[int], None] | None = None) -> Capture:
    """The whole capture; `progress` is told the octets read so far, about once a MiB.

    Raises `CaptureError` if the file is no capture at all.
    """
    reader = Reader(file, name, progress)
    with uncollected():
        records = list(reader)
    capture = Capture(name, reader.header, records, reader.trailer, reader.notices)
    # What has a place of its own does not stand in the header and trailer too.
    capture.unproven = _sentences(capture.header.pop("unproven", None)) or unproven_by(records)
    if isinstance(capture.header.get("report"), dict):
        capture.report = capture.header.pop("report")
    if capture.trailer and isinstance(capture.trailer.get("statistics"), dict):
        capture.statistics = capture.trailer.pop("statistics")
    return capture


def unproven_by(records: list[Record]) -> list[str]:
    """What the records themselves show that they cannot prove."""
    cut = [CUT] if any(record.is_cut for record in records) else []
    return cut + ([NO_TIMES] if any(record.t is None for record in records) else [])


def _sentences(given: object) -> list[str]:
    """What a header says that its source cannot prove, whatever stands there."""
    given = given if isinstance(given, list) else [given]
    return [one if isinstance(one, str) else json.dumps(one) for one in given if one is not None]
