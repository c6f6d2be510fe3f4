"""A service that listens on endpoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults, maybeDeferred
from twisted.internet.error import CannotListenError
from twisted.logger import Logger
from twisted.python.failure import Failure

from wsservice.addresses import spelled
from wsservice.endpoints import Endpoint


class ListeningService(Service):
    """Listens until it is stopped; whoever inherits says what else is to be done then."""

    _log = Logger()

    def __init__(
        self, endpoints: Sequence[Endpoint], factory: Any, reactor: Any,
        abandon: Callable[[str], NoReturn],
    ) -> None:  # fmt: skip
        """`abandon` leaves the program because of what it is told."""
        self._endpoints = endpoints
        self._factory = factory
        self._reactor = reactor
        self._abandon = abandon
        self._ports: list[Any] = []
        self._failures: list[str] = []
        self._has_listened = False
        """Whether whoever starts the service has been told of what failed at once."""

    def privilegedStartService(self) -> None:
        """Listen, before privileges are given up that ports below 1024 need."""
        super().privilegedStartService()
        for endpoint in self._endpoints:
            listening = maybeDeferred(endpoint.listener.listen, self._factory)
            listening.addCallback(self._listens, endpoint.description)
            listening.addErrback(self._does_not_listen, endpoint.description)
        if self._failures:
            self._abandon(self._failures[0])
        self._has_listened = True

    def stop_listening(self) -> Deferred[Any]:
        """Listen no more."""
        ends = [maybeDeferred(port.stopListening) for port in self._ports]
        return gatherResults(ends, consumeErrors=True)

    def listens(self, address: Any, description: str) -> None:
        """An endpoint listens on this address."""
        self._log.info(
            "Listening on {address} ({endpoint})",
            address=spelled(address),
            endpoint=description,
        )

    def _listens(self, port: Any, description: str) -> None:
        self._ports.append(port)
        self.listens(port.getHost(), description)

    def _does_not_listen(self, failure: Failure, description: str) -> None:
        error = failure.value
        cause = error.socketError if isinstance(error, CannotListenError) else error
        reason = getattr(cause, "strerror", None) or str(cause)
        self._failures.append(f"cannot listen on {description}: {reason}")
        if self._has_listened:  # an endpoint that took its time
            self._log.critical("Stopping: {reason}", reason=self._failures[-1])
            self._reactor.stop()
