"""What a terminal can show, and text that fits it: colours, marks, columns, a redrawn block.

`repaint` gives the octets to write, so that one write shows it all and nothing flickers. `Outlet`
writes them, and nothing more to a terminal that is gone.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
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
    def of(cls, stream: TextIO | None, environment: Mapping[str, str] = os.environ) -> Look:
        """What this stream can show, if there is one; NO_COLOR is respected."""
        is_terminal = _is_terminal(stream) and environment.get("TERM", "dumb") != "dumb"
        return cls(
            columns(stream) if is_terminal else PLAIN_WIDTH,
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


class Outlet:
    """Writes to a stream as long as it takes anything.

    A pane that was closed, a pipe that nobody reads or a stream that never was open ends no run.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream
        """None as soon as it is gone."""

    def write(self, text: str) -> None:
        """Write at once; raises nothing."""
        if self.stream is None:
            return
        try:
            self.stream.write(text)
            self.stream.flush()
        except (OSError, ValueError):
            silence(self.stream)
            self.stream = None


def silence(stream: TextIO) -> None:
    """Let what the stream still holds go nowhere: Python flushes it once more when it ends, and
    would fail over it."""
    with suppress(OSError, ValueError):
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def columns(stream: TextIO | None = None) -> int:
    """How wide the terminal is now: what COLUMNS says, the stream's width, or standard output's."""
    if "COLUMNS" not in os.environ and stream is not None:
        with suppress(OSError, ValueError):
            return os.get_terminal_size(stream.fileno()).columns or PLAIN_WIDTH
    return shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it is closed
        return False


def _speaks_unicode(stream: TextIO | None) -> bool:
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
    more = more[: max(width, 0)]
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
