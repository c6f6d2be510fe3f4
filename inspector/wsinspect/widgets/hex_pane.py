"""The octets that are chosen, in hex and ASCII, coloured by the field that owns them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from wsinspect.exhibit import Exhibit
from wsinspect.present.hexdump import HexLines, hex_lines
from wsinspect.search import Needle
from wsinspect.widgets.lines import Lines, Span, once_laid_out

WIDTHS = (32, 16, 8, 4)
"""Octets on a line, the most that fit."""


class HexPane(Lines):
    """A hex dump with a cursor on one octet."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move_octet(-1)", "Octet to the left", show=False),
        Binding("right,l", "move_octet(1)", "Octet to the right", show=False),
    ]
    HAS_CURSOR: ClassVar[bool] = True

    unmasked = reactive(False, repaint=False)
    """Whether payloads are shown as they were before masking."""

    needle = reactive[Needle | None](None, repaint=False)
    """What is searched for, to mark it."""

    @dataclass
    class OctetChosen(Message):
        """The reader put the cursor on an octet."""

        pane: HexPane
        octet: int

        @property
        def control(self) -> HexPane:
            """The pane, for `@on` selectors."""
            return self.pane

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.exhibit = Exhibit("no octets")
        self.octet = 0
        """The octet that the cursor is on."""
        self.part: int | None = None
        """Index of the field that is lit."""
        self._dump: HexLines = hex_lines(b"")

    def on_mount(self) -> None:
        self._entitle()

    def show(self, exhibit: Exhibit) -> None:
        """Show other octets, those at fault underlined."""
        self.exhibit = exhibit
        self.part = exhibit.first_choice if exhibit.parts else None
        self.octet = self.cursor = 0 if self.part is None else self._first_octet(self.part)
        self.scroll_home(animate=False, immediate=True)
        self.relayout()
        self.show_cursor()

    def choose(self, part: int) -> None:
        """Light a field and go to its first octet, without telling it."""
        self.part = part
        self.octet = self._first_octet(part)
        self._go()

    def _first_octet(self, part: int) -> int:
        """Where to look in a field: at the first octet that is at fault, if there is one."""
        first, last = self.exhibit.parts[part].octets
        faults = (max(start, first) for start, end in self.exhibit.at_fault if end > first)
        return next((octet for octet in faults if octet < last), first)

    @property
    def octets(self) -> bytes:
        """What is shown: the wire's octets or the unmasked ones."""
        return self.exhibit.unmasked if self.unmasked else self.exhibit.wire

    @property
    def chosen_octets(self) -> bytes:
        """The octets of the field that is lit; all of them, if none is."""
        if self.part is None:
            return self.octets
        first, last = self.exhibit.parts[self.part].octets
        return self.octets[first:last]

    def watch_unmasked(self) -> None:
        self._entitle()
        if self.is_mounted:
            self.relayout()

    def _entitle(self) -> None:
        ways = ["dim", "bold"] if self.unmasked else ["bold", "dim"]
        self.border_title = Content.assemble("Hex  ", ("wire", ways[0]), " ", ("unmasked", ways[1]))

    def watch_needle(self) -> None:
        self.forget()

    # Painting

    def relayout(self) -> None:
        """Cut the octets into lines for the present width."""
        width = self.scrollable_content_region.width
        room = width - len(f"{len(self.octets):04x}") - 4
        fitting = (one for one in WIDTHS if 4 * one - 1 <= room)
        self._dump = hex_lines(self.octets, next(fitting, WIDTHS[-1]))
        self.cursor = self.octet // self._dump.width
        super().relayout()

    def line_count(self) -> int:
        """How many lines the dump has."""
        return len(self._dump)

    def _is_cursor(self, index: int) -> bool:
        return False  # the cursor is on an octet, not on a line

    def spans(self, index: int, width: int) -> Sequence[Span]:
        """Offset, hex and ASCII of one line."""
        line = self._dump[index]
        found = self._found(line.offset, line.offset + len(line.octets))
        names = [self._names(line.offset + at, found) for at in range(len(line.octets))]
        digits = len(f"{len(self.octets):04x}")
        fill = " " * (3 * (self._dump.width - len(names)))
        return [
            (f"{line.offset:0{digits}x}  ", "faint"),
            *_runs([line.hex[3 * at : 3 * at + 2] for at in range(len(names))], names, " "),
            (fill + "  ", ""),
            *_runs(list(line.ascii), names, ""),
        ]

    def _found(self, first: int, last: int) -> set[int]:
        """The octets from `first` to `last` that are a part of what is searched for."""
        if self.needle is None:
            return set()
        around = len(self.needle.octets) - 1
        begin = max(first - around, 0)
        places = self.needle.spans_in(self.octets[begin : last + around])
        return {begin + at for start, end in places for at in range(start, end)}

    def _names(self, octet: int, found: set[int]) -> str:
        """Component classes of an octet."""
        part = self.exhibit.part_at(octet)
        owner: str = "" if part is None else self.exhibit.parts[part].owner
        if octet in found:
            owner += " match"
        if self.exhibit.is_at_fault(octet):
            owner += " fault"
        if octet == self.octet and self.has_focus:
            return f"{owner} cursor"
        if self.part is not None:
            first, last = self.exhibit.parts[self.part].octets
            return f"{owner} chosen" if first <= octet < last else owner
        return owner

    # The cursor

    @once_laid_out
    def action_move(self, count: int) -> None:
        """Go `count` lines on, in the same column."""
        last = len(self.octets) - 1
        here = self._dump.width
        lines = min(max(self.octet // here + count, 0), max(last // here, 0))
        self._tell(lines * here + self.octet % here)

    @once_laid_out
    def action_move_octet(self, count: int) -> None:
        self._tell(self.octet + count)

    @once_laid_out
    def action_first(self) -> None:
        self._tell(0)

    @once_laid_out
    def action_last(self) -> None:
        self._tell(len(self.octets) - 1)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        event.prevent_default()
        column = event.x - self.gutter.left - len(f"{len(self.octets):04x}") - 2
        line = event.y + self.scroll_offset.y - self.gutter.top
        width = self._dump.width
        at = column // 3 if column < 3 * width else column - 3 * width - 1
        if 0 <= at < width and 0 <= line < len(self._dump):
            self._tell(line * width + at)

    def _tell(self, octet: int) -> None:
        if self.octets:
            self.octet = min(max(octet, 0), len(self.octets) - 1)
            self.part = self.exhibit.part_at(self.octet)
            self._go()
            self.post_message(self.OctetChosen(self, self.octet))

    def _go(self) -> None:
        self.cursor = self.octet // self._dump.width
        self.forget()

    def on_focus(self) -> None:
        self.forget()

    def on_blur(self) -> None:
        self.forget()


def _runs(texts: Sequence[str], names: Sequence[str], between: str) -> Iterator[Span]:
    """Neighbours of the same colour joined to one span."""
    at = 0
    for name, run in groupby(names):
        count = len(list(run))
        more = between if at + count < len(names) else ""
        yield between.join(texts[at : at + count]), name
        if more:
            yield more, ""
        at += count
