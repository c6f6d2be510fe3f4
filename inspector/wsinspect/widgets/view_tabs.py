"""The names of the views, with the key of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.reactive import reactive

from wsinspect.present.safe import cells
from wsinspect.widgets.lines import Span
from wsinspect.widgets.ruler import Ruler


class View(NamedTuple):
    """One of the views."""

    key: str
    id: str
    name: str


CASE = "case"
"""The view that only captures of a conformance case have."""
VIEWS = (
    View("1", "log", "Log"),
    View("2", "closing", "Closing"),
    View("3", "handshake", "Handshake"),
    View("4", "statistics", "Statistics"),
    View("5", "findings", "Findings"),
    View("6", CASE, "Case"),
    View("0", "about", "About"),
)


class ViewTabs(Ruler):
    """One line with all views; the one that is shown stands out."""

    COMPONENT_CLASSES = {"active"}

    active = reactive("log")
    """The view that is shown."""
    has_case = reactive(False)
    """Whether there is a case to show."""

    @dataclass
    class Wanted(Message):
        """The reader clicked a view."""

        view: str

    def rows(self, width: int) -> Sequence[Sequence[Span]]:
        """The one line."""
        return [[span for _, spans in self._tabs() for span in spans]]

    def _tabs(self) -> Iterator[tuple[View, Sequence[Span]]]:
        for view in VIEWS:
            if view.id == CASE and not self.has_case:
                continue
            active = " active" if view.id == self.active else ""
            yield view, [(f" {view.key} ", "key" + active), (f"{view.name} ", "faint" + active)]

    def on_click(self, event: events.Click) -> None:
        right = 0
        for view, spans in self._tabs():
            right += sum(cells(text) for text, _ in spans)
            if event.x < right:
                self.post_message(self.Wanted(view.id))
                return
