"""How far a run is: counts, what is being played, an estimate; as a block of lines or as one line.

`Progress` is told what happens and knows no clock; `block` and `line` are what it looks like.
`Live` shows it on a terminal, `Plain` in a log; both are told to draw, and by whom is not their
business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TextIO

from wsconform.terminal import (
    HIDE_CURSOR,
    SHOW_CURSOR,
    Look,
    Outlet,
    cells,
    columns,
    cut,
    repaint,
)

WEIGHTS = {"9": 10, "12": 130, "13": 130}
"""How long a case of such a category takes, compared with the others; for the estimate."""
KINDS = {
    "failed": "bad",
    "unimplemented": "odd",
    "non-strict": "odd",
    "informational": "info",
    "passed": "good",
}
"""What is counted, gravest first, and its colour."""
LONG = 1.0
"""Seconds after which it is told how long a case has been played."""


@dataclass(slots=True)
class Progress:
    """Where a run against one server is; times are seconds of any one clock."""

    total: dict[str, int]
    """Case id -> weight, of all cases that are to be played."""
    begun: float
    jobs: int
    """How many cases can be played at a time."""
    counts: Counter[str] = field(default_factory=Counter)
    running: dict[str, float] = field(default_factory=dict)
    """Case id -> when it began, in that order; not more than can be played at a time, for a case
    that will be repeated ends without a word."""
    _done: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, case_ids: Sequence[str], now: float, jobs: int) -> Progress:
        """A run that begins."""
        weights = {one: WEIGHTS.get(one.partition(".")[0], 1) for one in case_ids}
        return cls(weights, now, jobs)

    @property
    def finished(self) -> int:
        """Cases that are through."""
        return len(self._done)

    def case_started(self, case_id: str, now: float) -> None:
        """A case begins, or is repeated."""
        self.running.pop(case_id, None)
        self.running[case_id] = now
        if len(self.running) > self.jobs:
            del self.running[next(iter(self.running))]

    def case_finished(self, case_id: str, kind: str) -> None:
        """A case is through; `kind` is one of `KINDS`."""
        self.running.pop(case_id, None)
        self._done.add(case_id)
        self.counts[kind] += 1

    def remaining(self, now: float) -> float | None:
        """Seconds that the rest will take; None while that cannot be said."""
        done = sum(self.total.get(one, 0) for one in self._done)
        whole = sum(self.total.values())
        if not done or self.finished < 3:
            return None
        return (now - self.begun) / done * (whole - done)


def seconds_in_words(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3 min 05 s`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def counts_in_words(counts: Counter[str], look: Look) -> list[str]:
    """`4 failed`, `9 non-strict`: what there is of each kind."""
    return [
        look.paint(color, f"{counts[kind]} {kind}") for kind, color in KINDS.items() if counts[kind]
    ]


def block(progress: Progress, now: float, look: Look) -> list[str]:
    """The lines of a terminal."""
    room = look.width - 1
    share = f"{progress.finished}/{len(progress.total)}"
    times = [seconds_in_words(now - progress.begun)]
    left = progress.remaining(now)
    times += [f"ETA {seconds_in_words(left)}"] if left else []
    facts = [share, *counts_in_words(progress.counts, look), *times]
    while len(facts) > 2 and cells("  ".join(facts)) + MIN_BAR > room:
        del facts[-2]
    words = "  ".join(facts)
    running = look.paint("dim", _running(progress, now, look))
    if cells(words) + MIN_BAR > room:
        return [cut(f" {words}", room, look.marks["more"]), running]
    bar = _bar(progress, min(MAX_BAR, room - cells(words) - 3), look)
    return [f" {bar}  {words}", running]


MIN_BAR = 12
"""Columns that a bar takes at least, with the gaps around it; with less room there is none."""
MAX_BAR = 40


def _bar(progress: Progress, width: int, look: Look) -> str:
    filled = width * progress.finished // max(len(progress.total), 1)
    color = "bad" if progress.counts["failed"] else "good"
    full = look.paint(color, look.marks["full"] * filled)
    return full + look.paint("dim", look.marks["empty"] * (width - filled))


def _running(progress: Progress, now: float, look: Look) -> str:
    words = []
    for case_id, began in progress.running.items():
        is_long = now - began >= LONG
        words.append(f"{case_id} ({seconds_in_words(now - began)})" if is_long else case_id)
    return cut(" " + ", ".join(words), look.width - 1, look.marks["more"])


def line(progress: Progress, now: float, look: Look) -> str:
    """One line for a log."""
    words = [f"{progress.finished:4d}/{len(progress.total)}"]
    words += counts_in_words(progress.counts, look)
    words.append(seconds_in_words(now - progress.begun))
    left = progress.remaining(now)
    words += [f"ETA {seconds_in_words(left)}"] if left else []
    return "  ".join(words)


class Display(Protocol):
    """Shows how a run goes on; if the stream is gone, it shows nothing, and that is all."""

    def say(self, *lines: str) -> None:
        """Lines that stay."""

    def draw(self, progress: Progress) -> None:
        """Show where the run is now; may be called as often as one likes."""

    def close(self) -> None:
        """Leave the terminal as it was; what was said stays."""


class Live:
    """Redraws a block on a terminal."""

    def __init__(self, stream: TextIO | None, look: Look, clock: Callable[[], float]) -> None:
        self._outlet = Outlet(stream)
        self._look = look
        self._clock = clock
        self._shown: list[int] = []
        self._lines: list[str] = []
        self._drawn = float("-inf")

    def say(self, *lines: str) -> None:
        """See `Display`."""
        self._paint(self._lines, lines)

    def draw(self, progress: Progress) -> None:
        """See `Display`."""
        now = self._clock()
        if now - self._drawn < PAUSE and progress.finished < len(progress.total):
            return
        self._drawn = now
        look = Look(columns(self._outlet.stream), self._look.has_color, True, self._look.marks)
        self._paint(block(progress, now, look), ())

    def close(self) -> None:
        """See `Display`."""
        if self._lines:
            self._paint([], ())
            self._outlet.write(SHOW_CURSOR)

    def _paint(self, lines: Sequence[str], above: Sequence[str]) -> None:
        begin = HIDE_CURSOR if lines and not self._lines else ""
        width = columns(self._outlet.stream)
        self._outlet.write(begin + repaint(self._shown, lines, above, width))
        self._lines = list(lines)
        self._shown = [cells(line) for line in lines]


PAUSE = 0.08
"""Seconds between two drawings: faster is not seen."""


class Plain:
    """Writes a line now and then, for logs."""

    def __init__(self, stream: TextIO | None, look: Look, clock: Callable[[], float]) -> None:
        self._outlet = Outlet(stream)
        self._look = look
        self._clock = clock
        self._told = (clock(), 0)

    def say(self, *lines: str) -> None:
        """See `Display`."""
        self._outlet.write("".join(f"{line}\n" for line in lines))

    def draw(self, progress: Progress) -> None:
        """See `Display`."""
        now = self._clock()
        when, tenth = self._told
        tenths = 10 * progress.finished // max(len(progress.total), 1)
        if tenths != tenth or now - when >= SILENCE:
            self._told = now, tenths
            self.say(line(progress, now, self._look))

    def close(self) -> None:
        """See `Display`."""


SILENCE = 10.0
"""Seconds after which a log is told that the run still goes on."""


def display(stream: TextIO | None, clock: Callable[[], float]) -> Display:
    """The display that fits a stream."""
    look = Look.of(stream)
    return Live(stream, look, clock) if look.is_live else Plain(stream, look, clock)
