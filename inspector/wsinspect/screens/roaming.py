"""Ways through a capture: events, frames, problems, matches, numbers and times."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from textual import on, work

from wsinspect import goto
from wsinspect.playback import Playback
from wsinspect.screens.stage import Stage
from wsinspect.search import Needle
from wsinspect.widgets.closing_view import ClosingView
from wsinspect.widgets.details import Details
from wsinspect.widgets.findings_view import FindingsView
from wsinspect.widgets.prompt import Prompt
from wsinspect.widgets.wire_log import WireLog

ROWS_AT_ONCE = 1000
"""Rows that a search looks at before the screen gets its turn."""


class Roaming(Stage):
    """The actions that choose another row."""

    needle: Needle | None = None
    """What was searched for last."""

    def visit(self, row: int) -> None:
        """Choose a row as the reader's own wish."""
        if self.opened.rows:
            self.query_one(WireLog).visit(row)

    def action_event(self, count: int) -> None:
        """The next event that the log shows, or the one before."""
        self.query_one(WireLog).action_move(count)

    def action_frame(self, count: int) -> None:
        """The next frame, or the one before."""
        found = self.opened.index.is_frame
        at = found.find(1, self.row + 1) if count > 0 else found.rfind(1, 0, self.row)
        self.visit(at) if at >= 0 else self.app.bell()

    def action_problem(self, count: int) -> None:
        """The next row with an error or a warning, or the one before."""
        problems = self.opened.faults.problems
        at = bisect_right(problems, self.row) if count > 0 else bisect_left(problems, self.row) - 1
        if 0 <= at < len(problems):
            self.visit(problems[at])
        else:
            self.say("No further problem" if problems else "Nothing is wrong in this capture")

    # Going to a place

    def action_go(self) -> None:
        """Ask where to go."""
        self.query_one(Prompt).ask("go")

    def action_find(self) -> None:
        """Ask what to look for."""
        self.query_one(Prompt).ask("find")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In an open input, `/` and `g` are characters like all others."""
        return action not in ("find", "go") or not self.query_one(Prompt).display

    @on(Prompt.Answered)
    def take_answer(self, event: Prompt.Answered) -> None:
        """The reader typed something."""
        if event.purpose == "go":
            self.go_to(event.text)
        else:
            self.look_for(event.text)

    def go_to(self, text: str) -> None:
        """Go to an event or a moment."""
        place = goto.parse(text)
        if place is None:
            self.say(f"Neither an event number nor a time: {text}")
            return
        last = self.opened.index.last_number
        if isinstance(place, goto.Event) and place.number > last:
            self.say(f"No event {place.number:03d}; the last is {last:03d}")
            return
        self._arrive(self._row_at(place))

    def _arrive(self, row: int) -> None:
        """Choose a row, and show it where it can be seen."""
        self.visit(row)
        if self.view != "log":
            self.action_view("log")

    def _row_at(self, place: goto.Place) -> int:
        match place:
            case goto.Event(number):
                return self.opened.row_of(number)
            case goto.Moment(nanoseconds):
                return Playback(self.opened.index.moments).event_at(nanoseconds)
            case goto.Edge(last):
                return len(self.opened.rows) - 1 if last else 0

    @on(ClosingView.EventChosen)
    def follow_timeline(self, event: ClosingView.EventChosen) -> None:
        """An event of the closing handshake was chosen."""
        self.visit(self.opened.row_of(event.number, frame=True))
        if event.leave:
            self.action_view("log")

    @on(FindingsView.RowChosen)
    def follow_findings(self, event: FindingsView.RowChosen) -> None:
        """A finding was chosen."""
        self.visit(event.row)
        if event.leave:
            self.action_view("log")

    # Searching

    def look_for(self, text: str) -> None:
        """Search from here on."""
        needle = Needle.parse(text)
        if text and needle is None:
            self.say("Octets are written in hex, two digits each: x:81 8d")
            return
        self.mark(needle)
        if needle is not None:
            self.action_find_next(1)

    def mark(self, needle: Needle | None) -> None:
        """Show everywhere what is searched for."""
        self.needle = needle
        self.query_one(WireLog).needle = needle
        self.query_one(Details).mark(needle)

    def action_find_next(self, count: int) -> None:
        """The next match, or the one before; at the end from the beginning."""
        if self.needle is None:
            self.action_find()
        else:
            self._search(self.needle, count)

    @work(exclusive=True, group="search")
    async def _search(self, needle: Needle, count: int) -> None:
        opened = self.opened
        shown = self.query_one(WireLog)
        for done, row in enumerate(_around(self.row, len(opened.rows), count)):
            if shown.shows(row) and needle.is_in_row(opened.conversation, opened.rows[row]):
                self._arrive(row)
                return
            if done % ROWS_AT_ONCE == ROWS_AT_ONCE - 1:
                await asyncio.sleep(0)
        self.say(f"Not found: {needle.shown}")


def _around(row: int, rows: int, count: int) -> Iterator[int]:
    """All rows, from the one behind `row` once around to itself."""
    return ((row + count * step) % rows for step in range(1, rows + 1))
