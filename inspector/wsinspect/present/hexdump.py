"""Octets as a hex dump, line by line on demand, and a frame's octets with their fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

from wirelog.conversation import Conversation
from wirelog.dissect import Field, dissect
from wirelog.frames import Frame
from wirelog.message import WireFrame
from wsinspect.present.safe import safe

WIDTH = 16
"""Octets on a line."""
_PRINTABLE = bytes(code if 0x20 <= code < 0x7F else 0x2E for code in range(256))
_UNKNOWN_KEY = b"\x00\x00\x00\x00"


@dataclass(frozen=True, slots=True)
class HexLine:
    """One line of a dump."""

    offset: int
    """Offset of its first octet."""
    octets: bytes
    hex: str
    """`8d 80 d0`: the octet at index i stands at columns 3i and 3i + 1."""
    ascii: str
    """One character for each octet, `.` for what is not printable ASCII."""

    @classmethod
    def of(cls, offset: int, octets: bytes) -> HexLine:
        """The line that shows these octets."""
        return cls(offset, octets, octets.hex(" "), octets.translate(_PRINTABLE).decode("ascii"))

    def text(self, width: int = WIDTH, digits: int = 4) -> str:
        """The line as a dump of `width` octets on a line prints it, the offset in `digits`."""
        return f"{self.offset:0{digits}x}  {self.hex:<{3 * width - 1}}  {self.ascii}"


class HexLines(Sequence[HexLine]):
    """The lines of a dump; each one is made when it is asked for."""

    def __init__(self, octets: bytes, width: int = WIDTH, start: int = 0) -> None:
        self.octets = octets
        self.width = width
        self.start = start

    def __len__(self) -> int:
        return (len(self.octets) + self.width - 1) // self.width

    @overload
    def __getitem__(self, index: int) -> HexLine: ...
    @overload
    def __getitem__(self, index: slice) -> list[HexLine]: ...
    def __getitem__(self, index: int | slice) -> HexLine | list[HexLine]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        offset = range(len(self))[index] * self.width
        return HexLine.of(self.start + offset, self.octets[offset : offset + self.width])

    def __iter__(self) -> Iterator[HexLine]:
        return map(self.__getitem__, range(len(self)))

    @property
    def digits(self) -> int:
        """Digits that every offset of this dump fits into: 4 or 8."""
        return 4 if self.start + len(self.octets) <= 0x10000 else 8

    def texts(self) -> Iterator[str]:
        """The lines as a dump prints them."""
        return (line.text(self.width, self.digits) for line in self)


def hex_lines(octets: bytes, width: int = WIDTH, start: int = 0) -> HexLines:
    """The dump of these octets, `width` on a line; `start` is the first one's offset."""
    return HexLines(octets, width, start)


def frame_octets(conversation: Conversation, wire_frame: WireFrame) -> tuple[bytes, bytes]:
    """A frame as it went over the wire, and the same octets with the payload unmasked.

    Where the capture does not hold its octets they are written anew from what the frame line says;
    `octets_note` tells. Both results have the same length, so the fields fit both.
    """
    frame = wire_frame.frame
    wire = _held(conversation, wire_frame)
    if wire is None:
        frame = _with_key(frame)
        wire = frame.serialize()
    return wire, wire[: len(wire) - len(frame.payload)] + frame.payload


def octets_note(conversation: Conversation, wire_frame: WireFrame) -> str:
    """What has to be said of the octets of a frame; empty if all are there as they were sent."""
    frame = wire_frame.frame
    if _held(conversation, wire_frame) is None:
        known = len(frame.payload)
        key = ", and zeros for the masking key" if frame.mask == b"" else ""
        return (
            "Not in the source: written anew from the frame line, "
            f"with {known} of {frame.length} payload octets{key}."
        )
    if not wire_frame.arrived:
        return "The frame never became complete: this is what came of it."
    if not frame.is_complete:
        return f"The capture holds {len(frame.payload)} of {frame.length} payload octets."
    return ""


def fields_of(wire_frame: WireFrame) -> list[Field]:
    """The named fields of a frame, as far as its octets came, with harmless values."""
    frame = wire_frame.frame
    there = frame.header_octets + len(frame.payload)
    if wire_frame.start >= 0:
        there = min(there, wire_frame.end - wire_frame.start)
    fields = dissect(_with_key(frame), there)
    if frame.mask == b"" and wire_frame.start < 0:
        fields = [replace(one, value="not known") if one.owner == "mask" else one for one in fields]
    return [replace(one, value=safe(one.value), meaning=safe(one.meaning)) for one in fields]


def _held(conversation: Conversation, wire_frame: WireFrame) -> bytes | None:
    """The frame's octets from the stream; None if they do not reach as far as its payload."""
    if wire_frame.start < 0:
        return None
    frame = wire_frame.frame
    wire = conversation.stream(wire_frame.dir).octets(wire_frame.start, wire_frame.end)
    known = min(frame.header_octets + len(frame.payload), wire_frame.end - wire_frame.start)
    return wire[:known] if len(wire) >= known else None


def _with_key(frame: Frame) -> Frame:
    """The frame with zeros as its key, where it is only known to have one."""
    return replace(frame, mask=_UNKNOWN_KEY) if frame.mask == b"" else frame
