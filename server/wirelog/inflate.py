"""permessage-deflate as it stands on the wire (RFC 7692 §7), one direction at a time."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from wirelog.deflate_stream import TAIL, WINDOW, DeflateStream, with_tail
from wirelog.deflate_trial import DeflateParams, explain, words_of
from wirelog.rules.payload import DOES_NOT_INFLATE, FINAL_BLOCK_LAST, TAIL_KEPT, TAIL_MISSING
from wirelog.rules.rule import Problem

__all__ = ["MAX_MESSAGE", "TAIL", "DeflateParams", "Inflated", "Inflater"]

TAIL_STAYED = "ends with 00 00 ff ff, which the sender has to remove"
ENDS_FINAL = "ends with a block that has BFINAL, without the octet 00 of an empty block behind it"
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

    A message that does not inflate as agreed is tried otherwise (`deflate_trial`); with what works,
    the messages behind it are read. After one that inflates in no way the window is unknown; with
    context takeover the following messages may then fail too, and say so.
    """

    __slots__ = ("_agreed", "_limit", "_other", "_params", "_past", "_stream", "broken")

    def __init__(
        self,
        params: DeflateParams,
        limit: int = MAX_MESSAGE,
        other: DeflateParams | None = None,
    ) -> None:
        self._agreed = params
        self._params = params
        """What the sender seems to use."""
        self._other = other
        """What was agreed for the other direction; some mix the two up."""
        self._limit = limit
        self._past = b""
        """The last octets that came out, also where each message starts with an empty window."""
        self.broken = False
        """Whether an earlier message did not inflate, so that the window is not the sender's."""
        self._stream = self._fresh()

    def inflate(self, payload: bytes) -> Inflated:
        """The message whose compressed octets are `payload`, without the tail."""
        if self._params.no_context_takeover:
            self._stream = DeflateStream(self._params.window_bits)
            self.broken = False
        data = bytearray()
        try:
            left = self._stream.inflate(with_tail(payload), data, self._limit)
        except zlib.error as error:
            return self._otherwise(payload, bytes(data), words_of(error))
        if len(data) > self._limit:
            self.lose()
            fault = f"inflates to more than {self._limit} octets; not followed further"
            return Inflated(bytes(data[: self._limit]), fault)
        if not self._stream.is_aligned:
            return self._unfinished(bytes(data))
        self._past = (self._past + data[-WINDOW:])[-WINDOW:]
        return Inflated(bytes(data), problem=_wrong_end(payload, left))

    def lose(self) -> None:
        """Go on with an empty window because octets of this direction are missing or wrong."""
        self._past = b""
        self._stream = self._fresh()
        self.broken = True

    def _fresh(self) -> DeflateStream:
        return DeflateStream(self._params.window_bits, self._past)

    def _otherwise(self, payload: bytes, data: bytes, words: str) -> Inflated:
        """The message does not inflate as agreed: see what would make it."""
        was_broken = self.broken
        trial = None if was_broken else explain(payload, self._past, self._agreed, self._other)
        if trial is None or trial.params is None:
            self.lose()
            fault = f"does not inflate: {words}"
            if was_broken:
                return Inflated(data, f"{fault} (an earlier message broke the context)")
            fault += f"; {trial.text}" if trial else ""
            return Inflated(data, fault, Problem(DOES_NOT_INFLATE, fault))
        self._params = trial.params
        self._past = (self._past + trial.data)[-WINDOW:]
        self._stream = self._fresh()
        fault = f"does not inflate as agreed: {trial.text}"
        return Inflated(trial.data, fault, Problem(trial.rule, fault))

    def _unfinished(self, data: bytes) -> Inflated:
        self.lose()
        fault = "ends in the middle of a DEFLATE block"
        return Inflated(data, fault, Problem(TAIL_MISSING, fault))


def _wrong_end(payload: bytes, left: bytes) -> Problem | None:
    """What is wrong with the end of a message that inflates all the same."""
    if left:
        return Problem(FINAL_BLOCK_LAST, ENDS_FINAL)
    return Problem(TAIL_KEPT, TAIL_STAYED) if payload.endswith(TAIL) else None
