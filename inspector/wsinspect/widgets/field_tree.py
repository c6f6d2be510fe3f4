"""The fields of the octets that are chosen, with their bits and the RFC's names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message

from wsinspect.exhibit import Exhibit, Part, Section
from wsinspect.present.safe import cells, pad
from wsinspect.widgets.lines import Lines, Span
from wsinspect.widgets.sheet import paragraph

NAME = 13
"""Columns of a field's name, if it fits."""


class FieldTree(Lines):
    """One line for each field; what the chosen one means stands below it."""

    BORDER_TITLE = "Fields"

    @dataclass
    class PartChosen(Message):
        """The reader chose a field."""

        tree: FieldTree
        part: int

        @property
        def control(self) -> FieldTree:
            """The tree, for `@on` selectors."""
            return self.tree

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.exhibit = Exhibit("no octets")
        self.part = 0
        """Index of the chosen part."""
        self._lines: list[tuple[int | None, Sequence[Span]]] = []

    def show(self, exhibit: Exhibit) -> None:
        """Show the fields of other octets."""
        self.exhibit = exhibit
        self.part = exhibit.first_choice
        self.border_title = Content(f"Fields  {exhibit.title}" if exhibit.is_record else "Fields")
        self.scroll_home(animate=False, immediate=True)
        self.relayout()
        self.show_cursor()

    def choose(self, part: int | None) -> None:
        """Choose a field without telling it."""
        if part is not None and part != self.part:
            self.part = part
            self.relayout()
            self.show_cursor()

    def relayout(self) -> None:
        """Lay the lines out for the present width."""
        width = self.scrollable_content_region.width
        self._lines = list(self._lay_out(max(width, 8)))
        lines = (at for at, (part, _) in enumerate(self._lines) if part == self.part)
        self.cursor = next(lines, 0)
        super().relayout()

    def line_count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def spans(self, index: int, width: int) -> Sequence[Span]:
        """One line."""
        return self._lines[index][1]

    def _is_cursor(self, index: int) -> bool:
        return index == self.cursor and self._lines[index][0] is not None

    def action_move(self, count: int) -> None:
        """Choose the field that lies `count` fields on."""
        if self.exhibit.parts:
            self._tell(min(max(self.part + count, 0), len(self.exhibit.parts) - 1))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        event.prevent_default()
        index = event.y + self.scroll_offset.y - self.gutter.top
        if 0 <= index < len(self._lines) and (part := self._lines[index][0]) is not None:
            self._tell(part)

    def _tell(self, part: int) -> None:
        self.choose(part)
        self.post_message(self.PartChosen(self, part))

    def _lay_out(self, width: int) -> Iterator[tuple[int | None, Sequence[Span]]]:
        if self.exhibit.note:
            yield from ((None, line) for line in paragraph([(self.exhibit.note, "warn")], width))
        number = 0
        for section in self.exhibit.sections:
            yield from ((None, line) for line in _section_lines(section, width))
            for part in section.parts:
                chosen = number == self.part
                for at, line in enumerate(_part_lines(part, width, chosen=chosen)):
                    yield number if at == 0 else None, line
                number += 1
        if not self.exhibit.sections and not self.exhibit.wire:
            yield None, [("This event carries no octets.", "faint")]


def _section_lines(section: Section, width: int) -> Iterator[Sequence[Span]]:
    room = width - cells(section.title) - cells(section.size)
    yield [(section.title, "title"), (" " * max(room, 1), ""), (section.size, "faint")]
    for problem in section.problems:
        yield from paragraph([("✗ " + problem, "bad")], width, 2)


def _part_lines(part: Part, width: int, *, chosen: bool) -> Iterator[Sequence[Span]]:
    mark = ("✗ " if part.problem else "  ", "bad")
    name = (pad(part.name, max(NAME, cells(part.name))) + " ", part.owner)
    value = (part.value, "bad" if part.problem else "strong")
    room = width - 3 - cells(name[0]) - cells(part.value) - cells(part.place)
    if room >= 0:
        yield [mark, name, value, (" " * (room + 1), ""), (part.place, "faint")]
    else:
        gap = width - 2 - cells(name[0]) - cells(part.place)
        yield [mark, name, (" " * max(gap, 0), ""), (part.place, "faint")]
        yield from paragraph([("    ", ""), value], width, 4)
    if part.meaning and (chosen or part.problem):
        yield from paragraph([("    ", ""), (part.meaning, "faint")], width, 4)
