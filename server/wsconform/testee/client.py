"""One connection with a fuzzing server, by Autobahn: strict, and never without a time limit.

Autobahn's parser goes on behind a frame that it refuses. Here the refusal leaves it as an
exception, the connection is failed with a close frame (RFC 6455 §7.1.7), and whatever comes after
that is ignored until the server ends TCP.

Whatever a server does, a connection takes neither all the memory nor for ever: nothing is read as
long as the server does not take what is sent back, silence is ended, and so is a case without end.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from autobahn.twisted.websocket import WebSocketClientFactory, WebSocketClientProtocol
from autobahn.util import encode_truncate
from autobahn.websocket.compress import PerMessageDeflateOffer, PerMessageDeflateResponseAccept
from autobahn.websocket.types import ConnectingRequest
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from wirelog import __version__
from wirelog.frames import MAX_CONTROL_PAYLOAD
from wirelog.handshake import HEAD_END
from wirelog.utf8 import Utf8Check
from wsconform.driver.settings import KIB, Settings
from wsconform.driver.tcp import loss_in_words
from wsconform.testee.deflate import Deflate

MAX_HEAD = 64 * KIB
PIECE = 16 * KIB
"""Octets that Autobahn's parser gets at once: it copies all that it holds for each frame."""
CLOSING = 5.0
"""Seconds for the server to end TCP when a close frame has been sent."""
LONGEST = 900.0
"""Seconds that a case may take, whatever comes: the longest ones, the 1000 messages of 12 and 13,
take minutes where a message and its echo are under way for long."""


class End(NamedTuple):
    """What became of a connection."""

    opened: bool
    """Whether the opening handshake came to its end."""
    trouble: str = ""
    """Why there is nothing to expect from it: it never opened, or nothing came any more."""
    answer: str | None = None
    """The text that the server sent, if a question was asked."""
    refused: bool = False
    """Whether the server answered the opening handshake with something else."""
    vanished: bool = False
    """Whether the server ended TCP before it answered the opening handshake."""


class _Quiet:
    """Stands in for Autobahn's logger, whose unused messages cost a good part of an echo."""

    def ignore(self, *args: object, **fields: object) -> None:
        """Say nothing."""

    debug = info = warn = error = ignore


class _Violation(Exception):
    """The server broke a rule, and the connection has to be failed with this close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@implementer(IPushProducer)
class Client(WebSocketClientProtocol):
    """A connection that takes what comes; `ended` fires with an `End` when it is over."""

    log = _Quiet()
    _log = Logger()
    takes_time = False
    """Whether it may go on for as long as messages come, up to `LONGEST`."""
    transport: Any
    failByDrop = False
    # Autobahn's timers are all replaced by one.
    openHandshakeTimeout = closeHandshakeTimeout = serverConnectionDropTimeout = 0
    utf8validateIncoming = False  # done here, at a fraction of the cost
    maxMessagePayloadSize = Settings().message
    perMessageCompressionOffers = (
        PerMessageDeflateOffer(accept_no_context_takeover=True, accept_max_window_bits=True),
    )

    def __init__(self, host: str, port: int, resource: str, silence: float) -> None:
        """`silence` is for how many seconds no part of a message may come from the server."""
        super().__init__()
        self.ended: Deferred[End] = Deferred()
        self.answer: str | None = None
        self._request = ConnectingRequest(
            host, port, resource, useragent=f"wsconform/{__version__}"
        )
        self._silence = silence
        self._limit: Any = None
        self._latest = 0.0
        """When it has to be over, as the reactor counts."""
        self._is_full = False
        """Whether the transport has more than the server takes."""
        self._trouble = ""
        self._has_opened = False
        self._was_refused = False
        self._is_over = False
        self._text: Utf8Check | None = None

    @staticmethod
    def perMessageCompressionAccept(response: Any) -> PerMessageDeflateResponseAccept:
        """Whatever the server answers to the offer is fine."""
        return PerMessageDeflateResponseAccept(response)

    # TCP

    def connectionMade(self) -> None:
        """TCP is there."""
        self._latest = self.factory.reactor.seconds() + LONGEST
        self._limit = self.factory.reactor.callLater(self._silence, self._give_up)
        super().connectionMade()

    def onConnecting(self, transport_details: Any) -> ConnectingRequest:
        """What to ask for."""
        return self._request

    def dataReceived(self, data: bytes) -> None:
        """Octets have arrived."""
        for at in range(0, len(data), PIECE):
            if self._is_over:
                return
            self._dataReceived(data[at : at + PIECE])

    def consumeData(self) -> None:
        """Parse what is there. Autobahn also calls this out of a Deferred, which would keep what is
        raised for itself."""
        try:
            super().consumeData()
        except _Violation as violation:
            self._fail(violation)
        except Exception:
            if self.state == self.STATE_CONNECTING:
                self._end("the answer to the opening handshake cannot be read")
            else:
                self._log.failure("Unexpected error in a connection with {peer}", peer=self.peer)
                self._end("an error of this client")

    def _end(self, trouble: str) -> None:
        self._is_over = True
        self._trouble = self._trouble or trouble
        self.transport.abortConnection()

    def _give_up(self) -> None:
        """Nothing has come for too long."""
        if self.state in (self.STATE_CONNECTING, self.STATE_OPEN):
            self._end(self._what_is_late())
        else:
            self.transport.abortConnection()

    def _what_is_late(self) -> str:
        if self.takes_time and self.factory.reactor.seconds() >= self._latest:
            return f"the case was not over within {LONGEST:g} s"
        if self._is_full:
            return f"the server read nothing for {self._silence:g} s"
        if self.takes_time and self._has_opened:
            return f"no message came from the server for {self._silence:g} s"
        return f"no answer came within {self._silence:g} s"

    def _be_patient(self) -> None:
        """The server goes on: begin to wait anew."""
        if self.takes_time and self.state == self.STATE_OPEN:
            left = self._latest - self.factory.reactor.seconds()
            self._limit.reset(max(min(self._silence, left), 0))

    def pauseProducing(self) -> None:
        """The server does not read: it gets no answers, so its questions can wait."""
        self._is_full = True
        self.transport.pauseProducing()

    def resumeProducing(self) -> None:
        """It reads again."""
        self._is_full = False
        self._be_patient()
        self.transport.resumeProducing()

    def stopProducing(self) -> None:
        """The connection is lost; `connectionLost` does what is to be done."""

    def abort(self) -> None:
        """End the connection at once."""
        self._end("broken off")

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """TCP is gone."""
        if self._limit.active():
            self._limit.cancel()
        has_vanished = not self._has_opened and not self._trouble
        if has_vanished:
            self._trouble = loss_in_words(reason)
        self._connectionLost(reason)
        self.ended.callback(
            End(self._has_opened, self._trouble, self.answer, self._was_refused, has_vanished)
        )

    # The opening handshake

    def processHandshake(self) -> Any:
        """More of the server's answer is there."""
        if HEAD_END not in self.data and len(self.data) > MAX_HEAD:
            return self._end("the head of the server's answer has no end")
        return super().processHandshake()

    def failHandshake(self, reason: str) -> None:
        """The server's answer is not an agreement; what its body says may help."""
        head, _, body = self.data.partition(HEAD_END)
        first = body[:200].decode("utf-8", "replace").strip().partition("\n")[0].strip()
        status = head.partition(b"\r\n")[0].decode("latin-1").partition(" ")[2]
        if first and b"text/plain" in head.lower():
            reason = f"{status}: {first}"
        self._was_refused = True
        self._end(reason)

    def onOpen(self) -> None:
        """The connection is open."""
        self._has_opened = True
        self._be_patient()
        self.transport.registerProducer(self, True)
        if self._perMessageCompress is not None:
            self._perMessageCompress = Deflate(self._perMessageCompress)

    # The open connection

    def onMessageBegin(self, isBinary: bool) -> None:
        """A message begins."""
        self._be_patient()
        super().onMessageBegin(isBinary)
        self._text = None if isBinary else Utf8Check()

    def onMessageFrameData(self, payload: bytes) -> None:
        """A part of a message has come, inflated."""
        self._be_patient()
        self._check(payload)
        super().onMessageFrameData(payload)

    def onMessageEnd(self) -> None:
        """A message is complete."""
        self._check(b"", final=True)
        super().onMessageEnd()

    def _check(self, part: bytes, *, final: bool = False) -> None:
        fault = None if self._text is None else self._text.feed(part, final=final)
        if fault is not None:
            raise _Violation(1007, str(fault))

    def _fail_connection(self, code: int = 1001, reason: str = "going away") -> None:
        """Called by Autobahn where it refuses something."""
        raise _Violation(code, reason)

    def _fail(self, violation: _Violation) -> None:
        self._is_over = True
        # Autobahn's types want text here, its code wants octets.
        reason: Any = encode_truncate(str(violation), MAX_CONTROL_PAYLOAD - 2)
        self.sendCloseFrame(violation.code, reason)

    def sendCloseFrame(
        self, code: int | None = None, reasonUtf8: bytes | None = None, isReply: bool = False
    ) -> None:
        """Say that we close; a server ends TCP then."""
        super().sendCloseFrame(code, reasonUtf8, isReply)
        self._limit.reset(CLOSING)


class EchoClient(Client):
    """Sends every message back as it came."""

    takes_time = True

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """A message is complete."""
        if self.state == self.STATE_OPEN:
            self.sendMessage(payload, isBinary)


class Question(Client):
    """Waits for the answer to what its URL asks."""

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """A message is complete."""
        if self.answer is None and not isBinary:
            self.answer = payload.decode()


def factory_of(client: Client, reactor: Any) -> Any:
    """What Twisted needs to connect a client."""
    factory: Any = WebSocketClientFactory(reactor=reactor)
    factory.noisy = False
    factory.protocol = lambda: client
    return factory
