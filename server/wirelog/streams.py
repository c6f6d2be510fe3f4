"""The octets of one direction: which record holds which, the HTTP head, and the frames behind it.

A capture may lack octets (`--snaplen`). The missing ones are counted, so offsets stay true; a frame
whose payload is cut keeps its beginning, and where a frame header is missing the octets can no
longer be followed: `lost` is set, and only the capture's own frame lines say what came.
"""

from __future__ import annotations

from bisect import bisect_right

from wirelog.capture import FrameLine, Record
from wirelog.frames import Frame, apply_mask
from wirelog.handshake import HEAD_END
from wirelog.parser import FrameParser, Parsed


class Stream:
    """Everything that went in one direction, in order."""

    def __init__(self) -> None:
        self.head: bytes = b""
        """Octets of the HTTP head, the empty line included; as far as it came, if not whole."""
        self.head_done = False
        self.octets_seen = 0
        """Octets on the wire so far, missing ones included."""
        self.lost = False
        """Whether the octets can no longer be followed as frames."""
        self._starts: list[int] = []
        self._records: list[Record] = []
        self._start_of: dict[int, int] = {}
        self._gaps: list[tuple[int, int]] = []
        self._parser = FrameParser()
        self._line_cursor: int | None = None

    def add(self, record: Record) -> list[Parsed]:
        """Take an octets record; returns the frames that it completed."""
        self._starts.append(self.octets_seen)
        self._records.append(record)
        self._start_of[record.n] = self.octets_seen
        octets = record.octets
        missing = (record.length or 0) - len(octets)
        if record.length is None or missing < 0:
            self.lost = True
        elif missing:
            begin = self.octets_seen + len(octets)
            self._gaps.append((begin, begin + missing))
        self.octets_seen += len(octets) + max(missing, 0)
        if not self.head_done:
            return self._add_head(octets, missing)
        return self._parse(octets, missing)

    def _add_head(self, octets: bytes, missing: int) -> list[Parsed]:
        # A head may come octet by octet: look only where its end can newly be.
        end = (self.head[-3:] + octets).find(HEAD_END)
        if end < 0:
            self.head += octets
            if missing:
                self.lost = True
            return []
        end += len(self.head) - len(self.head[-3:]) + len(HEAD_END)
        rest = octets[end - len(self.head) :]
        self.head += octets[: end - len(self.head)]
        self.head_done = True
        self._parser = FrameParser(end)
        self._line_cursor = end
        return self._parse(rest, missing)

    def _parse(self, octets: bytes, missing: int) -> list[Parsed]:
        if self.lost:
            return []
        try:
            found = self._parser.feed(octets + bytes(missing) if missing else octets)
        except (MemoryError, OverflowError):
            self.lost = True
            return []
        if self._gaps and found:
            found = self._without_gaps(found)
        if found:
            self._line_cursor = found[-1].end
        return found

    def _without_gaps(self, found: list[Parsed]) -> list[Parsed]:
        """Cut the payloads that have missing octets; stop at the first header that has."""
        good = []
        for one in found:
            payload_at = one.start + one.frame.header_octets
            gap = next((gap for gap in self._gaps if gap[1] > one.start and gap[0] < one.end), None)
            if gap is None:
                good.append(one)
            elif gap[0] >= payload_at:
                good.append(one._replace(frame=_cut(one.frame, gap[0] - payload_at)))
            else:
                self.lost = True
                break
        return good

    def from_line(self, line: FrameLine) -> Parsed:
        """The frame that a frame line tells of, with whatever octets of it are known."""
        frame = Frame(line.opcode, b"", line.fin, line.rsv, line.mask, line.length)
        if line.mask is None and line.masked:
            frame = Frame(line.opcode, b"", line.fin, line.rsv, b"", line.length)
        start = self._line_cursor
        if start is None:
            return Parsed(frame, -1, -1)
        head_end = start + frame.header_octets
        arrived = line.length if line.arrived is None else line.arrived
        payload = self.octets(head_end, head_end + arrived)
        if line.mask:
            payload = apply_mask(payload, line.mask)
        declared = None if len(payload) == line.length else line.length
        self._line_cursor = head_end + arrived
        whole = Frame(line.opcode, payload, line.fin, line.rsv, frame.mask, declared)
        return Parsed(whole, start, head_end + arrived)

    def pending(self) -> Parsed | None:
        """The frame that has begun and never became complete."""
        if self.lost or not self.head_done:
            return None
        pending = self._parser.pending()
        return pending and next(iter(self._without_gaps([pending])), None)

    @property
    def rest(self) -> bytes:
        """Octets behind the last complete frame."""
        return b"" if self.lost or not self.head_done else self._parser.rest

    def octets(self, start: int, end: int) -> bytes:
        """The octets from `start` to `end`, up to the first one that is missing."""
        found = bytearray()
        index = max(bisect_right(self._starts, start) - 1, 0)
        while start < end and index < len(self._records):
            held = self._records[index].octets
            skip = start - self._starts[index]
            piece = held[skip : skip + end - start]
            found += piece
            start += len(piece)
            index += 1
            if index < len(self._starts) and start < min(self._starts[index], end):
                break
        return bytes(found)

    def carriers(self, start: int, end: int) -> tuple[int, ...]:
        """Numbers of the records that hold the octets from `start` to `end`."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = max(bisect_right(self._starts, max(end - 1, start)), first + 1)
        return tuple(record.n for record in self._records[first:last])

    def start_of(self, record: Record) -> int:
        """The offset in the stream of a record's first octet."""
        return self._start_of[record.n]


def _cut(frame: Frame, known: int) -> Frame:
    return Frame(
        frame.opcode, frame.payload[:known], frame.fin, frame.rsv, frame.mask, frame.length,
        frame.length_octets,
    )  # fmt: skip
