"""Plays a plan: server after server, with results on disk as they come and progress on display.

The reactor is made here, when a run begins and not before. Ctrl-C and SIGTERM end the run: what is
being played is dropped, what was finished is reported.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from twisted.internet.task import LoopingCall

from wirelog.escaping import disarm
from wsconform import foreground
from wsconform.cases import Case
from wsconform.plan import Plan, PlanError, ServerPlan
from wsconform.progress import Display, Progress
from wsconform.report.case_report import Source
from wsconform.report.directory import ReportDirectory
from wsconform.report.entry import UNKNOWN_AGENT, Entry
from wsconform.report.summary import failure
from wsconform.result import CaseResult
from wsconform.runner import Run
from wsconform.terminal import Look

TICK = 0.1
"""Seconds between two looks at the clock for the display."""


@dataclass(slots=True)
class Happened:
    """What a run has come to."""

    entries: list[Entry] = field(default_factory=list)
    """Of all servers, in the order of servers and cases; those of a run that is resumed, too."""
    unreachable: list[str] = field(default_factory=list)
    """Servers that could not be reached, or not to the end, and why."""
    signal: int | None = None
    """The signal that ended the run."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a run takes place."""

    directory: ReportDirectory
    display: Display
    look: Look
    run: str
    """Its id."""
    jobs: int
    done: Sequence[Entry] = ()
    """What the run that is resumed has finished."""


def play(plan: Plan, stage: Stage) -> Happened:
    """Play it; raises `PlanError` where a file that TLS needs is no good, and OSError if reports
    cannot be written."""
    # Importing the reactor installs one.
    from twisted.internet import reactor

    return _Session(plan, stage, reactor).run()


class _Session:
    """A plan that is being played."""

    def __init__(self, plan: Plan, stage: Stage, reactor: Any) -> None:
        self._plan = plan
        self._stage = stage
        self._reactor = reactor
        self._names: dict[str, str] = {}
        self._current: Run | None = None
        self._happened = Happened()

    def run(self) -> Happened:
        """Run the reactor until all is played."""
        foreground.run(self._reactor, self._play_all, self._interrupted)
        return self._happened

    def _interrupted(self, number: int) -> None:
        self._happened.signal = number
        if self._current is not None:
            self._current.abort()

    async def _play_all(self) -> None:
        for server in self._plan.servers:
            if self._happened.signal is None:
                await self._play_server(server)

    async def _play_server(self, server: ServerPlan) -> None:
        done = [one for one in self._stage.done if _is_of(one, server)]
        agent = server.target.agent or next((one.agent for one in done), None)
        if agent is None and server.needs_agent:
            agent = await self._learn_agent(server)
        cases = server.cases_for(agent or "")
        finished = {one.id: one for one in done}
        waiting = [case for case in cases if case.id not in finished]
        listener = _Listener(self._stage, server, self._namer(server, agent), waiting)
        if waiting and self._happened.signal is None:
            self._stage.display.say(self._heading(server, len(waiting), len(done)))
            await self._play_cases(server, waiting, listener)
        found = finished | {entry.id: entry for entry in listener.entries}
        self._happened.entries += [found[case.id] for case in cases if case.id in found]

    def _heading(self, server: ServerPlan, waiting: int, done: int) -> str:
        look = self._stage.look
        words = f"{waiting} case{'' if waiting == 1 else 's'}"
        words += f", {done} were finished before" if done else ""
        where = disarm(str(server.target))
        return (
            f"{look.paint('strong', 'wsconform')}  {where}  {words}, {self._stage.jobs} at a time"
        )

    async def _play_cases(
        self, server: ServerPlan, cases: Sequence[Case], listener: _Listener
    ) -> None:
        run = self._make_run(server, cases, listener)
        ticking = LoopingCall(listener.tick)
        ticking.clock = self._reactor
        ticking.start(TICK)
        try:
            outcome = await run.play()
        finally:
            ticking.stop()
            self._current = None
            listener.settle()
        if outcome.unreachable:
            self._happened.unreachable.append(f"{server.target}: {outcome.unreachable}")

    async def _learn_agent(self, server: ServerPlan) -> str | None:
        """The name that the server gives itself, from one case that is not reported."""
        outcome = await self._make_run(server, server.cases[:1], None).play()
        self._current = None
        return next((result.last.agent for result in outcome.results), None)

    def _make_run(
        self, server: ServerPlan, cases: Sequence[Case], listener: _Listener | None
    ) -> Run:
        try:
            self._current = Run(
                cases, server.target, server.settings, self._reactor, listener, self._stage.jobs
            )
        except (OSError, ValueError) as error:
            raise PlanError(f"{server.target.cafile or server.target}: {error}") from None
        return self._current

    def _namer(self, server: ServerPlan, agent: str | None) -> Callable[[str | None], str]:
        """Names the server in the reports, once and for all: no two servers get the same name."""

        def name(given: str | None) -> str:
            wanted = agent or given or UNKNOWN_AGENT
            whose = self._names.setdefault(wanted, str(server.target))
            return wanted if whose == str(server.target) else f"{wanted} {server.target.authority}"

        return name


def _is_of(entry: Entry, server: ServerPlan) -> bool:
    """Whether an entry of a run that is resumed belongs to this server."""
    agent = server.target.agent
    return entry.target == str(server.target) and agent in (None, entry.agent)


class _Listener:
    """Follows the run against one server: writes each result, and shows how far it is.

    A server that has not opened a connection may not have said its name yet. Results from before
    that wait for the name.
    """

    def __init__(
        self, stage: Stage, server: ServerPlan, name: Callable[[str | None], str],
        cases: Sequence[Case],
    ) -> None:  # fmt: skip
        self.entries: list[Entry] = []
        self._stage = stage
        self._server = server
        self._name = name
        self._source: Source | None = None
        self._waiting: list[tuple[CaseResult, Sequence[bytes]]] = []
        self._progress = Progress.of([case.id for case in cases], time.monotonic(), stage.jobs)

    def case_started(self, case: Case, *, again: bool) -> None:
        """See `wsconform.runner.Observer`."""
        self._progress.case_started(case.id, time.monotonic())
        self.tick()

    def case_finished(self, result: CaseResult, captures: Sequence[bytes]) -> None:
        """See `wsconform.runner.Observer`."""
        if self._source is None:
            opened = any(one.transcript.opened for one in result.attempts)
            if not opened and result.last.agent is None and not self._server.target.agent:
                self._waiting.append((result, captures))
                return
            self._decide(result.last.agent)
        self._take(result, captures)

    def settle(self) -> None:
        """Report what still waits for a name."""
        if self._waiting:
            self._decide(None)
        self._stage.display.draw(self._progress)
        self._stage.display.close()

    def tick(self) -> None:
        """Show the time."""
        self._stage.display.draw(self._progress)

    def _decide(self, given: str | None) -> None:
        settings = self._server.settings
        self._source = Source(
            self._name(given), str(self._server.target), self._stage.run, settings.as_published
        )
        waiting, self._waiting = self._waiting, []
        for result, captures in waiting:
            self._take(result, captures)

    def _take(self, result: CaseResult, captures: Sequence[bytes]) -> None:
        assert self._source is not None, "a result without a name waits"
        entry = self._stage.directory.add(result, self._source, captures)
        self.entries.append(entry)
        self._progress.case_finished(entry.id, entry.kind)
        if not entry.passed():
            self._stage.display.say(failure(entry, self._stage.look))
        self.tick()
