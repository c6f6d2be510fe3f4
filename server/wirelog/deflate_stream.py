"""Raw DEFLATE that may refer back no further than its window (RFC 1951, RFC 7692 §7.2)."""

from __future__ import annotations

import zlib

TAIL = b"\x00\x00\xff\xff"
"""What a sender cuts from the end of each message and a receiver puts back (§7.2.1, §7.2.2)."""
WINDOW = 1 << 15
"""Octets of the largest window."""
CHUNK = 1024
"""Compressed octets that are looked at together where a small window has to be watched."""
Octets = bytes | memoryview

_PROBE = b"\x00\x01\x00\xfe\xff?"
"""A stored block with one octet."""


def with_tail(payload: bytes) -> bytes:
    """A compressed message with the octets at its end that a sender has to cut."""
    return payload if payload.endswith(TAIL) else payload + TAIL


class DeflateStream:
    """Inflates the messages of one compressor, in order; useless after it has raised.

    zlib refuses what lies behind its window only once that much has come out of it, so the octets
    are taken out in steps that are small against the window. A distance that is too far by less
    than such a step may pass.
    """

    __slots__ = ("_before", "_bits", "_state", "_step")

    def __init__(self, window_bits: int, before: bytes = b"") -> None:
        # Old zlib deflates with a window of 9 bits where 8 was agreed, so 8 is read with 9.
        self._bits = max(window_bits, 9)
        self._step = None if self._bits == 15 else max(1 << self._bits >> 3, 64)
        self._before = before
        """What came out before this message, as much as a window can hold."""
        self._state = self._fresh(bytearray())

    @property
    def is_aligned(self) -> bool:
        """Whether it stands between two blocks, so that a message may end here."""
        if self._state.eof:
            return True
        try:
            return self._state.copy().decompress(_PROBE) == _PROBE[-1:]
        except zlib.error:
            return False

    def inflate(self, octets: bytes, data: bytearray, limit: int) -> bytes:
        """Add a message to `data`, which is empty; returns what is left of it.

        That is something if `data` has become larger than `limit`, by one octet, or if the message
        ends with a block that has BFINAL: then the tail is left, for want of a block that it ends.

        Raises:
            zlib.error: it does not inflate; `data` is what came before that.
        """
        rest = memoryview(octets)
        while rest and len(data) <= limit:
            if self._state.eof:  # a block with BFINAL ends the stream, not the window (§7.2.3.4)
                if rest == TAIL and len(octets) > len(TAIL):
                    break
                self._state = self._fresh(data)
            room = limit + 1 - len(data)
            if self._step is None:
                self._take(data, rest, room)
                rest = rest[len(rest) - len(self._state.unused_data) :]
            else:
                chunk = rest[:CHUNK]
                rest = rest[len(chunk) - len(self._take_steps(data, chunk, room, self._step)) :]
        self._before = _last(self._before, data)
        return bytes(rest)

    def _take_steps(self, data: bytearray, chunk: Octets, room: int, step: int) -> bytes:
        """Inflate a few octets at a time, so that the window is the agreed one; what is left."""
        while room > 0:
            before = len(data)
            self._take(data, chunk, min(step, room))
            made = len(data) - before
            room -= made
            chunk = self._state.unconsumed_tail
            if self._state.eof:
                return self._state.unused_data
            if not chunk and made < step:
                break
        return b""

    def _take(self, data: bytearray, octets: Octets, room: int) -> None:
        before = self._state.copy()
        try:
            data += self._state.decompress(octets, room)
        except zlib.error:
            data += _good_part(before, octets, room)
            raise

    def _fresh(self, data: bytearray) -> zlib._Decompress:
        return zlib.decompressobj(-self._bits, zdict=_last(self._before, data))


def _last(before: bytes, data: bytearray) -> bytes:
    """The octets to which the next block may refer."""
    return (before + data[-WINDOW:])[-WINDOW:]


def _good_part(state: zlib._Decompress, octets: Octets, room: int, step: int = CHUNK) -> bytes:
    """What comes out before the octet that does not inflate, `room` octets at most."""
    good = bytearray()
    for at in range(0, len(octets), step):  # pragma: no branch - a piece fails, as the whole did
        before, piece = state.copy(), octets[at : at + step]
        try:
            good += state.decompress(piece, room)
        except zlib.error:
            good += _good_part(before, piece, room, 1) if step > 1 else b""
            break
    return bytes(good[:room])
