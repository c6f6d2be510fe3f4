"""permessage-deflate as it stands on the wire (RFC 7692 §7), one direction at a time."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from wirelog.deflate_trial import TAIL, WINDOW, DeflateParams, explain, is_aligned, words_of
from wirelog.rules.payload import DOES_NOT_INFLATE, TAIL_KEPT, TAIL_MISSING
from wirelog.rules.rule import Problem

__all__ = ["TAIL", "DeflateParams", "Inflated", "Inflater"]

CHUNK = 1024
"""Compressed octets that are looked at together where a small window has to be watched."""
TAIL_STAYED = "ends with 00 00 ff ff, which the sender has to remove"
Octets = bytes | memoryview
MAX_MESSAGE = 256 << 20
"""Octets after which a message is not inflated further: a deflate bomb must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Inflated:
    """One message after inflation."""

    data: bytes
    """As far as it could be inflated."""
    fault: str = ""
    """Why the rest could not be inflated, or not as agreed; empty if all could."""
    problem: Problem | None = None
    """What the sender broke; a fault may be the capture's, or ours."""


class Inflater:
    """Inflates the compressed messages of one direction, in order.

    A message that does not inflate as agreed is tried otherwise (`deflate_trial`); what works is
    kept for the messages behind it. After one that inflates in no way the window is unknown; with
    context takeover the following messages may then fail too, and say so.
    """

    __slots__ = ("_history", "_limit", "_other", "_params", "_past", "_state", "_step", "broken")

    def __init__(
        self,
        params: DeflateParams,
        limit: int = MAX_MESSAGE,
        other: DeflateParams | None = None,
    ) -> None:
        self._other = other
        """What was agreed for the other direction; some mix the two up."""
        self._limit = limit
        self._history = b""
        """The last octets that came out, as many as a window can hold."""
        self._past = b""
        """The same, also where each message starts with an empty window."""
        self.broken = False
        """Whether an earlier message did not inflate, so that the window is not the sender's."""
        self._use(params)

    def inflate(self, payload: bytes) -> Inflated:
        """The message whose compressed octets are `payload`, without the tail."""
        if self._params.no_context_takeover:
            self._history = b""
            self._state = self._fresh()
            self.broken = False
        past, data = self._past, bytearray()
        try:
            self._inflate_into(data, payload if payload.endswith(TAIL) else payload + TAIL)
        except zlib.error as error:
            return self._otherwise(payload, past, bytes(data), words_of(error))
        if len(data) > self._limit:
            self.lose()
            fault = f"inflates to more than {self._limit} octets; not followed further"
            return Inflated(bytes(data[: self._limit]), fault)
        if not self._state.eof and not is_aligned(self._state):
            return self._unfinished(bytes(data))
        kept = Problem(TAIL_KEPT, TAIL_STAYED) if payload.endswith(TAIL) else None
        return Inflated(bytes(data), problem=kept)

    def lose(self) -> None:
        """Go on with an empty window because octets of this direction are missing or wrong."""
        self._history = self._past = b""
        self._state = self._fresh()
        self.broken = True

    def _use(self, params: DeflateParams) -> None:
        self._params = params
        bits = max(params.window_bits, 9)
        # zlib refuses what lies behind its window only once that much has come out of it.
        self._step = None if bits == 15 else max(1 << bits >> 3, 64)
        self._state = self._fresh()

    def _otherwise(self, payload: bytes, past: bytes, data: bytes, words: str) -> Inflated:
        """The message does not inflate as agreed: see what would make it."""
        was_broken = self.broken
        trial = None if was_broken else explain(payload, past, self._params, self._other)
        if trial is None or trial.params is None:
            self.lose()
            fault = f"does not inflate: {words}"
            if was_broken:
                return Inflated(data, f"{fault} (an earlier message broke the context)")
            fault += f"; {trial.text}" if trial else ""
            return Inflated(data, fault, Problem(DOES_NOT_INFLATE, fault))
        self._history = self._past = (past + trial.data)[-WINDOW:]
        self._use(trial.params)
        fault = f"does not inflate as agreed: {trial.text}"
        return Inflated(trial.data, fault, Problem(trial.rule, fault))

    def _unfinished(self, data: bytes) -> Inflated:
        self.lose()
        fault = "ends in the middle of a DEFLATE block"
        return Inflated(data, fault, Problem(TAIL_MISSING, fault))

    def _inflate_into(self, data: bytearray, octets: bytes) -> None:
        """Inflate until nothing is left, or one octet more than the limit allows has come."""
        rest = memoryview(octets)
        while rest and len(data) <= self._limit:
            if self._state.eof:  # a block with BFINAL ends the stream, not the window (§7.2.3.4)
                if rest == TAIL and data:
                    return
                self._state = self._fresh()
            room = self._limit + 1 - len(data)
            if self._step is None:
                self._take(data, rest, room)
                rest = rest[len(rest) - len(self._state.unused_data) :]
            else:
                chunk = rest[:CHUNK]
                rest = rest[len(chunk) - len(self._take_steps(data, chunk, room)) :]

    def _take_steps(self, data: bytearray, chunk: Octets, room: int) -> bytes:
        """Inflate a few octets at a time, so that the window is the agreed one; what is left."""
        while room > 0:
            before = len(data)
            self._take(data, chunk, min(self._step or room, room))
            made = len(data) - before
            room -= made
            chunk = self._state.unconsumed_tail
            if self._state.eof:
                return self._state.unused_data
            if not chunk and made < (self._step or 0):
                break
        return b""

    def _take(self, data: bytearray, octets: Octets, room: int) -> None:
        before = self._state.copy()
        try:
            piece = self._state.decompress(octets, room)
        except zlib.error:
            data += _good_part(before, octets, room)
            raise
        data += piece
        self._history = (self._history + piece[-WINDOW:])[-WINDOW:]
        self._past = (self._past + piece[-WINDOW:])[-WINDOW:]

    def _fresh(self) -> zlib._Decompress:
        # Old zlib deflates with a window of 9 bits where 8 was agreed, so 8 is read with 9.
        bits = -max(self._params.window_bits, 9)
        return zlib.decompressobj(bits, zdict=self._history)


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
