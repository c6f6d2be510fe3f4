"""What a terminal can show, and text that fits it: colours, marks, columns, a redrawn block.

Nothing here writes; `repaint` gives the octets to write, so that one write shows it all and nothing
flickers.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import TextIO

from wirelog.escaping import disarm

HIDE_CURSOR = "\x1b[?25l"
SHOW_CURSOR = "\x1b[?25h"
COLORS = {
    "good": "32", "bad": "31;1", "odd": "33", "info": "36", "dim": "2", "strong": "1",
}  # fmt: skip
UNICODE_MARKS = {"failed": "✗", "full": "█", "empty": "░", "more": "…", "to": "→", "warn": "!"}
ASCII_MARKS = {"failed": "x", "full": "#", "empty": ".", "more": "...", "to": "->", "warn": "!"}
PLAIN_WIDTH = 100
MIN_WIDTH = 40


@dataclass(frozen=True, slots=True)
class Look:
    """How to write for one stream."""

    width: int = PLAIN_WIDTH
    has_color: bool = False
    is_live: bool = False
    """Whether lines can be written over."""
    marks: Mapping[str, str] = field(default_factory=lambda: UNICODE_MARKS)

    @classmethod
    def of(cls, stream: TextIO, environment: Mapping[str, str] = os.environ) -> Look:
        """What this stream can show; NO_COLOR is respected."""
        is_terminal = stream.isatty() and environment.get("TERM", "dumb") != "dumb"
        return cls(
            columns() if is_terminal else PLAIN_WIDTH,
            is_terminal and not environment.get("NO_COLOR"),
            is_terminal,
            UNICODE_MARKS if _speaks_unicode(stream) else ASCII_MARKS,
        )

    def paint(self, color: str, text: str) -> str:
        """The text in a colour of `COLORS`, if there are any."""
        return f"\x1b[{COLORS[color]}m{text}\x1b[0m" if self.has_color and text else text

    def wrapped(self, first: str, text: str) -> list[str]:
        """Text behind a first word, in as many lines as it takes."""
        width = max(self.width, MIN_WIDTH) - 1
        return wrap(
            disarm(text), width, initial_indent=first, subsequent_indent=" " * len(first),
            break_on_hyphens=False,
        ) or [first.rstrip()]  # fmt: skip


def columns() -> int:
    """How wide the terminal is now."""
    return max(shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns, MIN_WIDTH)


def _speaks_unicode(stream: TextIO) -> bool:
    encoding = (getattr(stream, "encoding", None) or "").lower()
    return encoding.replace("-", "") == "utf8"


def cells(text: str) -> int:
    """Columns that a text takes; of control characters it may hold only our colours."""
    return sum(_cells_of(char) for char in _COLOR.sub("", text))


_COLOR = re.compile(r"\x1b\[[0-9;]*m")


def _cells_of(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, width: int, more: str = "…") -> str:
    """The text, or its beginning if it is wider than that."""
    if cells(text) <= width:
        return text
    room = width - cells(more)
    kept = ""
    for char in text:
        room -= _cells_of(char)
        if room < 0:
            break
        kept += char
    return kept + more


def repaint(old: Sequence[int], new: Sequence[str], above: Sequence[str], width: int) -> str:
    """What to write so that `new` lines stand where the old block stood, with `above` over them.

    `old` are the widths of the lines that stand there now, the cursor being behind the last of
    them. A line that was written for a wider terminal takes several rows by now.
    """
    rows = sum(max(-(-cells_of_line // width), 1) for cells_of_line in old)
    up = f"\r\x1b[{rows - 1}A" if rows > 1 else "\r" if rows else ""
    permanent = "".join(f"{line}\x1b[K\n" for line in above)
    return f"{up}{permanent}" + "\x1b[K\n".join(new) + "\x1b[K\x1b[J"
