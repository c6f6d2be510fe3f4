"""The capture format, one line at a time, both ways; captures/README.md is its specification.

A capture is UTF-8 text in the words of Autobahn's wire log. The first line is `#wirelog 1 {…}`, the
last one `#end {…}`, and between them each line is one event: number, time, words. A frame's payload
preview stands indented below it. `*_line` functions write (as octets, because a recorder calls them
for each frame), `parse_line` reads one event line and never fails: a line that it does not know
becomes an event of kind `UNKNOWN` with its text kept.
"""

from __future__ import annotations

import re
from binascii import hexlify, unhexlify
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, cast

from wirelog import jsonline
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


OCTETS, FRAME = Kind.OCTETS, Kind.FRAME
"""For those who ask of each record: to look a kind up in its enumeration takes longer."""
INFLATED = "INFLATED"
"""An extra field of a foreign frame line whose length and preview are those after inflation."""
NO_EXTRAS: Mapping[str, str] = MappingProxyType({})


class FrameLine(NamedTuple):
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
    extras: Mapping[str, str] = NO_EXTRAS
    """Fields that this version does not know, and those of foreign wire logs."""


class Record(NamedTuple):
    """One event of a capture.

    It and `FrameLine` are tuples because a capture has millions of them, and a tuple takes a third
    of the time to make.
    """

    n: int
    """The event's number."""
    t: int | None
    """Nanoseconds since the connection was made, or None where the source has no times."""
    kind: Kind
    dir: Direction | None = None
    octets: bytes = b""
    """For `OCTETS`: those that the capture holds."""
    length: int | None = None
    """For `OCTETS`: how many were on the wire; None where it is not known."""
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


def leaves_out(record: Record) -> bool:
    """Whether what follows on the connection is not in the capture, up to `WIRELOG ENABLED`."""
    return record.kind is Kind.NOTE and record.text.startswith("WIRELOG DISABLED")


class CaptureError(ValueError):
    """A header or trailer line that cannot be read."""


# Writing


def header_line(facts: Mapping[str, Any], version: int = VERSION) -> bytes:
    """The first line of a capture."""
    return b"#wirelog %d %s\n" % (version, jsonline.dump(facts))


def trailer_line(facts: Mapping[str, Any]) -> bytes:
    """The last line of a capture that was finished."""
    return b"#end %s\n" % jsonline.dump(facts)


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


# Reading. No number may have so many digits that `int` would refuse it.

_HEADER = re.compile(r"#wirelog ([0-9]{1,18}) (\{.*\})\s*", re.DOTALL)
_TRAILER = re.compile(r"#end (\{.*\})\s*", re.DOTALL)
_EVENT = re.compile(
    r"([0-9]{1,18})(?: \+([0-9]{1,10}\.[0-9]{9}))? (?:(RX|TX) (?:(OCTETS:) ?|(FRAME :) ))?"
)
_HEX = re.compile(r"[0-9a-fA-F]*")
_CUT = re.compile(r" \.\.\.(?: LEN=([0-9]{1,18}))?")
_FRAME = re.compile(
    r"OPCODE=([0-9]{1,2}), FIN=(True|False), RSV=([0-7]), PAYLOAD-LEN=([0-9]{1,20})"
    r"(?:, MASKED=(True|False))?(?:, MASK=(None|(?:[0-9a-fA-F]{2}){0,4}))?"
    r"(?:, ARRIVED=([0-9]{1,20}))?"
    r"((?:, (?!(?:OPCODE|FIN|RSV|PAYLOAD-LEN|MASKED|MASK|ARRIVED)=)[A-Z-]+=[^,]*)*)"
)
_FIELD = re.compile(r"([A-Z-]+)=([^,]*)(?:, |$)")
MAX_FIELDS = 1000
"""Characters of a frame line that is not in order; a longer one is no frame line."""
_FIELD_ORDER = ("OPCODE", "FIN", "RSV", "PAYLOAD-LEN", "MASKED", "MASK", "ARRIVED")
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
    match = _HEADER.fullmatch(line)
    if not match:
        raise CaptureError("not a capture: the first line is not `#wirelog 1 {…}`")
    version = {"version": int(match[1])}
    return version | _facts(match[2]) | version


def parse_trailer(line: str) -> dict[str, Any]:
    """The facts of an `#end` line."""
    match = _TRAILER.fullmatch(line)
    if not match:
        raise CaptureError("the trailer is not `#end {…}`")
    return _facts(match[1])


def parse_line(line: str, below: str | None = None, number: int = 0) -> Record | None:
    """One event line, and the indented line below it if there is one; None for any other line."""
    match = _EVENT.match(line)
    if match is None:
        return None
    digits, time, which, octets, frame = match.groups()
    direction = cast(Direction, which)
    n = int(digits)
    t = None if time is None else int(time.replace(".", ""))
    if octets:
        return _octets_record(n, t, direction, line[match.end() :], number)
    if frame:
        return _frame_record(n, t, direction, line[match.end() :], below, number)
    text = line[match.end(2 if time else 1) + 1 :]
    if below is not None:
        text += " " + below.strip(" ")
    kind = next((kind for pattern, kind in _WORDS if pattern.match(text)), Kind.UNKNOWN)
    return Record(n, t, kind, text=text, line=number)


def _octets_record(n: int, t: int | None, direction: Direction, text: str, number: int) -> Record:
    try:
        octets = unhexlify(text)
    except ValueError:
        octets, length, problem = _part_of_octets(text)
        return Record(n, t, Kind.OCTETS, direction, octets, length, None, "", number, problem)
    return Record(n, t, Kind.OCTETS, direction, octets, len(octets), None, "", number)


def _part_of_octets(text: str) -> tuple[bytes, int | None, str]:
    """The octets of a row that is cut or damaged, how many there were, and what is wrong."""
    digits = _HEX.match(text)[0]  # type: ignore[index]  # it matches anything
    octets = unhexlify(digits[: len(digits) // 2 * 2])
    rest = text[len(digits) :]
    cut = _CUT.fullmatch(rest)
    if rest and not cut:
        return octets, None, f"not hexadecimal behind octet {len(octets)}"
    if len(digits) % 2:
        return octets, None, f"half an octet behind octet {len(octets)}"
    length = int(cut[1]) if cut and cut[1] else None
    if length is not None and length < len(octets):
        return octets, None, f"LEN={length}, but {len(octets)} octets stand there"
    return octets, length, ""


def _frame_record(
    n: int, t: int | None, direction: Direction, text: str, below: str | None, number: int
) -> Record:
    match = _FRAME.fullmatch(text)
    if match is None and len(text) < MAX_FIELDS:
        match = _FRAME.fullmatch(_in_order(text))
    if match is None:
        return _bad_frame(n, t, direction, text, number)
    opcode, fin, rsv, length, masked, mask, arrived, extras = match.groups()
    line = FrameLine(
        int(opcode),
        fin == "True",
        int(rsv),
        int(length),
        masked == "True" if masked else mask is not None and mask != "None",
        None if mask is None or mask == "None" else unhexlify(mask),
        None if arrived is None else int(arrived),
        (below or "").strip(" ") or None,
        dict(_FIELD.findall(extras)) if extras else NO_EXTRAS,
    )
    if line.opcode > 15 or line.length >= 1 << 64 or (line.arrived or 0) > line.length:
        return _bad_frame(n, t, direction, text, number)
    return Record(n, t, Kind.FRAME, direction, frame=line, line=number)


def _in_order(text: str) -> str:
    """The fields of a frame line in the order of this version, unknown ones behind."""
    fields = dict(_FIELD.findall(text))
    known = {name: fields.pop(name) for name in _FIELD_ORDER if name in fields}
    return ", ".join(f"{name}={value}" for name, value in (known | fields).items())


def _bad_frame(n: int, t: int | None, direction: Direction, text: str, number: int) -> Record:
    return Record(
        n, t, Kind.UNKNOWN, direction, text=f"{direction} FRAME : {text}", line=number,
        problem="a frame line with a field that cannot be read",
    )  # fmt: skip


def _facts(text: str) -> dict[str, Any]:
    try:
        return jsonline.load(text)
    except ValueError as error:
        raise CaptureError(f"JSON that cannot be read: {error}") from None
