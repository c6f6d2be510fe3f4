"""The service: endpoints that listen, and an orderly end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults, maybeDeferred
from twisted.internet.error import CannotListenError
from twisted.logger import Logger
from twisted.python.failure import Failure

from wsecho.captures import Captures
from wsecho.ends import spelled
from wsecho.factory import EchoFactory


class EchoService(Service):
    """Listens on endpoints, given with the strings that describe them."""

    _log = Logger()

    def __init__(
        self,
        endpoints: list[tuple[str, Any]],
        factory: EchoFactory,
        captures: Captures,
        abandon: Callable[[str], NoReturn],
    ) -> None:
        """`abandon` ends the process because of what it is told."""
        self.setName("wsecho")
        self._endpoints = endpoints
        self._factory = factory
        self._captures = captures
        self._abandon = abandon
        self._ports: list[Any] = []
        self._failures: list[str] = []

    def privilegedStartService(self) -> None:
        """Listen, before privileges are given up that ports below 1024 need."""
        super().privilegedStartService()
        for description, endpoint in self._endpoints:
            listening = maybeDeferred(endpoint.listen, self._factory)
            listening.addCallback(self._listens, description)
            listening.addErrback(self._does_not_listen, description)
        if self._failures:
            self._abandon(self._failures[0])

    def startService(self) -> None:
        """Make sure that captures can be written, with the privileges that are left."""
        super().startService()
        where = self._captures.directory
        try:
            self._captures.check()
        except OSError as error:
            self._abandon(f"cannot write captures to {where}: {error.strerror}")
        if where is None:
            self._log.info("Nothing is recorded")
        else:
            self._log.info("Captures go to {where}", where=Path(where).resolve())

    def stopService(self) -> Deferred[Any]:
        """Listen no more, close all connections with 1001 and finish their captures."""
        super().stopService()
        ends = [maybeDeferred(port.stopListening) for port in self._ports]
        return gatherResults([*ends, self._factory.go_down()], consumeErrors=True)

    def _listens(self, port: Any, description: str) -> None:
        self._ports.append(port)
        address = spelled(port.getHost())
        self._log.info("Listening on {address} ({endpoint})", address=address, endpoint=description)

    def _does_not_listen(self, failure: Failure, description: str) -> None:
        error = failure.value
        cause = error.socketError if isinstance(error, CannotListenError) else error
        reason = getattr(cause, "strerror", None) or str(cause)
        self._failures.append(f"cannot listen on {description}: {reason}")
        if self.running:  # an endpoint that took its time
            self._log.critical("Stopping: {reason}", reason=self._failures[-1])
            self._factory.reactor.stop()
