"""Octets of a frame -> named fields with bit ranges: every octet has exactly one owner (RFC 6455
§5.2).

The hex pane and the field tree are two views of this list. Names are those of the RFC's figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from wirelog.counting import counted
from wirelog.frames import (
    CLOSE_CODES,
    RESERVED_OPCODES,
    Close,
    Frame,
    Opcode,
    close_code_name,
    opcode_name,
)
from wirelog.rules.rule import Problem

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


def dissect(
    frame: Frame, octets_there: int | None = None, problems: Iterable[Problem] | None = None
) -> list[Field]:
    """The fields of a frame, in order.

    `octets_there` says how many octets of it are known, header included; fields behind that are
    left out, and the last one is cut. By default all of `frame` is there. `problems` are those of
    the frame where it stood, which may be more than it has by itself.
    """
    whole = frame.header_octets + len(frame.payload)
    end = 8 * (whole if octets_there is None else octets_there)
    wrong = [one.text for one in (frame.check(deflate=True) if problems is None else problems)]
    return [
        field if field.bits[1] <= end else replace(field, bits=(field.bits[0], end))
        for field in _fields(frame, _Wrong(wrong))
        if field.bits[0] < end
    ]


class _Wrong:
    """Which fields the problems of a frame speak of."""

    def __init__(self, texts: list[str]) -> None:
        self.rsv = any("RSV" in text for text in texts)
        self.length = any(text.startswith(("length", "control frame of")) for text in texts)
        self.mask = any("mask" in text for text in texts)
        self.code = any(text.startswith("close code") for text in texts)
        self.reason = any(text.startswith("close reason") for text in texts)


def _fields(frame: Frame, wrong: _Wrong) -> Iterator[Field]:
    yield from _first_octet(frame, wrong)
    masked = frame.mask is not None
    meaning = "masked" if masked else "not masked"
    yield Field("MASK", str(int(masked)), "length", (8, 9), meaning, wrong.mask)
    yield from _lengths(frame, wrong)
    at = 8 * frame.header_octets
    if frame.mask is not None:
        yield Field("Masking-key", frame.mask.hex(), "mask", (at - 32, at))
    yield from _payload(frame, wrong, at)


def _first_octet(frame: Frame, wrong: _Wrong) -> Iterator[Field]:
    bad_fin = frame.is_control and not frame.fin
    yield Field("FIN", str(int(frame.fin)), "header", (0, 1), _fin(frame), bad_fin)
    for index, name in enumerate(("RSV1", "RSV2", "RSV3")):
        on = frame.rsv >> (2 - index) & 1
        means = "no extension defines it"
        if not index and not wrong.rsv:
            means = "the message is compressed (RFC 7692 §6)"
        place = (1 + index, 2 + index)
        bad = bool(on) and wrong.rsv
        yield Field(name, str(on), "header", place, means if on else "", bad)
    reserved = frame.opcode in RESERVED_OPCODES
    name = "reserved" if reserved else opcode_name(frame.opcode)
    value = f"{frame.opcode} {name}"
    yield Field("opcode", value, "header", (4, 8), _opcode(frame.opcode), reserved)


def _lengths(frame: Frame, wrong: _Wrong) -> Iterator[Field]:
    extended = frame.header_octets - 2 - (0 if frame.mask is None else 4)
    name, place, bad = "Payload len", (9, 16), wrong.length
    if not extended:
        yield Field(name, str(frame.length), "length", place, counted(frame.length, "octet"), bad)
        return
    first = 126 if extended == 2 else 127
    means = f"the length follows in {extended} octets"
    yield Field(name, str(first), "length", place, means, bad)
    name, place = f"Extended payload length ({8 * extended})", (16, 16 + 8 * extended)
    yield Field(name, str(frame.length), "length", place, counted(frame.length, "octet"), bad)


def _payload(frame: Frame, wrong: _Wrong, at: int) -> Iterator[Field]:
    there = len(frame.payload)
    if frame.opcode == Opcode.CLOSE and there:
        yield from _close(frame, wrong, at)
    elif there:
        size = counted(there, "octet")
        note = "" if there == frame.length else f"{there} of {frame.length} octets are here"
        yield Field("Payload data", size, "payload", (at, at + 8 * there), note)


def _close(frame: Frame, wrong: _Wrong, at: int) -> Iterator[Field]:
    close = Close.parse(frame.payload)
    if close.code is None:
        cut = not frame.is_complete
        means = "the rest of it is not here" if cut else "too short for a close code"
        yield Field("Payload data", "1 octet", "payload", (at, at + 8), means, not cut)
        return
    known = CLOSE_CODES.get(close.code)
    means = close_code_name(close.code) + (f". {known.meaning}" if known else "")
    yield Field("Status code", str(close.code), "payload", (at, at + 16), means, wrong.code)
    if close.reason:
        place = (at + 16, at + 8 * len(frame.payload))
        yield Field("Reason", close.reason_text, "payload", place, "", wrong.reason)


def _fin(frame: Frame) -> str:
    if frame.is_control:
        return "" if frame.fin else "a control frame must not be fragmented (§5.5)"
    return "last frame of the message" if frame.fin else "more frames of the message follow"


def _opcode(opcode: int) -> str:
    if opcode in RESERVED_OPCODES:
        kind = "non-control" if opcode < 8 else "control"
        return f"reserved for further {kind} frames (§5.2)"
    return _OPCODE_MEANS[Opcode(opcode)]


_OPCODE_MEANS = {
    Opcode.CONT: "goes on with the message that is open",
    Opcode.TEXT: "a message of UTF-8 text begins",
    Opcode.BINARY: "a message of octets begins",
    Opcode.CLOSE: "starts or answers the closing handshake (§5.5.1)",
    Opcode.PING: "asks for a pong with the same payload (§5.5.2)",
    Opcode.PONG: "answers a ping, or is a heartbeat (§5.5.3)",
}
