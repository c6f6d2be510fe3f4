"""How the traffic was cut into reads, writes, fragments and messages, and where time went."""

from __future__ import annotations

from itertools import pairwise

from wirelog.capture import Record
from wirelog.counting import counted
from wirelog.findings.finding import Octets
from wirelog.findings.places import locate, part_of
from wirelog.findings.scene import Scene, Watch
from wirelog.findings.tally import NAMED, Tally
from wirelog.frames import Side
from wirelog.message import WireFrame, pieces
from wirelog.rules import shape
from wirelog.times import span

LIMITS = {1 << 16: "64 KiB", 1 << 20: "1 MiB", 1 << 24: "16 MiB"}
"""Sizes of messages that are a limit somewhere by default."""
FRAGMENTS = 8
FRAGMENT_OCTETS = 64
"""So many fragments, of so few octets on average, are a note."""
SINGLE = 8
"""So many octets one by one are a note."""
STALLS = ((36, 60), (190, 240))
"""Milliseconds between two parts of a frame that look like a delayed acknowledgement."""
SHORTEST = min(low for low, _ in STALLS) * 1_000_000
"""The shortest of them in nanoseconds."""


class _Way:
    """One direction."""

    def __init__(self, side: Side) -> None:
        self.side: Side = side
        self.headers = Tally(shape.HEADER_SPLIT, side)
        self.fragments = Tally(shape.TINY_FRAGMENTS, side)
        self.stalls = Tally(shape.STALL, side)
        self.singles = Tally(shape.ONE_OCTET_PIECES, side)
        self.largest = 0
        self.longest = 0


class Shape(Watch):
    """Counts on the way and tells in the end; only large messages are told one by one."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._ways = {"RX": _Way(scene.peer), "TX": _Way(scene.me)}

    def record(self, record: Record) -> None:
        """Count single octets; it is told of no other records."""
        assert record.dir is not None
        self._ways[record.dir].singles.add(record.n)

    def frame(self, one: WireFrame) -> None:
        """Look at how it was carried, and at the message that it ends."""
        if len(one.carried) > 1:
            self._look_at_pieces(one, self._ways[one.dir])
        frame = one.frame
        is_small = frame.opcode and not frame.rsv and frame.length <= 1 << 16
        if frame.fin and frame.opcode < 8 and not is_small:
            self._look_at_message(one, self._ways[one.dir])

    def finish(self) -> None:
        """Tell what was counted."""
        for way in self._ways.values():
            side = way.side
            headers = counted(way.headers.count, "frame header")
            way.headers.tell(self.docket, f"{headers} of the {side} came in pieces")
            messages = counted(way.fragments.count, "message")
            text = f"the {side} cut {messages} into many tiny fragments"
            way.fragments.tell(self.docket, text)
            stalls = counted(way.stalls.count, "frame")
            text = (
                f"{stalls} of the {side} stalled for about 40 or 200 ms between two pieces, "
                f"the longest time {span(way.longest)}"
            )
            way.stalls.tell(self.docket, text)
            text = f"{counted(way.singles.count, 'octet')} of the {side} went one by one"
            way.singles.tell(self.docket, text, SINGLE)

    def _look_at_pieces(self, one: WireFrame, way: _Way) -> None:
        parts = list(pieces(one.carried, one.start, one.end))
        header = one.frame.header_octets
        for record, first, last in parts[:1]:
            if last - first < header and not record.is_cut:
                octets = self._octets(way.headers, one, one.start, one.start + header)
                way.headers.add(one.n, octets)
        at = one.start
        for (before, first, last), (after, _, _) in pairwise(parts):
            at += last - first
            gap = 0 if before.t is None or after.t is None else after.t - before.t
            if gap >= SHORTEST and any(low <= gap / 1e6 <= high for low, high in STALLS):
                way.longest = max(way.longest, gap)
                way.stalls.add(after.n, self._octets(way.stalls, one, at, at + 1))
                break

    def _octets(self, tally: Tally, one: WireFrame, start: int, end: int) -> tuple[Octets, ...]:
        """Octets of a direction, if the tally keeps any more."""
        return locate(one.carried, one.dir, start, end) if tally.count < NAMED else ()

    def _look_at_message(self, one: WireFrame, way: _Way) -> None:
        message = one.message
        assert message is not None
        count, octets = message.count, message.wire_octets
        if count >= FRAGMENTS and octets <= FRAGMENT_OCTETS * count:
            way.fragments.add_frame(one, "frame")
        size = message.length
        limits = [limit for limit in LIMITS if way.largest <= limit < size]
        if limits:
            way.largest = size
            limit = LIMITS[limits[-1]]
            text = f"a message of {size} octets from the {way.side}; {limit} is a common limit"
            place = part_of(one, "length")
            self.docket.add(shape.LARGE_MESSAGE, way.side, (one.n,), text, *place)
