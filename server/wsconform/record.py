"""What happens on the connection of a case, as the lines of a capture and as counts.

The lines are kept in memory until the case is over, for the header of its capture tells the
verdict. Cases that move much data are recorded in part, see `partial_record`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from wirelog.capture import event_line, frame_line, header_line, octets_line, trailer_line
from wirelog.parser import FrameParser

RX = b"RX"
TX = b"TX"

Bits = tuple[int, bool, int]
"""Opcode, FIN and RSV of a frame."""


class Moment(NamedTuple):
    """A point in time, on both clocks."""

    wall: datetime
    ns: int
    """Monotonic nanoseconds."""

    @classmethod
    def now(cls, clock: Callable[[], int] = time.monotonic_ns) -> Moment:
        """This moment."""
        return cls(datetime.now(UTC), clock())


class Traffic:
    """Counts of one direction."""

    __slots__ = ("count", "frames", "octets", "sizes")

    def __init__(self) -> None:
        self.count = 0
        """Reads or writes."""
        self.octets = 0
        self.sizes: Counter[int] = Counter()
        """How often so many octets were read or written at once."""
        self.frames: Counter[int] = Counter()
        """Frames by opcode."""

    def add(self, size: int) -> None:
        """Count a read or a write."""
        self.count += 1
        self.octets += size
        self.sizes[size] += 1


class Octets(NamedTuple):
    """An octets row that may yet be written."""

    t: int
    direction: bytes
    octets: bytes
    has_frames: bool
    """Whether they are whole frames whose lines are to be made from them."""


class FrameRow(NamedTuple):
    """A frame's row that may yet be written."""

    t: int
    direction: bytes
    bits: Bits
    length: int
    mask: bytes | None
    head: bytes
    arrived: int | None = None
    extras: str = ""


Row = Octets | FrameRow


class CaseRecord:
    """Records everything."""

    def __init__(self, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self._clock = clock
        self._lines: list[bytes] = []
        self._start = 0
        self.started = datetime.now(UTC)
        """Wall clock of event 000."""
        self.received = Traffic()
        self.sent = Traffic()

    def begin(self, text: str, since: Moment | None = None) -> None:
        """The first event; time counts from here, or from a moment that has passed."""
        self.started, self._start = since or Moment.now(self._clock)
        self._note(text, 0)

    def octets(
        self, direction: bytes, octets: bytes, *, has_frames: bool = False, at: int | None = None
    ) -> None:
        """Octets as one read or write of the socket had them, now or at a moment in monotonic
        nanoseconds.

        With `has_frames` they are whole frames that are sent and have no rows yet; whoever sends
        them counts them.
        """
        self._of(direction).add(len(octets))
        t = self._now() if at is None else at - self._start
        self._take(Octets(t, direction, octets, has_frames))

    def frame(  # noqa: PLR0913 - what a frame's line says
        self,
        direction: bytes,
        bits: Bits,
        length: int,
        mask: bytes | None,
        head: bytes,
        *,
        arrived: int | None = None,
        extras: str = "",
    ) -> None:
        """A frame: opcode, FIN and RSV, its length, and the first unmasked octets of its payload.

        `arrived` is for a frame that never became complete; `extras` are more fields for its line.
        """
        self._of(direction).frames[bits[0]] += 1
        self._take(FrameRow(self._now(), direction, bits, length, mask, head, arrived, extras))

    def event(self, text: str) -> None:
        """Anything else, in the words of the capture format."""
        t = self._now()
        self._settle(t)
        self._note(text, t)

    def finish(self, header: Mapping[str, Any], facts: Mapping[str, Any]) -> bytes:
        """The whole capture."""
        self._settle(self._now())
        directions = {"rx": self.received, "tx": self.sent}
        totals = {
            "octets": {
                name: {"count": of.count, "sum": of.octets} for name, of in directions.items()
            },
            "frames": {name: counts_as_json(of.frames) for name, of in directions.items()},
        }
        begin = header_line({**header, "started": moment(self.started)})
        return b"".join(
            [begin, *self._lines, trailer_line({**facts, **totals, **self._more(directions)})]
        )

    def _of(self, direction: bytes) -> Traffic:
        return self.received if direction is RX else self.sent

    def _now(self) -> int:
        return self._clock() - self._start

    def _take(self, row: Row) -> None:
        """Write a row, or hold it back, or leave it out."""
        self._write(row)

    def _settle(self, t: int) -> None:
        """Write what was held back, if anything was; `t` is the time of the line that follows."""

    def _more(self, directions: Mapping[str, Traffic]) -> Mapping[str, Any]:
        """What else stands in the trailer."""
        return {}

    def _note(self, text: str, t: int) -> None:
        self._lines.append(event_line(len(self._lines), t, text))

    def _write(self, row: Row) -> None:
        if isinstance(row, Octets):
            self._write_octets(row)
        else:
            self._write_frame(row)

    def _write_octets(self, row: Octets, snaplen: int | None = None) -> None:
        if row.has_frames:
            self._write_frames_in(row, snaplen)
        self._lines.append(octets_line(len(self._lines), row.t, row.direction, row.octets, snaplen))

    def _write_frames_in(self, row: Octets, snaplen: int | None) -> None:
        parser = FrameParser()
        found = parser.feed(row.octets[:snaplen])
        pending = parser.pending()
        for one in found if pending is None else [*found, pending]:
            frame = one.frame
            bits = (frame.opcode, frame.fin, frame.rsv)
            self._write_frame(
                FrameRow(row.t, row.direction, bits, frame.length, frame.mask, frame.payload)
            )

    def _write_frame(self, row: FrameRow) -> None:
        line = frame_line(
            len(self._lines), row.t, row.direction, row.bits, row.length, row.mask, row.head,
            row.arrived,
        )  # fmt: skip
        if row.extras:
            line = line.replace(b"\n", row.extras.encode() + b"\n", 1)
        self._lines.append(line)


def counts_as_json(counts: Mapping[int, int]) -> dict[str, int]:
    """Counts with keys that JSON can hold, rising."""
    return {str(key): counts[key] for key in sorted(counts)}


def moment(when: datetime) -> str:
    """RFC 3339 with milliseconds."""
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
