"""The line in which the reader types what to look for or where to go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label

Purpose = Literal["find", "go"]
PURPOSES: dict[Purpose, tuple[str, str]] = {
    "find": (" / ", "text, or octets in hex behind x: such as x:81 8d"),
    "go": (" go to ", "event number, or a time such as 1.25ms, 2s, 1:05; g first, G last"),
}
"""What stands in front of the input, and in it."""


class Prompt(Horizontal):
    """Hidden until it is asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Leave the input", priority=True),
        Binding("enter", "submit", "Take the input", priority=True),
    ]

    @dataclass
    class Answered(Message):
        """The reader pressed Enter."""

        purpose: Purpose
        text: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.purpose: Purpose = "find"
        self._before: Widget | None = None
        """What had the keys before the input was opened."""

    def compose(self) -> ComposeResult:
        """A label and an input that takes no control characters."""
        yield Label("", markup=False)
        yield Input(restrict=r"[^\x00-\x1f\x7f-\x9f]*", compact=True, select_on_focus=True)

    def ask(self, purpose: Purpose) -> None:
        """Open the input."""
        self.purpose = purpose
        label, hint = PURPOSES[purpose]
        self.query_one(Label).update(label)
        given = self.query_one(Input)
        given.placeholder = hint
        if purpose == "go":
            given.value = ""
        if not self.display:
            self._before = self.screen.focused
        self.display = True
        self.screen.set_focus(given, scroll_visible=False)  # at once: the next key may be waiting

    @on(Input.Changed)
    def take_vi_motion(self, event: Input.Changed) -> None:
        """`gg` and `gG` need no Enter."""
        event.stop()
        if self.display and self.purpose == "go" and event.value in ("g", "G"):
            self._give_keys_back()
            self._answer()

    def action_submit(self) -> None:
        """Enter: what comes behind it is no input; what came before it may still have to arrive."""
        self._give_keys_back()
        self.query_one(Input).call_later(self._answer)

    def action_cancel(self) -> None:
        self.display = False
        self._give_keys_back()

    def _give_keys_back(self) -> None:
        self.screen.set_focus(self._before, scroll_visible=False)

    def _answer(self) -> None:
        self.display = False
        self.post_message(self.Answered(self.purpose, self.query_one(Input).value))
