"""The ground of the inspector's screen: what stands where, which capture, which row, which view."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from wsinspect.opened import Opened
from wsinspect.present.rows import LogRow
from wsinspect.present.safe import fit, safe
from wsinspect.screens.keys import APP_KEYS, INSPECT_KEYS, hints
from wsinspect.widgets.case_view import CaseView
from wsinspect.widgets.closing_view import ClosingView, Timeline
from wsinspect.widgets.density import Density
from wsinspect.widgets.details import Details
from wsinspect.widgets.field_tree import FieldTree
from wsinspect.widgets.findings_view import FindingsView
from wsinspect.widgets.key_line import KeyLine
from wsinspect.widgets.log_pane import LogPane
from wsinspect.widgets.play_bar import PlayBar
from wsinspect.widgets.prompt import Prompt
from wsinspect.widgets.table_views import AboutView, HandshakeView, StatisticsView, TableView
from wsinspect.widgets.title_bar import TitleBar
from wsinspect.widgets.view_tabs import CASE, ViewTabs
from wsinspect.widgets.wire_log import WireLog

NARROW = "-narrow"


class Stage(Screen[None]):
    """The widgets, and the row that all of them are about."""

    HORIZONTAL_BREAKPOINTS = [
        (0, NARROW), (100, "-wide"), (160, "-roomy"),
    ]  # fmt: skip
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-tall")]
    AUTO_FOCUS = "#wire-log"

    def __init__(self, opened: Opened, place: str = "") -> None:
        super().__init__()
        self.opened = opened
        self.place = place
        self.row = 0
        """Index of the row that is chosen."""

    def compose(self) -> ComposeResult:
        """Lay everything out."""
        yield TitleBar(self.opened)
        yield Density(self.opened)
        yield ViewTabs()
        with ContentSwitcher(initial="log", id="views"):
            with Horizontal(id="log"):
                yield LogPane(self.opened, id="log-pane")
                yield Details(id="details")
            yield ClosingView(self.opened, id="closing")
            yield HandshakeView(self.opened, id="handshake")
            yield StatisticsView(self.opened, id="statistics")
            yield FindingsView(self.opened, id="findings")
            yield CaseView(self.opened, id=CASE)
            yield AboutView(self.opened, id="about")
        yield PlayBar()
        yield Prompt()
        yield KeyLine(hints([*INSPECT_KEYS, *APP_KEYS]))

    def on_mount(self) -> None:
        self.show(self.opened, self.place)

    # The capture

    def show(self, opened: Opened, place: str) -> None:
        """Show a capture: another one, or more of the one that is shown."""
        same = opened.name == self.opened.name and opened is not self.opened
        self.opened, self.place = opened, place
        self.query_one(TitleBar).show(opened, place)
        self.query_one(PlayBar).show(opened)
        views: Iterable[WireLog | Density | ClosingView | FindingsView | CaseView | TableView]
        views = self.query(_SHOWING).results()  # type: ignore[assignment]  # any Widget
        for view in views:
            view.show(opened)
        self._show_case()
        last = max(len(opened.rows) - 1, 0)  # what is read again may have become shorter
        self.choose(min(self.row, last) if same else opened.faults.first)

    def _show_case(self) -> None:
        """A view for the case, if there is one."""
        has_case = self.query_one(ViewTabs).has_case = self.query_one(CaseView).has_case
        if self.view == CASE and not has_case:
            self.action_view("log")

    # The row

    def choose(self, row: int) -> None:
        """Make a row the one that everything is about."""
        self.row = row
        self.query_one(WireLog).select(row)
        self.query_one(PlayBar).follow(row)
        self.show_details()

    def show_details(self) -> None:
        """Bring the right column and the list of findings up to the row."""
        self.query_one(Details).show(self.opened, self.chosen)
        self.query_one(FindingsView).follow(self.row)
        if self.chosen is not None:
            self.query_one(Timeline).follow(self.chosen.n)

    @property
    def chosen(self) -> LogRow | None:
        """The row that is chosen; None in an empty capture."""
        rows = self.opened.rows
        return rows[self.row] if 0 <= self.row < len(rows) else None

    def say(self, words: str) -> None:
        """A short notice; the words may come from anywhere."""
        self.notify(fit(safe(words), 200), timeout=3, markup=False)

    # The view

    @property
    def view(self) -> str:
        """Id of the view that is shown."""
        return self.query_one("#views", ContentSwitcher).current or "log"

    def action_view(self, view: str) -> None:
        """Show another view, and give it the keys."""
        if view == CASE and not self.query_one(CaseView).has_case:
            self.say("No conformance report came with this capture")
            return
        self.query_one("#views", ContentSwitcher).current = view
        self.query_one(ViewTabs).active = view
        self.focus_view()

    def focus_view(self) -> None:
        """Give the keys to the main part of the view."""
        self.set_focus(self.query_one(_MAIN_PARTS.get(self.view, f"#{self.view}"), Widget))

    @on(ViewTabs.Wanted)
    def show_wanted_view(self, event: ViewTabs.Wanted) -> None:
        """A view's name was clicked."""
        self.action_view(event.view)

    # The details, which take the whole width of a narrow screen

    @property
    def has_details(self) -> bool:
        """Whether the details can be seen."""
        return self.view == "log" and (not self.has_class(NARROW) or self.has_class("-details"))

    def open_details(self) -> None:
        """Show the details and give them the keys."""
        self.add_class("-details")
        self.set_focus(self.query_one(FieldTree))

    def close_details(self) -> None:
        """Go back to the log."""
        self.remove_class("-details")
        self.set_focus(self.query_one(WireLog))


_SHOWING = "WireLog, Density, ClosingView, FindingsView, CaseView, TableView"
"""Widgets that show the capture."""
_MAIN_PARTS = {"log": "#wire-log", "closing": "#timeline", "findings": "#finding-list"}
