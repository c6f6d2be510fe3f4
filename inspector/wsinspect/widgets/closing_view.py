"""The closing handshake: what happened in time, the verdict, and the thirteen facts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from wsinspect.opened import Opened
from wsinspect.present.closing import (
    HEAD,
    NOTE,
    TIME_WIDTH,
    TimelineLine,
    explanation,
    facts_rows,
    timeline_lines,
)
from wsinspect.present.safe import cells, pad, safe
from wsinspect.widgets.lines import Lines, Span
from wsinspect.widgets.sheet import COPIED, Line, OpenedSheet, paragraph, side_by_side

Fact = tuple[str, str, str]
WIDE = 90
"""Columns from which on the meaning of each fact stands beside it."""
KEY = 31
"""Columns of the longest fact's name, and a gap."""
SHORT = 8
"""Columns of a value behind which its meaning stands; with a longer one it stands below."""


class Timeline(Lines):
    """Two lanes, me and the peer, and what went between them."""

    def __init__(self, opened: Opened, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.opened = opened
        self.reached: int | None = None
        """While a replay is on: number of the last event that has happened."""
        self.lines: list[TimelineLine] = []

    def show(self, opened: Opened) -> None:
        """Show the end of another capture."""
        self.opened = opened
        self.cursor = 0
        self.relayout()

    def follow(self, number: int) -> None:
        """Go to the event that is nearest to the one that is chosen elsewhere."""
        events = self._events()
        if events and self.number_at(self.cursor) != number:
            self.cursor = min(events, key=lambda at: abs((self.lines[at].n or 0) - number))

    def reach(self, number: int | None) -> None:
        """Follow a replay."""
        self.reached = number
        self.forget()

    def relayout(self) -> None:
        """Draw the lanes for the present width; the event that is chosen stays chosen."""
        opened = self.opened
        chosen = max(bisect_right(self._events(), self.cursor) - 1, 0)
        width = self.scrollable_content_region.width - 2
        self.lines = timeline_lines(opened.closing, opened.conversation, max(width, 24))
        self.cursor = next(islice(self._events(), chosen, None), 0)
        super().relayout()

    def line_count(self) -> int:
        """How many lines are drawn."""
        return len(self.lines)

    def number_at(self, index: int) -> int | None:
        """Number of the event on a line."""
        return self.lines[index].n if 0 <= index < len(self.lines) else None

    def step_from(self, index: int, count: int) -> int:
        """The next line that is an event, passing over notes and the names."""
        events = self._events()
        if not events:
            return index
        goal = min(max(index + count, events[0]), events[-1])
        if count > 0:
            return next(at for at in events if at >= goal)
        return next(at for at in reversed(events) if at <= goal)

    def _events(self) -> list[int]:
        """The lines that are events; how many notes lie between them depends on the width."""
        return [at for at, line in enumerate(self.lines) if line.way not in (HEAD, NOTE)]

    def base_of(self, index: int) -> str:
        """Red for failures, otherwise by direction."""
        line = self.lines[index]
        return _COLOURS.get(line.way) or (line.dir.lower() if line.dir else "")

    def over_of(self, index: int) -> str:
        """What lies in the future of a replay is dim."""
        number = self.lines[index].n
        is_future = self.reached is not None and number is not None and number > self.reached
        return "future" if is_future else ""

    def spans(self, index: int, width: int) -> Sequence[Span]:
        """One line."""
        line = self.lines[index]
        mark = "▌" if index == self.cursor and self.has_focus else " "
        time = pad(line.time, TIME_WIDTH, right=True)
        return [
            (mark, "key"),
            (time + " ", "faint"),
            (line.lane_text, ""),
            ("  " + line.note, "faint"),
        ]


_COLOURS = {
    HEAD: "strong",
    NOTE: "faint",
    "failing": "bad",
    "timeout": "bad",
    "refused": "bad",
    "stops": "warn",
    "timer": "faint",
    "drop": "strong",
}


class Facts(OpenedSheet):
    """The verdict, what the applications see, and the facts."""

    def build(self, width: int) -> Iterable[Line]:
        """Sentences first, then the table."""
        closing = self.opened.closing
        yield from paragraph([(" " + _sentence(safe(closing.verdict)), "strong")], width - 1, 1)
        yield from paragraph([(" " + explanation(closing), "")], width - 1, 1)
        yield []
        facts = facts_rows(closing)
        yield from _table(facts, width) if width >= WIDE else _pairs(facts, width)


def _table(facts: Sequence[Fact], width: int) -> Iterator[Line]:
    """One fact a line, with what it means."""
    room = min(max(cells(value) for _, value, _ in facts), SHORT)
    for key, value, meaning in facts:
        shown = (pad(value, room), _VALUES.get(value, "strong"))
        named = [(f" {key:<{KEY}}", "faint"), shown, ("  ", ""), (meaning, "faint")]
        if cells(value) > room:  # whole, with its meaning below
            yield from paragraph([named[0], (value, "strong")], width - 1, KEY + 1)
            named = [(" " * (KEY + room + 3), ""), named[-1]]
        yield from paragraph(named, width - 1, KEY + room + 3)


def _pairs(facts: Sequence[Fact], width: int) -> Iterator[Line]:
    """Two facts a line if they fit, without what they mean; long values on lines of their own."""
    lines: list[Line] = [
        [(f" {key:<{KEY}}", "faint"), (value, _VALUES.get(value, "strong"))]
        for key, value, _ in facts
    ]
    is_short = [2 * (KEY + 2 + cells(value)) <= width for _, value, _ in facts]
    short = [line for line, fits in zip(lines, is_short, strict=True) if fits]
    half = -(-len(short) // 2)
    yield from side_by_side(short[:half], short[half:], width // 2)
    for line, fits in zip(lines, is_short, strict=True):
        if not fits:
            yield from paragraph(line, width - 1, KEY + 1)


_VALUES = {"False": "faint", "None": "faint", "True": "good"}


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


class ClosingView(Vertical):
    """Timeline above, facts below."""

    @dataclass
    class EventChosen(Message):
        """The reader chose an event of the timeline."""

        number: int
        leave: bool
        """Whether to go to the log."""

    def __init__(self, opened: Opened, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.opened = opened

    def compose(self) -> ComposeResult:
        """Lay the two parts out."""
        yield Timeline(self.opened, id="timeline")
        yield Facts(self.opened, id="facts")

    def show(self, opened: Opened) -> None:
        """Show the end of another capture."""
        self.query_one(Timeline).show(opened)
        self.query_one(Facts).show(opened)

    def leave_for_event(self) -> None:
        """Go to the chosen event in the log."""
        timeline = self.query_one(Timeline)
        self._tell(timeline.number_at(timeline.cursor), leave=True)

    def text(self) -> str:
        """Everything in the view, for the clipboard."""
        opened = self.query_one(Timeline).opened
        drawn = timeline_lines(opened.closing, opened.conversation, COPIED)
        lines = "\n".join(line.text() for line in drawn)
        return f"{lines}\n\n{self.query_one(Facts).text()}"

    @on(Lines.Moved)
    def follow(self, event: Lines.Moved) -> None:
        """The cursor of the timeline moved."""
        event.stop()
        self._tell(self.query_one(Timeline).number_at(event.index), leave=False)

    @on(Lines.Chosen)
    def leave(self, event: Lines.Chosen) -> None:
        """A line of the timeline was clicked twice."""
        event.stop()
        self.leave_for_event()

    def _tell(self, number: int | None, *, leave: bool) -> None:
        if number is not None:
            self.post_message(self.EventChosen(number, leave))
