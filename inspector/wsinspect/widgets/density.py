"""How much went over the wire and when: one strip for each direction, problems in red."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from textual import events
from textual.message import Message
from textual.reactive import reactive

from wsinspect.index import RX, TX, Strips
from wsinspect.opened import Opened
from wsinspect.widgets.lines import Span
from wsinspect.widgets.ruler import Ruler

LABEL = 4
"""Columns in front of the strips."""


class Density(Ruler):
    """Two lines; a click goes to that moment."""

    COMPONENT_CLASSES = {"future"}

    fraction = reactive[float | None](None)
    """While a replay is on: how much of it has been played."""

    @dataclass
    class Wanted(Message):
        """The reader clicked a moment."""

        fraction: float

    def __init__(self, opened: Opened, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.opened = opened
        self._strips: Strips | None = None

    def show(self, opened: Opened) -> None:
        """Tell of another capture."""
        self.opened = opened
        self._strips = None
        self.refresh()

    def on_resize(self) -> None:
        self._strips = None

    def rows(self, width: int) -> Sequence[Sequence[Span]]:
        """RX above TX."""
        room = width - LABEL - 1
        if room < 8:
            return [[], []]
        if self._strips is None:
            self._strips = self.opened.strips.squeezed(room)
        return [
            [(" RX ", "faint"), *self._strip(RX, "rx")],
            [(" TX ", "faint"), *self._strip(TX, "tx")],
        ]

    def _strip(self, lane: int, colour: str) -> Sequence[Span]:
        assert self._strips is not None
        blocks, wrong = self._strips.blocks(lane), self._strips.wrong[lane]
        reached = len(blocks) if self.fraction is None else round(self.fraction * len(blocks))
        names = [
            "bad" if wrong[at] else colour if at < reached else "future"
            for at in range(len(blocks))
        ]
        shown = ["▁" if wrong[at] and block == " " else block for at, block in enumerate(blocks)]
        return [
            ("".join(block for block, _ in run), name)
            for name, run in groupby(zip(shown, names, strict=True), key=lambda pair: pair[1])
        ]

    def on_click(self, event: events.Click) -> None:
        room = max(self.size.width - LABEL - 2, 1)
        self.post_message(self.Wanted(min(max((event.x - LABEL) / room, 0.0), 1.0)))
