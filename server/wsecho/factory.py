"""Makes the protocols, gives captures their names, and logs how each connection ended."""

from __future__ import annotations

from typing import Any

from autobahn.twisted.websocket import WebSocketServerFactory
from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IAddress, IProtocolNegotiationFactory
from twisted.logger import Logger
from zope.interface import implementer

from wirelog.counting import counted
from wirelog.handshake import HttpHead
from wsecho.captures import Captures
from wsecho.deflate import accept
from wsecho.options import Settings
from wsecho.protocol import EchoProtocol
from wsservice.timers import ExactTimers


@implementer(IProtocolNegotiationFactory)
class EchoFactory(WebSocketServerFactory):
    """Serves connections, each with a recorder of its own."""

    noisy = False
    _log = Logger()

    def __init__(self, settings: Settings, captures: Captures, reactor: Any) -> None:
        super().__init__(server=settings.server_name, reactor=reactor)
        self._settings = settings
        self._captures = captures
        self._batched_timer = ExactTimers(reactor)
        self._connections: set[EchoProtocol] = set()
        self._emptied: Deferred[None] | None = None
        deflate = settings.deflate
        self.logFrames = True
        self.setProtocolOptions(
            versions=[13],
            webStatus=False,
            failByDrop=False,
            maxMessagePayloadSize=settings.max_message,
            openHandshakeTimeout=settings.open_timeout,
            closeHandshakeTimeout=settings.close_timeout,
            autoPingInterval=settings.auto_ping,
            autoPingTimeout=settings.auto_ping,
            perMessageCompressionAccept=deflate and (lambda offers: accept(offers, deflate)),
        )

    @property
    def deflate_level(self) -> int:
        """How hard zlib tries."""
        return self._settings.deflate.level if self._settings.deflate else 0

    @property
    def is_full(self) -> bool:
        """Whether a connection more than allowed is there."""
        return 0 < self._settings.max_connections < len(self._connections)

    def acceptableProtocols(self) -> list[bytes]:
        """What TLS agrees on by ALPN; untold, Twisted refuses all who offer it, as browsers do."""
        return [b"http/1.1"]

    def choose_protocol(self, wanted: list[str]) -> str | None:
        """The first subprotocol that the client wants and the server accepts."""
        return next((name for name in wanted if name in self._settings.protocols), None)

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """Make the protocol for a connection that was just made."""
        protocol = EchoProtocol(self._captures.recorder())
        protocol.factory = self
        return protocol

    def name_capture(self, protocol: EchoProtocol) -> None:
        """Open the connection's capture file, unless that was done."""
        if protocol.recorder.is_open:
            return
        head = HttpHead.parse(protocol.data)
        target = head.words[1] if len(head.words) == 3 else None
        facts = {"agent": head.get("User-Agent"), **protocol.ends}
        protocol.capture = self._captures.open(protocol.recorder, target, facts)

    def joined(self, protocol: EchoProtocol) -> None:
        """A connection was made."""
        self._connections.add(protocol)

    def left(self, protocol: EchoProtocol) -> None:
        """A connection is gone."""
        self._connections.discard(protocol)
        recorder = protocol.recorder
        self._log.info(
            "{capture}: {verdict}; {received} in, {sent} out",
            capture=protocol.capture or protocol.peer,
            verdict=protocol.verdict,
            received=counted(sum(recorder.received.frames), "frame"),
            sent=sum(recorder.sent.frames),
        )
        if self._emptied is not None and not self._connections:
            self._emptied.callback(None)
            self._emptied = None

    def go_down(self) -> Deferred[None]:
        """Close all connections; fires when they are gone."""
        if not self._connections:
            return succeed(None)
        emptied = self._emptied = Deferred()
        for protocol in list(self._connections):
            protocol.go_down()
        return emptied
