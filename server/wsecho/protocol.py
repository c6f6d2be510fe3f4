"""The echo protocol: the opening handshake and the open connection."""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IPushProducer, ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from wirelog.frames import RSV1, Opcode
from wirelog.handshake import HttpHead
from wsecho.closing import ClosingProtocol, PeerCloses
from wsecho.deflate import Deflate, sound_offers
from wsecho.ends import ends_of
from wsecho.page import refusal
from wsecho.recorded import Violation
from wsecho.recorder import RX, Recorder
from wsecho.request import Refused, Upgrade, check_upgrade, head_end, parse_request


@implementer(IPushProducer)
class EchoProtocol(ClosingProtocol):
    """One connection.

    Nothing that is written leaves the machine before the reactor turns. So it is enough that each
    method that the reactor calls ends with `Recorder.flush`: no reply overtakes its lines.
    """

    openHandshakeTimeout: float
    autoPingTimeout: float
    _log = Logger()

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(recorder)
        self.take = self.parse
        self.ends: dict[str, Any] = {}
        """Addresses and TLS."""
        self.capture: str | None = None
        """The capture's path below the capture directory."""

    def connectionMade(self) -> None:
        """A client has connected."""
        self.recorder.event("TCP ACCEPTED")
        super().connectionMade()
        self.ends = ends_of(self.transport)
        self.transport.registerProducer(self, True)
        self.factory.joined(self)

    def dataReceived(self, data: bytes) -> None:
        """Octets have arrived."""
        recorder = self.recorder
        recorder.octets(RX, data)
        try:
            self.take(data)
        except Violation as violation:
            self.fail(violation)
        except PeerCloses:
            self.answer_close()
        except Exception:
            self._log.failure("Unexpected error in a connection with {peer}", peer=self.peer)
            self._give_up()
        recorder.flush()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """TCP is gone."""
        try:
            super().connectionLost(reason)
            self.factory.name_capture(self)
            self.recorder.finish(self.facts)
        finally:
            self.factory.left(self)

    @property
    def verdict(self) -> str:
        """How the connection ended, in a few words."""
        if self.failedByMe:
            reason = self.facts["localCloseReason"]
            return f"failed with {self.localCloseCode}: {reason}"
        if not self.wasClean:
            return str(self.wasNotCleanReason)
        code = f"with {self.localCloseCode}" if self.localCloseCode else "without code"
        return f"closed by {'me' if self.closedByMe else 'peer'} {code}"

    def pauseProducing(self) -> None:
        """The peer does not read its echoes: read no more from it until it does."""
        self.transport.pauseProducing()

    def resumeProducing(self) -> None:
        """The peer has caught up."""
        self.transport.resumeProducing()

    def stopProducing(self) -> None:
        """The connection is lost; `connectionLost` does what is to do."""

    # The opening handshake

    def processHandshake(self) -> None:
        """More of the opening handshake has arrived."""
        request = None
        self.ends = ends_of(self.transport)  # behind a proxy, or with TLS, they are known only now
        try:
            end = head_end(self.data)
            if end is None:
                return
            request = parse_request(self.data[:end])
            upgrade = check_upgrade(request)
            if self.factory.is_full:
                raise Refused(503, "too many connections")
        except Refused as refused:
            self._refuse(refused, request)
        else:
            self.factory.name_capture(self)
            self.data = self.data[end:]
            self._accept(upgrade)

    def _accept(self, upgrade: Upgrade) -> None:
        """Let Autobahn answer; it goes on with what has come behind the request."""
        self.websocket_version = 13
        self.websocket_protocols = upgrade.protocols
        self.websocket_extensions = sound_offers(upgrade.extensions)
        self._wskey = upgrade.key
        self.succeedHandshake(self.factory.choose_protocol(upgrade.protocols))

    def _refuse(self, refused: Refused, request: HttpHead | None) -> None:
        self.factory.name_capture(self)
        self.take = self.ignore
        self.wasNotCleanReason = f"handshake refused: {refused.status} {refused.reason}"
        self.recorder.event(f"HANDSHAKE REFUSED: {refused.status} {refused.reason}")
        is_tls = ISSLTransport.providedBy(self.transport)
        self.sendData(refusal(refused, request, self.factory.server, is_tls=is_tls))
        self.dropConnection()

    def onOpenHandshakeTimeout(self) -> None:
        """The request is not complete in time."""
        self.openHandshakeTimeoutCall = None
        self.wasOpenHandshakeTimeout = True
        self.recorder.event(f"OPENING HANDSHAKE TIMEOUT AFTER {self.openHandshakeTimeout:.6f} sec")
        self._refuse(Refused(408, "the request was not complete in time"), None)
        self.recorder.flush()

    def onOpen(self) -> None:
        """The connection is open."""
        self.recorder.may_cut()
        if self._perMessageCompress is not None:
            self._perMessageCompress = Deflate(self._perMessageCompress, self.factory.deflate_level)

    # The open connection

    def _onMessageEnd(self) -> None:
        """A message is complete: send it back, compressed if that was agreed."""
        payload = b"".join(self.message_data)
        self.message_data = []
        self.one_by_one = False
        opcode = Opcode.BINARY if self.message_is_binary else Opcode.TEXT
        deflate: Deflate | None = self._perMessageCompress
        if deflate is None:
            self.sendFrame(opcode, payload)
            return
        deflate.start_compress_message()
        payload = deflate.compress_message_data(payload) + deflate.end_compress_message()
        self.sendFrame(opcode, payload, True, RSV1)

    def _sendAutoPing(self) -> None:
        if self.state == self.STATE_OPEN:
            super()._sendAutoPing()
            self.recorder.flush()

    def onAutoPingTimeout(self) -> None:
        """The peer has not answered our ping in time."""
        self.autoPingTimeoutCall = None
        if self.state == self.STATE_OPEN:
            self.recorder.event(f"PING TIMEOUT AFTER {self.autoPingTimeout:.6f} sec")
            self.wasNotCleanReason = "the peer did not answer a ping in time"
            self.dropConnection(abort=True)
            self.recorder.flush()

    def go_down(self) -> None:
        """Close the connection because the server stops."""
        if self.state == self.STATE_CONNECTING:
            self._refuse(Refused(503, "the server is going down"), None)
            self.recorder.flush()
        else:
            super().go_down()

    def _give_up(self) -> None:
        """End the connection after an error of ours."""
        if self.state == self.STATE_CONNECTING:
            self._refuse(Refused(500, "an error of this server"), None)
        elif self.state == self.STATE_OPEN:
            self.fail(Violation(1011, "an error of this server"))
        else:
            self.dropConnection(abort=True)
