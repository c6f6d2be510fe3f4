"""The one place where text of a peer becomes harmless to a terminal.

A terminal acts on C0, DEL and C1 characters; bidi controls reorder what stands beside them;
zero-width characters, tags and variation selectors hide. `safe` gives each of them a visible glyph.
What it returns has no line break: use `safe_lines` for text of several lines.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size

ELLIPSIS = "…"

_HIDDEN = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u061c\u070f\u08e2\u180b-\u180f"  # soft hyphen, joiners, Mongolian selectors
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # fillers: letters without a shape
    "\u0600-\u0605\u06dd\u0890\u0891"  # Arabic format characters
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, line separators, bidi
    "\ud800-\udfff"
    "\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ufffe\uffff"  # selectors, BOM, specials
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"  # tags and more variation selectors
)
_UNSAFE = re.compile(f"[{_HIDDEN}]")


def safe(text: str) -> str:
    """The text with a visible glyph for each character that a terminal acts on or does not show.

    C0 and DEL become their control pictures (`␛`), all others their code point (`‹U+202E›`).
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_glyph, text)


def safe_lines(text: str) -> list[str]:
    """The lines of a text, each one harmless; only LF and CR LF part lines."""
    return [safe(line.removesuffix("\r")) for line in text.split("\n")]


def cells(text: str) -> int:
    """Columns of a terminal that a harmless text takes."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, width: int) -> str:
    """The text, cut to `width` columns; `…` stands at its end where something was cut."""
    if cells(text) <= width:
        return text
    if width <= 0:
        return ""
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text, cut or filled with spaces to `width` columns; `right` moves it to the right."""
    text = fit(text, width)
    space = " " * (width - cells(text))
    return space + text if right else text + space


def fold(text: str, width: int) -> list[str]:
    """The text in pieces of at most `width` columns; at least one piece.

    It is parted at a space where there is one, and that space is left out; nothing else is.
    """
    pieces = []
    at = 0
    while (end := _reach(text, at, width)) < len(text):
        space = text.rfind(" ", at + (end - at) // 2, end + 1)
        pieces.append(text[at : space if space > at else end])
        at = space + 1 if space > at else end
    return [*pieces, text[at:]]


def _reach(text: str, at: int, width: int) -> int:
    """The end of what fits into `width` columns from `at` on; at least one character."""
    end = min(at + width, len(text))
    if text[at:end].isascii():
        return max(end, at + 1) if at < len(text) else at
    used = 0
    for index in range(at, len(text)):
        used += cell_len(text[index])
        if used > width:
            return max(index, at + 1)
    return len(text)


def _glyph(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"‹U+{code:04X}›"
