"""The TCP connection under a WebSocket connection: its record, its timers, and its end."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Any

from OpenSSL import SSL
from service_identity import VerificationError
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure

from wsconform.driver.addresses import Ends
from wsconform.driver.arrival import Arrival
from wsconform.driver.clock import Clock, Timers
from wsconform.driver.outgoing import WriteQueue
from wsconform.driver.settings import Settings
from wsconform.record import TX, CaseRecord
from wsconform.transcript import ClosingFacts


class State(Enum):
    """Where a connection is (RFC 6455 §4.1, §7.1)."""

    CONNECTING = "connecting"
    OPEN = "open"
    CLOSING = "closing"
    """Our close frame has left."""
    CLOSED = "closed"
    """TCP is gone, or we have let go of it."""


class TcpProtocol(Protocol):
    """What Twisted calls, as far as it is not about WebSocket."""

    def __init__(
        self, record: CaseRecord, clock: Clock, settings: Settings, *, is_server: bool
    ) -> None:
        self.record = record
        self.state = State.CONNECTING
        self.facts = ClosingFacts(is_server=is_server)
        self.timers = Timers(clock, is_fair=True)
        self.ends = Ends("", "")
        self.made_at = self.opened_at = self.lost_at = 0.0
        """When TCP was there, when the opening handshake was over, and when TCP was gone."""
        self.opening_problem = ""
        """Why the connection never opened, as far as that is known."""
        self.ended: Deferred[None] = Deferred()
        """Fires when TCP is gone."""
        self._clock = clock
        self._settings = settings
        self._arrival: Arrival | None = None
        self._queue = WriteQueue(clock, self.write)
        self._transport: Any = None

    def note(self, **facts: Any) -> None:
        """Keep facts about the end."""
        self.facts = replace(self.facts, **facts)

    def write(self, octets: bytes, *, has_frames: bool = False) -> None:
        """Hand octets to the transport at once; `has_frames` as in `CaseRecord.octets`."""
        self.record.octets(TX, octets, has_frames=has_frames)
        self._transport.write(octets)

    def take_over(self, transport: Any, arrival: Arrival) -> None:
        """Go on with a connection that somebody else has accepted and read from."""
        self._arrival = arrival
        self.makeConnection(transport)

    def connectionMade(self) -> None:
        """TCP is there."""
        self._transport = self.transport
        self.ends = Ends.of(self._transport)
        self._arrival = self._arrival or Arrival(self._clock)
        self.made_at = self._arrival.seconds
        if hasattr(self._transport, "setTcpNoDelay"):
            self._transport.setTcpNoDelay(True)
        words = "TCP ACCEPTED" if self.facts.is_server else "TCP CONNECTED"
        self.record.begin(words, self._arrival.moment)

    def end_late(self, words: str, seconds: float, why: str) -> None:
        """A time limit is over: end TCP at once, and uncleanly."""
        self.record.event(f"{words} AFTER {seconds:f} sec")
        self.note(was_clean=False, was_not_clean_reason=why)
        self.drop(abort=True)

    def drop(self, *, abort: bool = False) -> None:
        """End TCP: behind what was sent, or at once and with RST."""
        if self.state is State.CLOSED:
            return
        self._let_go("ME", "RST" if abort else "FIN")
        self.note(dropped_by_me=True)
        if abort:
            self._transport.abortConnection()
        else:
            self._transport.loseConnection()
            self.timers.set("lingering", self._settings.closing, self._transport.abortConnection)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """TCP is gone."""
        if self.state is not State.CLOSED:
            self._note_loss(reason)
            self._let_go("PEER", "FIN" if reason.type is ConnectionDone else "RST")
        self.timers.cancel_all()
        self.lost_at = self._clock.seconds()
        self.ended.callback(None)

    def record_unfinished(self) -> None:
        """Record the frame that TCP's end cuts off, if there is one."""

    def _note_loss(self, reason: Failure) -> None:
        if self.state is State.CONNECTING:
            self.opening_problem = loss_in_words(reason)
            if self.opening_problem.startswith("TLS"):
                self.record.event(f"NOTE {self.opening_problem}")
            self.note(was_not_clean_reason=self.opening_problem)
        elif not self.facts.was_clean:
            self.note(was_not_clean_reason="the peer dropped TCP without a closing handshake")

    def _let_go(self, who: str, how: str) -> None:
        self.record_unfinished()
        self.record.event(f"TCP DROPPED BY {who} ({how})")
        self.state = State.CLOSED
        self._queue.discard()
        self.timers.cancel_all()


def loss_in_words(reason: Failure) -> str:
    """Why TCP ended before the opening handshake was over."""
    error = reason.value
    if isinstance(error, ConnectionDone):
        return "the peer ended TCP before the opening handshake was over"
    if isinstance(error, SSL.Error):
        return f"TLS failed: {_openssl_in_words(error)}"
    if isinstance(error, VerificationError):
        return "TLS failed: the certificate is for another name"
    words = str(error) or type(error).__name__
    return f"the connection was lost before the opening handshake was over: {words}"


def _openssl_in_words(error: SSL.Error) -> str:
    """OpenSSL says what went wrong as a list of (library, function, reason)."""
    queue = error.args[0] if error.args else ()
    return ", ".join(str(entry[-1]) for entry in queue) or type(error).__name__
