"""Octets of a frame -> named fields with bit ranges: every octet has exactly one owner (RFC 6455
§5.2).

The hex pane and the field tree are two views of this list. Names are those of the RFC's figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from wirelog.frames import CLOSE_CODES, Close, Frame, Opcode, close_code_name, opcode_name

Owner = Literal["header", "length", "mask", "payload"]
"""Which part of the frame a field belongs to; it decides the colour."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a frame."""

    name: str
    """As in the figure of §5.2."""
    value: str
    """The value as a reader wants to see it."""
    owner: Owner
    bits: tuple[int, int]
    """First bit and the bit behind the last one, counted from the frame's first bit."""
    meaning: str = ""
    """What the value says, or what is wrong with it."""
    problem: bool = False

    @property
    def octets(self) -> tuple[int, int]:
        """First octet and the octet behind the last one that the field touches."""
        return self.bits[0] // 8, -(-self.bits[1] // 8)

    @property
    def place(self) -> str:
        """`bit 0`, `bit 1-3`, or `octet 2-5` for fields of whole octets."""
        first, last = self.bits
        if first % 8 or last % 8 or last - first < 8:
            return f"bit {first}" if last - first == 1 else f"bit {first}-{last - 1}"
        first, last = first // 8, last // 8
        return f"octet {first}" if last - first == 1 else f"octet {first}-{last - 1}"


def dissect(frame: Frame, octets_there: int | None = None) -> list[Field]:
    """The fields of a frame, in order.

    `octets_there` says how many octets of it are known, header included; fields behind that are
    left out, and the last one is cut. By default all of `frame` is there.
    """
    whole = frame.header_octets + len(frame.payload)
    end = 8 * (whole if octets_there is None else octets_there)
    wrong = {problem.text for problem in frame.check()}
    return [_cut(field, end) for field in _fields(frame, wrong) if field.bits[0] < end]


def _cut(field: Field, end: int) -> Field:
    if field.bits[1] <= end:
        return field
    return Field(
        field.name, field.value, field.owner, (field.bits[0], end), field.meaning, field.problem
    )


def _fields(frame: Frame, wrong: set[str]) -> Iterator[Field]:
    reserved = frame.opcode not in set(Opcode)
    yield Field(
        "FIN",
        "1" if frame.fin else "0",
        "header",
        (0, 1),
        _fin(frame),
        frame.is_control and not frame.fin,
    )
    for index, name in enumerate(("RSV1", "RSV2", "RSV3")):
        on = bool(frame.rsv >> (2 - index) & 1)
        meaning = (
            "per-message compressed (RFC 7692)"
            if on and index == 0
            else "no extension defines it"
            if on
            else ""
        )
        yield Field(name, str(int(on)), "header", (1 + index, 2 + index), meaning, on and index > 0)
    name = opcode_name(frame.opcode) if not reserved else "reserved"
    yield Field(
        "opcode", f"{frame.opcode} {name}", "header", (4, 8), _opcode(frame.opcode), reserved
    )
    masked = frame.mask is not None
    yield Field(
        "MASK",
        str(int(masked)),
        "length",
        (8, 9),
        "masked, as a client must" if masked else "not masked",
    )
    yield from _lengths(frame, wrong)
    at = 8 * (frame.header_octets - (4 if masked else 0))
    if frame.mask is not None:
        yield Field("Masking-key", frame.mask.hex(), "mask", (at, at + 8 * max(len(frame.mask), 1)))
        at += 32
    yield from _payload(frame, at)


def _lengths(frame: Frame, wrong: set[str]) -> Iterator[Field]:
    extended = frame.header_octets - 2 - (0 if frame.mask is None else 4)
    first = {0: frame.length, 2: 126, 8: 127}[extended]
    bad = any(text.startswith(("length", "control frame of")) for text in wrong)
    if not extended:
        yield Field("Payload len", str(first), "length", (9, 16), f"{frame.length} octets", bad)
        return
    means = f"the length follows in {extended} octets"
    yield Field("Payload len", str(first), "length", (9, 16), means, bad)
    size = "16" if extended == 2 else "64"
    yield Field(
        f"Extended payload length ({size})",
        str(frame.length),
        "length",
        (16, 16 + 8 * extended),
        "",
        bad,
    )


def _payload(frame: Frame, at: int) -> Iterator[Field]:
    there = len(frame.payload)
    if frame.opcode == Opcode.CLOSE and there:
        yield from _close(Close.parse(frame.payload), at, there)
    elif there:
        note = "" if there == frame.length else f"{there} of {frame.length} octets are here"
        yield Field("Payload data", f"{there} octets", "payload", (at, at + 8 * there), note)


def _close(close: Close, at: int, there: int) -> Iterator[Field]:
    if close.code is None:
        yield Field(
            "Payload data", "1 octet", "payload", (at, at + 8), "too short for a close code", True
        )
        return
    known = CLOSE_CODES.get(close.code)
    meaning = (
        f"{close_code_name(close.code)}. {known.meaning}" if known else close_code_name(close.code)
    )
    bad = any(problem.text.startswith("close code") for problem in close.check())
    yield Field("Status code", str(close.code), "payload", (at, at + 16), meaning, bad)
    if close.reason:
        bad = any("reason" in problem.text for problem in close.check())
        yield Field("Reason", close.reason_text, "payload", (at + 16, at + 8 * there), "", bad)


def _fin(frame: Frame) -> str:
    if frame.is_control:
        return "" if frame.fin else "a control frame must not be fragmented (§5.5)"
    return "last frame of the message" if frame.fin else "more frames of the message follow"


def _opcode(opcode: int) -> str:
    if opcode in set(Opcode):
        return _OPCODE_MEANS[Opcode(opcode)]
    kind = "non-control" if opcode < 8 else "control"
    return f"reserved for further {kind} frames (§5.2)"


_OPCODE_MEANS = {
    Opcode.CONT: "goes on with the message that is open",
    Opcode.TEXT: "a message of UTF-8 text begins",
    Opcode.BINARY: "a message of octets begins",
    Opcode.CLOSE: "starts or answers the closing handshake (§5.5.1)",
    Opcode.PING: "asks for a pong with the same payload (§5.5.2)",
    Opcode.PONG: "answers a ping, or is a heartbeat (§5.5.3)",
}
