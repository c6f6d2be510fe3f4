"""Builders of frames that read as English: `more(text("a"))`, `cont("b")`, `ping("x")`,
`close(1000)`."""

from __future__ import annotations

from dataclasses import replace

from wirelog.frames import Close, Frame, Opcode
from wsconform.cases.steps import SendClose

Octets = bytes | str


def octets(given: Octets) -> bytes:
    """Text as UTF-8, octets as they are."""
    return given.encode() if isinstance(given, str) else given


def frame(opcode: int, payload: Octets = b"") -> Frame:
    """A final frame of any opcode."""
    return Frame(opcode, octets(payload))


def text(payload: Octets = b"") -> Frame:
    """A text frame; the octets need not be UTF-8."""
    return frame(Opcode.TEXT, payload)


def binary(payload: Octets = b"") -> Frame:
    """A binary frame."""
    return frame(Opcode.BINARY, payload)


def cont(payload: Octets = b"") -> Frame:
    """A continuation frame, the last of its message."""
    return frame(Opcode.CONT, payload)


def ping(payload: Octets = b"") -> Frame:
    """A ping."""
    return frame(Opcode.PING, payload)


def pong(payload: Octets = b"") -> Frame:
    """A pong."""
    return frame(Opcode.PONG, payload)


def more(given: Frame) -> Frame:
    """The same frame with FIN clear: another fragment follows."""
    return replace(given, fin=False)


def reserved(given: Frame, bits: int) -> Frame:
    """The same frame with these RSV bits set; RSV1 counts 4."""
    return replace(given, rsv=bits)


def close(code: int | None = None, reason: Octets = b"", *, stray: bytes = b"") -> SendClose:
    """Our close frame; `stray` is a body too short for a code."""
    return SendClose(Close(code, octets(reason), stray))
