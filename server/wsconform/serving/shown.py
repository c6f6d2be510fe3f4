"""What a terminal or a log shows of a server: where it listens, who comes, how far they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TextIO

from wirelog.counting import counted
from wirelog.escaping import disarm
from wsconform.progress import Display, Progress, counts_in_words
from wsconform.report.entry import Entry
from wsconform.report.summary import failure
from wsconform.terminal import Look, silence

MOST_RUNNING = 1000
"""Cases side by side that are told apart."""


class Shown:
    """A watcher, see `watching`; the URLs are written on a stream of their own."""

    def __init__(
        self, display: Display, look: Look, out: TextIO, clock: Callable[[], float]
    ) -> None:
        self._display = display
        self._look = look
        self._out = out
        self._clock = clock
        self._progress: Progress | None = None
        self._agents: list[str] = []
        self._counts: dict[str, Counter[str]] = {}
        self._finished: dict[str, str] = {}
        """Label -> kind."""
        self._told = ""
        """The agent of which was told last."""

    def listens(self, web_socket: str, web: str) -> None:
        """See `Watcher`."""
        also = f" and {web}" if web != web_socket else ""
        line = f"wsconform: listening on {web_socket}{also}"
        trouble = self._print(line)
        if trouble:
            self._display.say(line, f"wsconform: warning: standard output: {trouble}")

    def came(self, agent: str, peer: str, case_ids: Sequence[str]) -> None:
        """See `Watcher`."""
        self._agents.append(agent)
        self._counts[agent] = Counter()
        words = counted(len(case_ids), "case")
        self._tell_of(agent, f"from {peer}  {words}")
        labels = [self._label(agent, one) for one in case_ids]
        more = Progress.of(labels, self._clock(), MOST_RUNNING)
        if self._progress is None:
            self._progress = more
        self._progress.total |= more.total

    def case_started(self, agent: str, case_id: str) -> None:
        """See `Watcher`."""
        if self._progress is not None:
            self._progress.case_started(self._label(agent, case_id), self._clock())

    def case_ended(self, agent: str, case_id: str, entry: Entry | None) -> None:
        """See `Watcher`."""
        if self._progress is None:
            return
        label = self._label(agent, case_id)
        if entry is None:
            self._progress.running.pop(label, None)
            return
        before = self._finished.get(label)
        if before is not None:  # it was played again
            self._progress.counts[before] -= 1
            self._counts[agent][before] -= 1
        self._finished[label] = entry.kind
        self._progress.case_finished(label, entry.kind)
        self._counts[agent][entry.kind] += 1
        if not entry.passed():
            self._tell_of(agent)
            self._display.say(failure(entry, self._look))
        self._display.draw(self._progress)

    def updated(self, agent: str) -> None:
        """See `Watcher`."""
        if agent in self._counts:
            words = ", ".join(reversed(counts_in_words(self._counts[agent], self._look)))
            self._tell_of(agent, f"{words or 'nothing was played'}; reports are written")

    def trouble(self, words: str) -> None:
        """See `Watcher`."""
        self._display.say(f"wsconform: {disarm(words)}")

    def tick(self) -> None:
        """Show the time, as long as something goes on."""
        if self._progress is not None and self._progress.running:
            self._display.draw(self._progress)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._display.close()

    def _print(self, line: str) -> str:
        """Write a line for programs; why that cannot be done, if it cannot."""
        try:
            self._out.write(f"{line}\n")
            self._out.flush()
        except (OSError, ValueError) as error:
            silence(self._out)
            return getattr(error, "strerror", None) or str(error)
        return ""

    def _label(self, agent: str, case_id: str) -> str:
        """A case in the display; the first agent's cases need no name."""
        return case_id if agent == self._agents[0] else f"{case_id} {disarm(agent)}"

    def _tell_of(self, agent: str, words: str = "") -> None:
        """Say of whom the next lines are, unless that is known."""
        if words or self._told != agent:
            name = self._look.paint("strong", disarm(agent))
            self._display.say(f"{name}  {words}".rstrip())
        self._told = agent
