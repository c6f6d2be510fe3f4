"""The service: endpoints that listen, and an orderly end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from twisted.internet.defer import Deferred, gatherResults
from twisted.logger import Logger

from wsecho.captures import Captures
from wsecho.factory import EchoFactory
from wsservice.endpoints import Endpoint
from wsservice.listening import ListeningService


class EchoService(ListeningService):
    """Echoes and records on its endpoints."""

    _log = Logger()

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        factory: EchoFactory,
        captures: Captures,
        abandon: Callable[[str], NoReturn],
    ) -> None:
        """See `ListeningService`."""
        super().__init__(endpoints, factory, factory.reactor, abandon)
        self.setName("wsecho")
        self._captures = captures

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
        return gatherResults([self.stop_listening(), self._factory.go_down()], consumeErrors=True)
