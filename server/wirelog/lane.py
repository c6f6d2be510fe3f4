"""Frame lines meet the octets that carried them, one direction at a time.

A recorder writes both: the octets are the truth, the frame line gives the frame its number and
time. RX octets stand before their frame lines, TX octets behind, so whichever comes first waits in
a queue. A good capture has one line for each frame. Where lines are missing, frames get by without;
where octets are missing, the line has to be believed.
"""

from __future__ import annotations

from collections import deque
from itertools import islice

from wirelog.capture import INFLATED, Direction, FrameLine, Kind, Record
from wirelog.frames import Frame, Side
from wirelog.message import WireFrame
from wirelog.parser import Parsed
from wirelog.rules.frames import LINE_DIFFERS
from wirelog.rules.rule import Problem
from wirelog.streams import Stream, filled

LOOK_AHEAD = 256
"""Frames among which the one is looked for that a line tells of."""


class Lane:
    """The frames of one direction, while records come in."""

    def __init__(self, direction: Direction, sender: Side) -> None:
        self.dir: Direction = direction
        self.sender: Side = sender
        self.stream = Stream()
        self.frames: list[WireFrame] = []
        """In the order of the wire."""
        self.places: list[int] = []
        """Where each frame stands among all records; rising."""
        self._found: deque[tuple[Parsed, Record, int]] = deque()
        """Frames found in the octets that have met no line yet, with the record that ended them."""
        self._lines: deque[tuple[Record, FrameLine, int]] = deque()
        """Frame lines that have met no octets yet."""
        self._last: tuple[Record, int] | None = None
        """The last record of octets."""

    def add(self, record: Record, place: int) -> None:
        """Take a record of this direction; `place` is its index among all records."""
        if record.kind is Kind.OCTETS:
            self._last = record, place
            for parsed in self.stream.add(record):
                self._found.append((parsed, record, place))
        elif record.frame is not None:
            self._lines.append((record, record.frame, place))
        # A TX frame's octets are still to come when its line stands there.
        self._join(must=self.dir == "RX" or record.kind is Kind.OCTETS)

    def finish(self, *, is_open: bool) -> None:
        """Say that no more records come; without `is_open` octets alone make no frames."""
        self._join(must=True)
        if is_open:
            self._accept_found(len(self._found))
        pending = self.stream.pending()
        if pending and self._lines and _fits(pending, self._lines[0][1]):
            record, _, place = self._lines.popleft()
            self._accept(pending, record, place, arrived=False)
        elif pending and self._last and is_open:
            self._accept(pending, *self._last, has_line=False, arrived=False)
        while self._lines:
            self._believe()

    def _join(self, *, must: bool) -> None:
        """Join lines with frames, in order; with `must` the first line's octets have been there."""
        while self._lines and self._found:
            record, line, place = self._lines[0]
            ahead = self._ahead(line)
            if ahead < 0:
                if not must:
                    return
                pending = self.stream.pending()
                if pending and _fits(pending, line):
                    self._accept_found(len(self._found))
                    return
            self._accept_found(ahead)
            self._lines.popleft()
            parsed = self._found.popleft()[0]
            if ahead >= 0 and parsed.frame.declared is not None:
                parsed = parsed._replace(frame=filled(parsed.frame, line))
            made = self._accept(parsed, record, place)
            if ahead < 0:
                made.problems.append(Problem(LINE_DIFFERS, DIFFERS))
        while self._lines and self.stream.lost:
            if self.stream.line_end(self._lines[0][1]) > self.stream.octets_seen:
                return
            self._believe()

    def _ahead(self, line: FrameLine) -> int:
        """How many of the frames found stand before the one that a line means; -1 if none fits."""
        if _agrees(self._found[0][0].frame, line):
            return 0
        found = enumerate(islice(self._found, LOOK_AHEAD))
        return next((at for at, (parsed, _, _) in found if _agrees(parsed.frame, line)), -1)

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
        """Put a frame in its place; one without a line stays behind those that came before it."""
        frame, start, end = parsed
        carriers = self.stream.carriers(start, end) if start >= 0 else ()
        made = WireFrame(
            record.n, record.t, self.dir, self.sender, frame, start, end, carriers, has_line,
            arrived,
        )  # fmt: skip
        self.frames.append(made)
        self.places.append(max(place, self.places[-1]) if self.places else place)
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
