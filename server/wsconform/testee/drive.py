"""Goes through the cases of one fuzzing server, and asks it for the verdicts.

The published suite asks its clients for this order: how many cases there are, each of them on a
connection of its own, and the reports in the end. Between them stands the question for the verdict
of each case. A server that goes away ends the run; so does one that has fallen silent, which is
told by several cases in a row without a verdict.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

from twisted.internet.defer import Deferred, gatherResults

from wsconform.report.entry import Entry
from wsconform.runner import HOPELESS
from wsconform.testee.api import (
    Api,
    Listed,
    Misunderstood,
    Pick,
    count_in,
    entry_of,
    listed_in,
    no_verdict,
    objection_in,
    verdict_in,
)
from wsconform.testee.client import EchoClient, End, Question
from wsconform.testee.server import Server, Unreachable

SILENCE = 30.0
"""Seconds for which no message may come from the server, if nothing else is said."""
VERDICT = 10.0
"""Seconds to wait for a verdict when the connection of its case has ended."""
REPORTS = 300.0
"""Seconds to wait for the reports; the published suite writes all of them, page by page."""
ASKING = 8
"""Questions at a time while the cases are listed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a run is to do."""

    ids: tuple[str, ...] | None = None
    """Only these cases; None for all that the server has."""
    jobs: int = 1
    silence: float = SILENCE
    shutdown: bool = False
    """Whether the server is to stop when it has written its reports."""


class Observer(Protocol):
    """Is told how a run goes on."""

    def listed(self, ids: Sequence[str], missing: Sequence[str], left_out: Sequence[str]) -> None:
        """These cases will be played; the server does not have those that are missing, and does
        not play those that are left out with agents of this name."""

    def case_started(self, case_id: str) -> None:
        """A case begins."""

    def case_finished(self, entry: Entry) -> None:
        """A case has its verdict, or will never have one."""


class Outcome(NamedTuple):
    """What a run has come to."""

    entries: list[Entry]
    """In the order of the server's list."""
    unreachable: str = ""
    """Why the run was given up, or its reports were not written."""


class Drive:
    """One run."""

    def __init__(self, server: Server, api: Api, wish: Wish, observer: Observer) -> None:
        self._server = server
        self._api = api
        self._wish = wish
        self._observer = observer
        self._entries: dict[str, Entry] = {}
        self._hopeless = 0
        self._unreachable = ""
        self._is_aborted = False

    async def play(self) -> Outcome:
        """Go through all cases, and have the reports written."""
        cases: list[Listed] = []
        try:
            cases = await self._list()
            await self._side_by_side(self._wish.jobs, cases, self._play)
            await self._update_reports()
        except Unreachable as error:
            self._unreachable = self._unreachable or str(error)
        entries = [self._entries[case.id] for case in cases if case.id in self._entries]
        return Outcome(entries, "" if self._is_aborted else self._unreachable)

    def abort(self) -> None:
        """Begin no more cases and drop those that are being played; what is finished is reported.
        The second time, do not even wait for the reports."""
        self._is_aborted = True
        self._server.abort()

    # The list of cases

    async def _list(self) -> list[Listed]:
        count = await self._understood(self._api.count, count_in)
        cases: list[Listed] = []
        missing: list[str] = []

        async def ask(pick: Pick) -> None:
            end = await self._ask(self._api.info(pick), self._wish.silence)
            if end.answer is not None:
                cases.append(_understand(end.answer, lambda text: listed_in(text, pick)))
            elif pick.parameter == "casetuple" and (end.refused or not end.trouble):
                missing.append(pick.value)
            else:
                raise _unanswered(self._api.info(pick), end)

        ids = self._wish.ids
        picks = map(Pick.number, range(1, count + 1)) if ids is None else map(Pick.id, ids)
        order = list(picks)
        await self._side_by_side(ASKING, order, ask)
        cases.sort(key=lambda case: order.index(case.pick))
        _refuse_doubles(cases)
        played = [case for case in cases if not case.is_left_out]
        if not played and not self._is_aborted:
            raise Unreachable(
                f"the server leaves out all cases for {self._api.agent!r}" if cases
                else "the server has none of these cases" if missing
                else "no cases there"
            )  # fmt: skip
        left_out = [case.id for case in cases if case.is_left_out]
        self._observer.listed([case.id for case in played], missing, left_out)
        return played

    async def _understood(self, resource: str, understand: Callable[[str], Any]) -> Any:
        end = await self._ask(resource, self._wish.silence)
        if end.answer is None:
            raise _unanswered(resource, end)
        return _understand(end.answer, understand)

    async def _ask(self, resource: str, silence: float) -> End:
        return await self._server.converse(Question, resource, silence)

    # The cases

    async def _play(self, case: Listed) -> None:
        self._observer.case_started(case.id)
        begun = time.time()
        end = await self._server.converse(EchoClient, self._api.run(case.pick), self._wish.silence)
        if self._is_aborted:
            return
        entry = await self._verdict(case, end)
        if self._is_aborted:
            return
        duration = round((time.time() - begun) * 1000)
        entry = replace(entry, started=_timestamp(begun), duration=entry.duration or duration)
        self._entries[case.id] = entry
        self._observer.case_finished(entry)

    async def _verdict(self, case: Listed, end: End) -> Entry:
        """The entry of a case that was played."""
        trouble = end.trouble
        if not trouble:
            asked = await self._ask(self._api.status(case.pick), VERDICT)
            if asked.answer is not None:
                self._hopeless = 0
                return entry_of(_understand(asked.answer, verdict_in), case, self._api.agent)
            trouble = f"the server gave no verdict: {asked.trouble or 'it said nothing'}"
        self._hopeless += 1
        if self._hopeless >= HOPELESS and not self._is_aborted:
            raise Unreachable(f"{HOPELESS} cases in a row without a verdict; the last: {trouble}")
        return entry_of(no_verdict(trouble), case, self._api.agent)

    # The end

    async def _update_reports(self) -> None:
        if self._is_aborted and not self._entries:
            return
        self._server.resume()
        resource = self._api.update(shutdown=self._wish.shutdown)
        end = await self._ask(resource, REPORTS)
        if self._wish.shutdown and end.vanished:
            return  # the published suite stops before its answer has left
        objection = objection_in(end.answer)
        if objection:
            raise Unreachable(f"the server did not write its reports: {objection}")
        if not end.opened or (end.trouble and not self._is_aborted):
            raise Unreachable(f"{resource}: {end.trouble}")

    async def _side_by_side(
        self, jobs: int, work: Iterable[Any], step: Callable[[Any], Coroutine[Any, Any, None]]
    ) -> None:
        """Take a step for each piece of work; the first error ends it and comes out of here."""
        waiting = deque(work)
        errors: list[Exception] = []

        async def worker() -> None:
            while waiting and not errors and not self._is_aborted:
                try:
                    await step(waiting.popleft())
                except Exception as error:
                    errors.append(error)

        await gatherResults([Deferred.fromCoroutine(worker()) for _ in range(jobs)])
        if errors and not self._is_aborted:
            raise errors[0]


def _refuse_doubles(cases: Sequence[Listed]) -> None:
    """Results are kept by id, so a case that hides another would be played for nothing."""
    for case_id, count in Counter(case.id for case in cases).items():
        if count > 1:
            raise Unreachable(f"the server has {count} cases with the id {case_id}")


def _unanswered(resource: str, end: End) -> Unreachable:
    words = end.trouble or "the server has nothing to say to that"
    return Unreachable(f"{resource}: {words}" + ("; is it a fuzzing server?" if end.opened else ""))


def _understand(answer: str, understand: Callable[[str], Any]) -> Any:
    try:
        return understand(answer)
    except Misunderstood as error:
        raise Unreachable(f"this is not how a fuzzing server answers: {error}") from None


def _timestamp(seconds: float) -> str:
    """As the published reports have it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
