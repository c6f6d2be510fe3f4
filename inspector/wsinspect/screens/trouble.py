"""What is shown instead of a capture that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen

from wsinspect.present.safe import safe
from wsinspect.screens.keys import APP_KEYS, hints
from wsinspect.widgets.key_line import KeyLine
from wsinspect.widgets.sheet import Line, Sheet, paragraph
from wsinspect.widgets.title_bar import fit_path


class Words(Sheet):
    """The message."""

    def __init__(self, path: str, what: str, remedy: str) -> None:
        super().__init__()
        self._path, self._what, self._remedy = path, what, remedy

    def build(self, width: int) -> Iterable[Line]:
        """What, and what can be done."""
        yield [(fit_path(safe(self._path), width), "title")]
        yield []
        yield from paragraph([(safe(self._what), "bad")], width)
        yield from paragraph([(safe(self._remedy), "")], width)


class TroubleScreen(Screen[None]):
    """One file, and why it is not shown."""

    def __init__(self, path: str, what: str, remedy: str) -> None:
        super().__init__()
        self._words = (path, what, remedy)

    def compose(self) -> ComposeResult:
        """A box, and the keys that help."""
        with Vertical(classes="box") as box:
            box.border_title = Content("This capture cannot be shown")
            yield Words(*self._words)
        yield KeyLine(hints(APP_KEYS))
