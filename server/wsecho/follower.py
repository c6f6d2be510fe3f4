"""Follows the frames of a connection that is being closed, without acting on them.

Once our close frame is on its way nothing that the peer sends matters any more except its close
frame, but all of it is recorded. Autobahn's parser stops here and this one takes over, at any
octet of a frame. It trusts the length fields and keeps no more of a payload than the longest
control frame has.
"""

from __future__ import annotations

from dataclasses import dataclass

from wirelog.frames import MAX_CONTROL_PAYLOAD, apply_mask
from wirelog.parser import FrameParser


@dataclass(slots=True)
class Seen:
    """A frame, as far as it arrived."""

    opcode: int
    fin: bool
    rsv: int
    length: int
    mask: bytes | None
    head: bytes = b""
    """The first octets of the payload, unmasked; a sound control frame's whole payload."""
    arrived: int = 0
    """Octets of the payload that came."""
    is_recorded: bool = False
    """Whether the capture has it already."""
    has_header: bool = True
    """Whether the header is complete."""

    @property
    def is_complete(self) -> bool:
        """Whether all of the frame came."""
        return self.has_header and self.arrived == self.length

    @property
    def bits(self) -> tuple[int, bool, int]:
        """Opcode, FIN and RSV."""
        return self.opcode, self.fin, self.rsv


class Follower:
    """Cuts the octets of one direction into frames, from the middle of `current` if it is given."""

    def __init__(self, current: Seen | None = None) -> None:
        self._current = current
        self._header = b""
        self._begun: Seen | None = None
        """The frame of a header that is not complete, once somebody has asked for it."""

    def feed(self, octets: bytes) -> list[Seen]:
        """The frames that these octets completed."""
        done: list[Seen] = []
        view = memoryview(octets)
        while True:
            if self._current is None:
                view = self._take_header(view)
                if self._current is None:
                    return done
            view = self._take_payload(self._current, view)
            if not self._current.is_complete:
                return done
            done.append(self._current)
            self._current = None

    def pending(self) -> Seen | None:
        """The frame that has begun and is not complete; None below two octets of it."""
        if self._current is None and len(self._header) >= 2:
            is_recorded = self._begun is not None and self._begun.is_recorded
            self._begun = _begun_by(self._header)
            self._begun.is_recorded = is_recorded
            return self._begun
        return self._current

    def _take_header(self, view: memoryview) -> memoryview:
        """Complete the header that has begun; what is left of the octets."""
        before = len(self._header)
        known = self._header + bytes(view[: 14 - before])
        size = _header_size(known)
        if len(known) < size:
            self._header = known
            return view[len(view) :]
        self._current = _frame_of(known[:size])
        if self._begun is not None:
            self._current.is_recorded = self._begun.is_recorded
        self._begun = None
        self._header = b""
        return view[size - before :]

    def _take_payload(self, frame: Seen, view: memoryview) -> memoryview:
        """Count the octets that belong to the frame; what is left of the octets."""
        part = view[: frame.length - frame.arrived]
        wanted = bytes(part[: max(MAX_CONTROL_PAYLOAD - len(frame.head), 0)])
        if wanted:
            mask = frame.mask
            frame.head += wanted if mask is None else apply_mask(wanted, mask, frame.arrived)
        frame.arrived += len(part)
        return view[len(part) :]


def _header_size(known: bytes) -> int:
    """The size of the header that begins with `known`; 2 while that cannot be told."""
    if len(known) < 2:
        return 2
    return 2 + {126: 2, 127: 8}.get(known[1] & 0x7F, 0) + (4 if known[1] & 0x80 else 0)


def _frame_of(header: bytes) -> Seen:
    """The frame of a header."""
    length = header[1] & 0x7F
    extended = {126: 2, 127: 8}.get(length, 0)
    if extended:
        length = int.from_bytes(header[2 : 2 + extended], "big")
    mask = header[2 + extended : 6 + extended] if header[1] & 0x80 else None
    first = header[0]
    return Seen(first & 15, first > 127, first >> 4 & 7, length, mask)


def _begun_by(header: bytes) -> Seen:
    """The frame of a header that is not complete; its length is the least that it can mean."""
    parser = FrameParser()
    parser.feed(header)
    parsed = parser.pending()
    assert parsed is not None, "two octets of it are there"
    frame = parsed.frame
    return Seen(frame.opcode, frame.fin, frame.rsv, frame.length, frame.mask, has_header=False)
