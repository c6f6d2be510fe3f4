"""The fuzzing server as this program knows it: something to connect to, again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectError, ConnectingCancelledError, DNSLookupError
from twisted.internet.task import deferLater

from wsconform.driver.dial import endpoint_of
from wsconform.driver.settings import Settings, Target
from wsconform.runner import PATIENCE
from wsconform.testee.client import Client, End, factory_of

Kind = Callable[[str, int, str, float], Client]
"""Makes a client: host, port, request target, seconds of silence."""


class Unreachable(Exception):
    """There is no TCP connection, or what answers is no fuzzing server; in words."""


class Server:
    """One fuzzing server."""

    def __init__(self, reactor: Any, target: Target) -> None:
        """Raises OSError or ValueError if the target's certificate file is no good."""
        self._reactor = reactor
        self._endpoint = endpoint_of(reactor, target, Settings())
        self._host = f"[{target.host}]" if ":" in target.host else target.host
        self._port = target.port
        self._connecting: set[Deferred[Any]] = set()
        self._clients: set[Client] = set()
        self._was_reached = False
        self._is_aborted = False

    async def converse(self, kind: Kind, resource: str, silence: float) -> End:
        """Connect, and stay connected to the end; raises `Unreachable` without TCP.

        A server that was there before is tried again, and may take its time for that.
        """
        client = kind(self._host, self._port, resource, silence)
        await self._connect(client)
        self._was_reached = True
        self._clients.add(client)
        try:
            return await client.ended
        finally:
            self._clients.discard(client)

    async def _connect(self, client: Client) -> None:
        for pause in (*PATIENCE, 0):
            if self._is_aborted:
                break
            connecting = self._endpoint.connect(factory_of(client, self._reactor))
            self._connecting.add(connecting)
            try:
                await connecting
                return
            except (ConnectError, DNSLookupError) as error:
                why = str(error)
            except (CancelledError, ConnectingCancelledError):
                break
            finally:
                self._connecting.discard(connecting)
            if not (self._was_reached and pause):
                raise Unreachable(why)
            await deferLater(self._reactor, pause, lambda: None)
        raise Unreachable("broken off")

    def abort(self) -> None:
        """End all connections, and make none any more until `resume`."""
        self._is_aborted = True
        for connecting in tuple(self._connecting):
            connecting.cancel()
        for client in tuple(self._clients):
            client.abort()

    def resume(self) -> None:
        """Connect again."""
        self._is_aborted = False
