"""What would make a message inflate that does not inflate as agreed (RFC 7692 §7).

A sender that ignores what was agreed usually still sends sound DEFLATE: with a larger window, with
the context of the message before, or wrapped as a zlib stream. Trying these says what it did.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from wirelog.deflate_stream import DeflateStream, with_tail
from wirelog.rules.payload import CONTEXT_USED, DOES_NOT_INFLATE, WINDOW_EXCEEDED
from wirelog.rules.rule import Rule

MAX_TRIAL = 16 << 20
"""Octets that a trial inflates; a message that is larger is not tried further."""


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
        data = _inflate(payload, past, params)
        if data is not None:
            rule, text = _named(params, agreed)
            if other is not None and _is_mixed_up(payload, past, agreed, other):
                text += "; it would suit the other direction: client_ and server_ may be mixed up"
            yield Trial(rule, text, data, params)
    if _is_zlib(payload):
        yield Trial(DOES_NOT_INFLATE, "it is a zlib stream with a header, not raw DEFLATE")
    if payload[:3] == b"\x1f\x8b\x08":
        yield Trial(DOES_NOT_INFLATE, "it is a gzip file, not raw DEFLATE")
    if _is_text(payload):
        yield Trial(DOES_NOT_INFLATE, "it is plain text: RSV1 is set, and nothing is compressed")


def _candidates(agreed: DeflateParams) -> Iterator[DeflateParams]:
    """Looser parameters; those of which less is known to be needed come first."""
    wider = range(max(agreed.window_bits, 9) + 1, 16)
    if agreed.no_context_takeover:
        yield DeflateParams(agreed.window_bits)
    for bits in wider:
        yield DeflateParams(bits, agreed.no_context_takeover)
    if agreed.no_context_takeover:
        for bits in wider:
            yield DeflateParams(bits)


def _named(params: DeflateParams, agreed: DeflateParams) -> tuple[Rule, str]:
    """What it means that a message inflates with these parameters, and with no narrower ones."""
    texts = []
    rule = CONTEXT_USED
    if params.no_context_takeover != agreed.no_context_takeover:
        texts.append("it uses the message before it, and no context takeover was agreed")
    if params.window_bits != agreed.window_bits:
        rule = CONTEXT_USED if texts else WINDOW_EXCEEDED
        needed = f"it needs a window of at least {params.window_bits} bits"
        texts.append(f"{needed}, and {agreed.window_bits} were agreed")
    return rule, "; ".join(texts)


def _is_mixed_up(payload: bytes, past: bytes, agreed: DeflateParams, other: DeflateParams) -> bool:
    """Whether a message keeps to what was agreed for the other direction.

    Where nothing was limited there, every sound message does, and that says nothing.
    """
    is_limited = other != DeflateParams()
    return is_limited and other != agreed and _inflate(payload, past, other) is not None


def _inflate(payload: bytes, past: bytes, params: DeflateParams) -> bytes | None:
    """The message; None if it does not inflate with these parameters."""
    stream = DeflateStream(params.window_bits, b"" if params.no_context_takeover else past)
    data = bytearray()
    try:
        stream.inflate(with_tail(payload), data, MAX_TRIAL)
    except zlib.error:
        return None
    is_whole = 0 < len(data) <= MAX_TRIAL and stream.is_aligned
    return bytes(data) if is_whole else None


def _is_zlib(payload: bytes) -> bool:
    try:
        return bool(zlib.decompressobj().decompress(payload, MAX_TRIAL))
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
