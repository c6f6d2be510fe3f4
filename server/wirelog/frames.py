"""The wire format of RFC 6455 section 5: opcodes, close codes, frames.

Everything is tolerant: a `Frame` can hold what a strict peer would refuse, `parser` cuts a stream
into such frames, and `Frame.check` and `Close.check` say what is wrong with one by itself, each
problem with its section and with the close code that a strict receiver answers. What depends on the
frames before (fragmentation, UTF-8 across frames, anything after a close) is the business of
`conversation`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, NamedTuple

from wirelog.rules import closing, payload
from wirelog.rules import frames as rules
from wirelog.rules.rule import Problem

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
MASK_CHUNK = 1 << 16
"""Octets that are masked at once; a multiple of four."""


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


def apply_mask(octets: bytes, mask: bytes, offset: int = 0) -> bytes:
    """Mask or unmask `octets` with the four octets of `mask` (§5.3).

    `offset` is the index in the payload of the first octet given.
    """
    length = len(octets)
    if offset:
        offset %= 4
        mask = mask[offset:] + mask[:offset]
    if length > MASK_CHUNK:  # one huge integer would take five times the memory, and longer
        chunks = range(0, length, MASK_CHUNK)
        return b"".join([apply_mask(octets[at : at + MASK_CHUNK], mask) for at in chunks])
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(octets, "little") ^ int.from_bytes(key, "little")).to_bytes(
        length, "little"
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame (§5.2)."""

    opcode: int
    payload: bytes = b""
    """The octets after the header, unmasked, as far as they arrived; deflated if sent so."""
    fin: bool = True
    rsv: int = 0
    """RSV1, RSV2 and RSV3 as one number, 0 to 7; RSV1 counts 4."""
    mask: bytes | None = None
    """The masking key, four octets (fewer if the frame ends in it); None if it has none."""
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
        extended = (
            minimal_extension(self.length) if self.length_octets is None else self.length_octets
        )
        return 2 + extended + (0 if self.mask is None else 4)

    def serialize(self) -> bytes:
        """The octets on the wire, however wrong the frame is."""
        length = self.length
        extended = minimal_extension(length) if self.length_octets is None else self.length_octets
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

    def check(
        self, sender: Side | None = None, *, deflate: bool = False, extended: bool = False
    ) -> list[Problem]:
        """What is wrong with this frame by itself, the gravest first; empty if nothing is.

        `sender` is who sent it (the masking rules need that); `deflate` says that
        permessage-deflate was agreed, which gives RSV1 a meaning, `extended` that an extension may
        give a meaning to any bit and opcode.
        """
        if self._is_plain and (self.mask is None) == (sender == "server") and sender is not None:
            return []  # most frames; the rest of this takes longer than to parse one
        return [
            *(() if extended else _bit_problems(self, deflate)),
            *_control_problems(self),
            *_size_problems(self),
            *_mask_problems(self, sender),
            *(Close.parse(self.payload).check(sender) if self._is_whole_close else ()),
        ]

    @property
    def _is_plain(self) -> bool:
        """Whether this is a data frame about which only the mask can be wrong."""
        return (
            self.opcode < 3
            and not self.rsv
            and self.length_octets is None
            and (self.declared is None or self.declared < 1 << 63)
        )

    @property
    def _is_whole_close(self) -> bool:
        return self.opcode == Opcode.CLOSE and self.is_complete

    def __str__(self) -> str:
        flags = "" if self.fin else " FIN=0"
        flags += f" RSV={self.rsv:03b}" if self.rsv else ""
        size = f"{self.length}" if self.is_complete else f"{len(self.payload)} of {self.length}"
        return f"{opcode_name(self.opcode)}{flags}, {size} octets"


def minimal_extension(length: int) -> int:
    """Octets that the extended length field of the shortest header takes: 0, 2 or 8 (§5.2)."""
    return 0 if length < 126 else 2 if length < 65536 else 8


def _bit_problems(frame: Frame, deflate: bool) -> Iterator[Problem]:
    """What RSV bits and opcode break."""
    if frame.opcode in RESERVED_OPCODES:
        yield Problem(rules.RESERVED_OPCODE, f"reserved opcode {frame.opcode}")
    if frame.rsv & ~RSV1 or (frame.rsv and not deflate):
        yield Problem(rules.RSV, f"RSV={frame.rsv:03b} without an extension that defines it")
    elif frame.rsv and frame.is_control:
        yield Problem(payload.RSV1_CONTROL, "RSV1 on a control frame")
    elif frame.rsv and frame.opcode == Opcode.CONT:
        yield Problem(payload.RSV1_CONTINUATION, "RSV1 on a continuation frame")


def _control_problems(frame: Frame) -> Iterator[Problem]:
    """What a control frame must not be."""
    if frame.is_control and not frame.fin:
        yield Problem(rules.CONTROL_FRAGMENTED, "fragmented control frame")
    if frame.is_control and frame.length > MAX_CONTROL_PAYLOAD:
        text = f"control frame of {frame.length} octets; at most 125 are allowed"
        yield Problem(rules.CONTROL_TOO_LONG, text)


def _size_problems(frame: Frame) -> Iterator[Problem]:
    """What the length breaks."""
    length, extended = frame.length, frame.length_octets
    if extended is not None and extended > minimal_extension(length):
        text = f"length {length} in a field of {extended} octets"
        yield Problem(rules.LENGTH_NOT_MINIMAL, text)
    if length >= 1 << 63:
        yield Problem(rules.LENGTH_TOO_LARGE, "length with the most significant bit set")


def _mask_problems(frame: Frame, sender: Side | None) -> Iterator[Problem]:
    """What the MASK bit breaks."""
    if sender == "client" and frame.mask is None:
        yield Problem(rules.UNMASKED, "frame from a client without a mask")
    if sender == "server" and frame.mask is not None:
        yield Problem(rules.MASKED, "masked frame from a server")


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
            problems.append(Problem(closing.ONE_OCTET, "close frame with a body of one octet"))
        if self.code is not None and self.code >= 5000:
            problems.append(Problem(closing.CODE_BEYOND, f"close code {self.code} is not defined"))
        elif self.code is not None and not close_code_allowed(self.code):
            problems.append(Problem(closing.CODE, f"close code {self.code} must not be sent"))
        if self.code == 1010 and sender == "server":
            problems.append(Problem(closing.CODE_1010, "close code 1010 from a server"))
        try:
            self.reason.decode()
        except UnicodeDecodeError as error:
            text = f"close reason is not UTF-8 at octet {error.start}"
            problems.append(Problem(closing.REASON, text))
        return problems

    @property
    def reason_text(self) -> str:
        """The reason as text, with U+FFFD where it is not UTF-8."""
        return self.reason.decode(errors="replace")

    def __str__(self) -> str:
        if self.code is None:
            return f"with one stray octet 0x{self.stray.hex()}" if self.stray else "without code"
        reason = f' "{self.reason_text}"' if self.reason else ""
        return f"{self.code} {close_code_name(self.code)}{reason}"
