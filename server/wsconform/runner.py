"""Plays many cases against one server, side by side, and repeats alone what was not fine.

Load must not change verdicts. So a case that was not fine beside others is played once more alone
before it is reported, and both attempts are kept. After `CONVINCED` attempts in a row that only
confirmed the first, load is out of the question and the rest is repeated side by side, for a server
that fails hundreds of cases. A server that does not take several connections at once is found out
by its first opening handshake that does not come to an end: from there on, cases do not overlap.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from twisted.internet.defer import CancelledError, Deferred, gatherResults
from twisted.internet.task import deferLater

from wsconform.cases.case import Case
from wsconform.driver.dial import NoConnection, dialer
from wsconform.driver.play import Play, Played
from wsconform.driver.settings import Settings, Target
from wsconform.result import Attempt, CaseResult

JOBS = 8
"""Cases side by side, if nothing else is said: enough to make the waits of some cases overlap."""
HOPELESS = 5
"""Cases in a row that never opened, after which a run is given up."""
CONVINCED = 10
"""Repetitions in a row that confirmed the first attempt, after which they need not be alone."""
PATIENCE = (0.2, 0.5, 1.0)
"""Seconds to wait before each new try to connect with a server that was there before."""


class Observer(Protocol):
    """Is told how a run goes on."""

    def case_started(self, case: Case, *, again: bool) -> None:
        """A case begins, or is repeated."""

    def case_finished(self, result: CaseResult, captures: Sequence[bytes]) -> None:
        """A case is through; its captures are as many as its attempts."""


class Silent:
    """An observer that does not care."""

    def case_started(self, case: Case, *, again: bool) -> None:
        """See `Observer`."""

    def case_finished(self, result: CaseResult, captures: Sequence[bytes]) -> None:
        """See `Observer`."""


class Outcome(NamedTuple):
    """What a run has come to."""

    results: list[CaseResult]
    """In the order of the cases; those that were not played are missing."""
    unreachable: str = ""
    """Why the run was given up, if it was: the server could not be reached, or not any more."""
    unconfirmed: int = 0
    """How many cases were not fine beside others and could not be repeated, for the run was
    aborted; they are not reported."""


class Run:
    """One run against one server."""

    def __init__(  # noqa: PLR0913 - what a run is made of
        self, cases: Iterable[Case], target: Target, settings: Settings, reactor: Any,
        observer: Observer | None = None, jobs: int = JOBS, *, repeats: bool = True,
    ) -> None:  # fmt: skip
        """`repeats` says whether what was not fine is played once more."""
        self._repeats = repeats
        self._cases = list(cases)
        self._target = target
        self._settings = settings
        self._reactor = reactor
        self._observer: Observer = observer or Silent()
        self._dial = dialer(reactor, target, settings)
        self._jobs = max(jobs, 1)
        self._width = self._jobs
        """How many cases may be played side by side now."""
        self._playing: set[Play] = set()
        self._awaited: set[Deferred[Any]] = set()
        """What is cancelled when the run is aborted."""
        self._results: dict[str, CaseResult] = {}
        self._waiting = deque(self._cases)
        self._doubtful: deque[tuple[Case, Played]] = deque()
        self._last_opened = ""
        self._never_opened = 0
        self._confirmed = 0
        self._unreachable = ""
        self._error: Exception | None = None
        self._is_stopped = False
        self._is_aborted = False

    async def play(self) -> Outcome:
        """Play all cases; what the observer raises ends the run and comes out of here."""
        await self._work(self._jobs, self._first, lambda: bool(self._waiting))
        if not self._last_opened:  # to repeat that would be pointless
            self._is_stopped = True
        await self._work(1, self._second, self._is_in_doubt)
        await self._work(self._jobs, self._second, lambda: bool(self._doubtful))
        while self._doubtful and not self._is_aborted:  # they cannot be repeated any more
            case, played = self._doubtful.popleft()
            self._report(case, played)
        results = [self._results[case.id] for case in self._cases if case.id in self._results]
        if results and not self._last_opened:
            self._give_up(results[-1].last.transcript.opening)
        return Outcome(results, self._unreachable, len(self._doubtful))

    def stop(self) -> None:
        """Begin no more cases; those that are being played come to their end and are reported."""
        self._is_stopped = True

    def abort(self) -> None:
        """Stop, and end the cases that are being played; they are not reported, and neither are
        those that were to be repeated."""
        self._is_stopped = self._is_aborted = True
        for awaited in tuple(self._awaited):
            awaited.cancel()
        for play in tuple(self._playing):
            play.abort()

    async def _work(
        self, jobs: int, step: Callable[[], Coroutine[Any, Any, None]], is_more: Callable[[], bool]
    ) -> None:
        """Take steps side by side until there is no more to do."""
        self._width = jobs

        async def worker(number: int) -> None:
            while is_more() and number < self._width and not self._is_stopped:
                try:
                    await step()
                except Exception as error:
                    self._error = error
                    self.abort()

        workers = [Deferred.fromCoroutine(worker(number)) for number in range(jobs)]
        await gatherResults(workers)
        if self._error is not None:
            raise self._error

    async def _first(self) -> None:
        """Play the next case."""
        case = self._waiting.popleft()
        played = await self._play(case, again=False)
        if played is None:
            return
        if played.attempt.is_fine or played.attempt.was_alone or not self._repeats:
            self._report(case, played)
        else:
            self._doubtful.append((case, played))

    async def _second(self) -> None:
        """Repeat the next case that was not fine."""
        case, first = self._doubtful.popleft()
        played = await self._play(case, again=True)
        if played is None:
            self._doubtful.append((case, first))
        else:
            self._report(case, first, played)
            is_same = not self._results[case.id].differs
            self._confirmed = self._confirmed + 1 if is_same else 0

    def _is_in_doubt(self) -> bool:
        return bool(self._doubtful) and self._confirmed < CONVINCED

    def _report(self, case: Case, *played: Played) -> None:
        result = CaseResult(case, tuple(one.attempt for one in played))
        self._results[case.id] = result
        self._observer.case_finished(result, [one.capture for one in played])

    async def _play(self, case: Case, *, again: bool) -> Played | None:
        """Play a case; None if the run was aborted or given up meanwhile."""
        self._observer.case_started(case, again=again)
        is_alone = self._width == 1
        play = Play.as_client(case, self._target, self._settings, self._reactor)
        self._playing.add(play)
        try:
            played = await self._connect(play)
        finally:
            self._playing.discard(play)
        if played is None or self._is_aborted:
            return None
        self._look_whether_open(case, played.attempt)
        return Played(replace(played.attempt, was_alone=is_alone), played.capture)

    async def _connect(self, play: Play) -> Played | None:
        """Play as soon as there is TCP; None if there will be none.

        Who is refused while others are served waits for his turn, for some servers take one
        connection at a time. Otherwise a server gets the time that it may need to start anew.
        """
        pauses, last = deque(PATIENCE), self._last_opened
        while not self._is_stopped:
            try:
                await self._unless_aborted(self._dial(play.connection))
                return await play.played()
            except NoConnection as error:
                why = str(error)
            if self._is_aborted:
                break
            are_others_served = any(one.is_connected for one in self._playing)
            if are_others_served or last != self._last_opened:
                pauses, last = deque(PATIENCE), self._last_opened
            elif not pauses or not last:
                self._give_up(why)
                break
            await self._unless_aborted(deferLater(self._reactor, pauses.popleft()))
        return None

    async def _unless_aborted(self, awaited: Deferred[Any]) -> None:
        self._awaited.add(awaited)
        try:
            await awaited
        except CancelledError:
            pass
        finally:
            self._awaited.discard(awaited)

    def _look_whether_open(self, case: Case, attempt: Attempt) -> None:
        """Draw conclusions from an opening handshake."""
        if attempt.transcript.opened:
            self._last_opened, self._never_opened = case.id, 0
            return
        if attempt.transcript.closing.was_open_handshake_timeout:
            self._width = 1
        self._never_opened += 1
        if self._never_opened >= HOPELESS + self._jobs - 1:
            self._give_up(attempt.transcript.opening)

    def _give_up(self, why: str) -> None:
        """The server cannot be reached, or speaks no WebSocket."""
        if not self._unreachable and not self._is_aborted:
            since = (
                f"; case {self._last_opened} was the last that opened" if self._last_opened else ""
            )
            self._unreachable = why + since
        self._is_stopped = True
