"""Text from a peer as a capture shows it: nothing that a terminal would act on.

`preview` and `escape` write, `unpreview` reads what they wrote. `disarm` is for text that is
escaped already, or claims to be.
"""

from __future__ import annotations

import re
from binascii import hexlify, unhexlify

PREVIEW_OCTETS = 64
"""Octets of a payload that a capture shows below the frame."""
MORE = " ..."
"""Stands behind a preview that is not the whole payload."""

_PLAIN = bytes(set(range(0x20, 0x7F)) - {0x5C})
"""Octets that stand for themselves in a preview, but for a space at either end."""


def preview(payload: bytes, length: int) -> bytes:
    """The first 64 octets as escaped text, or as `0x…` if they are not UTF-8.

    `length` is that of the whole payload, of which `payload` may be the beginning.
    """
    head = payload[:PREVIEW_OCTETS]
    more = b" ..." if length > len(head) else b""
    looks_like_hex = head[:2] == b"0x"
    if not head.translate(None, _PLAIN) and not looks_like_hex:  # most text, at a tenth of the cost
        if head[-1:] == b" ":
            head = head[:-1] + b"\\x20"
        return (b"\\x20" + head[1:] if head[:1] == b" " else head) + more
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if not more or error.end != len(head) or error.reason != "unexpected end of data":
            return b"0x" + hexlify(head) + more
        text = head[: error.start].decode()
    if looks_like_hex:  # so that the two forms cannot be confused
        return b"\\x30" + escape(text[1:]).encode() + more
    return escape(text).encode() + more


def unpreview(shown: str, length: int) -> bytes:
    """The beginning of a payload of `length` octets, as far as its preview shows it."""
    octets = _shown_octets(shown)
    # A payload may end in ` ...` itself.
    is_whole = length <= PREVIEW_OCTETS and len(octets) == length
    is_cut = shown.endswith(MORE) and not is_whole
    return (_shown_octets(shown.removesuffix(MORE)) if is_cut else octets)[:length]


def _shown_octets(shown: str) -> bytes:
    if shown.startswith("0x"):
        digits = _HEX.match(shown, 2)[0]  # type: ignore[index]  # it matches anything
        return unhexlify(digits[: len(digits) // 2 * 2])
    return _ESCAPE.sub(_unescape_one, shown).encode(errors="replace")


_HEX = re.compile(r"[0-9a-fA-F]*")
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # without a shape
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2"  # Arabic and Syriac format characters
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, line separators, bidi
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff0-\ufffb"  # surrogates, selectors, BOM, specials
    "\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"  # tags and more variation selectors
)
_UNSAFE = re.compile(rf"[\\{_HIDDEN}]|^ | $")
_ARMED = re.compile(f"[{_HIDDEN}]")
_ESCAPE = re.compile(r"\\(?:[\\nrt]|x[0-9a-f]{2}|u[0-9a-f]{4}|U000[0-9a-f]{5}|U0010[0-9a-f]{4})")
_NAMED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_NAMES = {escaped: char for char, escaped in _NAMED.items()}


def escape(text: str) -> str:
    """Text that no terminal acts on: control, bidi, zero-width characters as `\\x1b`, `\\u202e`."""
    return _UNSAFE.sub(_escape_one, text)


def disarm(text: str) -> str:
    """Escaped text as it is, with whatever is not escaped in it although it should be."""
    return text if text.isascii() and text.isprintable() else _ARMED.sub(_escape_one, text)


def _escape_one(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    return _NAMED.get(char) or (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )


def _unescape_one(match: re.Match[str]) -> str:
    escaped = match.group()
    return _NAMES.get(escaped) or chr(int(escaped[2:], 16))
