"""What would make a message inflate that does not inflate as agreed (RFC 7692 §7).

A sender that ignores what was agreed usually still sends sound DEFLATE: with a larger window, with
the context of the message before, or wrapped as a zlib stream. Trying these says what it did.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from wirelog.rules.payload import CONTEXT_USED, DOES_NOT_INFLATE, WINDOW_EXCEEDED
from wirelog.rules.rule import Rule

TAIL = b"\x00\x00\xff\xff"
"""What a sender cuts from the end of each message and a receiver puts back (§7.2.1, §7.2.2)."""
WINDOW = 1 << 15
MAX_TRIAL = 16 << 20
"""Octets that a trial inflates; a message that is larger is not tried further."""

_PROBE = b"\x00\x01\x00\xfe\xff?"
"""A stored block with one octet."""


@dataclass(frozen=True, slots=True)
class DeflateParams:
    """What was agreed for one direction."""

    window_bits: int = 15
    """Base-2 logarithm of the LZ77 window, 8 to 15."""
    no_context_takeover: bool = False
    """Whether each message starts with an empty window."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What the sender seems to have done."""

    rule: Rule
    text: str
    data: bytes = b""
    """The message, if it inflates this way."""
    params: DeflateParams | None = None
    """With what it inflates, and those behind it may; None where nothing helps."""


def explain(
    payload: bytes, past: bytes, agreed: DeflateParams, other: DeflateParams | None = None
) -> Trial | None:
    """The first explanation that fits; `past` is what the messages before inflated to."""
    return next(_explanations(payload, past, agreed, other), None)


def _explanations(
    payload: bytes, past: bytes, agreed: DeflateParams, other: DeflateParams | None
) -> Iterator[Trial]:
    for params in _candidates(agreed):
        data = _inflate(payload, b"" if params.no_context_takeover else past, params.window_bits)
        if data is not None:
            yield _named(params, agreed, other, data)
    if _inflate(payload, b"", -15) is not None:
        yield Trial(DOES_NOT_INFLATE, "it is a zlib stream with a header, not raw DEFLATE")
    if payload[:3] == b"\x1f\x8b\x08":
        yield Trial(DOES_NOT_INFLATE, "it is a gzip file, not raw DEFLATE")
    if _is_text(payload):
        yield Trial(DOES_NOT_INFLATE, "it is plain text: RSV1 is set, and nothing is compressed")


def _candidates(agreed: DeflateParams) -> Iterator[DeflateParams]:
    """Looser parameters, the nearest first."""
    wider = range(max(agreed.window_bits, 9) + 1, 16)
    if agreed.no_context_takeover:
        yield DeflateParams(agreed.window_bits)
    for bits in wider:
        yield DeflateParams(bits, agreed.no_context_takeover)
    if agreed.no_context_takeover:
        for bits in wider:
            yield DeflateParams(bits)


def _named(
    params: DeflateParams, agreed: DeflateParams, other: DeflateParams | None, data: bytes
) -> Trial:
    """What it means that a message inflates with these parameters."""
    texts = []
    rule = CONTEXT_USED
    if params.no_context_takeover != agreed.no_context_takeover:
        texts.append("it uses the message before it, and no context takeover was agreed")
    if params.window_bits != agreed.window_bits:
        rule = WINDOW_EXCEEDED if not texts else CONTEXT_USED
        texts.append(
            f"it needs a window of {params.window_bits} bits, and {agreed.window_bits} were agreed"
        )
    if other is not None and other != agreed and _covers(other, params):
        texts.append("it would suit the other direction: client_ and server_ may be mixed up")
    return Trial(rule, "; ".join(texts), data, params)


def _covers(wide: DeflateParams, narrow: DeflateParams) -> bool:
    """Whether what `narrow` needs is allowed by `wide`."""
    has_context = not wide.no_context_takeover or narrow.no_context_takeover
    return has_context and wide.window_bits >= narrow.window_bits


def _inflate(payload: bytes, window: bytes, bits: int) -> bytes | None:
    """The message; None if it does not inflate with that window. Negative bits mean a header."""
    if bits < 0:
        state = zlib.decompressobj(-bits)
    else:
        state = zlib.decompressobj(-max(bits, 9), zdict=window[-(1 << max(bits, 9)) :])
    try:
        data = state.decompress(payload + TAIL, MAX_TRIAL)
    except zlib.error:
        return None
    done = bits < 0 or state.eof or is_aligned(state)
    return data if data and done and not state.unconsumed_tail else None


def is_aligned(state: zlib._Decompress) -> bool:
    """Whether an inflater stands between two blocks, so that a message may end here."""
    try:
        return state.copy().decompress(_PROBE) == _PROBE[-1:]
    except zlib.error:
        return False


def _is_text(payload: bytes) -> bool:
    try:
        return payload.decode().isprintable() and bool(payload)
    except UnicodeDecodeError:
        return False


def words_of(error: zlib.error) -> str:
    """zlib's own words, without its error number."""
    return str(error).split(": ", 1)[-1]
