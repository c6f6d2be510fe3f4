"""The wire log: one line for each event, the frames beside the octets that carried them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

from textual.message import Message
from textual.reactive import reactive

from wirelog.capture import Kind
from wsinspect.index import is_wrong
from wsinspect.opened import Opened
from wsinspect.present.findings import MARKS
from wsinspect.present.rows import LogRow
from wsinspect.search import Needle
from wsinspect.widgets.columns import WIDE, Columns, Times, what_spans
from wsinspect.widgets.lines import Lines, Span
from wsinspect.widgets.marking import SEVERITIES

_NOT = bytes([1]) + bytes(255)
_PLACES = {(False, True): "╭ ", (True, True): "│ ", (True, False): "╰ ", (False, False): "╶ "}
"""The bracket that joins a group, by whether a row of the group stands above and below."""


class WireLog(Lines):
    """All events of a capture."""

    octets = reactive(True, repaint=False)
    """Whether rows of octets are shown."""
    times = reactive(Times.FITTING, repaint=False)
    reached = reactive[int | None](None, repaint=False)
    """While a replay is on: the last row that has happened; those behind it are dim."""

    needle = reactive[Needle | None](None, repaint=False)
    """What is searched for, to mark it where it is seen."""

    @dataclass
    class LaidOut(Message):
        """The columns stand elsewhere now."""

        header: str

    def __init__(self, opened: Opened, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.opened = opened
        self._shown: Sequence[int] = range(len(opened.rows))
        self._lit: int | None = None
        """The group of the row that is chosen."""
        self._columns = Columns.fitting(WIDE, 0, 0, Times.FITTING)

    # Which rows stand where

    def show(self, opened: Opened) -> None:
        """Show another capture, or more of the same."""
        self.opened = opened
        self._choose_rows()

    @property
    def row(self) -> int:
        """Index of the row that is chosen; -1 if there is none."""
        return self._shown[self.cursor] if 0 <= self.cursor < len(self._shown) else -1

    def line_of(self, row: int) -> int:
        """The line of a row, or of the next one that is shown."""
        return max(min(bisect_left(self._shown, row), len(self._shown) - 1), 0)

    def select(self, row: int) -> None:
        """Put the cursor on a row without telling it."""
        self.cursor = self.line_of(row)

    def visit(self, row: int) -> None:
        """Put the cursor on a row and tell it; rows of octets come back if it is one of them."""
        if not self.shows(row):
            self.octets = True
        self.move_to(self.line_of(row))

    def shows(self, row: int) -> bool:
        """Whether a row is among those that are shown."""
        return self.octets or not self.opened.index.is_octets[row]

    def watch_needle(self) -> None:
        self.forget()

    def watch_octets(self) -> None:
        row = max(self.row, 0)
        self._choose_rows()
        self.move_to(self.line_of(row))

    def _choose_rows(self) -> None:
        rows = range(len(self.opened.rows))
        self._shown = (
            rows
            if self.octets
            else array("L", compress(rows, self.opened.index.is_octets.translate(_NOT)))
        )
        self.cursor = min(self.cursor, max(len(self._shown) - 1, 0))
        if self.is_mounted:
            self.relayout()

    def watch_times(self) -> None:
        if self.is_mounted:
            self.relayout()

    def watch_reached(self, old: int | None, new: int | None) -> None:
        self.forget()

    # Painting

    def relayout(self) -> None:
        """Find the columns for the present width, and tell them."""
        index = self.opened.index
        width = self.scrollable_content_region.width
        duration = None if index.untimed else index.duration
        self._columns = Columns.fitting(width, index.last_number, duration, self.times)
        super().relayout()
        self.post_message(self.LaidOut(self._columns.header()))

    def line_count(self) -> int:
        """How many rows are shown."""
        return len(self._shown)

    def base_of(self, index: int) -> str:
        """The tint of a row: by direction, fainter for octets."""
        return _tint(self.opened.rows[self._shown[index]])

    def over_of(self, index: int) -> str:
        """What lies in the future of a replay is dim."""
        return "" if self.reached is None or self._shown[index] <= self.reached else "future"

    def spans(self, index: int, width: int) -> Sequence[Span]:
        """One row."""
        row = self.opened.rows[self._shown[index]]
        columns = self._columns
        mark = "▌" if index == self.cursor else " "
        return [
            (mark, "key"),
            self._lead(self._shown[index], row),
            (row.arrow + " ", "strong"),
            (self._bracket(index, row), "key" if self.variant_of(index) else "gutter"),
            *what_spans(row, columns, self.needle),
        ]

    def _lead(self, at: int, row: LogRow) -> Span:
        """Number and times, with the mark of the gravest finding."""
        severity = self.opened.faults.marks.get(at)
        if severity is None and not is_wrong(row):
            return self._columns.lead(row), "faint"
        severity = severity or "error"
        return self._columns.lead(row, MARKS[severity]), SEVERITIES[severity]

    def variant_of(self, index: int) -> bool:
        """Whether a row belongs to the group of the one that is chosen."""
        group = self._group(index)
        return group is not None and group == self._lit

    def watch_cursor(self, old: int, new: int) -> None:
        """Light the frames and octets that belong together, however far apart they stand."""
        super().watch_cursor(old, new)
        before, self._lit = self._lit, self._group(new)
        if self._lit != before:
            self.refresh()

    def _bracket(self, index: int, row: LogRow) -> str:
        if row.group is None:
            return "  "
        above = index > 0 and self._group(index - 1) == row.group
        below = self._group(index + 1) == row.group
        return _PLACES[above, below]

    def _group(self, index: int) -> int | None:
        if not 0 <= index < len(self._shown):
            return None
        return self.opened.rows[self._shown[index]].group


def _tint(row: LogRow) -> str:
    if row.dir is None:
        return ""
    way = row.dir.lower()
    return f"{way} faint" if row.kind is Kind.OCTETS and row.frame is None else way
