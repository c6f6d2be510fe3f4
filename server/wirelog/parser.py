"""Cuts a stream into frames, following the length fields and nothing else (RFC 6455 §5.2)."""

from __future__ import annotations

from typing import NamedTuple

from wirelog.frames import Frame, Side, apply_mask, minimal_extension


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

    __slots__ = ("_buffer", "_cut", "_left", "_need", "lost", "offset")

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset
        """Offset of the first octet of the frame that comes next."""
        self.lost = False
        """Whether `skip` went over a header, so that no more frames can be found."""
        self._buffer = bytearray()
        self._need = 2
        """Octets that must be in the buffer before it is worth another look."""
        self._cut: Frame | None = None
        """The frame whose payload `skip` went over, with the beginning that is known."""
        self._left = 0
        """Octets on the wire that `_cut` still has to get."""

    def feed(self, octets: bytes) -> list[Parsed]:
        """The frames that these octets completed."""
        frames: list[Parsed] = []
        if self._cut is not None:
            left = self._left
            frames = self._pass_by(min(left, len(octets)))
            octets = octets[left:]
        if self.lost:
            return frames
        buffer = self._buffer
        if buffer:
            buffer += octets
            if len(buffer) >= self._need:
                del buffer[: self._parse(buffer, frames)]
        elif (at := self._parse(octets, frames)) < len(octets):
            buffer += octets[at:]
        return frames

    def skip(self, count: int) -> list[Parsed]:
        """Go over octets that were on the wire and are not known; the frames that they completed.

        Inside a payload the lengths hold: the frame keeps the beginning that is known. A frame
        whose header is missing cannot be found, and neither can those behind it.
        """
        if self._cut is None and count and not self.lost:
            self._begin_cut()
        if self._cut is None:
            self.lost = self.lost or count > 0
            return []
        left = self._left
        frames = self._pass_by(min(left, count))
        self.lost = count > left
        return frames

    @property
    def is_pending(self) -> bool:
        """Whether a frame has begun and is not complete."""
        return self._cut is not None or bool(self._buffer)

    def pending(self, sender: Side | None = None) -> Parsed | None:
        """The frame that has begun and is not complete; None if too little of it came.

        Two octets are enough, or one if the `sender` is given: a single octet has FIN, RSV and the
        opcode, and only who sends says whether a mask should follow (§5.1).
        """
        if self._cut is not None:
            size = self._cut.header_octets + self._cut.length
            return Parsed(self._cut, self.offset, self.offset + size - self._left)
        size = len(self._buffer)
        if size < (2 if sender is None else 1):
            return None
        if size == 1:
            frame = _parse_first(self._buffer[0], sender)
        else:
            frame = _parse_partial(bytes(self._buffer))
        return Parsed(frame, self.offset, self.offset + size)

    def _parse(self, source: bytes | bytearray, frames: list[Parsed]) -> int:
        """Collect the frames that are complete; how many octets they took."""
        at, end, offset = 0, len(source), self.offset
        self._need = 2
        while at < end:
            frame, size = _parse_one(source, at)
            if frame is None:
                self._need = size
                break
            frames.append(Parsed(frame, offset + at, offset + at + size))
            at += size
        self.offset = offset + at
        return at

    def _begin_cut(self) -> None:
        head = _header_size(self._buffer)
        if head > len(self._buffer):
            return
        frame = _parse_partial(bytes(self._buffer))
        self._cut, self._left = frame, head + frame.length - len(self._buffer)
        self._buffer.clear()

    def _pass_by(self, count: int) -> list[Parsed]:
        """Count octets of the cut frame; the frame, if that was the end of it."""
        assert self._cut is not None
        self._left -= count
        if self._left:
            return []
        end = self.offset + self._cut.header_octets + self._cut.length
        parsed = Parsed(self._cut, self.offset, end)
        self.offset, self._cut, self._need = end, None, 2
        return [parsed]


_EXTENDED = {126: 2, 127: 8}
"""Octets of the extended length field by the seven bits that announce it."""


def _header_size(octets: bytes | bytearray) -> int:
    """The size of the header that begins so; 2 while that cannot be told."""
    if len(octets) < 2:
        return 2
    return 2 + _EXTENDED.get(octets[1] & 0x7F, 0) + (4 if octets[1] & 0x80 else 0)


def _parse_one(source: bytes | bytearray, at: int) -> tuple[Frame | None, int]:
    """The frame at `at` and its size, or None and the octets that must be there to go on."""
    there = len(source) - at
    if there < 2:
        return None, 2
    first, second = source[at], source[at + 1]
    length = second & 0x7F
    head = 2
    odd = None
    if length > 125:
        extended = _EXTENDED[length]
        head += extended
        if there < head:
            return None, head
        length = int.from_bytes(source[at + 2 : at + head], "big")
        odd = extended if extended != minimal_extension(length) else None
    mask = None
    if second & 0x80:
        mask = bytes(source[at + head : at + head + 4])
        head += 4
    end = head + length
    if there < end:
        return None, end
    payload = bytes(source[at + head : at + end])
    if mask is not None:
        payload = apply_mask(payload, mask)
    return Frame(first & 15, payload, first > 127, first >> 4 & 7, mask, None, odd), end


def _parse_first(octet: int, sender: Side | None) -> Frame:
    """What can be said of a frame of which one octet came; of the rest nothing is wrong."""
    mask = b"" if sender == "client" else None
    return Frame(octet & 15, b"", octet > 127, octet >> 4 & 7, mask)


def _parse_partial(octets: bytes) -> Frame:
    """What can be said of a frame whose octets end too early; at least two are there.

    Of a length field that is not whole, the least length is taken that it can mean without being
    wrong, so that nobody is accused of what cannot be known.
    """
    first, second = octets[0], octets[1]
    length = second & 0x7F
    extended = _EXTENDED.get(length, 0)
    head = 2 + extended
    if extended:
        length = _least_length(octets[2:head], extended)
    odd = extended if extended != minimal_extension(length) else None
    mask = None
    payload = octets[head:]
    if second & 0x80:
        mask = octets[head : head + 4]
        payload = apply_mask(octets[head + 4 :], mask) if len(mask) == 4 else b""
    return Frame(first & 15, payload, first > 127, first >> 4 & 7, mask, length, odd)


def _least_length(known: bytes, size: int) -> int:
    """The least sound length that a field of `size` octets can hold if it begins with `known`."""
    lowest = int.from_bytes(known.ljust(size, b"\x00"), "big")
    highest = int.from_bytes(known.ljust(size, b"\xff"), "big")
    return min(max(lowest, 126 if size == 2 else 1 << 16), highest)
