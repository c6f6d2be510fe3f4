"""Where the columns of the wire log stand, and what stands in them.

The header above the log and its rows ask the same `Columns`, so they cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from wirelog.capture import Kind
from wsinspect.index import is_wrong
from wsinspect.present.clock import clock
from wsinspect.present.rows import LogRow
from wsinspect.present.safe import pad
from wsinspect.search import Needle
from wsinspect.widgets.lines import Span
from wsinspect.widgets.marking import marked

DELTA = 9
WHAT = 10
LENGTH = 7
SECOND = 1_000_000_000
WIDE = 72
"""Columns from which on time and distance stand side by side."""


class Times(Enum):
    """Which of an event's times are shown."""

    FITTING = "both where there is room, otherwise the time"
    TIME = "time since the connection was made"
    DELTA = "distance to the row before"


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths for one log on one screen."""

    number: int
    """Digits of an event's number."""
    time: int
    """0 where the time is not shown."""
    delta: int

    @classmethod
    def fitting(cls, width: int, last: int, duration: int | None, times: Times) -> Columns:
        """The columns for a width, event numbers up to `last`, and a duration in nanoseconds."""
        time = max(len(clock(min(duration or 0, t))) for t in (duration or 0, SECOND - 1))
        timed = duration is not None
        both = times is Times.FITTING and width >= WIDE
        return cls(
            max(3, len(str(last))),
            time if timed and times is not Times.DELTA else 0,
            DELTA if timed and (both or times is Times.DELTA) else 0,
        )

    def header(self) -> str:
        """The line above the log."""
        text = " " + pad("#", self.number, right=True) + "   " + self._timing("time", "Δ")
        return f"{text}    {'what':<{WHAT}} FIN RSV {'len':>{LENGTH}}  preview"

    def lead(self, row: LogRow, mark: str = " ") -> str:
        """Number, a mark, and times."""
        number = f"{row.n:03d}".rjust(self.number)
        return f"{number} {mark} {self._timing(row.time_text, row.delta_text)}"

    def _timing(self, time: str, delta: str) -> str:
        text = pad(time, self.time, right=True) + " " if self.time else ""
        return text + (pad(delta, self.delta, right=True) + " " if self.delta else "")

    def bits(self, row: LogRow) -> str:
        """FIN, RSV and length."""
        length = "" if row.length is None else str(row.length)
        return f" {row.fin_text:1}  {row.rsv_text:>3} {length:>{LENGTH}}  "


def what_spans(row: LogRow, columns: Columns, needle: Needle | None = None) -> list[Span]:
    """Everything that follows the bracket's column."""
    said = "; ".join(row.problems)
    wrong = [(said, "bad")] if is_wrong(row) else []
    gap = [("  ", "")] if wrong and (row.preview or row.frame is None) else []
    note = [("  " + said, "faint")] if said and not wrong else []
    if row.kind is not Kind.OCTETS and row.frame is None:
        colour = _EVENT_COLOURS.get(row.kind, "strong")
        return [*marked(row.what, colour, needle), *gap, *wrong]
    return [
        (pad(row.what, WHAT) + " ", _name_colour(row)),
        (columns.bits(row), ""),
        *wrong,
        *gap,
        *marked(row.preview, "" if row.frame is not None else "faint", needle),
        *note,
    ]


def _name_colour(row: LogRow) -> str:
    if row.frame is None:
        return ""
    return "strong control" if row.frame.frame.is_control else "strong"


_EVENT_COLOURS = {
    Kind.FAILING: "bad",
    Kind.TIMEOUT: "bad",
    Kind.REFUSED: "bad",
    Kind.STOPS: "warn",
    Kind.UNKNOWN: "warn",
    Kind.TIMER: "faint",
    Kind.NOTE: "faint",
}
