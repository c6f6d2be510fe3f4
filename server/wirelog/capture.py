"""The capture format, one line at a time, both ways; captures/README.md is its specification.

A capture is UTF-8 text in the words of Autobahn's wire log. The first line is `#wirelog 1 {…}`, the
last one `#end {…}`, and between them each line is one event: number, time, words. A frame's payload
preview stands indented below it. `*_line` functions write (as octets, because a recorder calls them
for each frame), `parse_line` reads one event line and never fails: a line that it does not know
becomes an event of kind `UNKNOWN` with its text kept.
"""

from __future__ import annotations

import json
import re
from binascii import hexlify, unhexlify
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from wirelog.escaping import escape, preview

Direction = Literal["RX", "TX"]
"""As the recorder saw it: RX came from the peer, TX went to it."""

VERSION = 1
INDENT = " " * 15
"""Stands before a payload preview, and before the rest of a wrapped line in a foreign wire log."""


class Kind(StrEnum):
    """What an event line is about."""

    OCTETS = "octets"
    FRAME = "frame"
    CONNECTED = "connected"
    REFUSED = "refused"
    TIMER = "timer"
    """A timer was set."""
    TIMEOUT = "timeout"
    """A timer fired."""
    FAILING = "failing"
    """The recorder's side fails the connection (RFC 6455 §7.1.7)."""
    CLOSING = "closing"
    """The recorder's side starts the closing handshake for a reason of its own."""
    DROPPED = "dropped"
    STOPS = "stops"
    """Recording ends here although the connection goes on."""
    NOTE = "note"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FrameLine:
    """What a frame's event line says."""

    opcode: int
    fin: bool
    rsv: int
    length: int
    """Payload octets that the frame's header announces."""
    masked: bool
    mask: bytes | None = None
    """The masking key, or None if there is none or the line does not say it."""
    arrived: int | None = None
    """Payload octets that came, where the frame never became complete."""
    preview: str | None = None
    """The payload's beginning as the line below the event shows it."""
    extras: Mapping[str, str] = field(default_factory=dict)
    """Fields that this version does not know, and those of foreign wire logs."""


@dataclass(frozen=True, slots=True)
class Record:
    """One event of a capture."""

    n: int
    """The event's number."""
    t: int | None
    """Nanoseconds since the connection was made, or None where the source has no times."""
    kind: Kind
    dir: Direction | None = None
    octets: bytes = b""
    """For `OCTETS`: those that the capture holds."""
    length: int | None = None
    """For `OCTETS`: how many were on the wire; None where the source cut them and does not say."""
    frame: FrameLine | None = None
    text: str = ""
    """For all other kinds: the words of the line, escaped as they stand in the file."""
    line: int = 0
    """Line number in the file, from 1."""
    problem: str = ""
    """What is wrong with the line itself."""

    @property
    def is_cut(self) -> bool:
        """Whether octets are missing from the capture here."""
        return self.kind is Kind.OCTETS and len(self.octets) != self.length


class CaptureError(ValueError):
    """A header or trailer line that cannot be read."""


# Writing


def header_line(facts: Mapping[str, Any]) -> bytes:
    """The first line of a capture."""
    return b"#wirelog %d %s\n" % (VERSION, _json(facts))


def trailer_line(facts: Mapping[str, Any]) -> bytes:
    """The last line of a capture that was finished."""
    return b"#end %s\n" % _json(facts)


def octets_line(
    n: int, t: int, direction: bytes, octets: bytes, snaplen: int | None = None
) -> bytes:
    """`003 +0.001200412 RX OCTETS: 818d…`; with `snaplen`, only so many and the true length."""
    if snaplen is not None and len(octets) > snaplen:
        return b"%03d +%d.%09d %s OCTETS: %s ... LEN=%d\n" % (
            n, *divmod(t, 1_000_000_000), direction, hexlify(octets[:snaplen]), len(octets)
        )  # fmt: skip
    return b"%03d +%d.%09d %s OCTETS: %s\n" % (
        n, *divmod(t, 1_000_000_000), direction, hexlify(octets)
    )  # fmt: skip


def frame_line(  # noqa: PLR0913, PLR0917 - called for every frame: no value is built to carry these
    n: int, t: int, direction: bytes, bits: tuple[int, bool, int], length: int, mask: bytes | None,
    payload: bytes, arrived: int | None = None,
) -> bytes:  # fmt: skip
    """A frame's two lines; one if it has no payload.

    `bits` are opcode, FIN and RSV; `payload` may be as little as the first `PREVIEW_OCTETS` octets,
    unmasked; `arrived` is given for a frame that never became complete.
    """
    opcode, fin, rsv = bits
    if direction == b"RX":
        masking = (
            b"MASKED=False, MASK=None" if mask is None else b"MASKED=True, MASK=" + hexlify(mask)
        )
    else:
        masking = b"MASK=None" if mask is None else b"MASK=" + hexlify(mask)
    line = b"%03d +%d.%09d %s FRAME : OPCODE=%d, FIN=%s, RSV=%d, PAYLOAD-LEN=%d, %s" % (
        n, *divmod(t, 1_000_000_000), direction, opcode, b"True" if fin else b"False", rsv, length,
        masking
    )  # fmt: skip
    if arrived is not None:
        line += b", ARRIVED=%d" % arrived
    if not payload:
        return line + b"\n"
    return b"%s\n               %s\n" % (line, preview(payload, length))


def event_line(n: int, t: int, text: str) -> bytes:
    """Any other event; `text` is escaped."""
    return b"%03d +%d.%09d %s\n" % (n, *divmod(t, 1_000_000_000), escape(text).encode())


def _json(facts: Mapping[str, Any]) -> bytes:
    """One line of JSON in ASCII: C1 and bidi characters must not reach a terminal."""
    return json.dumps(facts, separators=(",", ":")).replace("\x7f", "\\u007f").encode("ascii")


# Reading

_EVENT = re.compile(r"(\d+)(?: \+(\d+)\.(\d{9}))? (.*)", re.DOTALL)
_OCTETS = re.compile(r"(RX|TX) OCTETS: ([0-9a-f]*)( \.\.\.)?(?: LEN=(\d+))?$")
_FRAME = re.compile(r"(RX|TX) FRAME : (.*)")
_FIELD = re.compile(r"([A-Z-]+)=([^,]*)(?:, |$)")
_WORDS: list[tuple[re.Pattern[str], Kind]] = [
    (re.compile(r"TCP (ACCEPTED|CONNECTED)"), Kind.CONNECTED),
    (re.compile(r"HANDSHAKE REFUSED"), Kind.REFUSED),
    (re.compile(r"(FAIL|CLOSE) CONNECTION AFTER |DELAY \S+ sec for TAG "), Kind.TIMER),
    (re.compile(r"DELAY TIMEOUT on TAG |\S.* TIMEOUT AFTER "), Kind.TIMEOUT),
    (re.compile(r"FAILING CONNECTION"), Kind.FAILING),
    (re.compile(r"CLOSING CONNECTION"), Kind.CLOSING),
    (re.compile(r"TCP DROPPED BY (ME|PEER)"), Kind.DROPPED),
    (re.compile(r"CAPTURE STOPS"), Kind.STOPS),
    (re.compile(r"WIRELOG (ENABLED|DISABLED)|NOTE"), Kind.NOTE),
]


def parse_header(line: str) -> dict[str, Any]:
    """The facts of a `#wirelog` line, with the format's version under `version`."""
    match = re.fullmatch(r"#wirelog (\d+) (\{.*\})\s*", line)
    if not match:
        raise CaptureError("not a capture: the first line is not `#wirelog 1 {…}`")
    return {"version": int(match[1])} | _facts(match[2])


def parse_trailer(line: str) -> dict[str, Any]:
    """The facts of an `#end` line."""
    match = re.fullmatch(r"#end (\{.*\})\s*", line)
    if not match:
        raise CaptureError("the trailer is not `#end {…}`")
    return _facts(match[1])


def parse_line(line: str, below: str | None = None, number: int = 0) -> Record | None:
    """One event line, and the indented line below it if there is one; None for any other line."""
    match = _EVENT.fullmatch(line)
    if not match:
        return None
    n, text = int(match[1]), match[4]
    t = None if match[2] is None else int(match[2]) * 1_000_000_000 + int(match[3])
    if octets := _OCTETS.fullmatch(text):
        return _octets(Record(n, t, Kind.OCTETS, line=number), octets)
    if frame := _FRAME.fullmatch(text):
        return _frame(Record(n, t, Kind.FRAME, text=text, line=number), frame, below)
    if below is not None:
        text += " " + below.strip()
    for pattern, kind in _WORDS:
        if pattern.match(text):
            return Record(n, t, kind, text=text, line=number)
    known = re.match(r"(RX|TX) (OCTETS|FRAME)", text)
    problem = "octets that are not hexadecimal" if known and known[2] == "OCTETS" else ""
    return Record(n, t, Kind.UNKNOWN, text=text, line=number, problem=problem)


def _octets(base: Record, match: re.Match[str]) -> Record:
    digits, cut, length = match[2], match[3], match[4]
    problem = ""
    if len(digits) % 2:
        digits, problem = digits[:-1], "half an octet at the end"
    octets = unhexlify(digits)
    true = int(length) if length else None if cut else len(octets)
    direction: Direction = "RX" if match[1] == "RX" else "TX"
    return Record(
        base.n, base.t, base.kind, direction, octets, true, line=base.line, problem=problem
    )


def _number(text: str) -> int:
    return int(text)


def _truth(text: str) -> bool:
    return {"True": True, "False": False}[text]


def _key(text: str) -> bytes | None:
    return None if text == "None" else unhexlify(text)


_READS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "OPCODE": ("opcode", _number),
    "FIN": ("fin", _truth),
    "RSV": ("rsv", _number),
    "PAYLOAD-LEN": ("length", _number),
    "MASKED": ("masked", _truth),
    "MASK": ("mask", _key),
    "ARRIVED": ("arrived", _number),
}


def _frame(base: Record, match: re.Match[str], below: str | None) -> Record:
    direction: Direction = "RX" if match[1] == "RX" else "TX"
    known: dict[str, Any] = {}
    extras: dict[str, str] = {}
    try:
        for name, value in _FIELD.findall(match[2]):
            if name in _READS:
                known[_READS[name][0]] = _READS[name][1](value)
            else:
                extras[name] = value
        known.setdefault("masked", known.get("mask") is not None)
        line = FrameLine(
            **known, extras=extras, preview=below.strip() if below is not None else None
        )
    except (KeyError, TypeError, ValueError):
        return Record(
            base.n, base.t, Kind.UNKNOWN, direction, text=base.text, line=base.line,
            problem="a frame line with a field that cannot be read",
        )  # fmt: skip
    return Record(base.n, base.t, base.kind, direction, frame=line, text=base.text, line=base.line)


def _facts(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise CaptureError(f"JSON that cannot be read: {error}") from None
