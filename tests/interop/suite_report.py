"""What the published suite wrote down about a case, set against the capture of the same connection.

The suite's log of its own side has a row for each octets read or written (`RO`, `TO`) and for each
frame received or sent (`RF`, `TF`), with true lengths. Its RX is our TX.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from wirelog.capture import Direction
from wirelog.conversation import Conversation
from wirelog.frames import Frame, Opcode
from wirelog.parser import FrameParser


class Shape(NamedTuple):
    """What both sides can say of a frame."""

    opcode: int
    fin: bool
    rsv: int
    length: int

    @classmethod
    def of(cls, frame: Frame) -> Shape:
        return cls(frame.opcode, frame.fin, frame.rsv, frame.length)


class Report:
    """The JSON report of one case."""

    def __init__(self, path: Path) -> None:
        self.facts: dict[str, Any] = json.loads(path.read_text())
        self.rows: list[list[Any]] = self.facts["wirelog"]

    def __str__(self) -> str:
        return str(self.facts["id"])

    @property
    def verdict(self) -> tuple[str, str]:
        return self.facts["behavior"], self.facts["behaviorClose"]

    def differences(self, seen: Conversation) -> list[str]:
        """Where the capture tells another story; empty if both agree."""
        unsent = self.unsent(seen)
        found = [*self._octets(seen, unsent)]
        if self.has_all_rows:
            found += compare("suite -> server", self.sent(unsent), shapes(seen, "RX"))
            found += compare("server -> suite", self.received(), shapes(seen, "TX"))
        else:
            found += self._counts(seen)
        return found

    @property
    def has_all_rows(self) -> bool:
        """Whether the suite logged all that it counted; it looks away where much is to be sent."""
        logged = {tag: sum(row[1][0] for row in self.rows if row[0] == tag) for tag in ("TO", "RO")}
        return [logged["TO"], logged["RO"]] == [
            total(self.facts["txOctetStats"]),
            total(self.facts["rxOctetStats"]),
        ]

    def received(self) -> list[Shape]:
        """The frames that reached the suite, as its library parsed them."""
        rows = [row for row in self.rows if row[0] == "RF"]
        return [Shape(opcode, fin, rsv, text[0]) for _, text, opcode, fin, rsv, *_ in rows]

    def sent(self, unsent: int = 0) -> list[Shape]:
        """The frames that left the suite: those of its frame rows that its octet rows cover.

        A frame sent by the streaming calls has no row; then all its octets stand in the log.
        """
        octets = [row[1] for row in self.rows if row[0] == "TO"][1:]
        left = sum(length for length, _ in octets) - unsent
        rows = [row for row in self.rows if row[0] == "TF"]
        frames = [Shape(row[2], row[3], row[4], row[6] or row[1][0]) for row in rows]
        ends = list(running_ends(frames))
        if frames and left <= ends[-1]:
            return [frame for frame, end in zip(frames, ends, strict=True) if end <= left]
        parser = FrameParser()
        pieces = [bytes.fromhex(text) for _, text in octets]
        return [Shape.of(one.frame) for piece in pieces for one in parser.feed(piece)]

    def unsent(self, seen: Conversation) -> int:
        """Octets of the suite's last write, where its own machine has swallowed them.

        Twisted writes when the reactor turns, and forgets what it has not written when it reads the
        server's FIN first. Only its reply to the server's close frame can meet that end.
        """
        missing = total(self.facts["txOctetStats"]) - seen.stream("RX").octets_seen
        rows = [row for row in self.rows if row[0] in {"TF", "TO"}][-2:]
        is_reply = [row[0] for row in rows] == ["TF", "TO"] and rows[0][2] == Opcode.CLOSE
        closed_here = self.facts["remoteCloseCode"] is not None and not self.facts["closedByMe"]
        return missing if is_reply and closed_here and missing == rows[1][1][0] else 0

    def _octets(self, seen: Conversation, unsent: int) -> Iterator[str]:
        counted = {
            "RX": total(self.facts["txOctetStats"]) - unsent,
            "TX": total(self.facts["rxOctetStats"]),
        }
        for direction in DIRECTIONS:
            captured = seen.stream(direction).octets_seen
            if captured != counted[direction]:
                yield f"{direction}: {captured} octets, the suite counted {counted[direction]}"

    def _counts(self, seen: Conversation) -> Iterator[str]:
        counted = {"RX": self.facts["txFrameStats"], "TX": self.facts["rxFrameStats"]}
        for direction in DIRECTIONS:
            captured = Counter(str(shape.opcode) for shape in shapes(seen, direction))
            if captured != counted[direction]:
                yield f"{direction}: {dict(captured)}, the suite counted {counted[direction]}"


DIRECTIONS: list[Direction] = ["RX", "TX"]


def total(octets_by_size: dict[str, int]) -> int:
    return sum(int(size) * count for size, count in octets_by_size.items())


def running_ends(frames: list[Shape]) -> Iterator[int]:
    """Where each frame ends among the octets of a client."""
    end = 0
    for shape in frames:
        end += (
            Frame(shape.opcode, b"", mask=bytes(4), declared=shape.length).header_octets
            + shape.length
        )
        yield end


def shapes(seen: Conversation, direction: Direction) -> list[Shape]:
    """The complete frames of one direction, as the capture's octets tell them."""
    return [Shape.of(one.frame) for one in seen.frames if one.dir == direction and one.arrived]


def compare(way: str, suite: list[Shape], capture: list[Shape]) -> list[str]:
    for index, (theirs, ours) in enumerate(zip(suite, capture, strict=False)):
        if theirs != ours:
            return [f"{way}: frame {index} was {theirs}, captured as {ours}"]
    if len(suite) != len(capture):
        return [f"{way}: {len(suite)} frames, {len(capture)} captured"]
    return []
