"""Colour for text that is printed: what a piece of text is, and the style that goes with it.

Colours are the sixteen that every terminal's user has chosen, never absolute ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Literal, TextIO

from rich.color import ColorSystem
from rich.style import Style

Role = Literal["RX", "TX", "event", "dim", "problem", "title", "good"]
Paint = Callable[[Role, str], str]
"""Gives a text the style of its role."""
When = Literal["auto", "always", "never"]

_STYLES: dict[Role, Style] = {
    "RX": Style(color="cyan"),
    "TX": Style(color="green"),
    "event": Style(color="yellow"),
    "dim": Style(dim=True),
    "problem": Style(color="red", bold=True),
    "title": Style(bold=True),
    "good": Style(color="green", bold=True),
}


def painter(when: When, out: TextIO) -> Paint:
    """A function that colours, or one that does not.

    `auto` colours for a terminal, unless `NO_COLOR` is set or the terminal is a dumb one.
    """
    if when == "always" or (when == "auto" and _wants_colour(out)):
        return _paint
    return _plain


def _wants_colour(out: TextIO) -> bool:
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _paint(role: Role, text: str) -> str:
    return _STYLES[role].render(text, color_system=ColorSystem.STANDARD) if text else ""


def _plain(_: Role, text: str) -> str:
    return text
