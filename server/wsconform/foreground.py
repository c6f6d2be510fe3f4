"""Runs the reactor for one piece of work in the foreground of a terminal.

Ctrl-C and SIGTERM do not end the program on the spot: the work is told, and comes to its own end.
What the reactor waits for behind that, such as the look-up of a name, is not worth a second signal.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run(
    reactor: Any,
    work: Callable[[], Coroutine[Any, Any, None]],
    interrupted: Callable[[int], None],
) -> None:
    """Run the reactor until the work is done; what the work raises comes out of here.

    `interrupted` is called in the reactor with the number of each signal that comes.
    """
    before = {one: signal.getsignal(one) for one in SIGNALS}
    failures: list[Failure] = []
    heard: list[int] = []
    is_over: list[bool] = []

    def hear(number: int, _: object) -> None:
        if heard and is_over:
            os._exit(128 + number)
        heard.append(number)
        reactor.callFromThread(interrupted, number)

    def end(_: object) -> None:
        is_over.append(True)
        reactor.stop()

    def begin() -> None:
        for one in SIGNALS:
            signal.signal(one, hear)
        working = Deferred.fromCoroutine(work())
        working.addErrback(failures.append).addBoth(end)

    reactor.callWhenRunning(begin)
    try:
        reactor.run(installSignalHandlers=False)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    for failure in failures:
        failure.raiseException()
