"""A frame where it stood on the wire, and the message that it belongs to (RFC 6455 §5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wirelog.capture import Direction, Record
from wirelog.frames import Frame, Side
from wirelog.inflate import Inflated
from wirelog.rules.rule import Problem
from wirelog.utf8 import Utf8Fault

Carrier = tuple[Record, int]
"""A record of octets, and the offset of its first octet in its direction."""


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
    """Number of its frame line; where it has none, of the octets that ended it.

    So it need not rise among the frames of a direction: `Conversation.frames` has their order.
    """
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
    def message(self) -> Message | None:
        """The message it belongs to, if it is a data frame."""
        if self.part_of is None and self.is_plain:
            self.part_of = Message(self.dir, self.sender, self.frame.opcode, [self], complete=True)
        return self.part_of


@dataclass(slots=True, eq=False)
class Message:
    """A data message and the frames it came in (§5.4)."""

    dir: Direction
    sender: Side
    opcode: int
    """`TEXT` or `BINARY`; another value only where the peer used a reserved opcode."""
    frames: list[WireFrame]
    compressed: bool = False
    complete: bool = False
    inflated: Inflated | None = None
    """What the compressed payload inflates to; None if it is not compressed or not complete."""
    inflated_octets: int = 0
    """Octets after inflation, also where not all of them were kept."""
    fault: Utf8Fault | None = None
    """Where a text stops being UTF-8."""

    @property
    def wire(self) -> bytes:
        """The payload as it went over the wire, unmasked, as far as it is known."""
        return b"".join(one.frame.payload for one in self.frames)

    @property
    def data(self) -> bytes:
        """The payload as an application sees it."""
        return self.wire if self.inflated is None else self.inflated.data

    @property
    def wire_octets(self) -> int:
        """Payload octets on the wire, frame headers not counted."""
        return sum(one.frame.length for one in self.frames)

    @property
    def length(self) -> int:
        """Octets as an application counts them."""
        return self.wire_octets if self.inflated is None else self.inflated_octets

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with its frames."""
        return [problem for one in self.frames for problem in one.problems]
