"""The octets of one direction: which record holds which, the HTTP head, and the frames behind it.

A capture may lack octets (`--snaplen`). The missing ones are counted, so offsets stay true; a
frame whose payload is cut keeps its beginning. Where a frame header is missing the octets can no
longer be followed: `lost` is set, and only the capture's own frame lines say what came.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from operator import attrgetter

from wirelog.capture import INFLATED, FrameLine, Record
from wirelog.escaping import unpreview
from wirelog.frames import Frame, Side, apply_mask
from wirelog.heads import Heads
from wirelog.message import Carrier
from wirelog.parser import FrameParser, Parsed


class Stream:
    """Everything that went in one direction, in order; or what `forget` has left of it."""

    def __init__(self) -> None:
        self.heads = Heads()
        """The HTTP before the frames."""
        self.octets_seen = 0
        """Octets on the wire so far, missing ones included."""
        self.is_pending = False
        """Whether a frame has begun and is not complete."""
        self._is_framed = False
        """Whether all octets that come are taken as frames."""
        self._is_lost = False
        self._is_measured = True
        """Whether it is known how many octets are missing, so that offsets are true."""
        self._starts: list[int] = []
        self._records: list[Record] = []
        self._start_of: dict[int, int] = {}
        self._parser = FrameParser()
        self._line_cursor = -1

    @property
    def head(self) -> bytes:
        """Octets of the HTTP head, the empty line included; as far as it came, if not whole."""
        return self.heads.octets

    @property
    def head_done(self) -> bool:
        """Whether that head is there, and the one that counts (`Heads.is_done`)."""
        return self.heads.is_done

    @property
    def head_end(self) -> int:
        """Offset behind all HTTP, as far as it came."""
        return max(self.heads.end, self.heads.start + len(self.head))

    @property
    def head_is_cut(self) -> bool:
        """Whether octets of that head are missing in the capture."""
        return self._is_lost and not self.heads.is_whole and not self.heads.is_lost

    @property
    def lost(self) -> bool:
        """Whether the octets can no longer be followed as frames."""
        return self._is_lost or self._parser.lost

    def add(self, record: Record) -> list[Parsed]:
        """Take an octets record; returns the frames that it completed."""
        octets, length = record.octets, record.length
        size = len(octets)
        self._starts.append(self.octets_seen)
        self._records.append(record)
        self.octets_seen += size if length is None else length
        found = self._parser.feed(octets) if self._is_framed else self._add_http(octets)
        if length != size:
            found += self._skip(None if length is None else length - size)
        if found:
            self._line_cursor = found[-1].end
        self.is_pending = self._parser.is_pending and not self.lost
        return found

    def _add_http(self, octets: bytes) -> list[Parsed]:
        if self._is_lost:
            return []
        heads = self.heads
        rest = heads.feed(octets)
        self._is_lost = heads.is_lost
        if self._is_lost:
            return []
        self._is_framed = heads.is_settled
        if heads.is_done and self._parser.offset != heads.end:
            self._parser = FrameParser(heads.end)
            self._line_cursor = heads.end
        return self._parser.feed(rest) if rest else []

    def _skip(self, missing: int | None) -> list[Parsed]:
        """Octets are missing: so many, or nobody knows how many."""
        if self._is_framed and missing is not None:
            return self._parser.skip(missing)
        self._is_lost = missing is None or self._is_lost or not self.heads.skip(missing)
        self._is_framed = self._is_framed and not self._is_lost
        self._is_measured = self._is_measured and missing is not None
        return []

    def line_end(self, line: FrameLine) -> int:
        """Where the frame ends that comes next and of which a line tells; -1 if nobody knows."""
        if self._line_cursor < 0 or not self._is_measured or INFLATED in line.extras:
            return -1
        return self._line_cursor + _said(line).header_octets + _arrived(line)

    def from_line(self, line: FrameLine) -> Parsed:
        """The frame that a frame line tells of, with whatever octets of it are known."""
        frame, arrived = _said(line), _arrived(line)
        start, end, payload = self._line_cursor, self.line_end(line), b""
        if end < 0 or self.octets(start, start + 1) not in (b"", frame.serialize()[:1]):
            self._is_measured = False
            start = end = -1
        else:
            self._line_cursor = end
            payload = self.octets(end - arrived, end)
            if line.mask:
                payload = apply_mask(payload, line.mask)
        return Parsed(filled(replace(frame, payload=payload), line), start, end)

    @property
    def next_start(self) -> int:
        """Where the frame begins that comes next; the end of what was seen if nobody knows."""
        if not self.lost:
            return self._parser.offset
        known = self._line_cursor >= 0 and self._is_measured
        return self._line_cursor if known else self.octets_seen

    def pending(self, sender: Side | None = None) -> Parsed | None:
        """The frame that has begun and never became complete, as `FrameParser.pending` says."""
        return self._parser.pending(sender) if self.is_pending else None

    def octets(self, start: int, end: int) -> bytes:
        """The octets from `start` to `end`, up to the first one that is missing."""
        found = bytearray()
        index = max(bisect_right(self._starts, start) - 1, 0)
        while start < end and index < len(self._records) and self._starts[index] <= start:
            begin = self._starts[index]
            piece = self._records[index].octets[start - begin : end - begin]
            found += piece
            start += len(piece)
            index += 1
        return bytes(found)

    def carriers(self, start: int, end: int) -> tuple[Carrier, ...]:
        """The records that hold the octets from `start` to `end`, with their own offsets."""
        starts, records = self._starts, self._records
        if not starts or start >= self.octets_seen:
            return ()
        if start >= starts[-1]:
            return ((records[-1], starts[-1]),)
        first = bisect_right(starts, start) - 1
        last = bisect_right(starts, max(end - 1, start))
        return tuple(zip(records[first:last], starts[first:last], strict=True))

    def until(self, n: int) -> int:
        """How many octets went over before the event `n`; that must not be forgotten."""
        at = bisect_left(self._records, n, key=attrgetter("n"))
        return self._starts[at] if at < len(self._starts) else self.octets_seen

    def forget(self, start: int, n: int) -> None:
        """Forget records that end before the offset `start`, and stand before the event `n`.

        Those that hold the HTTP head stay, and so does the one with the first octet behind it.
        """
        first = bisect_right(self._starts, self.head_end)
        last = bisect_right(self._starts, start) - 1
        while last > first and self._records[last - 1].n >= n:
            last -= 1
        del self._starts[first:last], self._records[first:last]

    def start_of(self, record: Record) -> int:
        """The offset in the stream of a record's first octet."""
        if len(self._start_of) != len(self._records):
            # By identity: two events of a bad file may share a number.
            self._start_of = dict(zip(map(id, self._records), self._starts, strict=True))
        return self._start_of[id(record)]


def filled(frame: Frame, line: FrameLine) -> Frame:
    """The frame with as much of its payload as its octets or its line's preview know."""
    payload = frame.payload
    if INFLATED in line.extras:
        return frame
    if line.preview and len(payload) < _arrived(line):
        payload = max(payload, unpreview(line.preview, _arrived(line)), key=len)
    declared = None if len(payload) == line.length else line.length
    return replace(frame, payload=payload, declared=declared)


def _said(line: FrameLine) -> Frame:
    """The header that a line tells of; a key that it does not tell is empty."""
    key = b"" if line.mask is None and line.masked else line.mask
    return Frame(line.opcode, b"", line.fin, line.rsv, key, line.length)


def _arrived(line: FrameLine) -> int:
    return line.length if line.arrived is None else line.arrived
