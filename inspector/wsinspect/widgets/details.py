"""The right column: fields, octets and message of the row that is chosen in the log."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical

from wirelog.counting import counted
from wsinspect.exhibit import Exhibit
from wsinspect.opened import Opened
from wsinspect.present.rows import LogRow
from wsinspect.search import Needle
from wsinspect.widgets.decoded_pane import DecodedPane
from wsinspect.widgets.field_tree import FieldTree
from wsinspect.widgets.hex_pane import HexPane


class Details(Container):
    """Three panes about one row; field tree and hex dump follow each other."""

    exhibit = Exhibit("no octets")

    def compose(self) -> ComposeResult:
        """Lay the panes out."""
        yield FieldTree(id="fields")
        with Vertical(id="octets"):
            yield HexPane(id="hex")
            yield DecodedPane(id="decoded")

    def show(self, opened: Opened, row: LogRow | None) -> None:
        """Tell of another row."""
        self.exhibit = shown = Exhibit.of(opened.conversation, row)
        if shown.dir is not None and shown.start >= 0:
            end = shown.start + len(shown.wire)
            shown.at_fault = opened.faults.octets(shown.dir, shown.start, end)
        self.query_one(FieldTree).show(shown)
        self.query_one(HexPane).show(shown)
        self.query_one(DecodedPane).show(opened.conversation, row)

    def mark(self, needle: Needle | None) -> None:
        """Mark what is searched for."""
        self.query_one(HexPane).needle = needle
        self.query_one(DecodedPane).mark(needle)

    @on(FieldTree.PartChosen)
    def light_octets(self, event: FieldTree.PartChosen) -> None:
        """A field was chosen: show where its octets are."""
        event.stop()
        self.query_one(HexPane).choose(event.part)

    @on(HexPane.OctetChosen)
    def light_field(self, event: HexPane.OctetChosen) -> None:
        """An octet was chosen: show the field that owns it."""
        event.stop()
        self.query_one(FieldTree).choose(self.exhibit.part_at(event.octet))

    def copied(self) -> tuple[str, str]:
        """What a copy takes, and the words for it: the lit field, if a pane has the focus."""
        pane = self.query_one(HexPane)
        lit = pane.has_focus or self.query_one(FieldTree).has_focus
        octets = pane.chosen_octets if lit else pane.octets
        return octets.hex(" "), f"{counted(len(octets), 'octet')} as hex"
