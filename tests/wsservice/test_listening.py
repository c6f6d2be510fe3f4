from __future__ import annotations

from typing import Any, NoReturn

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock

from wsservice.endpoints import Endpoint
from wsservice.listening import ListeningService


class Abandoned(Exception):
    pass


def abandon(message: str) -> NoReturn:
    raise Abandoned(message)


class Reactor:
    """Knows how often it was stopped."""

    stopped = 0

    def stop(self) -> None:
        self.stopped += 1


class Slow:
    """An endpoint that takes its time."""

    def __init__(self) -> None:
        self.listening: Deferred[Any] = Deferred()

    def listen(self, _: Factory) -> Deferred[Any]:
        return self.listening


def service(reactor: Any, *endpoints: Endpoint) -> ListeningService:
    return ListeningService(endpoints, Factory(), reactor, abandon)


def test_it_listens_until_it_is_stopped() -> None:
    reactor = MemoryReactorClock()
    made = service(reactor, *(Endpoint.of(reactor, f"tcp:{port}", "") for port in (7000, 7001)))
    made.privilegedStartService()
    assert [server[0] for server in reactor.tcpServers] == [7000, 7001]
    stopped: list[Any] = []
    made.stop_listening().addCallback(stopped.append)
    assert len(stopped) == 1


def test_a_port_in_use_is_said() -> None:
    slow = Slow()
    slow.listening.errback(CannotListenError("", 80, OSError(98, "Address already in use")))
    with pytest.raises(Abandoned, match="cannot listen on tcp:80: Address already in use"):
        service(None, Endpoint("tcp:80", slow)).privilegedStartService()


def test_a_port_in_use_stops_no_reactor_that_does_not_run() -> None:
    reactor, slow = Reactor(), Slow()
    slow.listening.errback(OSError("no"))
    made = service(reactor, Endpoint("slow:", slow))
    made.startService()  # as one may who looks first whether there is any point in listening
    with pytest.raises(Abandoned, match="cannot listen on slow:"):
        made.privilegedStartService()
    assert reactor.stopped == 0


def test_an_endpoint_that_fails_late_stops_the_program() -> None:
    reactor, slow = Reactor(), Slow()
    made = service(reactor, Endpoint("slow:", slow))
    made.privilegedStartService()
    made.startService()
    slow.listening.errback(OSError("no"))
    assert reactor.stopped == 1
