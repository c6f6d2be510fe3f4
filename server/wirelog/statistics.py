"""Octets by chop size and frames by opcode: the wire statistics of a report page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from wirelog.capture import Kind
from wirelog.conversation import Conversation
from wirelog.reader import Capture


@dataclass(slots=True)
class Statistics:
    """Counts for the two directions, `rx` and `tx`."""

    octets: dict[str, Counter[int]] = field(
        default_factory=lambda: {"rx": Counter(), "tx": Counter()}
    )
    """How often so many octets were read or written at once."""
    frames: dict[str, Counter[int]] = field(
        default_factory=lambda: {"rx": Counter(), "tx": Counter()}
    )
    """How many frames of each opcode."""

    @classmethod
    def of(cls, capture: Capture, conversation: Conversation) -> Statistics:
        """Count; where the source brought its own counts, take those."""
        if capture.statistics is not None:
            return cls._given(capture.statistics)
        made = cls()
        for record in capture.records:
            if record.kind is Kind.OCTETS and record.dir:
                size = len(record.octets) if record.length is None else record.length
                made.octets[record.dir.lower()][size] += 1
        for one in conversation.frames:
            made.frames[one.dir.lower()][one.frame.opcode] += 1
        return made

    @classmethod
    def _given(cls, counts: Mapping[str, Any]) -> Statistics:
        """The counts of a trailer or a report; what is no count in it is left out."""
        made = cls()
        for kind, target in (("octets", made.octets), ("frames", made.frames)):
            for direction in ("rx", "tx"):
                target[direction].update(dict(_counts(_part(_part(counts, kind), direction))))
        return made

    def as_json(self) -> dict[str, dict[str, dict[str, int]]]:
        """The counts with keys that JSON can hold, sizes and opcodes rising."""
        return {
            kind: {
                side: {str(key): count for key, count in sorted(of.items())}
                for side, of in both.items()
            }
            for kind, both in (("octets", self.octets), ("frames", self.frames))
        }


def _part(whole: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = whole.get(key)
    return part if isinstance(part, dict) else {}


def _counts(given: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    for key, count in given.items():
        if key.isascii() and key.isdecimal() and len(key) < 20 and type(count) is int:
            yield int(key), count
