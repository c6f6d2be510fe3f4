"""The service: the fuzzing server on its endpoints, and an orderly end."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from secrets import token_hex
from typing import Any, NoReturn

from twisted.internet.defer import Deferred, ensureDeferred

from wsconform.serve_plan import DEFAULT_ENDPOINT, ServePlan
from wsconform.serving.door import Doors
from wsconform.serving.results import Results, reason
from wsconform.serving.server import FuzzingServer
from wsconform.serving.site import site
from wsconform.serving.watching import Shielded, Watcher
from wsservice.addresses import spelled
from wsservice.endpoints import Endpoint
from wsservice.listening import ListeningService


class FuzzingService(ListeningService):
    """See the module."""

    def __init__(
        self, plan: ServePlan, watcher: Watcher, reactor: Any, over: Callable[[str], object],
        abandon: Callable[[str], NoReturn],
    ) -> None:  # fmt: skip
        """`over` is called, with the reason, when the service is to be stopped. Raises
        `EndpointError`."""
        results = Results(plan, token_hex(8), Shielded(watcher).trouble)
        self.server = FuzzingServer(plan, results, watcher, reactor, over)
        self.doors = Doors(self.server, site(results, reactor=reactor), reactor)
        endpoints = [Endpoint.of(reactor, one, DEFAULT_ENDPOINT) for one in plan.endpoints]
        super().__init__(endpoints, self.doors, reactor, abandon)
        self.setName("wsconform")

    def startService(self) -> None:
        """Make sure that reports can be written, with the privileges that are left."""
        super().startService()
        try:
            self.server.plan.out.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.server.plan.out, prefix="."):
                pass
        except OSError as error:
            self._abandon(f"cannot write reports to {self.server.plan.out}: {error.strerror}")

    def listens(self, address: Any, description: str) -> None:
        """See `ListeningService`."""
        where, s = spelled(address), "s" * ("ssl:" in description.split("=", maxsplit=1)[0])
        if where.startswith("unix"):
            self.server.watcher.listens(where, where)
        else:
            self.server.watcher.listens(f"ws{s}://{where}/", f"http{s}://{where}/")

    def stopService(self) -> Deferred[Any]:
        """Listen no more, break off what is played, end all connections, and write the pages."""
        super().stopService()
        return ensureDeferred(self._end())

    async def _end(self) -> None:
        await self.stop_listening()
        self.server.abort()
        await self.doors.go_down()
        if self.server.failure is None:
            await self._write_pages()

    async def _write_pages(self) -> None:
        try:
            await self.server.results.update_pages()
        except OSError as error:
            self.server.cannot_write(error)
            self._log.error("Reports cannot be written: {why}", why=reason(error))
