"""The wire format of RFC 6455 section 5: opcodes, close codes, frames, and a parser for a stream.

Everything is tolerant. `FrameParser` follows the length fields and nothing else, so it parses what
a strict peer would refuse; `Frame.check` and `Close.check` then say what is wrong, each problem with
its section and with the close code that a strict receiver answers. What depends on the frames before
(fragmentation, UTF-8 across frames, anything after a close) is the business of `conversation`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, NamedTuple

Side = Literal["client", "server"]
"""The sender of a frame."""


class Opcode(IntEnum):
    """Frame opcodes (RFC 6455 §5.2, §11.8)."""

    CONT = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


RESERVED_OPCODES = frozenset(range(16)) - frozenset(Opcode)
RSV1 = 4
"""RSV1 as it counts in the three RSV bits; RSV2 counts 2 and RSV3 counts 1."""
MAX_CONTROL_PAYLOAD = 125
"""Octets that a control frame may carry (§5.5)."""


def opcode_name(opcode: int) -> str:
    """The opcode's name, or `opcode 13` for a reserved one."""
    return Opcode(opcode).name if opcode not in RESERVED_OPCODES else f"opcode {opcode}"


class CloseCode(NamedTuple):
    """A close code that has a meaning (RFC 6455 §7.4.1 and the IANA registry)."""

    name: str
    """Short name, as the registry spells it."""
    on_wire: bool
    """Whether a close frame may carry it."""
    meaning: str
    """One sentence for a reader who sees the code for the first time."""


CLOSE_CODES: dict[int, CloseCode] = {
    1000: CloseCode("Normal Closure", True, "The purpose of the connection is fulfilled."),
    1001: CloseCode("Going Away", True, "A server goes down or a page is left."),
    1002: CloseCode("Protocol Error", True, "The peer broke the framing rules."),
    1003: CloseCode("Unsupported Data", True, "The peer sent a data type that is not accepted."),
    1004: CloseCode("Reserved", False, "No meaning is defined yet."),
    1005: CloseCode("No Status Received", False, "An API's word for a close frame without code."),
    1006: CloseCode(
        "Abnormal Closure", False, "An API's word for TCP ending without a close frame."
    ),
    1007: CloseCode(
        "Invalid Payload Data", True, "The data does not fit its type: text that is not UTF-8."
    ),
    1008: CloseCode("Policy Violation", True, "The receiver's policy forbids the message."),
    1009: CloseCode("Message Too Big", True, "The message is larger than the receiver takes."),
    1010: CloseCode(
        "Mandatory Extension",
        True,
        "A client needed an extension that the server did not agree to.",
    ),
    1011: CloseCode("Internal Error", True, "The server met a condition it did not expect."),
    1012: CloseCode(
        "Service Restart", True, "The server restarts; reconnect after a random delay."
    ),
    1013: CloseCode(
        "Try Again Later", True, "The server is overloaded; connect elsewhere or later."
    ),
    1014: CloseCode(
        "Bad Gateway", True, "A gateway got an invalid answer from its upstream server."
    ),
    1015: CloseCode("TLS Handshake", False, "An API's word for a TLS handshake that failed."),
}


def close_code_name(code: int) -> str:
    """The code's name, or the name of the range it is in (§7.4.2)."""
    if code in CLOSE_CODES:
        return CLOSE_CODES[code].name
    if 3000 <= code <= 3999:
        return "Registered, for libraries and frameworks"
    if 4000 <= code <= 4999:
        return "Private use"
    return "Undefined" if 1000 <= code <= 2999 else "Out of range"


def close_code_allowed(code: int) -> bool:
    """Whether a close frame may carry the code (§7.4.1, §7.4.2, IANA registry)."""
    if code in CLOSE_CODES:
        return CLOSE_CODES[code].on_wire
    return 3000 <= code <= 4999


class Problem(NamedTuple):
    """One thing that is wrong with a frame or a message."""

    text: str
    """What is wrong, in a few words."""
    rfc: str
    """The paragraph that says so, such as `RFC 6455 §5.2`."""
    close_code: int = 1002
    """What a strict receiver fails the connection with."""

    def __str__(self) -> str:
        return f"{self.text} ({self.rfc})"


def apply_mask(octets: bytes, mask: bytes, offset: int = 0) -> bytes:
    """Mask or unmask `octets` with the four octets of `mask` (§5.3).

    `offset` is the index in the payload of the first octet given.
    """
    length = len(octets)
    if offset:
        offset %= 4
        mask = mask[offset:] + mask[:offset]
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(octets, "little") ^ int.from_bytes(key, "little")).to_bytes(
        length, "little"
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame (§5.2)."""

    opcode: int
    payload: bytes = b""
    """The octets after the header, unmasked, as far as they arrived; deflated if the peer deflated them."""
    fin: bool = True
    rsv: int = 0
    """RSV1, RSV2 and RSV3 as one number, 0 to 7; RSV1 counts 4."""
    mask: bytes | None = None
    """The masking key, four octets (fewer if the frame ends in it), or None for a frame without one."""
    declared: int | None = None
    """Payload octets that the header announces, where that differs from `len(payload)`."""
    length_octets: int | None = None
    """Size of the extended length field, 0, 2 or 8, where it is not the minimal one."""

    @property
    def length(self) -> int:
        """Payload octets that the header announces."""
        return len(self.payload) if self.declared is None else self.declared

    @property
    def is_control(self) -> bool:
        """Whether this is a control frame, reserved control opcodes included (§5.5)."""
        return self.opcode >= 8

    @property
    def is_complete(self) -> bool:
        """Whether all the payload announced is here."""
        return self.declared is None or len(self.payload) == self.declared

    @property
    def header_octets(self) -> int:
        """Octets before the payload: 2 to 14."""
        extended = _minimal(self.length) if self.length_octets is None else self.length_octets
        return 2 + extended + (0 if self.mask is None else 4)

    def serialize(self) -> bytes:
        """The octets on the wire, however wrong the frame is."""
        length = self.length
        extended = _minimal(length) if self.length_octets is None else self.length_octets
        head = bytearray([(0x80 if self.fin else 0) | self.rsv << 4 | self.opcode])
        masked = 0 if self.mask is None else 0x80
        if extended == 0:
            head.append(masked | length)
        else:
            head.append(masked | (126 if extended == 2 else 127))
            head += length.to_bytes(extended, "big")
        if self.mask is None:
            return bytes(head) + self.payload
        return bytes(head) + self.mask + apply_mask(self.payload, self.mask)

    def check(self, sender: Side | None = None, *, deflate: bool = False) -> list[Problem]:
        """What is wrong with this frame by itself, the gravest first; empty if nothing is.

        `sender` is who sent it (the masking rules need that); `deflate` says that permessage-deflate
        was agreed, which gives RSV1 a meaning.
        """
        return [rule for rule in _frame_problems(self, sender, deflate) if rule]

    def __str__(self) -> str:
        flags = "" if self.fin else " FIN=0"
        flags += f" RSV={self.rsv:03b}" if self.rsv else ""
        size = f"{self.length}" if self.is_complete else f"{len(self.payload)} of {self.length}"
        return f"{opcode_name(self.opcode)}{flags}, {size} octets"


def _minimal(length: int) -> int:
    return 0 if length < 126 else 2 if length < 65536 else 8


def _frame_problems(frame: Frame, sender: Side | None, deflate: bool) -> Iterator[Problem | None]:
    if frame.opcode in RESERVED_OPCODES:
        yield Problem(f"reserved opcode {frame.opcode}", "RFC 6455 §5.2")
    if frame.rsv & ~RSV1 or (frame.rsv and not deflate):
        yield Problem(f"RSV={frame.rsv:03b} without an extension that defines it", "RFC 6455 §5.2")
    elif frame.rsv and frame.is_control:
        yield Problem("RSV1 on a control frame", "RFC 7692 §6.1")
    elif frame.rsv and frame.opcode == Opcode.CONT:
        yield Problem("RSV1 on a continuation frame", "RFC 7692 §6.1")
    if frame.is_control and not frame.fin:
        yield Problem("fragmented control frame", "RFC 6455 §5.5")
    if frame.is_control and frame.length > MAX_CONTROL_PAYLOAD:
        yield Problem(
            f"control frame of {frame.length} octets; at most 125 are allowed", "RFC 6455 §5.5"
        )
    if frame.length_octets is not None and frame.length_octets > _minimal(frame.length):
        yield Problem(
            f"length {frame.length} in a field of {frame.length_octets} octets", "RFC 6455 §5.2"
        )
    if frame.length >= 1 << 63:
        yield Problem("length with the most significant bit set", "RFC 6455 §5.2")
    if sender == "client" and frame.mask is None:
        yield Problem("frame from a client without a mask", "RFC 6455 §5.1")
    if sender == "server" and frame.mask is not None:
        yield Problem("masked frame from a server", "RFC 6455 §5.1")
    if frame.opcode == Opcode.CLOSE and frame.is_complete:
        yield from Close.parse(frame.payload).check(sender)


@dataclass(frozen=True, slots=True)
class Close:
    """The payload of a close frame (§5.5.1)."""

    code: int | None = None
    """None where the frame carries no code; an API then reports 1005."""
    reason: bytes = b""
    """The octets after the code; they should be UTF-8."""
    stray: bytes = b""
    """A single octet that is too short to be a code."""

    @classmethod
    def parse(cls, payload: bytes) -> Close:
        """Read a close frame's payload, whatever it is."""
        if len(payload) < 2:
            return cls(stray=payload)
        return cls(struct.unpack_from("!H", payload)[0], payload[2:])

    def serialize(self) -> bytes:
        """The payload on the wire."""
        return self.stray if self.code is None else struct.pack("!H", self.code) + self.reason

    def check(self, sender: Side | None = None) -> list[Problem]:
        """What is wrong with it, the gravest first."""
        problems = []
        if self.stray:
            problems.append(Problem("close frame with a body of one octet", "RFC 6455 §5.5.1"))
        if self.code is not None and not close_code_allowed(self.code):
            problems.append(Problem(f"close code {self.code} must not be sent", "RFC 6455 §7.4"))
        if self.code == 1010 and sender == "server":
            problems.append(Problem("close code 1010 from a server", "RFC 6455 §7.4.1"))
        try:
            self.reason.decode()
        except UnicodeDecodeError as error:
            text = f"close reason is not UTF-8 at octet {error.start}"
            problems.append(Problem(text, "RFC 6455 §5.5.1", 1007))
        return problems

    @property
    def reason_text(self) -> str:
        """The reason as text, with U+FFFD where it is not UTF-8."""
        return self.reason.decode(errors="replace")

    def __str__(self) -> str:
        if self.code is None:
            return (
                "without code" if not self.stray else f"with one stray octet 0x{self.stray.hex()}"
            )
        reason = f' "{self.reason_text}"' if self.reason else ""
        return f"{self.code} {close_code_name(self.code)}{reason}"


class Parsed(NamedTuple):
    """A frame and where it stood in the stream of one direction."""

    frame: Frame
    start: int
    """Offset of its first header octet in everything that was fed."""
    end: int
    """Offset behind its last octet that arrived."""


class FrameParser:
    """Cuts the octets of one direction into frames, in whatever pieces they come.

    Feed it only what follows the opening handshake. It never fails: it trusts the length fields, and a
    length that is never filled leaves a `pending` frame.
    """

    __slots__ = ("_buffer", "_need", "offset")

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset
        """Offset of the first octet of the frame that comes next."""
        self._buffer = bytearray()
        self._need = 2

    def feed(self, octets: bytes) -> list[Parsed]:
        """The frames that these octets completed."""
        buffer = self._buffer
        buffer += octets
        if len(buffer) < self._need:
            return []
        frames = []
        at = 0
        while True:
            parsed, self._need = _parse_one(buffer, at)
            if parsed is None:
                break
            end = at + self._need
            frames.append(Parsed(parsed, self.offset + at, self.offset + end))
            at = end
        del buffer[:at]
        self.offset += at
        return frames

    def pending(self) -> Parsed | None:
        """The frame that has begun and is not complete, or None if fewer than two octets of it came."""
        if len(self._buffer) < 2:
            return None
        frame = _parse_partial(bytes(self._buffer))
        return Parsed(frame, self.offset, self.offset + len(self._buffer))

    @property
    def rest(self) -> bytes:
        """The octets that no complete frame has taken yet."""
        return bytes(self._buffer)


def _parse_one(buffer: bytearray, at: int) -> tuple[Frame | None, int]:
    """The frame at `at` and its size, or None and the octets that must be there to go on."""
    there = len(buffer) - at
    if there < 2:
        return None, 2
    first, second = buffer[at], buffer[at + 1]
    length = second & 0x7F
    extended = 0 if length < 126 else 2 if length == 126 else 8
    head = 2 + extended + (4 if second & 0x80 else 0)
    if there < head:
        return None, head
    if extended:
        length = int.from_bytes(buffer[at + 2 : at + 2 + extended], "big")
    if there < head + length:
        return None, head + length
    payload = bytes(buffer[at + head : at + head + length])
    mask = None
    if second & 0x80:
        mask = bytes(buffer[at + head - 4 : at + head])
        payload = apply_mask(payload, mask)
    odd = extended if extended and extended != _minimal(length) else None
    frame = Frame(first & 15, payload, first > 127, first >> 4 & 7, mask, None, odd)
    return frame, head + length


def _parse_partial(octets: bytes) -> Frame:
    """What can be said of a frame whose octets end too early; at least two are there."""
    first, second = octets[0], octets[1]
    length = second & 0x7F
    extended = 0 if length < 126 else 2 if length == 126 else 8
    head = 2 + extended
    odd = None
    if extended:
        if len(octets) >= head:
            length = int.from_bytes(octets[2:head], "big")
        odd = extended if extended != _minimal(length) else None
    mask = None
    payload = octets[head:]
    if second & 0x80:
        mask = octets[head : head + 4]
        payload = apply_mask(octets[head + 4 :], mask) if len(mask) == 4 else b""
    return Frame(first & 15, payload, first > 127, first >> 4 & 7, mask, length, odd)
