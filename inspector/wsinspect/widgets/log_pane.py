"""The wire log with the names of its columns above it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive

from wsinspect.opened import Opened
from wsinspect.widgets.lines import Span
from wsinspect.widgets.ruler import Ruler
from wsinspect.widgets.wire_log import WireLog


class LogHeader(Ruler):
    """The names of the columns."""

    text = reactive("")

    def rows(self, width: int) -> Sequence[Sequence[Span]]:
        """The one line."""
        return [[(self.text, "faint")]]


class LogPane(Vertical):
    """Header and log."""

    def __init__(self, opened: Opened, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.opened = opened

    def compose(self) -> ComposeResult:
        """Lay the two out."""
        yield LogHeader()
        yield WireLog(self.opened, id="wire-log")

    @on(WireLog.LaidOut)
    def name_columns(self, event: WireLog.LaidOut) -> None:
        """The columns moved."""
        event.stop()
        self.query_one(LogHeader).text = event.header
