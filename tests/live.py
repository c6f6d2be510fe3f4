"""A reactor in a thread of its own, and runs of cases in it, for tests with real sockets."""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from twisted.internet.defer import Deferred, ensureDeferred, maybeDeferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.protocol import Factory
from twisted.internet.threads import blockingCallFromThread

from wsconform.cases import Case, select
from wsconform.driver.settings import Settings, Target
from wsconform.result import CaseResult
from wsconform.runner import Outcome, Run


@cache
def running_reactor() -> Any:
    """The reactor, which was started."""
    from twisted.internet import reactor

    untyped: Any = reactor
    thread = threading.Thread(target=untyped.run, args=(False,), daemon=True)
    thread.start()

    @atexit.register
    def stop() -> None:
        untyped.callFromThread(untyped.stop)
        thread.join(5)

    return untyped


def in_reactor(call: Callable[[], Any]) -> Any:
    """Call in the reactor's thread; the result of the Deferred, if it is one."""
    return blockingCallFromThread(running_reactor(), maybeDeferred, call)


@contextlib.contextmanager
def listening(
    protocol: Callable[[], Any], endpoint: str = "tcp:0:interface=127.0.0.1"
) -> Iterator[int]:
    """A server on a free port of this machine, in the reactor."""
    reactor = running_reactor()
    factory = Factory.forProtocol(protocol)
    factory.noisy = False
    port = in_reactor(lambda: serverFromString(reactor, endpoint).listen(factory))
    try:
        yield port.getHost().port
    finally:
        in_reactor(port.stopListening)


class Notes:
    """An observer that keeps everything."""

    def __init__(self) -> None:
        self.started: list[tuple[str, bool]] = []
        self.results: list[CaseResult] = []
        self.captures: dict[str, list[bytes]] = {}

    def case_started(self, case: Case, *, again: bool) -> None:
        self.started.append((case.id, again))

    def case_finished(self, result: CaseResult, captures: Sequence[bytes]) -> None:
        self.results.append(result)
        self.captures[result.case.id] = list(captures)


def play(
    patterns: Iterable[str], target: Target | int, settings: Settings | None = None,
    *, jobs: int = 8, repeats: bool = True, notes: Any = None,
    run: Callable[[Run], None] | None = None,
) -> Outcome:  # fmt: skip
    """Play cases against a server, which may be given as a port of this machine."""
    if isinstance(target, int):
        target = Target.at(f"ws://127.0.0.1:{target}/")
    cases = select(patterns).cases
    made = Run(
        cases, target, settings or Settings(), running_reactor(), notes or Notes(), jobs,
        repeats=repeats,
    )  # fmt: skip

    def begin() -> Deferred[Outcome]:
        deferred = ensureDeferred(made.play())
        if run is not None:
            run(made)
        return deferred

    outcome: Outcome = in_reactor(begin)
    return outcome


def verdicts(outcome: Outcome) -> dict[str, tuple[str, str]]:
    """Both verdicts of each case."""
    return {
        one.case.id: (str(one.verdict.behavior), str(one.verdict.behavior_close))
        for one in outcome.results
    }


def failed(outcome: Outcome) -> set[str]:
    """The ids of the cases that did not pass."""
    return {one.case.id for one in outcome.results if not one.verdict.passed()}
