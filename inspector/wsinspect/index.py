"""What has to be known of every row of a wire log, in as little room as possible."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log1p

from wirelog.capture import Kind, Record
from wirelog.message import WireFrame
from wsinspect.playback import rising
from wsinspect.present.rows import LogRow, LogRows

RX, TX, NEITHER = 0, 1, 2
PARTS = 960
"""Parts of the duration that are told apart; no terminal is wider."""
LARGEST = (1 << 63) - 1
"""A bad file may claim any number."""
BLOCKS = "▁▂▃▄▅▆▇"
_LANES = {"RX": RX, "TX": TX, None: NEITHER}


@dataclass(slots=True)
class Index:
    """What has to be known of every row without making it."""

    numbers: array[int] = field(default_factory=lambda: array("Q"))
    """Number of each row's event."""
    moments: array[int] = field(default_factory=lambda: array("q"))
    """When each row happens in a replay: nanoseconds that never fall."""
    untimed: bool = False
    """Whether there is a row without a time, so that only the order is known."""
    is_octets: bytearray = field(default_factory=bytearray)
    is_frame: bytearray = field(default_factory=bytearray)
    lanes: bytearray = field(default_factory=bytearray)
    """`RX`, `TX` or `NEITHER`."""
    sizes: array[int] = field(default_factory=lambda: array("Q"))
    """Octets that a row of octets stands for; 0 for other rows."""
    problems: array[int] = field(default_factory=lambda: array("L"))
    """Rows that something is wrong with, rising."""
    last_number: int = 0
    """The highest event number."""

    @classmethod
    def of(cls, rows: LogRows) -> Index:
        """Go through all rows once, without making them."""
        times: list[int | None] = []
        made = cls()
        for at, (record, frame) in enumerate(rows.entries):
            event = record if frame is None else frame
            is_octets = frame is None and record.kind is Kind.OCTETS
            times.append(event.t)
            made.numbers.append(min(event.n, LARGEST))
            made.is_octets.append(is_octets)
            made.is_frame.append(frame is not None)
            made.lanes.append(_LANES[event.dir])
            made.sizes.append(_size(record) if is_octets else 0)
            if _is_wrong(record, frame):
                made.problems.append(at)
        made.untimed = None in times
        made.moments = rising(times)
        made.last_number = max(made.numbers, default=0)
        return made

    @property
    def duration(self) -> int:
        """Nanoseconds from the connection to the last event, as a replay takes them."""
        return self.moments[-1] if self.moments else 0

    def row_of(self, number: int) -> int:
        """The first row of an event; where there is none, of the next one, or the last row."""
        numbers = self.numbers
        at = bisect_left(numbers, number)
        if at < len(numbers) and numbers[at] != number and number in numbers:
            at = numbers.index(number)  # the numbers of a bad file do not rise
        return max(min(at, len(numbers) - 1), 0)


def is_wrong(row: LogRow) -> bool:
    """Whether something is wrong with a row; octets that a recorder was told to cut are not."""
    return _is_wrong(row.record, row.frame)


def _is_wrong(record: Record, frame: WireFrame | None) -> bool:
    if frame is not None:
        return bool(frame.problems) or not frame.arrived
    return bool(record.problem or record.kind is Kind.UNKNOWN) and not record.is_cut


def _size(record: Record) -> int:
    """Octets on the wire, as far as that is known."""
    return min(len(record.octets) if record.length is None else record.length, LARGEST)


@dataclass(slots=True)
class Strips:
    """Octets and problems by direction, in equal parts of the duration."""

    octets: tuple[list[int], list[int]]
    """For `RX` and `TX`."""
    wrong: tuple[list[bool], list[bool]]

    @classmethod
    def of(cls, index: Index, wrong: Iterable[int], count: int = PARTS) -> Strips:
        """Count, in `count` parts; `wrong` are the rows that something is wrong with."""
        made = cls(([0] * count, [0] * count), ([False] * count, [False] * count))
        end = max(index.duration, 1)
        for lane, size, time in zip(index.lanes, index.sizes, index.moments, strict=True):
            if size:
                made.octets[lane][min(time * count // end, count - 1)] += size
        for row in wrong:
            if (lane := index.lanes[row]) != NEITHER:
                made.wrong[lane][min(index.moments[row] * count // end, count - 1)] = True
        return made

    def squeezed(self, count: int) -> Strips:
        """The same in fewer parts."""
        parts = len(self.octets[RX])
        made = Strips(([0] * count, [0] * count), ([False] * count, [False] * count))
        for lane in (RX, TX):
            for at in range(parts):
                part = at * count // parts
                made.octets[lane][part] += self.octets[lane][at]
                made.wrong[lane][part] |= self.wrong[lane][at]
        return made

    def blocks(self, lane: int) -> list[str]:
        """A block for each part, on a logarithmic scale that both directions share."""
        top = log1p(max(*self.octets[RX], *self.octets[TX], 1))
        last = len(BLOCKS) - 1
        return [
            BLOCKS[min(int(log1p(octets) / top * len(BLOCKS)), last)] if octets else " "
            for octets in self.octets[lane]
        ]
