"""Cuts a stream into frames, following the length fields and nothing else (RFC 6455 §5.2)."""

from __future__ import annotations

from typing import NamedTuple

from wirelog.frames import Frame, apply_mask, minimal_extension


class Parsed(NamedTuple):
    """A frame and where it stood in the stream of one direction."""

    frame: Frame
    start: int
    """Offset of its first header octet in everything that was fed."""
    end: int
    """Offset behind its last octet that arrived."""


class FrameParser:
    """Cuts the octets of one direction into frames, in whatever pieces they come.

    Feed it only what follows the opening handshake. It never fails: it trusts the length fields,
    and a length that is never filled leaves a `pending` frame.
    """

    __slots__ = ("_buffer", "_need", "offset")

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset
        """Offset of the first octet of the frame that comes next."""
        self._buffer = bytearray()
        self._need = 2

    def feed(self, octets: bytes) -> list[Parsed]:
        """The frames that these octets completed."""
        buffer = self._buffer
        buffer += octets
        if len(buffer) < self._need:
            return []
        frames = []
        at = 0
        while True:
            parsed, self._need = _parse_one(buffer, at)
            if parsed is None:
                break
            end = at + self._need
            frames.append(Parsed(parsed, self.offset + at, self.offset + end))
            at = end
        del buffer[:at]
        self.offset += at
        return frames

    def pending(self) -> Parsed | None:
        """The frame that has begun and is not complete; None if under two octets of it came."""
        if len(self._buffer) < 2:
            return None
        frame = _parse_partial(bytes(self._buffer))
        return Parsed(frame, self.offset, self.offset + len(self._buffer))

    @property
    def rest(self) -> bytes:
        """The octets that no complete frame has taken yet."""
        return bytes(self._buffer)


def _parse_one(buffer: bytearray, at: int) -> tuple[Frame | None, int]:
    """The frame at `at` and its size, or None and the octets that must be there to go on."""
    there = len(buffer) - at
    if there < 2:
        return None, 2
    first, second = buffer[at], buffer[at + 1]
    length = second & 0x7F
    extended = 0 if length < 126 else 2 if length == 126 else 8
    head = 2 + extended + (4 if second & 0x80 else 0)
    if there < head:
        return None, head
    if extended:
        length = int.from_bytes(buffer[at + 2 : at + 2 + extended], "big")
    if there < head + length:
        return None, head + length
    payload = bytes(buffer[at + head : at + head + length])
    mask = None
    if second & 0x80:
        mask = bytes(buffer[at + head - 4 : at + head])
        payload = apply_mask(payload, mask)
    odd = extended if extended and extended != minimal_extension(length) else None
    frame = Frame(first & 15, payload, first > 127, first >> 4 & 7, mask, None, odd)
    return frame, head + length


def _parse_partial(octets: bytes) -> Frame:
    """What can be said of a frame whose octets end too early; at least two are there."""
    first, second = octets[0], octets[1]
    length = second & 0x7F
    extended = 0 if length < 126 else 2 if length == 126 else 8
    head = 2 + extended
    odd = None
    if extended:
        if len(octets) >= head:
            length = int.from_bytes(octets[2:head], "big")
        odd = extended if extended != minimal_extension(length) else None
    mask = None
    payload = octets[head:]
    if second & 0x80:
        mask = octets[head : head + 4]
        payload = apply_mask(octets[head + 4 :], mask) if len(mask) == 4 else b""
    return Frame(first & 15, payload, first > 127, first >> 4 & 7, mask, length, odd)
