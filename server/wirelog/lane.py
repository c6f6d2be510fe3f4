"""Frame lines meet the octets that carried them, one direction at a time.

A recorder writes both: the octets are the truth, the frame line gives the frame its number and
time. RX octets stand before their frame lines, TX octets behind, so whichever comes first waits in
a queue. A good capture has one line for each frame. Where lines are missing, frames get by without;
where octets are missing, the line has to be believed.
"""

from __future__ import annotations

import sys
from collections import deque
from itertools import islice

from wirelog.capture import INFLATED, OCTETS, Direction, FrameLine, Record
from wirelog.frames import Frame, Side
from wirelog.message import WireFrame
from wirelog.parser import Parsed
from wirelog.rules.frames import LINE_DIFFERS
from wirelog.rules.rule import Problem
from wirelog.streams import Stream, filled

LOOK_AHEAD = 256
"""Frames among which the one is looked for that a line tells of."""
FAR = sys.maxsize
"""A place behind all others."""


class Lane:
    """The frames of one direction, while records come in."""

    def __init__(self, direction: Direction, sender: Side) -> None:
        self.dir: Direction = direction
        self.sender: Side = sender
        self.stream = Stream()
        self.ready: deque[tuple[int, WireFrame]] = deque()
        """Frames in the order of the wire, each with its place among all records; rising."""
        self.horizon = FAR
        """The first place that a frame may have which is not ready yet."""
        self._place = 0
        """The place of the last frame."""
        self._at: Record | None = None
        """The record at that place."""
        self._found: deque[tuple[Parsed, Record, int]] = deque()
        """Frames found in the octets that have met no line yet, with the record that ended them."""
        self._lines: deque[tuple[Record, FrameLine, int]] = deque()
        """Frame lines that have met no octets yet."""
        self._last: tuple[Record, int] | None = None
        """The last record of octets, and its place."""

    def add(self, record: Record, place: int) -> None:
        """Take a record of this direction; `place` is its index among all records."""
        line = record.frame
        if line is not None:
            self._lines.append((record, line, place))
        elif record.kind is OCTETS:
            self._last = record, place
            for parsed in self.stream.add(record):
                self._found.append((parsed, record, place))
        if self._lines and (self._found or self.stream.lost):
            # A TX frame's octets are still to come when its line stands there.
            self._join(must=line is None or self.dir == "RX")
        if self._lines or self._found or self.stream.is_pending:
            self.horizon = self._first_place()
        else:
            self.horizon = FAR

    def settle(self, *, is_open: bool) -> None:
        """Wait no longer than for the lines of the last octets, and the octets of the last lines.

        Without `is_open` octets alone make no frames.
        """
        self._join(must=True)
        while is_open and self._found and self._last and self._found[0][2] < self._last[1]:
            self._accept_found(1)
        while len(self._lines) > LOOK_AHEAD and not self._is_pending(self._lines[0][1]):
            self._believe()
        self.horizon = self._first_place()

    def finish(self, *, is_open: bool) -> None:
        """Say that no more records come; without `is_open` octets alone make no frames."""
        self._join(must=True)
        if is_open:
            self._accept_found(len(self._found))
        # A line knows more of a frame than its first octet does.
        pending = self.stream.pending(None if self._lines else self.sender)
        if pending and self._lines and _fits(pending, self._lines[0][1]):
            record, _, place = self._lines.popleft()
            self._accept(pending, record, place, arrived=False)
        elif pending and self._last and is_open:
            self._accept(pending, *self._last, has_line=False, arrived=False)
        while self._lines:
            self._believe()

    def forget(self, n: int) -> None:
        """Forget the octets of frames that are ready, but for those behind the event `n`."""
        start = self._found[0][0].start if self._found else self.stream.next_start
        self.stream.forget(start, n)

    def _join(self, *, must: bool) -> None:
        """Join lines with frames, in order; with `must` the first line's octets have been there."""
        lines, found = self._lines, self._found
        while lines and found:
            record, line, place = lines[0]
            fits = _agrees(found[0][0].frame, line)
            if not fits:
                ahead = self._ahead(line)
                fits = ahead > 0
                if not fits and not must:
                    return
                if not fits and self._is_pending(line):
                    self._accept_found(len(found))
                    return
                self._accept_found(ahead)
            lines.popleft()
            parsed = found.popleft()[0]
            if fits and parsed.frame.declared is not None:
                parsed = parsed._replace(frame=filled(parsed.frame, line))
            made = self._accept(parsed, record, place)
            if not fits:
                made.problems.append(Problem(LINE_DIFFERS, DIFFERS))
        while lines and self.stream.lost:
            if self.stream.line_end(lines[0][1]) > self.stream.octets_seen:
                return
            self._believe()

    def _first_place(self) -> int:
        """The first place that may still be taken."""
        least = self._lines[0][2] if self._lines else FAR
        if self._found and self._found[0][2] < least:
            least = self._found[0][2]
        if self.stream.is_pending and self._last is not None and self._last[1] < least:
            least = self._last[1]
        return least if least > self._place else self._place

    def _ahead(self, line: FrameLine) -> int:
        """How many of the frames found stand before the one that a line means; -1 if none fits."""
        found = enumerate(islice(self._found, LOOK_AHEAD))
        return next((at for at, (parsed, _, _) in found if _agrees(parsed.frame, line)), -1)

    def _is_pending(self, line: FrameLine) -> bool:
        """Whether a line tells of the frame that has begun and is not complete."""
        pending = self.stream.pending()
        return pending is not None and _fits(pending, line)

    def _accept_found(self, count: int) -> None:
        """The next frames found have no lines."""
        for _ in range(count):
            self._accept(*self._found.popleft(), has_line=False)

    def _believe(self) -> None:
        """Take the next line's word where the octets are missing, or were never recorded."""
        record, line, place = self._lines.popleft()
        is_lost = self.stream.lost or not self.stream.head_done
        # Of octets that can be followed none are left: the frame never reached the wire.
        arrived = line.arrived is None and is_lost
        self._accept(self.stream.from_line(line), record, place, arrived=arrived)

    def _accept(
        self, parsed: Parsed, record: Record, place: int,
        *, has_line: bool = True, arrived: bool = True,
    ) -> WireFrame:  # fmt: skip
        """Put a frame in its place; one without a line stays behind those that came before it,
        with their number."""
        frame, start, end = parsed
        carried = self.stream.carriers(start, end) if start >= 0 else ()
        if place >= self._place or self._at is None:
            self._place, self._at = place, record
        else:
            record = self._at
        made = WireFrame(
            record.n, record.t, self.dir, self.sender, frame, start, end, carried, has_line, arrived
        )
        self.ready.append((self._place, made))
        return made


DIFFERS = "the frame line differs from the octets"


def _agrees(frame: Frame, line: FrameLine) -> bool:
    return (
        line.opcode == frame.opcode
        and line.fin == frame.fin
        and line.rsv == frame.rsv
        and (line.length == frame.length or INFLATED in line.extras)
        and (not line.mask or line.mask == frame.mask)
    )


def _fits(pending: Parsed, line: FrameLine) -> bool:
    """Whether a line can tell of a frame that is not complete; its length may not be known yet."""
    frame = pending.frame
    if pending.end - pending.start < frame.header_octets:
        return (line.opcode, line.fin, line.rsv) == (frame.opcode, frame.fin, frame.rsv)
    return _agrees(frame, line)
