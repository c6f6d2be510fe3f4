"""Plays a plan: server after server, with results on disk as they come and progress on display.

The reactor is made here, when a run begins and not before. Ctrl-C and SIGTERM end the run: what is
being played is dropped, what was finished is reported. A second signal quits at once.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from twisted.internet.task import LoopingCall

from wirelog.counting import counted
from wirelog.escaping import disarm
from wsconform import foreground
from wsconform.cases import Case
from wsconform.naming import Names, wanted_of
from wsconform.plan import Plan, PlanError, ServerPlan
from wsconform.progress import Display, Progress
from wsconform.report.case_report import Source
from wsconform.report.directory import ReportDirectory
from wsconform.report.entry import UNKNOWN_AGENT, Entry
from wsconform.report.junit import Unplayed
from wsconform.report.run_state import Finished, forget
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
    unreachable: list[Unplayed] = field(default_factory=list)
    """Servers that could not be reached, or not to the end, and why."""
    left: list[Unplayed] = field(default_factory=list)
    """What was not played for that reason, or because of the signal."""
    unconfirmed: int = 0
    """How many failures were not reported, for the signal came before they could be confirmed."""
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
    before: Finished
    """What the run that is resumed has come to."""


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
        self._names = Names()
        self._current: Run | None = None
        self._happened = Happened()

    def run(self) -> Happened:
        """Run the reactor until all is played."""
        foreground.run(self._reactor, self._play_all, self._interrupted)
        return self._happened

    def _interrupted(self, number: int) -> None:
        if self._happened.signal:  # somebody does not want to wait
            self._stage.display.close()
            os._exit(128 + number)
        self._happened.signal = number
        if self._current is not None:
            self._current.abort()

    async def _play_all(self) -> None:
        for server in self._plan.servers:
            await self._play_server(server)

    async def _play_server(self, server: ServerPlan) -> None:
        name, done = self._names.resume(server.target, self._stage.before.done)
        agent = server.target.agent or (name and wanted_of(name, server.target))
        why = ""
        if agent is None and server.needs_agent and not self._happened.signal:
            agent, why = await self._learn_agent(server)
        cases = server.cases_for(agent or "")
        finished = {one.id: one for one in done}
        waiting = [case for case in cases if case.id not in finished]
        listener = _Listener(self._stage, server, self._namer(server, name, agent), waiting)
        if waiting and not why and not self._happened.signal:
            self._stage.display.say(self._heading(server, len(waiting), len(done)))
            why = await self._play_cases(server, waiting, listener)
        found = finished | {entry.id: entry for entry in listener.entries}
        self._happened.entries += [found[case.id] for case in cases if case.id in found]
        left = [case for case in cases if case.id not in found]
        self._note(server, left, listener.agent or name or agent or "", why)

    def _note(self, server: ServerPlan, left: Sequence[Case], agent: str, why: str) -> None:
        """Keep what was not played, and why."""
        where = str(server.target)
        if why:
            self._happened.unreachable.append(Unplayed(agent, where, why))
            self._happened.left += [
                Unplayed(agent, case.id, f"not played, for {where} could not be reached: {why}")
                for case in left
            ]
        elif left and self._happened.signal:
            words = f"{counted(len(left), 'case')} not played"
            by = signal.Signals(self._happened.signal).name
            self._happened.left.append(Unplayed(agent, where, f"ended by {by}: {words}"))

    def _heading(self, server: ServerPlan, waiting: int, done: int) -> str:
        look = self._stage.look
        words = counted(waiting, "case")
        words += f", {done} were finished before" if done else ""
        where = disarm(str(server.target))
        return (
            f"{look.paint('strong', 'wsconform')}  {where}  {words}, {self._stage.jobs} at a time"
        )

    async def _play_cases(
        self, server: ServerPlan, cases: Sequence[Case], listener: _Listener
    ) -> str:
        """Play them; why the server could not be reached, or not to the end."""
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
        self._happened.unconfirmed += outcome.unconfirmed
        return outcome.unreachable

    async def _learn_agent(self, server: ServerPlan) -> tuple[str | None, str]:
        """The name that the server gives itself, from one case that is not reported; or why there
        is no TCP connection."""
        outcome = await self._make_run(server, server.cases[:1], None).play()
        self._current = None
        agent = next((result.last.agent for result in outcome.results), None)
        return agent, "" if outcome.results else outcome.unreachable

    def _make_run(
        self, server: ServerPlan, cases: Sequence[Case], listener: _Listener | None
    ) -> Run:
        try:
            self._current = Run(
                cases, server.target, server.settings, self._reactor, listener, self._stage.jobs
            )
        except UnicodeError as error:  # no certificate can be for such a name
            raise PlanError(f"{server.target}: {error}") from None
        except (OSError, ValueError) as error:
            raise PlanError(f"{server.target.cafile or server.target}: {error}") from None
        return self._current

    def _namer(
        self, server: ServerPlan, name: str | None, agent: str | None
    ) -> Callable[[str | None], str]:
        """Names the server in the reports, once and for all; `name` is the one it has had."""

        def choose(given: str | None) -> str:
            return name or self._names.take(agent or given or UNKNOWN_AGENT, server.target)

        return choose


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

    @property
    def agent(self) -> str:
        """What the reports call the server; empty while that is not known."""
        return self._source.agent if self._source else ""

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
        for old in self._stage.before.void:
            if (old.target, old.id) == (entry.target, entry.id) and old.file != entry.file:
                forget(self._stage.directory.path, old)
        self.entries.append(entry)
        self._progress.case_finished(entry.id, entry.kind)
        if not entry.passed():
            self._stage.display.say(failure(entry, self._stage.look))
        self.tick()
