"""One connection, joined together: frames with their octets, messages with their frames, pings with
pongs.

Feed a `Conversation` the records of a capture in order, then `finish` it; `Conversation.of` does
both. A frame comes from the octets; the capture's own frame line gives it its number and time, and
everything where the octets are missing. `lane` joins the two, `assembly` makes the messages.
"""

from __future__ import annotations

from collections import deque
from functools import cached_property

from wirelog.assembly import Assembly
from wirelog.capture import Direction, Record, leaves_out
from wirelog.collecting import uncollected
from wirelog.frames import Opcode, Side
from wirelog.handshake import Handshake
from wirelog.lane import Lane
from wirelog.message import Message, WireFrame
from wirelog.reader import Capture
from wirelog.streams import Stream

__all__ = ["Conversation", "Message", "WireFrame"]


class Conversation:
    """What a capture shows of one connection; whole after `finish`."""

    def __init__(self, *, is_server: bool = True) -> None:
        self.is_server = is_server
        """Whether the recorder ("me") is the server."""
        self.records: list[Record] = []
        self.frames: list[WireFrame] = []
        """In the order of their events. Those of one direction stand in the order of the wire: a
        frame without a line is behind the frames that came before it, even if its octets are older
        than their lines."""
        self.messages: list[Message] = []
        self.handshake = Handshake()
        self.unsolicited: list[WireFrame] = []
        """Pongs that answer no ping; legal as heartbeats (§5.5.3)."""
        me: Side = "server" if is_server else "client"
        peer: Side = "client" if is_server else "server"
        self._lanes: dict[str, Lane] = {"RX": Lane("RX", peer), "TX": Lane("TX", me)}
        self._gaps: deque[int] = deque()
        """Numbers of events behind which a part of the connection is left out."""

    @classmethod
    def of(cls, capture: Capture) -> Conversation:
        """The conversation of a whole capture."""
        made = cls(is_server=capture.is_server)
        with uncollected():
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

    @cached_property
    def frame_of(self) -> dict[int, WireFrame]:
        """Frames by the number of their line."""
        return {one.n: one for one in self.frames if one.has_line}

    @cached_property
    def frames_in(self) -> dict[int, list[WireFrame]]:
        """Frames by the number of each octets record that carried a part of them."""
        found: dict[int, list[WireFrame]] = {}
        for one in self.frames:
            for number in one.carriers:
                found.setdefault(number, []).append(one)
        return found

    def add(self, record: Record) -> None:
        """Take the next record."""
        if record.dir is not None:
            self._lanes[record.dir].add(record, len(self.records))
        elif leaves_out(record):
            self._gaps.append(record.n)
        self.records.append(record)

    def finish(self) -> None:
        """Say that no more records come: what is incomplete stays so."""
        client, server = ("RX", "TX") if self.is_server else ("TX", "RX")
        self.handshake = Handshake.parse(
            self._lanes[client].stream.head, self._lanes[server].stream.head
        )
        for lane in self._lanes.values():
            lane.finish(is_open=self.handshake.is_open)
        self.frames = _in_order(list(self._lanes.values()))
        assembly = Assembly(self.handshake)
        for one in self.frames:
            while self._gaps and self._gaps[0] < one.n:
                self._gaps.popleft()
                assembly.lose()
            assembly.take(one)
        self.messages, self.unsolicited = assembly.messages, assembly.unsolicited


def _in_order(lanes: list[Lane]) -> list[WireFrame]:
    frames = [one for lane in lanes for one in lane.frames]
    places = [place for lane in lanes for place in lane.places]
    return [frames[at] for at in sorted(range(len(frames)), key=places.__getitem__)]
