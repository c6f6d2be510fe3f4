"""What the reader looks for: text in events and messages, or octets, masked and unmasked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wirelog.capture import Kind
from wirelog.conversation import Conversation
from wirelog.message import WireFrame
from wsinspect.present.hexdump import frame_octets
from wsinspect.present.rows import LogRow

OCTETS_MARK = "x:"


@dataclass(frozen=True, slots=True)
class Needle:
    """Something to look for."""

    shown: str
    """As the reader typed it."""
    octets: bytes
    is_hex: bool
    any_case: bool
    """Whether capital and small ASCII letters are the same: if no capital was typed."""

    @classmethod
    def parse(cls, text: str) -> Needle | None:
        """`x:81 8d` for octets, anything else is text; None for octets that are not hexadecimal."""
        if not text.startswith(OCTETS_MARK):
            return cls(text, text.encode(), False, text == text.lower()) if text else None
        digits = re.sub(r"[\s:]|0x", "", text.removeprefix(OCTETS_MARK))
        try:
            octets = bytes.fromhex(digits)
        except ValueError:
            return None
        return cls(text, octets, True, False) if octets else None

    def is_in(self, octets: bytes) -> bool:
        """Whether the octets hold it."""
        return self.octets in (octets.lower() if self.any_case else octets)

    def spans_in(self, octets: bytes) -> Iterator[tuple[int, int]]:
        """Where it stands: first octet and the octet behind it."""
        within = octets.lower() if self.any_case else octets
        at = within.find(self.octets)
        while at >= 0:
            yield at, at + len(self.octets)
            at = within.find(self.octets, at + len(self.octets))

    def is_in_row(self, conversation: Conversation, row: LogRow) -> bool:
        """Whether a row of the wire log is about it."""
        return any(map(self.is_in, _octets_of(conversation, row, self.is_hex)))


def _octets_of(conversation: Conversation, row: LogRow, is_hex: bool) -> Iterator[bytes]:
    """The octets of a row in which to look."""
    if row.frame is not None:
        yield row.frame.frame.payload
        yield from _message_of(row.frame)
        if is_hex:
            yield frame_octets(conversation, row.frame)[0]
    elif row.kind is Kind.OCTETS and (is_hex or row.group is None):
        yield row.record.octets  # for text, frames stand for the octets that carried them
    if not is_hex:
        yield " ".join([row.what, *row.problems]).encode()


def _message_of(one: WireFrame) -> Iterator[bytes]:
    """What an application saw, on the frame that ended the message."""
    message = one.message
    if message is None or message.frames[-1] is not one:
        return
    if message.compressed or len(message.frames) > 1:
        yield message.data
