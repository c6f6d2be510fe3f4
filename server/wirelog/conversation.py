"""One connection, joined together: frames with their octets, messages with their frames, pings with
pongs.

Feed a `Conversation` the records of a capture in order, then `finish` it; `Conversation.of` does
both. A frame comes from the octets; the capture's own frame line gives it its number and time, and
everything where the octets are missing. `lane` joins the two, `assembly` makes the messages, and
`joiner` sees to the order. A `Conversation` keeps all of it.
"""

from __future__ import annotations

from array import array
from functools import cached_property

from wirelog.capture import Direction, Record
from wirelog.collecting import uncollected
from wirelog.frames import Opcode
from wirelog.handshake import Handshake
from wirelog.joiner import Joiner, Listener
from wirelog.message import Message, WireFrame
from wirelog.reader import Capture
from wirelog.streams import Stream

__all__ = ["Conversation", "Message", "WireFrame"]


class Conversation(Listener):
    """What a capture shows of one connection; whole after `finish`."""

    def __init__(self, *, is_server: bool = True) -> None:
        self.is_server = is_server
        """Whether the recorder ("me") is the server."""
        self.records: list[Record] = []
        self.frames: list[WireFrame] = []
        """In the order of their events. Those of one direction stand in the order of the wire: a
        frame without a line is behind the frames that came before it, even if its octets are older
        than their lines."""
        self.handshake = Handshake()
        self._behind = array("Q")
        """For each frame, how many records stand before it."""
        self._joiner = Joiner(is_server=is_server, listener=self)

    @classmethod
    def of(cls, capture: Capture) -> Conversation:
        """The conversation of a whole capture."""
        made = cls(is_server=capture.is_server)
        with uncollected():
            for record in capture.records:
                made.add(record)
            made.finish()
        return made

    @property
    def pings(self) -> list[WireFrame]:
        """All pings, both directions; `partner` is the pong."""
        return [one for one in self.frames if one.frame.opcode == Opcode.PING]

    @cached_property
    def frames_in(self) -> dict[int, list[WireFrame]]:
        """Frames by the number of each octets record that carried a part of them."""
        found: dict[int, list[WireFrame]] = {}
        for one in self.frames:
            for number in one.carriers:
                found.setdefault(number, []).append(one)
        return found

    @cached_property
    def messages(self) -> list[Message]:
        """All messages, both directions, in the order in which they begin."""
        found = ((one, one.message) for one in self.frames)
        return [message for one, message in found if message and message.frames[0] is one]

    def stream(self, direction: Direction) -> Stream:
        """The octets of one direction."""
        return self._joiner.stream(direction)

    def add(self, record: Record) -> None:
        """Take the next record."""
        self._joiner.add(record)

    def finish(self) -> None:
        """Say that no more records come: what is incomplete stays so."""
        self._joiner.finish()

    def tell(self, listener: Listener) -> None:
        """Tell somebody else all of it, as the joiner has told it."""
        listener.begin(self.handshake)
        told = 0
        for behind, one in zip(self._behind, self.frames, strict=True):
            for at in range(told, behind):
                listener.record(self.records[at])
            told = behind
            listener.frame(one)
        for record in self.records[told:]:
            listener.record(record)

    # What the joiner tells

    def begin(self, handshake: Handshake) -> None:
        """Take the handshake."""
        self.handshake = handshake

    def record(self, record: Record) -> None:
        """Keep a record."""
        self.records.append(record)

    def frame(self, one: WireFrame) -> None:
        """Keep a frame."""
        self.frames.append(one)
        self._behind.append(len(self.records))
