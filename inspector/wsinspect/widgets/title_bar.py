"""What is open: the file, the two sides, how much and how long; below it the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from textual.reactive import reactive

from wirelog.counting import counted
from wirelog.times import span
from wsinspect.opened import Opened
from wsinspect.present.headline import headline
from wsinspect.present.safe import fit, safe
from wsinspect.widgets.lines import Span
from wsinspect.widgets.ruler import Ruler


class TitleBar(Ruler):
    """Two lines at the top of the screen."""

    reading = reactive("")
    """What is being done with the file; empty when all of it has been read."""

    def __init__(self, opened: Opened, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.opened = opened
        self.place = ""
        """Which file of how many this is."""

    def show(self, opened: Opened, place: str = "") -> None:
        """Tell of another capture."""
        self.opened, self.place = opened, place
        self.refresh()

    def rows(self, width: int) -> Sequence[Sequence[Span]]:
        """The facts, and the verdict or what is going on."""
        return [self._facts(width), self._verdict()]

    def _facts(self, width: int) -> Sequence[Span]:
        opened = self.opened
        name = safe(PurePath(opened.name).name) or "…"
        events = len(opened.capture.records)
        parts = [counted(events, "event"), self._duration(), self.place]
        rest = "   ".join(part for part in [_sides(opened), *parts] if part)
        notices = self._notices()
        room = width - len(rest) - len(notices) - 5
        return [
            (" ", ""),
            (fit(name, max(room, width // 3)), "title"),
            ("   " + rest, "faint"),
            (notices, "warn"),
        ]

    def _notices(self) -> str:
        """That something is wrong with the file itself; the view that says what has the key 0."""
        count = len(self.opened.capture.notices) if self.opened.whole else 0
        return f"   {counted(count, 'notice')} (0)" if count else ""

    def _duration(self) -> str:
        index = self.opened.index
        return "no times" if index.untimed else span(index.duration)

    def _verdict(self) -> Sequence[Span]:
        if self.reading:
            return [(" … ", "warn"), (self.reading, "")]
        faults = self.opened.faults
        mark, tone, words = headline(
            faults.report,
            self.opened.closing,
            wrong=bool(faults.wrong),
            odd=bool(faults.problems),
        )
        return [(f" {mark} ", tone), (words, "")]


def fit_path(path: str, width: int) -> str:
    """A harmless path; its end, if it is too long."""
    return path if len(path) <= width else "…" + path[-(max(width - 1, 1)) :]


def _sides(opened: Opened) -> str:
    """`server ⇄ 127.0.0.1:53122`: me, then the peer."""
    me, other = ("server", "client") if opened.capture.is_server else ("client", "server")
    return f"{me} ⇄ {safe(str(opened.capture.header.get('peer') or other))}"
