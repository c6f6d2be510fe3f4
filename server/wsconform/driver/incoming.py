"""Cuts what a peer sends into frames while it comes, and says at once what is wrong with them.

`FrameReader` knows lengths and nothing else. `Inbox` holds the rules (RFC 6455 §5, RFC 7692 §6): it
joins the pieces of frames to messages, or raises `Violation` at the first octet that breaks a rule:
at a frame's header where that is wrong already, inside a text where it stops being UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wirelog.frames import RSV1, Frame, Opcode, Side, minimal_extension
from wirelog.inflate import DeflateParams
from wirelog.rules.rule import Problem
from wirelog.utf8 import Utf8Check
from wsconform.driver.masking import masked

HEAD = 128
"""Octets of each payload that a frame keeps: more than a control frame may have."""


class Violation(Exception):
    """The peer broke a rule, and the connection has to be failed (RFC 6455 §7.1.7)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Incoming:
    """A frame that is arriving."""

    __slots__ = (
        "arrived", "extension", "fin", "head", "is_checked", "is_recorded", "is_refused", "length",
        "mask", "opcode", "rsv",
    )  # fmt: skip

    def __init__(self, first: int, length: int, mask: bytes | None, extension: int | None) -> None:
        self.opcode = first & 15
        self.fin = first > 127
        self.rsv = first >> 4 & 7
        self.length = length
        self.mask = mask
        self.extension = extension
        """Size of the length field where it is not the minimal one."""
        self.arrived = 0
        self.head = b""
        """The first octets of the payload, unmasked."""
        self.is_checked = False
        self.is_recorded = False
        self.is_refused = False

    @property
    def is_complete(self) -> bool:
        """Whether all of the payload is here."""
        return self.arrived == self.length

    @property
    def bits(self) -> tuple[int, bool, int]:
        """Opcode, FIN and RSV."""
        return self.opcode, self.fin, self.rsv

    def as_frame(self) -> Frame:
        """The header as a value, for the rules; the payload is left out."""
        return Frame(
            self.opcode, b"", self.fin, self.rsv, self.mask, self.length or None, self.extension
        )


class FrameReader:
    """Cuts a stream into frames, and gives each piece of a frame as soon as it is here."""

    def __init__(self) -> None:
        self._rest = b""
        self.current: Incoming | None = None
        """The frame that has begun and is not complete."""

    def feed(self, octets: bytes) -> Iterator[tuple[Incoming, bytes]]:
        """Frames, each with the unmasked part of its payload that these octets had."""
        if self._rest:
            octets, self._rest = self._rest + octets, b""
        at = 0
        while True:
            frame = self.current
            if frame is None:
                frame, at = self._header(octets, at)
                if frame is None:
                    self._rest = octets[at:]
                    return
            part = octets[at : at + frame.length - frame.arrived]
            at += len(part)
            if frame.mask is not None:
                part = masked(part, frame.mask, frame.arrived)
            frame.arrived += len(part)
            if len(frame.head) < HEAD:
                frame.head += part[: HEAD - len(frame.head)]
            self.current = frame if frame.arrived < frame.length else None
            yield frame, part
            if self.current is not None:
                return

    @staticmethod
    def _header(octets: bytes, at: int) -> tuple[Incoming | None, int]:
        """The frame whose header stands at `at`, and where its payload begins."""
        there = len(octets) - at
        if there < 2:
            return None, at
        first, second = octets[at], octets[at + 1]
        length = second & 0x7F
        extension = 0 if length < 126 else 2 if length == 126 else 8
        size = 2 + extension + (4 if second & 0x80 else 0)
        if there < size:
            return None, at
        odd = None
        if extension:
            length = int.from_bytes(octets[at + 2 : at + 2 + extension], "big")
            odd = extension if extension != minimal_extension(length) else None
        mask = octets[at + size - 4 : at + size] if second & 0x80 else None
        return Incoming(first, length, mask, odd), at + size


class Arrived(NamedTuple):
    """A control frame or a data message, complete."""

    opcode: int
    payload: bytes
    """As it was sent: still deflated if it is compressed."""
    compressed: bool = False


class Inbox:
    """Joins frames to messages and keeps the rules."""

    def __init__(self, sender: Side, deflate: DeflateParams | None, limit: int) -> None:
        self._sender = sender
        self._wants_mask = sender == "client"
        self._deflate = deflate is not None
        self._limit = limit
        self._message: Incoming | None = None
        """The first frame of the message that has begun."""
        self._parts: list[bytes] = []
        self._octets = 0
        self._utf8: Utf8Check | None = None
        self.checks_text = True
        """Whether text is checked while it comes; a loop compares it as a whole instead."""
        self.is_deaf = False
        """Whether data is only counted off: the connection has been failed already."""

    def take(self, frame: Incoming, part: bytes) -> Arrived | None:
        """Take a part of a frame; what became complete with it.

        Raises `Violation` if the frame breaks a rule; the rest of that frame must not come here.
        """
        if not frame.is_checked:
            frame.is_checked = True
            self._check(frame)
        if frame.opcode > 7:
            return Arrived(frame.opcode, frame.head) if frame.is_complete else None
        if self.is_deaf:
            return None
        return self._take_data(frame, part)

    def _check(self, frame: Incoming) -> None:
        """The rules for a header, and for its place in the sequence of frames (§5.2, §5.4)."""
        compressed = frame.rsv == RSV1 and self._deflate and frame.opcode in (1, 2)
        is_plain = frame.opcode < 3 and frame.extension is None and frame.length <= self._limit
        is_masked = frame.mask is not None
        if not is_plain or (frame.rsv and not compressed) or is_masked != self._wants_mask:
            refuse(frame.as_frame().check(self._sender, deflate=self._deflate))
        if frame.opcode > 7 or self.is_deaf:
            return
        if self._message is None:
            if frame.opcode == Opcode.CONT:
                raise Violation(1002, "continuation frame although no message is open")
            self._begin(frame, compressed)
        elif frame.opcode != Opcode.CONT:
            raise Violation(1002, "new message before the one before it has ended")
        if self._octets + frame.length > self._limit:
            raise Violation(1009, f"message of more than {self._limit} octets")

    def _begin(self, frame: Incoming, compressed: bool) -> None:
        self._message = frame
        self._parts = []
        self._octets = 0
        is_text = frame.opcode == Opcode.TEXT and not compressed
        self._utf8 = Utf8Check() if is_text and self.checks_text else None

    def _take_data(self, frame: Incoming, part: bytes) -> Arrived | None:
        message = self._message
        assert message is not None, "a data frame outside of a message is refused at its header"
        self._octets += len(part)
        if part:
            self._parts.append(part)
        is_last = frame.fin and frame.is_complete
        if self._utf8 is not None:
            fault = self._utf8.feed(part, final=is_last)
            if fault is not None:
                raise Violation(1007, str(fault))
        if not is_last:
            return None
        parts, self._parts, self._message = self._parts, [], None
        payload = parts[0] if len(parts) == 1 else b"".join(parts)
        return Arrived(message.opcode, payload, message.rsv == RSV1)


def refuse(problems: list[Problem]) -> None:
    """Raise the gravest of the problems, if there are any."""
    if problems:
        raise Violation(problems[0].close_code, problems[0].text)
