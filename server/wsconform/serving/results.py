"""What has come of the cases so far, and what is being played; each result is on disk at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import coiterate

from wsconform.cases import Case
from wsconform.report.case_report import Source
from wsconform.report.directory import ReportDirectory, index_of
from wsconform.report.entry import Entry
from wsconform.result import CaseResult
from wsconform.serve_plan import ServePlan
from wsconform.serving.writing import PageWriter

Key = tuple[str, str]
"""Agent and case id."""
Work = Callable[[Iterator[Any]], "Deferred[Any]"]
"""Goes through an iterator, with other things in between."""


class Results:
    """Of every agent since the start; a case that is played again replaces its result."""

    def __init__(
        self, plan: ServePlan, run: str, complain: Callable[[str], None] = lambda _: None,
        work: Work = coiterate,
    ) -> None:  # fmt: skip
        """`run` is the id of the run; `complain` is told of files that cannot be read."""
        self.directory = ReportDirectory(plan.out, complain)
        self.cases: tuple[Case, ...] = plan.cases
        self.numbers = {case.id: number for number, case in enumerate(plan.cases, 1)}
        """Case id -> number by which clients ask for it."""
        self._run = run
        self._as_published = plan.settings.as_published
        self._entries: dict[Key, Entry] = {}
        self._playing: Counter[Key] = Counter()
        self._waiters: dict[Key, list[Deferred[Entry]]] = {}
        self._pages = PageWriter(self.directory)
        self._work = work
        self._writing: Deferred[Any] = succeed(None)

    def entries(self) -> list[Entry]:
        """All that is finished since the start, by agent and case."""
        return sorted(self._entries.values(), key=lambda entry: entry.key)

    def index(self) -> dict[str, dict[str, Any]]:
        """The same in the shape of `index.json`, which has older results of the directory, too."""
        return index_of(self.entries())

    def playing(self) -> list[Key]:
        """Agent and case of each connection on which a case is being played."""
        return list(self._playing.elements())

    def agents(self) -> list[str]:
        """Every agent that has played or is playing, in the order of their coming."""
        return list(dict.fromkeys(agent for agent, _ in (*self._entries, *self._playing)))

    def begin(self, agent: str, case: Case) -> None:
        """A case begins to be played."""
        self._playing[agent, case.id] += 1

    def end(self, agent: str, case: Case) -> None:
        """A case is not played any more: who waits for its result is told the last one."""
        key = agent, case.id
        self._playing[key] -= 1
        if self._playing[key]:
            return
        del self._playing[key]
        if key in self._entries:
            for waiter in self._waiters.pop(key, ()):
                waiter.callback(self._entries[key])

    def add(self, agent: str, result: CaseResult, captures: Sequence[bytes], target: str) -> Entry:
        """Write a result; `target` is where the client has come to. Raises OSError."""
        source = Source(agent, target, self._run, self._as_published, self.numbers)
        entry = self.directory.add(result, source, captures)
        key = agent, result.case.id
        self._entries[key] = entry
        self._pages.take(entry)
        return entry

    def waiter(self, agent: str, case_id: str) -> Deferred[Entry]:
        """Fires with the result of a case as soon as there is one that is not about to be replaced.

        Cancel it when nobody waits any more.
        """
        key = agent, case_id
        if key in self._entries and key not in self._playing:
            return succeed(self._entries[key])
        waiter: Deferred[Entry] = Deferred(lambda one: self._forget(key, one))
        self._waiters.setdefault(key, []).append(waiter)
        return waiter

    def _forget(self, key: Key, waiter: Deferred[Entry]) -> None:
        waiters = self._waiters[key]
        waiters.remove(waiter)
        if not waiters:
            del self._waiters[key]

    def update_pages(self) -> Deferred[None]:
        """Write `index.json`, `index.html` and the pages that are missing or old, without keeping
        anything else waiting for long; fires when that is done, or fails with OSError."""
        done: Deferred[None] = Deferred()

        def write(_: object) -> Any:
            return self._work(self._pages.write())

        # One after the other: what comes while pages are written is written behind them.
        self._writing.addBoth(write)
        self._writing.addCallbacks(lambda _: done.callback(None), done.errback)
        return done


def reason(error: OSError) -> str:
    """Which file, and what is the matter with it."""
    return f"{error.filename or 'error'}: {error.strerror or error}"
