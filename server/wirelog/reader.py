"""Reads a whole capture, tolerantly: whatever can be read is there, and what could not is said.

`Reader` is the stream: iterate over it for the records; `trailer` and `notices` fill up on the
way. `read` collects everything into a `Capture`, which is what the analysis takes. Foreign
formats (`wirelog.formats`) make the same `Capture`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

from wirelog.blocks import blocks
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
from wirelog.common_lines import COMMON, LINE_BELOW, end_of, record_of
from wirelog.escaping import escape

BYTE_ORDER_MARK = "\ufeff".encode()
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

    def batches(self) -> Iterator[list[Record]]:
        """Yield all records, many at once."""
        yield self.records

    def whole(self, records: list[Record]) -> Capture:
        """The capture with these of its records."""
        return replace(self, records=records)


class Reader:
    """The records of one capture file, in order; only a first line that is no capture's raises."""

    def __init__(
        self, file: BinaryIO, name: str = "", progress: Callable[[int], None] | None = None
    ) -> None:
        self.name = name
        self.header: dict[str, Any] = {}
        self.trailer: dict[str, Any] | None = None
        self.notices: list[Notice] = []
        self._blocks = blocks(file)
        self._first: bytes | None = None
        """The first block, behind the header; None before it is read."""
        self._progress = progress
        self.octets = 0
        """Octets of the file that were taken so far."""
        self._number = 0
        """Lines taken so far."""
        self._due = 0
        """Number that the next event should have."""
        self._then = 0
        """Time of the last event; 0 where it has none."""
        self._dropped = 0

    @property
    def is_server(self) -> bool:
        """Whether the recorder was the server; known as soon as it has begun."""
        return bool(self.header.get("role") != "client")

    @property
    def report(self) -> dict[str, Any]:
        """What a report said of the case, if the header has it."""
        report = self.header.get("report")
        return report if isinstance(report, dict) else {}

    def __iter__(self) -> Iterator[Record]:
        """Yield each record; raise `CaptureError` if the first line shows that it is no capture."""
        return chain.from_iterable(self.batches())

    def batches(self) -> Iterator[list[Record]]:
        """Yield all records, thousands at once; raise `CaptureError` as `begin` does."""
        self.begin()
        for block in chain([self._first or b""], self._blocks):
            self.octets += len(block)
            yield self._records(block)
            if self._progress:
                self._progress(self.octets)
        self._finish()

    def begin(self) -> None:
        """Read the header; raise `CaptureError` if the first line shows that it is no capture."""
        if self._first is not None:
            return
        self._first = block = next(self._blocks, b"")
        raw, end, rest = block.partition(b"\n")
        if not end:
            raise CaptureError(f"line 1: {_cut(raw)}" if raw else "the file is empty")
        if raw.startswith(BYTE_ORDER_MARK):
            self._say(1, "a byte order mark stands before the first line")
            raw = raw.removeprefix(BYTE_ORDER_MARK)
            self._first = block.removeprefix(BYTE_ORDER_MARK)
        if raw.startswith(b"#wirelog"):
            self._number, self.octets, self._first = 1, len(block) - len(rest), rest
            self._take_header(self._text(raw))
        elif parse_line(raw.decode(errors="backslashreplace")) is not None:
            self._say(1, "no header: the first line is not `#wirelog 1 {…}`")
        else:
            raise CaptureError("not a capture: the first line is not `#wirelog 1 {…}`")

    def whole(self, records: list[Record]) -> Capture:
        """What was read, with its records; what the header has no place for is put into its own."""
        made = Capture(self.name, self.header, records, self.trailer, self.notices)
        made.report = self.report
        made.unproven = _sentences(made.header.pop("unproven", None)) or unproven_by(records)
        if isinstance(made.header.get("report"), dict):
            del made.header["report"]
        if made.trailer and isinstance(made.trailer.get("statistics"), dict):
            made.statistics = made.trailer.pop("statistics")
        return made

    def _records(self, block: bytes) -> list[Record]:
        """The records of a block of whole lines."""
        made: list[Record] = []
        find, at, end = COMMON.match, 0, len(block)
        while at < end:
            match = find(block, at)
            behind = 0 if match is None else end_of(match)
            record = record_of(match, behind, self._number + 1) if match and behind else None
            if match is None or record is None:
                at, record = self._parse(block, at)
                if record is None:
                    continue
            else:
                at = behind
                self._number += 1 if match[LINE_BELOW] is None else 2
            n, t = record.n, record.t or 0
            if n != self._due or t < self._then or self.trailer is not None:
                self._check(record)
            self._due, self._then = n + 1, t
            made.append(record)
        return made

    def _parse(self, block: bytes, at: int) -> tuple[int, Record | None]:
        """Any line, with the indented one below it; where the next line begins."""
        line, behind = self._line(block, at)
        number = self._number
        if not line:
            return behind, None
        if line[0] == " ":
            self._say(number, "an indented line that belongs to no event")
            return behind, None
        if line[0] == "#":
            self._take_mark(line)
            return behind, None
        below = None
        if block[behind : behind + 1] == b" ":
            below, behind = self._line(block, behind)
        record = parse_line(line, below, number)
        if record is None:
            self._say(number, f"not an event: {escape(line[:60])}")
        elif record.problem:
            self._say(number, record.problem)
        elif record.kind is Kind.UNKNOWN:
            self._say(number, f"event words that are not known: {escape(record.text[:60])}")
        return behind, record

    def _line(self, block: bytes, at: int) -> tuple[str | None, int]:
        """A line without its end, and where the next one begins; None for the rest of a line."""
        self._number += 1
        end = block.find(b"\n", at)
        if end < 0:
            self._say(self._number, _cut(block[at:]))
            return None, len(block)
        return self._text(block[at:end]), end + 1

    def _text(self, raw: bytes) -> str:
        try:
            return raw.decode().removesuffix("\r")
        except UnicodeDecodeError as error:
            self._say(self._number, f"not UTF-8 at octet {error.start} of the line")
            return raw.decode(errors="backslashreplace").removesuffix("\r")

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
        """Say of an event that it does not stand where it should."""
        if self.trailer is not None:
            self._say(record.line, "an event after the trailer")
        if record.n != self._due:
            self._say(record.line, f"event {record.n} where {self._due} should stand")
        if record.t is not None and record.t < self._then:
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


def _cut(raw: bytes) -> str:
    return f"cut in the middle of the line, after {len(raw)} octets"


def knows(head: bytes) -> bool:
    """Whether a file that begins so is a native capture, or one that lost its header."""
    first = head.split(b"\n", 1)[0].removeprefix(BYTE_ORDER_MARK).decode(errors="replace")
    return first.startswith("#wirelog") or parse_line(first) is not None


def read(file: BinaryIO, name: str = "", progress: Callable[[int], None] | None = None) -> Capture:
    """The whole capture; `progress` is told the octets read so far.

    Raises `CaptureError` if the file is no capture at all.
    """
    reader = Reader(file, name, progress)
    with uncollected():
        records = [record for batch in reader.batches() for record in batch]
    return reader.whole(records)


def unproven_by(records: list[Record]) -> list[str]:
    """What the records themselves show that they cannot prove."""
    cut = [CUT] if any(record.is_cut for record in records) else []
    return cut + ([NO_TIMES] if any(record.t is None for record in records) else [])


def _sentences(given: object) -> list[str]:
    """What a header says that its source cannot prove, whatever stands there."""
    given = given if isinstance(given, list) else [given]
    return [one if isinstance(one, str) else json.dumps(one) for one in given if one is not None]
