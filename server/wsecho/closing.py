"""How a connection ends: failing it, the closing handshake, and letting go of TCP.

Autobahn's parser is never asked to go on behind the frame that ends a connection. One close frame
is sent, and then `Follower` looks for the peer's in all that still comes. TCP is not dropped
while the peer may have something to read: our direction ends with FIN, and we read on to the
peer's end, at most for the close timeout. An RST, which Linux sends when octets are left unread,
would destroy our last octets in flight; it is for peers that had their time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autobahn.util import encode_truncate
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHalfCloseableProtocol, ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from wirelog.frames import MAX_CONTROL_PAYLOAD, Close, Opcode
from wsecho.ends import tls_fault
from wsecho.follower import Follower, Seen
from wsecho.recorded import RecordedProtocol, Violation
from wsecho.recorder import RX, Recorder

if TYPE_CHECKING:
    from wsecho.factory import EchoFactory

MANDATORY_EXTENSION = 1010

FACTS = (
    "closedByMe",
    "failedByMe",
    "droppedByMe",
    "wasClean",
    "wasNotCleanReason",
    "wasServerConnectionDropTimeout",
    "wasOpenHandshakeTimeout",
    "wasCloseHandshakeTimeout",
    "localCloseCode",
    "localCloseReason",
    "remoteCloseCode",
    "remoteCloseReason",
)
"""What the trailer says of the closing beside `isServer`; these are Autobahn's names."""


class PeerCloses(Exception):
    """The peer has sent a sound close frame before we have sent any."""


@implementer(IHalfCloseableProtocol)
class ClosingProtocol(RecordedProtocol):
    """Ends connections."""

    factory: EchoFactory
    transport: Any
    closeHandshakeTimeout: float

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(recorder)
        self.take: Callable[[bytes], None] = self.ignore
        """What is done with octets that arrive."""
        self._follower = Follower()
        self._end_is_recorded = False
        self._has_sent_fin = False
        self._linger: Any = None

    def ignore(self, data: bytes) -> None:
        """Do nothing with octets but to have recorded them."""

    def onCloseFrame(self, code: int | None, reasonRaw: bytes | None) -> bool | None:
        """The peer has sent a close frame, and we have not."""
        close = Close(code, reasonRaw or b"")
        self._note_close(close)
        for problem in close.check("client"):
            raise Violation(problem.close_code, problem.text)
        raise PeerCloses

    def answer_close(self) -> None:
        """Reply to the peer's close frame with the same code and let go.

        Only a client may send 1010 (§7.4.1), so that one is answered with 1000.
        """
        self._follower, _, frames = self.leave_parser()
        self.take = self._follow
        self.wasClean = True
        code = 1000 if self.remoteCloseCode == MANDATORY_EXTENSION else self.remoteCloseCode
        self.sendCloseFrame(code, isReply=True)
        self.dropConnection()
        self._look_at(frames)

    def fail(self, violation: Violation) -> None:
        """Fail the connection (RFC 6455 §7.1.7): say why in a close frame, wait for the peer's."""
        self._follower, refused, frames = self.leave_parser()
        self.take = self._follow
        if refused is not None:
            self._record(refused)
        self.failedByMe = True
        self.recorder.event(f"FAILING CONNECTION: {violation.reason} ({violation.code})")
        self.sendCloseFrame(violation.code, encode_truncate(violation.reason, 123))
        if self.remoteCloseCode is not None:  # the refused frame was the peer's close frame
            self._finish_handshake()
        self._look_at(frames)

    def go_down(self) -> None:
        """Close the connection because the server stops."""
        if self.state == self.STATE_OPEN:
            self._follower, _, frames = self.leave_parser()
            self.take = self._follow
            self.recorder.event("CLOSING CONNECTION: going down (1001)")
            self.sendCloseFrame(1001, b"going down")
            self._look_at(frames)
            self.recorder.flush()

    def _follow(self, data: bytes) -> None:
        self._look_at(self._follower.feed(data))

    def _look_at(self, frames: list[Seen]) -> None:
        """Record frames behind our close frame; the peer's close frame ends the handshake."""
        for frame in frames:
            self._record(frame)
            if frame.opcode == Opcode.CLOSE and self.state == self.STATE_CLOSING:
                self._note_close(Close.parse(frame.head[:MAX_CONTROL_PAYLOAD]))
                self._finish_handshake()

    def _record(self, frame: Seen) -> None:
        if not frame.is_recorded:
            frame.is_recorded = True
            arrived = None if frame.is_complete else frame.arrived
            self.recorder.frame(RX, frame.bits, frame.length, frame.mask, frame.head, arrived)

    def _note_close(self, close: Close) -> None:
        self.remoteCloseCode = close.code
        self.remoteCloseReason = close.reason_text or None

    def _finish_handshake(self) -> None:
        self.wasClean = True
        self.dropConnection()

    def onCloseHandshakeTimeout(self) -> None:
        """The peer's close frame has not come in time."""
        self.closeHandshakeTimeoutCall = None
        if self.state != self.STATE_CLOSED:
            self.wasCloseHandshakeTimeout = True
            self.wasNotCleanReason = "the peer did not answer the close frame in time"
            sec = f"{self.closeHandshakeTimeout:.6f} sec"
            self.recorder.event(f"CLOSING HANDSHAKE TIMEOUT AFTER {sec}")
            self.dropConnection(abort=True)
            self.recorder.flush()

    # TCP

    def dropConnection(self, abort: bool = False) -> None:
        """End TCP: our direction after all that was sent, or both at once."""
        if self.state == self.STATE_CLOSED:
            return
        self.state = self.STATE_CLOSED
        self.droppedByMe = True
        if self.closeHandshakeTimeoutCall is not None:
            self.closeHandshakeTimeoutCall.cancel()
            self.closeHandshakeTimeoutCall = None
        self.unregisterProducer()
        if abort:
            self._abort()
        else:
            self.transport.resumeProducing()
            self._linger_on()
            self._send_fin()

    def _send_fin(self) -> None:
        if ISSLTransport.providedBy(self.transport):  # its end of stream is a TLS record
            self.transport.loseConnection()
        else:
            self.transport.loseWriteConnection()

    def _linger_on(self) -> None:
        """Give the peer time to read what it has been sent, and to end its direction."""
        if self.closeHandshakeTimeout > 0:
            self._linger = self.factory.reactor.callLater(
                self.closeHandshakeTimeout, self._end_lingering
            )

    def _end_lingering(self) -> None:
        if self._has_sent_fin:
            self.transport.loseConnection()
        else:
            self._abort()
            self.recorder.flush()

    def _abort(self) -> None:
        self._record_end("ME", "RST")
        self.transport.abortConnection()

    def readConnectionLost(self) -> None:
        """The peer has ended its direction; what we still have to send may go out."""
        self._record_unfinished()
        if not self.droppedByMe:
            self._record_end("PEER", "FIN")
            self.state = self.STATE_CLOSED
            self.take = self.ignore
            self.unregisterProducer()
            self._linger_on()
        self.transport.loseConnection()
        self.recorder.flush()

    def writeConnectionLost(self) -> None:
        """Our FIN is out, behind everything that we had to send."""
        self._has_sent_fin = True
        self._record_end("ME", "FIN")
        self.recorder.flush()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """TCP is gone."""
        for timer in (self._linger, self.closeHandshakeTimeoutCall):
            if timer is not None and timer.active():
                timer.cancel()
        self._record_unfinished()
        fault = tls_fault(reason.value)
        if fault is not None and not self._end_is_recorded:
            self.recorder.event(f"NOTE {fault}")
            self.droppedByMe = True
            self.wasNotCleanReason = self.wasNotCleanReason or fault
        self._record_end("ME" if self.droppedByMe else "PEER", self._how(reason.value))
        if not self.wasClean and not self.wasNotCleanReason:
            without = "answering the close frame" if self.closedByMe else "a closing handshake"
            self.wasNotCleanReason = f"the peer dropped TCP without {without}"
        self._connectionLost(reason)  # type: ignore[arg-type]  # declared as str, used as this

    def _how(self, error: BaseException | None) -> str:
        """How TCP ended, where that can be told; TLS does not say it reliably."""
        if isinstance(error, ConnectionDone):
            return "FIN"
        return "" if ISSLTransport.providedBy(self.transport) else "RST"

    def _record_end(self, who: str, how: str) -> None:
        """Record who ended TCP; what comes after that is only the other side's consent."""
        if not self._end_is_recorded:
            self._end_is_recorded = True
            self.recorder.event(f"TCP DROPPED BY {who} ({how})" if how else f"TCP DROPPED BY {who}")

    def _record_unfinished(self) -> None:
        """Record the frame that TCP's end has cut off, if there is one."""
        if self.state == self.STATE_OPEN:
            self._follower, _, _ = self.leave_parser()
            self.take = self._follow
        frame = self._follower.pending()
        if frame is not None:
            self._record(frame)

    @property
    def facts(self) -> dict[str, Any]:
        """The thirteen facts of the closing."""
        facts = {"isServer": True} | {name: getattr(self, name) for name in FACTS}
        if self.localCloseReason is not None:
            facts["localCloseReason"] = self.localCloseReason.decode()
        return facts
