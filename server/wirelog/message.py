"""A frame where it stood on the wire, and the message that it belongs to (RFC 6455 §5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wirelog.capture import Direction, Record
from wirelog.counting import counted
from wirelog.frames import Frame, Side
from wirelog.inflate import MAX_MESSAGE, Inflated
from wirelog.rules.rule import Problem
from wirelog.utf8 import Utf8Fault

Carrier = tuple[Record, int]
"""A record of octets, and the offset of its first octet in its direction."""
HELD = 3
"""Octets that a character may have before the one that ends or breaks it."""
KEPT = 1 << 24
"""Octets that are kept of a message whose frames are forgotten; of a compressed one, as many as
somebody would inflate."""


def pieces(carriers: Iterable[Carrier], start: int, end: int) -> Iterator[tuple[Record, int, int]]:
    """The records that hold octets from offset `start` to `end`, each with its part of them."""
    for record, begin in carriers:
        first, last = max(start - begin, 0), min(end - begin, len(record.octets))
        if first < last:
            yield record, first, last


@dataclass(slots=True, eq=False)
class WireFrame:
    """A frame where it stood in the conversation."""

    n: int
    """Number of its frame line; where it has none, of the octets that ended it, or of the line of a
    frame before it that stands behind these."""
    t: int | None
    """Nanoseconds since the connection was made."""
    dir: Direction
    sender: Side
    frame: Frame
    start: int
    """Offset of its header in the octets of its direction; -1 if they are missing."""
    end: int
    carried: tuple[Carrier, ...] = ()
    """The octets records that carried it."""
    has_line: bool = True
    """Whether the capture has a frame line for it; if not, it was found in the octets only."""
    arrived: bool = True
    """Whether all of it went over the wire; the capture may hold less (`frame.is_complete`)."""
    problems: list[Problem] = field(default_factory=list)
    is_plain: bool = False
    """Whether it is a whole data message that is not compressed, with nothing wrong about it."""
    partner: WireFrame | None = None
    """A ping's pong, a pong's ping."""
    part_of: Message | None = None
    """The message that it has been put into; a plain frame is in none before somebody asks."""

    @property
    def carriers(self) -> tuple[int, ...]:
        """Numbers of the octets records that carried it."""
        return tuple(record.n for record, _ in self.carried)

    @property
    def came(self) -> str:
        """How much came of a frame that is not whole, in words."""
        frame, octets = self.frame, self.end - self.start
        key = 0 if frame.mask is None else 4
        if self.start >= 0 and octets < frame.header_octets - key:
            return f"{counted(octets, 'octet')} came, and its length is not known"
        return f"{len(frame.payload)} of {counted(frame.length, 'payload octet')} came"

    @property
    def message(self) -> Message | None:
        """The message it belongs to, if it is a data frame."""
        if self.part_of is None and self.is_plain:
            self.part_of = Message(self.dir, self.sender, self.frame.opcode, [self], complete=True)
        return self.part_of


@dataclass(slots=True, eq=False)
class Message:
    """A data message and the frames it came in (§5.4), or what `forget` has left of them."""

    dir: Direction
    sender: Side
    opcode: int
    """`TEXT` or `BINARY`; another value only where the peer used a reserved opcode."""
    frames: list[WireFrame]
    """In order; the first one and the last ones, once those between them are forgotten."""
    compressed: bool = False
    complete: bool = False
    inflated: Inflated | None = None
    """What the compressed payload inflates to; None if it is not compressed or not complete."""
    inflated_octets: int = 0
    """Octets after inflation, also where not all of them were kept."""
    fault: Utf8Fault | None = None
    """Where a text stops being UTF-8."""
    forgotten: int = 0
    """How many of its frames are forgotten."""
    forgotten_octets: int = 0
    """The octets of payload that they had on the wire."""
    _is_known: bool = True
    """Whether the capture holds all of what is forgotten."""
    _payload: bytearray | None = None
    """The payload of what is forgotten, as far as it is kept."""

    def take(self, one: WireFrame) -> None:
        """Add its next frame."""
        self.frames.append(one)
        one.part_of = self

    def forget(self) -> None:
        """Forget its frames but for the first, the last, and those of the octets before, where a
        character may have begun.

        So a message that never ends takes little more room than its octets, and these are no more
        than `KEPT`.
        """
        first, *frames = self.frames
        at, held = len(frames), 0
        while at and held < HELD:
            at -= 1
            held += frames[at].frame.length
        payload = self._payload = self._payload or bytearray()
        for one in frames[:at]:
            payload += one.frame.payload
            self.forgotten_octets += one.frame.length
            self._is_known = self._is_known and one.frame.is_complete
        del payload[self._limit :]
        held_frames = [one for one in frames[at:-1] if one.frame.length]
        self.frames = [first, *held_frames, *frames[-1:]]
        self.forgotten += 1 + len(frames) - len(self.frames)

    @property
    def placed(self) -> Iterator[tuple[WireFrame, int]]:
        """Its frames, each with the place of its first octet in the payload."""
        at = 0
        for one in self.frames:
            yield one, at
            at += one.frame.length
            if one is self.frames[0]:
                at += self.forgotten_octets

    @property
    def _limit(self) -> int:
        return MAX_MESSAGE if self.compressed else KEPT

    @property
    def count(self) -> int:
        """How many frames it came in, so far."""
        return self.forgotten + len(self.frames)

    @property
    def is_known(self) -> bool:
        """Whether the capture holds all octets of its frames."""
        return self._is_known and all(one.frame.is_complete for one in self.frames)

    @property
    def wire(self) -> bytes:
        """The payload as it went over the wire, unmasked, as far as it is known."""
        parts: list[bytes | bytearray] = [one.frame.payload for one in self.frames]
        if self._payload:
            is_all = len(self._payload) < self._limit
            parts[1:] = [self._payload, *(parts[1:] if is_all else ())]
        return b"".join(parts)

    @property
    def data(self) -> bytes:
        """The payload as an application sees it."""
        return self.wire if self.inflated is None else self.inflated.data

    @property
    def wire_octets(self) -> int:
        """Payload octets on the wire, frame headers not counted."""
        return self.forgotten_octets + sum(one.frame.length for one in self.frames)

    @property
    def length(self) -> int:
        """Octets as an application counts them."""
        return self.wire_octets if self.inflated is None else self.inflated_octets

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with its frames, as far as they are not forgotten."""
        return [problem for one in self.frames for problem in one.problems]
