"""The inspector: all views of one capture, and the replay that they follow."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import BindingType

from wsinspect.messages import CaptureRead, ReadingGoesOn, StopWanted
from wsinspect.playback import START_OF_EVERYTHING
from wsinspect.screens.keys import INSPECT_KEYS
from wsinspect.screens.roaming import Roaming
from wsinspect.widgets.closing_view import ClosingView, Timeline
from wsinspect.widgets.columns import Times
from wsinspect.widgets.decoded_pane import DecodedPane
from wsinspect.widgets.density import Density
from wsinspect.widgets.details import Details
from wsinspect.widgets.findings_view import FindingsView
from wsinspect.widgets.hex_pane import HexPane
from wsinspect.widgets.lines import Lines
from wsinspect.widgets.play_bar import PlayBar
from wsinspect.widgets.sheet import Sheet
from wsinspect.widgets.title_bar import TitleBar
from wsinspect.widgets.wire_log import WireLog


class InspectScreen(Roaming):
    """What the keys of the inspector do."""

    BINDINGS: ClassVar[list[BindingType]] = [*INSPECT_KEYS]

    moved = False
    """Whether the reader has chosen a row of this capture."""

    # Reading

    @on(CaptureRead)
    def take_capture(self, event: CaptureRead) -> None:
        """Something has been read."""
        if event.opened.name != self.opened.name:
            self.moved = False
            self.remove_class("-details")
        self.show(event.opened, event.place)

    @on(ReadingGoesOn)
    def tell_progress(self, event: ReadingGoesOn) -> None:
        """More has been read."""
        self.query_one(TitleBar).reading = event.words

    # Rows

    @on(Lines.Moved, "#wire-log")
    def take_row(self, event: Lines.Moved) -> None:
        """The reader went to another row; a replay goes there too."""
        self.moved = True
        self.row = self.query_one(WireLog).row
        self.show_details()
        self.query_one(PlayBar).follow(self.row)

    @on(Lines.Chosen, "#wire-log")
    def open_row(self) -> None:
        """A row was clicked twice."""
        self.open_details()

    # Panes

    def action_details(self) -> None:
        """To the details of the row; from the timeline or a finding to the row itself."""
        if self.view == "closing":
            self.query_one(ClosingView).leave_for_event()
        elif self.view == "findings":
            self.query_one(FindingsView).leave_for_row()
        elif self.view == "log":
            self.open_details()

    def action_leave(self) -> None:
        """Stop what goes on; otherwise go back to the log."""
        bar = self.query_one(PlayBar)
        if bar.playback.on:
            bar.stop()
        elif self.query_one(TitleBar).reading:
            self.post_message(StopWanted())
        elif self.view != "log":
            self.action_view("log")
        elif self.query_one(WireLog).has_focus:
            self.mark(None)
        else:
            self.close_details()

    def action_pane(self, count: int) -> None:
        """The next pane, or the one before; the details open if they are hidden."""
        if self.view == "log" and not self.has_details:
            self.open_details()
        elif count > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_octets(self) -> None:
        """Show or hide the rows of octets."""
        log = self.query_one(WireLog)
        log.octets = not log.octets

    def action_times(self) -> None:
        """The next way to show times."""
        log = self.query_one(WireLog)
        ways = list(Times)
        log.times = ways[(ways.index(log.times) + 1) % len(ways)]

    def action_unmask(self) -> None:
        """Octets as on the wire, or unmasked."""
        pane = self.query_one(HexPane)
        pane.unmasked = not pane.unmasked

    # Copying

    def action_copy(self) -> None:
        """Octets as hex; the text of whatever has none."""
        octets, words = self.query_one(Details).copied()
        if self.view == "log" and octets:
            self._copy(octets, words)
        else:
            self.action_copy_content()

    def action_copy_content(self) -> None:
        """What is decoded, the event's words, or the view."""
        if self.view == "log":
            pane = self.query_one(DecodedPane)
            self._copy(pane.content() or pane.text(), "text")
        else:
            view = self.query_one(f"#{self.view}")
            assert isinstance(view, ClosingView | FindingsView | Sheet)
            self._copy(view.text(), "the view's text")

    def _copy(self, text: str, words: str) -> None:
        self.app.copy_to_clipboard(text)
        self.say(f"Copied {words}")

    # The replay

    def action_play(self) -> None:
        """Play or pause; a new replay starts at the row that the reader has chosen."""
        bar = self.query_one(PlayBar)
        if not bar.playback.on and not self.moved:
            bar.playback.point(START_OF_EVERYTHING)
        bar.toggle()

    def action_step(self, count: int) -> None:
        """One event on or back."""
        self.query_one(PlayBar).step(count)

    def action_speed(self, faster: bool) -> None:
        """The next speed."""
        self.query_one(PlayBar).change_speed(faster=faster)

    @on(Density.Wanted)
    def go_to_moment(self, event: Density.Wanted) -> None:
        """A moment of the strip was clicked."""
        bar = self.query_one(PlayBar)
        if bar.playback.on:
            bar.seek_fraction(event.fraction)
        else:
            self.visit(bar.playback.event_at(round(event.fraction * bar.playback.duration)))

    @on(PlayBar.Reached)
    def follow_replay(self, event: PlayBar.Reached) -> None:
        """All views go to where the replay is."""
        on = event.row is not None and not event.ended
        bar, row = self.query_one(PlayBar), max(event.row or 0, 0)
        self.query_one(WireLog).reached = event.row if on else None
        self.query_one(Density).fraction = bar.playback.fraction if on else None
        number = self.opened.index.numbers[row] if on and self.opened.rows else None
        self.query_one(Timeline).reach(number)
        if event.row is not None and row != self.row:
            self.choose(row)
