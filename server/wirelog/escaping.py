"""Text from a peer as a capture shows it: nothing that a terminal would act on."""

from __future__ import annotations

import re
from binascii import hexlify

PREVIEW_OCTETS = 64
"""Octets of a payload that a capture shows below the frame."""


def preview(payload: bytes, length: int) -> bytes:
    """The first 64 octets as escaped text, or as `0x…` if they are not UTF-8."""
    head = payload[:PREVIEW_OCTETS]
    more = b" ..." if length > len(head) else b""
    if head.isascii() and head.isalnum():  # most benchmarks and many protocols: nothing to escape
        return head + more
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if not more or error.end != len(head) or error.reason != "unexpected end of data":
            return b"0x" + hexlify(head) + more
        text = head[: error.start].decode()
    if text.startswith("0x"):  # so that the two forms cannot be confused
        return b"\\x30" + escape(text[1:]).encode() + more
    return escape(text).encode() + more


_UNSAFE = re.compile(
    "[\\\\\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
    "|[\U000e0000-\U000e007f]|^ | $"
)


def escape(text: str) -> str:
    """Text that no terminal acts on: control, bidi, zero-width characters as `\\x1b`, `\\u202e`."""
    return _UNSAFE.sub(_escape_one, text)


def _escape_one(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    named = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char)
    return named or (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )
