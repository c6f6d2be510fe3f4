"""The service: endpoints that listen, and an orderly end."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults, maybeDeferred
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort, IStreamServerEndpoint
from twisted.logger import Logger
from twisted.python.failure import Failure

from wsecho.addresses import spelled
from wsecho.captures import Captures
from wsecho.factory import EchoFactory


class CannotStart(SystemExit):
    """The service cannot do its work; the process ends with one line on its error output."""


class EchoService(Service):
    """Listens on endpoints, given with the strings that describe them."""

    _log = Logger()

    def __init__(
        self,
        endpoints: list[tuple[str, IStreamServerEndpoint]],
        factory: EchoFactory,
        captures: Captures,
        pidfile: str | None = None,
    ) -> None:
        self.setName("wsecho")
        self._endpoints = endpoints
        self._factory = factory
        self._captures = captures
        self._pidfile = pidfile
        self._ports: list[IListeningPort] = []

    def privilegedStartService(self) -> None:
        """Listen, before privileges are given up that ports below 1024 need."""
        super().privilegedStartService()
        for description, endpoint in self._endpoints:
            listening = maybeDeferred(endpoint.listen, self._factory)
            listening.addCallback(self._listens, description)
            listening.addErrback(self._does_not_listen, description)

    def startService(self) -> None:
        """Make sure that captures can be written, with the privileges that are left."""
        super().startService()
        try:
            self._captures.check()
        except OSError as error:
            self._abandon(f"cannot write captures to {self._captures.directory}: {error.strerror}")
        where = self._captures.directory
        self._log.info("Captures go to {where}", where=where and os.path.abspath(where))

    def stopService(self) -> Deferred[object]:
        """Listen no more, close all connections with 1001 and finish their captures."""
        super().stopService()
        ends = [maybeDeferred(port.stopListening) for port in self._ports]
        return gatherResults([*ends, self._factory.go_down()], consumeErrors=True)

    def _listens(self, port: IListeningPort, description: str) -> None:
        self._ports.append(port)
        address = spelled(port.getHost())
        self._log.info("Listening on {address} ({endpoint})", address=address, endpoint=description)

    def _does_not_listen(self, failure: Failure, description: str) -> None:
        error = failure.value
        reason = error.socketError if isinstance(error, CannotListenError) else error
        self._abandon(f"cannot listen on {description}: {getattr(reason, 'strerror', 0) or reason}")

    def _abandon(self, message: str) -> None:
        """End the process; twistd only looks after its pid file when a traceback is printed."""
        self._log.critical("Cannot start: {message}", message=message)
        if self._pidfile:
            with suppress(OSError):
                Path(self._pidfile).unlink()
        raise CannotStart(f"wsecho: {message}")
