"""One connection, joined together: frames with their octets, messages with their frames, pings with
pongs.

Feed a `Conversation` the records of a capture in order, then `finish` it; `Conversation.of` does
both. A frame of the result comes from the octets; the capture's own frame line gives it its number
and time (and everything, where the octets are missing). Both kinds queue up per direction until
they meet: RX octets stand before their frame lines, TX octets behind.
"""

from __future__ import annotations

from collections import deque

from wirelog.capture import Direction, Kind, Record
from wirelog.frames import RSV1, Frame, Opcode, Problem, Side
from wirelog.handshake import Handshake
from wirelog.inflate import Inflated, Inflater
from wirelog.message import Message, WireFrame
from wirelog.parser import Parsed
from wirelog.reader import Capture
from wirelog.streams import Stream
from wirelog.utf8 import Utf8Check

__all__ = ["Conversation", "Message", "WireFrame"]

KEPT_INFLATED = 256 << 20
"""Octets of inflated messages kept for one capture; of later ones, only the beginning is kept."""
KEPT_OF_EACH = 1 << 16


class _Lane:
    """One direction while it is being read."""

    def __init__(self, direction: Direction, sender: Side) -> None:
        self.dir: Direction = direction
        self.sender: Side = sender
        self.stream = Stream()
        self.found: deque[tuple[Parsed, Record]] = deque()
        """Frames found in the octets that have met no frame line yet."""
        self.lines: deque[Record] = deque()
        """Frame lines that have met no octets yet."""
        self.message: Message | None = None
        self.check: Utf8Check | None = None
        self.inflater: Inflater | None = None
        self.closed: WireFrame | None = None
        self.pings: dict[bytes, WireFrame] = {}
        """Pings sent in this direction that have no pong yet."""


class Conversation:
    """What a capture shows of one connection."""

    def __init__(self, *, is_server: bool = True) -> None:
        self.is_server = is_server
        """Whether the recorder ("me") is the server."""
        self.records: list[Record] = []
        self.frames: list[WireFrame] = []
        self.messages: list[Message] = []
        self.handshake = Handshake()
        self.unsolicited: list[WireFrame] = []
        """Pongs that answer no ping; legal as heartbeats (§5.5.3)."""
        self.frame_of: dict[int, WireFrame] = {}
        """Frames by the number of their line."""
        self.frames_in: dict[int, list[WireFrame]] = {}
        """Frames by the number of each octets record that carried a part of them."""
        self._kept = 0
        me: Side = "server" if is_server else "client"
        peer: Side = "client" if is_server else "server"
        self._lanes: dict[str, _Lane] = {"RX": _Lane("RX", peer), "TX": _Lane("TX", me)}

    @classmethod
    def of(cls, capture: Capture) -> Conversation:
        """The conversation of a whole capture."""
        made = cls(is_server=capture.is_server)
        for record in capture.records:
            made.add(record)
        made.finish()
        return made

    def stream(self, direction: Direction) -> Stream:
        """The octets of one direction."""
        return self._lanes[direction].stream

    @property
    def pings(self) -> list[WireFrame]:
        """All pings, both directions; `partner` is the pong."""
        return [one for one in self.frames if one.frame.opcode == Opcode.PING]

    def add(self, record: Record) -> None:
        """Take the next record."""
        self.records.append(record)
        if record.dir is None:
            return
        lane = self._lanes[record.dir]
        if record.kind is Kind.OCTETS:
            done = lane.stream.head_done
            parsed = lane.stream.add(record)
            if not done and lane.stream.head_done:
                self._join_handshake()
            lane.found.extend((one, record) for one in parsed)
        elif record.kind is Kind.FRAME:
            lane.lines.append(record)
        self._meet(lane)

    def finish(self) -> None:
        """Say that no more records come: what is incomplete stays so."""
        self._join_handshake()
        for lane in self._lanes.values():
            self._finish_lines(lane)
            if self.handshake.is_open:
                for parsed, record in lane.found:
                    self._accept(lane, parsed, record, has_line=False)
                if not lane.lines and (pending := lane.stream.pending()):
                    record = self._last_octets(lane)
                    self._accept(lane, pending, record, has_line=False, arrived=False)
            lane.found.clear()
        self.frames.sort(key=lambda one: one.n)

    def _finish_lines(self, lane: _Lane) -> None:
        """Frame lines whose octets never were complete, or are missing from the capture."""
        pending = lane.stream.pending()
        for record in lane.lines:
            assert record.frame is not None
            use = pending if pending and _agrees(pending.frame, record) else None
            arrived = use is None and record.frame.arrived is None
            parsed = use or lane.stream.from_line(record.frame)
            self._accept(lane, parsed, record, arrived=arrived)
            pending = None

    def _last_octets(self, lane: _Lane) -> Record:
        return next(
            one for one in reversed(self.records) if one.kind is Kind.OCTETS and one.dir == lane.dir
        )

    def _join_handshake(self) -> None:
        client, server = ("RX", "TX") if self.is_server else ("TX", "RX")
        self.handshake = Handshake.parse(
            self._lanes[client].stream.head, self._lanes[server].stream.head
        )
        if agreed := self.handshake.deflate:
            for name, params in zip((client, server), agreed, strict=True):
                if self._lanes[name].inflater is None:
                    self._lanes[name].inflater = Inflater(params)

    def _meet(self, lane: _Lane) -> None:
        """Join frame lines with the frames found in the octets, in order."""
        while lane.lines and lane.found:
            record = lane.lines.popleft()
            for _ in range(_without_line(lane, record)):
                self._accept(lane, *lane.found.popleft(), has_line=False)
            self._accept(lane, lane.found.popleft()[0], record)
        while lane.lines and lane.stream.lost:
            record = lane.lines.popleft()
            assert record.frame is not None
            self._accept(lane, lane.stream.from_line(record.frame), record)

    def _accept(
        self,
        lane: _Lane,
        parsed: Parsed,
        record: Record,
        *,
        has_line: bool = True,
        arrived: bool = True,
    ) -> None:
        """Put a frame in its place and judge it."""
        frame = parsed.frame
        made = WireFrame(record.n, record.t, lane.dir, lane.sender, frame, parsed.start, parsed.end)
        made.has_line, made.arrived = has_line, arrived
        made.problems = frame.check(lane.sender, deflate=lane.inflater is not None)
        if has_line and not _agrees(frame, record):
            made.problems.append(
                Problem("the frame line differs from the octets", "capture format")
            )
        self.frames.append(made)
        if has_line:
            self.frame_of[record.n] = made
        if parsed.start >= 0:
            made.carriers = lane.stream.carriers(parsed.start, parsed.end)
            for number in made.carriers:
                self.frames_in.setdefault(number, []).append(made)
        self._place(lane, made)

    def _place(self, lane: _Lane, made: WireFrame) -> None:
        frame = made.frame
        if not frame.is_control:
            if lane.closed is not None:
                made.problems.append(Problem("data frame after a close frame", "RFC 6455 §5.5.1"))
            self._add_to_message(lane, made)
        elif frame.opcode == Opcode.CLOSE:
            lane.closed = lane.closed or made
        elif frame.opcode == Opcode.PING:
            lane.pings[frame.payload] = made
        elif frame.opcode == Opcode.PONG:
            other = self._lanes["TX" if lane.dir == "RX" else "RX"]
            made.partner = other.pings.pop(frame.payload, None)
            if made.partner is None:
                self.unsolicited.append(made)
            else:
                made.partner.partner = made

    def _add_to_message(self, lane: _Lane, made: WireFrame) -> None:
        message = self._message_for(lane, made)
        message.frames.append(made)
        made.message = message
        lane.message = None if made.frame.fin else message
        ends = made.frame.fin and made.arrived
        if lane.check is not None and message.fault is None:
            message.fault = lane.check.feed(
                made.frame.payload, final=ends and made.frame.is_complete
            )
            if message.fault is not None:
                made.problems.append(Problem(str(message.fault), "RFC 6455 §8.1", 1007))
            elif not made.frame.is_complete:
                lane.check = None  # what follows cannot be judged
        if ends:
            message.complete = True
            if message.compressed:
                self._inflate(lane, message, made)

    def _message_for(self, lane: _Lane, made: WireFrame) -> Message:
        """The message that a data frame goes on with, or the one that it starts."""
        frame, message = made.frame, lane.message
        if frame.opcode == Opcode.CONT:
            if message is not None:
                return message
            made.problems.append(
                Problem("continuation without a message to continue", "RFC 6455 §5.4")
            )
        elif message is not None:
            made.problems.append(Problem("new message inside a fragmented one", "RFC 6455 §5.4"))
        compressed = bool(frame.rsv & RSV1) and lane.inflater is not None
        message = Message(lane.dir, lane.sender, frame.opcode, [], compressed)
        self.messages.append(message)
        lane.check = Utf8Check() if frame.opcode == Opcode.TEXT and not compressed else None
        return message

    def _inflate(self, lane: _Lane, message: Message, last: WireFrame) -> None:
        assert lane.inflater is not None
        if not all(one.frame.is_complete for one in message.frames):
            lane.inflater.lose()
            message.inflated = Inflated(b"", "octets of it are missing from the capture")
            return
        inflated = lane.inflater.inflate(message.wire)
        message.inflated_octets = len(inflated.data)
        self._kept += len(inflated.data)
        message.inflated = inflated
        if inflated.fault:
            last.problems.append(Problem(inflated.fault, "RFC 7692 §7.2.2", 1007))
        elif message.opcode == Opcode.TEXT:
            message.fault = Utf8Check().feed(inflated.data, final=True)
            if message.fault is not None:
                last.problems.append(Problem(str(message.fault), "RFC 6455 §8.1", 1007))
        if self._kept > KEPT_INFLATED:
            self._kept -= len(inflated.data)
            message.inflated = Inflated(inflated.data[:KEPT_OF_EACH], inflated.fault)


def _without_line(lane: _Lane, record: Record) -> int:
    """How many of the frames found stand before the one that a line tells of; 0 if none fits it."""
    fits = (index for index, (parsed, _) in enumerate(lane.found) if _agrees(parsed.frame, record))
    return next(fits, 0)


def _agrees(frame: Frame, record: Record) -> bool:
    line = record.frame
    return line is None or (line.opcode, line.fin, line.rsv, line.length) == (
        frame.opcode,
        frame.fin,
        frame.rsv,
        frame.length,
    )
