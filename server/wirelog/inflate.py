"""permessage-deflate as it stands on the wire (RFC 7692 §7), one direction at a time."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

TAIL = b"\x00\x00\xff\xff"
"""What a sender cuts from the end of each message and a receiver puts back (§7.2.1, §7.2.2)."""
WINDOW = 1 << 15
MAX_MESSAGE = 256 << 20
"""Octets after which a message is not inflated further: a deflate bomb must not fill the memory."""


@dataclass(frozen=True, slots=True)
class DeflateParams:
    """What was agreed for one direction."""

    window_bits: int = 15
    """Base-2 logarithm of the LZ77 window, 8 to 15."""
    no_context_takeover: bool = False
    """Whether each message starts with an empty window."""


@dataclass(frozen=True, slots=True)
class Inflated:
    """One message after inflation."""

    data: bytes
    """As far as it could be inflated."""
    fault: str = ""
    """Why the rest could not be inflated; empty if all could."""


class Inflater:
    """Inflates the compressed messages of one direction, in order.

    After a message that does not inflate, the window is unknown; with context takeover the
    following messages may then fail too, and say so.
    """

    __slots__ = ("_history", "_limit", "_params", "_state", "broken")

    def __init__(self, params: DeflateParams, limit: int = MAX_MESSAGE) -> None:
        self._params = params
        self._limit = limit
        self._history = bytearray()
        self._state = self._fresh()
        self.broken = False
        """Whether an earlier message did not inflate, so that the window is not the sender's."""

    def inflate(self, payload: bytes) -> Inflated:
        """The message whose compressed octets are `payload`, without the tail."""
        if self._params.no_context_takeover:
            self._history.clear()
            self._state = self._fresh()
            self.broken = False
        data = bytearray()
        rest = payload + TAIL
        try:
            while rest and not self._state.unconsumed_tail and len(data) < self._limit:
                if (
                    self._state.eof
                ):  # a block with BFINAL ended the stream, not the window (§7.2.3.4)
                    self._state = self._fresh()
                data += self._state.decompress(rest, self._limit - len(data))
                self._remember(data)
                rest = self._state.unused_data
        except zlib.error as error:
            fault = f"does not inflate: {_words(error)}"
            if self.broken:
                fault += " (an earlier message broke the context)"
            self.lose()
            return Inflated(bytes(data), fault)
        if self._state.unconsumed_tail:
            self.lose()
            return Inflated(
                bytes(data), f"inflates to more than {self._limit} octets; not followed further"
            )
        return Inflated(bytes(data))

    def lose(self) -> None:
        """Go on with an empty window because octets of this direction are missing or wrong."""
        self._history.clear()
        self._state = self._fresh()
        self.broken = True

    def _fresh(self) -> zlib._Decompress:
        # Old zlib deflates with a window of 9 bits where 8 was agreed, so 8 is read with 9.
        bits = -max(self._params.window_bits, 9)
        return zlib.decompressobj(bits, zdict=bytes(self._history[-WINDOW:]))

    def _remember(self, data: bytearray) -> None:
        self._history += data
        if len(self._history) > 4 * WINDOW:
            del self._history[:-WINDOW]


def _words(error: zlib.error) -> str:
    """zlib's own words, without its error number."""
    return str(error).split(": ", 1)[-1]
