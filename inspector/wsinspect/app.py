"""The program with a screen: which files there are, which one is open, and how it is read."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import get_current_worker

from wirelog.counting import counted
from wirelog.reader import Capture
from wsinspect.loading import Loading
from wsinspect.messages import CaptureRead, ReadingGoesOn, StopWanted
from wsinspect.opened import Opened
from wsinspect.screens.files import FilesScreen
from wsinspect.screens.help import HelpScreen
from wsinspect.screens.inspect import InspectScreen
from wsinspect.screens.keys import APP_KEYS, INSPECT_KEYS
from wsinspect.screens.trouble import TroubleScreen
from wsinspect.sources import SourceError, find

NOTHING_SHOWN = 2
"""Exit status when no path led to a capture that could be shown."""

BROKEN = 2
"""Exit status when the screen broke; 1 would say that a capture is wrong."""


class Inspector(App[int]):
    """wsinspect in the terminal."""

    TITLE = "wsinspect"
    CSS_PATH = "wsinspect.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*APP_KEYS]

    def __init__(self, files: Sequence[Path], errors: Sequence[SourceError] = ()) -> None:
        super().__init__()
        self.files = files
        self.errors = errors
        self.number = 0
        """Index of the file that is open."""
        self.shown = False
        """Whether any capture could be shown."""
        self._inspect = InspectScreen(Opened.of(Capture(""), whole=False))
        self._loading: Loading | None = None

    def get_default_screen(self) -> Screen[None]:
        """The inspector itself, empty at first."""
        return self._inspect

    def on_mount(self) -> None:
        for error in self.errors if self.files else ():
            self.notify(str(error), severity="warning", timeout=10, markup=False)
        if self.files:
            self.open_file(0)
        else:
            self._show_trouble(self.errors[0])

    # Reading

    def open_file(self, number: int, *, again: bool = False) -> None:
        """Read one of the files and show it; `again` if it is the one that is shown."""
        if self._loading is not None:
            self._loading.abandon()
        self.number = number
        self._loading = Loading(self.files[number], self._tell_progress, again=again)
        self._tell("reading")
        self._read(self._loading)

    @work(thread=True, exclusive=True, group="reading")
    def _read(self, loading: Loading) -> None:
        """In a thread: the beginning of the file, then all of it."""
        gc.unfreeze()
        gc.disable()  # all that is made stays: looking for rubbish would only stop the screen
        try:
            for opened in loading.steps():
                self.call_from_thread(self._take, loading, opened)
        except SourceError as error:
            self.call_from_thread(self._show_trouble, error)
        finally:
            gc.freeze()
            gc.enable()

    def _take(self, loading: Loading, opened: Opened) -> None:
        """Something of a file has been read."""
        if loading is not self._loading:
            return
        self.shown = True
        self._leave_trouble()
        count = len(self.files)
        place = f"file {self.number + 1} of {count} {{ }}" if count > 1 else ""
        self._inspect.post_message(CaptureRead(opened, place))
        if opened.whole:
            self._tell("")
        if loading.again:
            self._say(f"Read again: {counted(len(opened.capture.records), 'event')}")

    def _tell_progress(self, part: float) -> None:
        if not get_current_worker().is_cancelled:
            words = f"reading, {part:.0%}" if part < 1 else "joining octets and frames"
            self.call_from_thread(self._tell, f"{words}   Esc keeps what was read so far")

    def _tell(self, words: str) -> None:
        self._inspect.post_message(ReadingGoesOn(words))

    @on(StopWanted)
    def stop_reading(self) -> None:
        """Escape while a file is being read."""
        if self._loading is not None:
            self._loading.stop()

    def _show_trouble(self, error: SourceError) -> None:
        self._tell("")
        self._leave_trouble()
        self.push_screen(TroubleScreen(error.path, error.what, error.remedy))

    def _leave_trouble(self) -> None:
        if isinstance(self.screen, TroubleScreen):
            self.pop_screen()

    # Keys

    def action_file(self, count: int) -> None:
        """The next file, or the one before."""
        number = self.number + count
        if 0 <= number < len(self.files):
            self.open_file(number)
        elif self.files:
            self._say(f"No {'further' if count > 0 else 'earlier'} capture")

    def action_reload(self) -> None:
        """Read the file again; a recorder may have written more."""
        if self.files:
            self.open_file(self.number, again=self.shown)

    def action_help_quit(self) -> None:
        """Ctrl-C, which ends nothing here, says what does."""
        self._say("Press q to quit")

    def _say(self, words: str) -> None:
        self.notify(words, timeout=3, markup=False)

    def action_files(self) -> None:
        """Choose a file from the list."""
        if self.files and not isinstance(self.screen, FilesScreen):
            self.push_screen(FilesScreen(self.files, self.number), self._open_chosen)

    def _open_chosen(self, number: int | None) -> None:
        if number is not None:
            self.open_file(number)

    def action_help(self) -> None:
        """All keys."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    async def action_quit(self) -> None:
        """Leave."""
        if self._loading is not None:
            self._loading.abandon()
        self.exit(0 if self.shown else NOTHING_SHOWN)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette offers: every key's action, then Textual's own."""
        for key in INSPECT_KEYS if isinstance(screen, InspectScreen) else ():
            yield _command(screen, key)
        yield from (_command(self, key) for key in APP_KEYS)
        for command in super().get_system_commands(screen):
            if command.title != "Keys":
                yield command


def _command(node: Screen[object] | App[int], key: Binding) -> SystemCommand:
    async def run() -> None:
        await node.run_action(key.action)

    title = key.description.capitalize()
    names = key.key.replace("_", " ")  # `[` itself would be markup here
    return SystemCommand(title, f"{key.tooltip} (key: {names})", run)


def run(paths: list[str]) -> int:
    """Show captures, or the directories they are in; returns the exit status."""
    found = find(paths)
    inspector = Inspector(found.files, found.errors)
    # Textual prints what breaks a screen, and says so with a code of its own.
    return inspector.run() or (BROKEN if inspector.return_code else 0)
