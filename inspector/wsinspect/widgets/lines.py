"""A scrolling list of lines that draws what is visible and nothing else.

Everything long on the screen is a `Lines`: the wire log, the hex dump, the fields, the timeline. A
subclass says how many lines there are and of which spans each one is made; a span names a component
class, so the colours stay in the stylesheet. Text reaches the terminal as segments, not as markup.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import ClassVar, Concatenate, ParamSpec, TypeVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size, Spacing
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from wsinspect.present.safe import cells, fit
from wsinspect.widgets.tints import Tints

Span = tuple[str, str]
"""Harmless text, and the names of the component classes that colour it, separated by spaces."""
CONTEXT = 2
"""Lines kept in view above and below the cursor."""
FAR = sys.maxsize
"""Lines to the end of any list."""
L = TypeVar("L", bound="Lines")
P = ParamSpec("P")


def once_laid_out(act: Callable[Concatenate[L, P], None]) -> Callable[Concatenate[L, P], None]:
    """An action that needs the size of the widget, and waits for it.

    A key may come right behind the one that brings the widget up; it must not be lost.
    """

    @wraps(act)
    def at_once_or_later(self: L, /, *words: P.args, **named: P.kwargs) -> None:
        if self.is_laid_out:
            act(self, *words, **named)
        else:
            self.early.append(partial(act, self, *words, **named))

    return at_once_or_later


class Lines(ScrollView, can_focus=True, inherit_bindings=False):
    """A list of lines, with a cursor or without."""

    COMPONENT_CLASSES = {
        "cursor", "faint", "strong", "good", "bad", "warn", "rx", "tx", "control", "match", "title",
        "header", "length", "mask", "payload", "chosen", "gutter", "future", "key",
        "fault",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("pagedown,ctrl+f", "page(1.0)", "Page down", show=False),
        Binding("pageup,ctrl+b", "page(-1.0)", "Page up", show=False),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False),
        Binding("home", "first", "First line", show=False),
        Binding("end,G", "last", "Last line", show=False),
    ]
    HAS_CURSOR: ClassVar[bool] = True

    cursor = reactive(0, repaint=False)
    """The line that is chosen."""

    @dataclass
    class Moved(Message):
        """The reader moved the cursor."""

        lines: Lines
        index: int

        @property
        def control(self) -> Lines:
            """The list, for `@on` selectors."""
            return self.lines

    @dataclass
    class Chosen(Message):
        """The reader clicked a line twice."""

        lines: Lines
        index: int

        @property
        def control(self) -> Lines:
            """The list, for `@on` selectors."""
            return self.lines

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.tints = Tints(self)
        self.is_laid_out = False
        """Whether the size of the widget is known."""
        self.early: list[Callable[[], None]] = []
        """What is done as soon as it is."""
        self._strips: LRUCache[Hashable, Strip] = LRUCache(1024)

    # What a subclass says

    def line_count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def spans(self, index: int, width: int) -> Sequence[Span]:
        """A line, for so many columns; it may be shorter, and what is longer is cut."""
        raise NotImplementedError

    def base_of(self, index: int) -> str:
        """Component classes of the whole line."""
        return ""

    def variant_of(self, index: int) -> Hashable:
        """Whatever else decides how a line looks, so that it is painted anew when that changes."""
        return None

    def over_of(self, index: int) -> str:
        """Component classes that win over those of the spans."""
        return ""

    def step_from(self, index: int, count: int) -> int:
        """The line that lies `count` lines on."""
        return index + count

    # Drawing

    def relayout(self) -> None:
        """Say that the lines are others now."""
        self._strips.clear()
        self.virtual_size = Size(self.scrollable_content_region.width, self.line_count())
        self.refresh()

    def forget(self) -> None:
        """Paint everything anew; the number of lines is the same."""
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        """Textual says that the theme changed."""
        super().notify_style_update()
        self.tints.forget()
        self._strips.clear()

    def on_resize(self) -> None:
        self.relayout()
        self.show_cursor()
        self.is_laid_out = bool(self.size)
        if self.is_laid_out:
            early, self.early = self.early, []
            for act in early:
                act()

    def render_line(self, y: int) -> Strip:
        """One line of the terminal."""
        index = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if not 0 <= index < self.line_count():
            return Strip.blank(width, self.rich_style)
        key = (index, width, self._is_cursor(index), self.has_focus, self.variant_of(index))
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._paint(index, width)
        return strip

    def _is_cursor(self, index: int) -> bool:
        return self.HAS_CURSOR and index == self.cursor

    def _paint(self, index: int, width: int) -> Strip:
        base = self.rich_style + self.tints[self.base_of(index)]
        over = self.tints[self.over_of(index)]
        if self._is_cursor(index):
            over += self.tints["cursor"]
        segments = []
        room = width
        for text, names in self.spans(index, width):
            shown = fit(text, room)
            segments.append(Segment(shown, base + self.tints[names] + over))
            room -= cells(shown)
            if shown is not text:
                break
        return Strip(segments, width - room).adjust_cell_length(width, base + over)

    # The cursor

    def watch_cursor(self, old: int, new: int) -> None:
        if self.is_mounted:
            self.refresh_line(old)
            self.refresh_line(new)
            self.show_cursor()

    def show_cursor(self) -> None:
        """Scroll so that the cursor can be seen, with a little around it."""
        if self.HAS_CURSOR and self.is_mounted:
            room = (self.scrollable_content_region.height - 1) // 2
            self.scroll_to_region(
                Region(0, self.cursor, 1, 1),
                spacing=Spacing.vertical(max(0, min(CONTEXT, room))),
                animate=False,
                force=True,
                x_axis=False,
                immediate=True,
            )

    def move_to(self, index: int) -> None:
        """Put the cursor on a line and tell it."""
        last = self.line_count() - 1
        if last < 0:
            return
        self.cursor = min(max(index, 0), last)
        self.post_message(self.Moved(self, self.cursor))

    def action_move(self, count: int) -> None:
        self.move_to(self.step_from(self.cursor, count))

    @once_laid_out
    def action_page(self, pages: float) -> None:
        height = max(self.scrollable_content_region.height - 1, 1)
        self.action_move(round(height * pages))

    def action_first(self) -> None:
        self.action_move(-FAR)

    def action_last(self) -> None:
        self.action_move(FAR)

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y - self.gutter.top
        if not self.HAS_CURSOR or not 0 <= index < self.line_count():
            return
        self.move_to(self.step_from(index, 0))
        if event.chain == 2:
            self.post_message(self.Chosen(self, self.cursor))
