"""All keys, made from the bindings themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from wsinspect.present.safe import pad
from wsinspect.screens.keys import APP_KEYS, FINDING, PANES, REPLAY, SHOWING, VIEWS
from wsinspect.widgets.hex_pane import HexPane
from wsinspect.widgets.lines import Lines
from wsinspect.widgets.sheet import Line, Sheet, paragraph, side_by_side

KEYS = 15
"""Columns for the keys of an action."""
Group = tuple[str, list[BindingType]]
LEFT: list[Group] = [
    ("Finding", [*FINDING]),
    ("Views", [*VIEWS]),
    ("Moving in a list or a text", Lines.BINDINGS),
    ("Moving in the hex dump", HexPane.BINDINGS),
]
RIGHT: list[Group] = [
    ("Panes", [*PANES]),
    ("Replay", [*REPLAY]),
    ("Showing and copying", [*SHOWING]),
    ("Program", [*APP_KEYS, Binding("ctrl+p", "", tooltip="Commands and themes")]),
]
WIDE = 90
"""Columns from which on the groups stand beside each other."""


class KeyTable(Sheet):
    """A line for each action."""

    def build(self, width: int) -> Iterable[Line]:
        """Group by group, in two columns if they fit."""
        if width < WIDE:
            return self._groups([*LEFT, *RIGHT], width)
        half = width // 2
        return side_by_side(self._groups(LEFT, half - 1), self._groups(RIGHT, half - 1), half)

    def _groups(self, groups: list[Group], width: int) -> Iterator[Line]:
        for title, bindings in groups:
            yield [(title, "title")]
            for keys, words in self._actions(bindings):
                shown = [("  " + pad("  ".join(keys), KEYS), "key"), (words, "")]
                yield from paragraph(shown, width, KEYS + 2)
            yield []

    def _actions(self, bindings: list[BindingType]) -> Iterator[tuple[list[str], str]]:
        """Each action once, with all its keys."""
        keys: dict[str, list[str]] = {}
        for one in Binding.make_bindings(bindings):
            keys.setdefault(one.tooltip or one.description, []).append(
                self.app.get_key_display(one)
            )
        return ((shown, meaning) for meaning, shown in keys.items())


class HelpScreen(ModalScreen[None]):
    """The keys, above the inspector."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "dismiss", "Close", show=False),
    ]

    def compose(self) -> ComposeResult:
        """One box."""
        with Vertical(id="help", classes="box") as box:
            box.border_title = Content("Keys")
            box.border_subtitle = Content("Esc closes")
            yield KeyTable(id="keys")
