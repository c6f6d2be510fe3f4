"""WebSocket connections on which no case is played: what they have in common.

Requests have passed `door` before they come here. `answers` has what is said, `channel` the
commands.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure

from wirelog import __version__
from wsconform.serving.results import reason
from wsconform.serving.urls import Asked
from wsservice.timers import ExactTimers

if TYPE_CHECKING:
    from wsconform.serving.server import FuzzingServer

LONGEST_MESSAGE = 1 << 20
"""Octets that a client may say at once."""
GOING_AWAY = 1001


class ControlFactory(WebSocketServerFactory):
    """What the connections have in common."""

    noisy = False

    def __init__(self, server: FuzzingServer, reactor: Any) -> None:
        super().__init__(server=f"wsconform/{__version__}", reactor=reactor)
        self.fuzzer = server
        self._batched_timer = ExactTimers(reactor)
        self.setProtocolOptions(
            versions=[13],
            webStatus=False,
            failByDrop=False,
            maxMessagePayloadSize=LONGEST_MESSAGE,
            openHandshakeTimeout=5,
            closeHandshakeTimeout=1,
        )

    def control(self, kind: type[Control], asked: Asked) -> Control:
        """A connection of this kind, for what was asked."""
        protocol = kind(asked)
        protocol.factory = self
        return protocol


class Control(WebSocketServerProtocol):
    """One connection; who inherits says what happens when it is open."""

    factory: ControlFactory
    transport: Any

    def __init__(self, asked: Any) -> None:
        super().__init__()
        self.asked = asked
        self._waits_for: Deferred[Any] | None = None

    def connectionMade(self) -> None:
        """The connection was handed over; who waits on it may wait for long, and be gone."""
        if hasattr(self.transport, "setTcpKeepAlive"):
            self.transport.setTcpKeepAlive(True)
        super().connectionMade()

    @property
    def fuzzer(self) -> FuzzingServer:
        """The server that is asked."""
        return self.factory.fuzzer

    def say(self, value: object) -> None:
        """One message."""
        self.sendMessage(json.dumps(value).encode("ascii"))

    def answer(self, value: object) -> None:
        """The only message."""
        self.say(value)
        self.sendClose(self.CLOSE_STATUS_CODE_NORMAL)

    def wait_for(self, what: Deferred[Any], then: Callable[[Any], object]) -> None:
        """Go on when something has come; forget it if the client goes before."""
        self._waits_for = what
        what.addCallbacks(then, self._failed)

    def go_down(self) -> None:
        """The server ends."""
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(GOING_AWAY, b"the server ends")

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:
        """The connection is gone."""
        if self._waits_for is not None:
            self._waits_for.cancel()

    def dropConnection(self, abort: bool = False) -> None:
        """End TCP; with FIN behind a closing handshake, as an RST surprises clients."""
        super().dropConnection(abort and not self.wasClean)

    def _failed(self, failure: Failure) -> None:
        error = failure.value
        if not isinstance(error, CancelledError):
            words = reason(error) if isinstance(error, OSError) else failure.getErrorMessage()
            self.answer({"error": words})
