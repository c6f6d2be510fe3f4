"""The right column: fields, octets and message of the row that is chosen in the log."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical

from wirelog.conversation import Conversation
from wsinspect.exhibit import Exhibit
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

    def show(self, conversation: Conversation, row: LogRow | None) -> None:
        """Tell of another row."""
        self.exhibit = Exhibit.of(conversation, row)
        self.query_one(FieldTree).show(self.exhibit)
        self.query_one(HexPane).show(self.exhibit)
        self.query_one(DecodedPane).show(conversation, row)

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
        return octets.hex(" "), f"{len(octets)} octet{'' if len(octets) == 1 else 's'} as hex"
