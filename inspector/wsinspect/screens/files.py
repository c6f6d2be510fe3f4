"""The list of captures, to choose one from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from wirelog.counting import counted
from wsinspect.present.safe import fit, safe
from wsinspect.widgets.lines import Lines, Span
from wsinspect.widgets.title_bar import fit_path


class FileList(Lines):
    """The files whose names hold what was typed."""

    def __init__(self, files: Sequence[Path], current: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.files = files
        self.current = current
        self.shown: Sequence[int] = range(len(files))

    def on_mount(self) -> None:
        self.cursor = self.current

    def narrow(self, words: str) -> None:
        """Show only files whose path holds all the words."""
        wanted = words.lower().split()
        self.shown = [
            at
            for at, file in enumerate(self.files)
            if all(word in str(file).lower() for word in wanted)
        ]
        self.cursor = 0
        self.relayout()

    def line_count(self) -> int:
        """How many there are."""
        return len(self.shown)

    def spans(self, index: int, width: int) -> Sequence[Span]:
        """A file's path; its end, if it is too long."""
        at = self.shown[index]
        path = fit_path(safe(str(self.files[at])), width - 3)
        mark = "● " if at == self.current else "  "
        return [(mark, "key"), (fit(path, width - 2), "strong" if at == self.current else "")]


class FilesScreen(ModalScreen[int | None]):
    """Gives the index of the file that was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", show=False),
        Binding("enter", "choose", "Open", show=False, priority=True),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "move(10)", "Down", show=False, priority=True),
        Binding("pageup", "move(-10)", "Up", show=False, priority=True),
    ]

    def __init__(self, files: Sequence[Path], current: int) -> None:
        super().__init__()
        self.files, self.current = files, current

    def compose(self) -> ComposeResult:
        """An input above the list."""
        with Vertical(classes="box") as box:
            box.border_title = Content(counted(len(self.files), "capture"))
            box.border_subtitle = Content("⏎ opens   Esc closes")
            yield Input(
                placeholder="type to narrow the list", compact=True,
                restrict=r"[^\x00-\x1f\x7f-\x9f]*",
            )  # fmt: skip
            yield FileList(self.files, self.current, id="files")

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Something was typed."""
        self.query_one(FileList).narrow(event.value)

    @on(Lines.Chosen)
    def take_clicked(self) -> None:
        """A file was clicked twice."""
        self.action_choose()

    def action_move(self, count: int) -> None:
        self.query_one(FileList).action_move(count)

    def action_choose(self) -> None:
        files = self.query_one(FileList)
        if files.shown:
            self.dismiss(files.shown[files.cursor])
