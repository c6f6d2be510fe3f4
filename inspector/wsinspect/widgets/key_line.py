"""The keys that matter now, as many as fit; the last one leads to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual import events

from wsinspect.present.safe import cells
from wsinspect.widgets.lines import Span
from wsinspect.widgets.ruler import Ruler


@dataclass(frozen=True, slots=True)
class Hint:
    """One key and what it does."""

    keys: str
    """As it is shown."""
    words: str
    key: str
    """As Textual calls it."""


class KeyLine(Ruler):
    """One line at the bottom; its items can be clicked."""

    def __init__(self, hints: Sequence[Hint], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.hints = hints

    def rows(self, width: int) -> Sequence[Sequence[Span]]:
        """The one line."""
        return [[span for _, spans in self._items(width) for span in spans]]

    def _items(self, width: int) -> Iterator[tuple[Hint, Sequence[Span]]]:
        """Hints as long as there is room; the last one always."""
        *hints, last = self.hints
        room = width - _width(last)
        for hint in hints:
            if (room := room - _width(hint)) < 0:
                break
            yield hint, _spans(hint)
        yield last, _spans(last)

    def on_click(self, event: events.Click) -> None:
        right = 0
        for hint, spans in self._items(self.size.width):
            right += sum(cells(text) for text, _ in spans)
            if event.x < right:
                self.app.simulate_key(hint.key)
                return


def _spans(hint: Hint) -> Sequence[Span]:
    return [(f" {hint.keys} ", "key"), (f"{hint.words} ", "faint")]


def _width(hint: Hint) -> int:
    return cells(hint.keys) + cells(hint.words) + 3
