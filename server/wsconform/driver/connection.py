"""One WebSocket connection: the opening handshake, frames both ways, the closing handshake.

It plays either side. What differs at the start is the business of its `Opening`; at the end the
server is the one that ends TCP (RFC 6455 §7.1.1). It does what a strict endpoint does, except that
it does not drop a connection that it has failed: it waits for the peer's close frame, or for the
second rule that the peer breaks. What it sends is decided by a `Listener`, and is not checked: a
case may want to send what is wrong.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from wirelog.frames import Close, Frame, Opcode
from wsconform.driver.clock import Clock
from wsconform.driver.incoming import Arrived, FrameReader, Inbox, Incoming, Violation
from wsconform.driver.opening import HandshakeFailed, Opened, Opening
from wsconform.driver.sender import Sender
from wsconform.driver.settings import Settings
from wsconform.driver.tcp import State, TcpProtocol
from wsconform.record import RX, CaseRecord

REASON = 123
"""Octets that the reason of a close frame may have (§5.5)."""
UNPUBLISHED = (1012, 1013, 1014)
"""Close codes that are registered with IANA, and that the published suite refuses."""
NOTICED = 0.05
"""Seconds of waiting that are told of."""
FAILING = "FAILING CONNECTION: {}"


class Listener(Protocol):
    """Decides what is sent, and is told what comes."""

    def opened(self) -> None:
        """The opening handshake is over."""

    def arrived(self, what: Arrived) -> None:
        """A data message or a pong is complete."""


class Quota(NamedTuple):
    """What a peer may send, so that a flood fills neither memory nor disk."""

    octets: int
    frames: int


class Connection(TcpProtocol):
    """See the module."""

    def __init__(
        self, opening: Opening, listener: Listener, record: CaseRecord, clock: Clock,
        settings: Settings, quota: Quota,
    ) -> None:  # fmt: skip
        super().__init__(record, clock, settings, is_server=opening.peer == "client")
        self.opening = opening
        self.opened: Opened | None = None
        self.inbox = Inbox(opening.peer, None, settings.message)
        self.sender = Sender(record, self._queue, masks=opening.peer == "server")
        self._listener = listener
        self._quota = quota
        self._octets_left, self._frames_left = quota
        self._reader = FrameReader()

    def renew_quota(self) -> None:
        """The peer has done as it should: it may send as much again."""
        self._octets_left, self._frames_left = self._quota

    def connectionMade(self) -> None:
        """TCP is there."""
        super().connectionMade()
        passed = self._clock.seconds() - self.made_at
        self.timers.set("opening", max(self._settings.opening - passed, 0), self._opening_is_late)
        first = self.opening.begin()
        if first:
            self.write(first)
        for at, octets in self._arrival.chunks if self._arrival else ():
            self._hear(octets, at)

    def dataReceived(self, data: bytes) -> None:
        """Octets have come."""
        self._hear(data)

    def _hear(self, data: bytes, at: int | None = None) -> None:
        """Take octets that come now, or came at a moment that has passed."""
        if self.state is State.CLOSED:
            return
        self.record.octets(RX, data, at=at)
        self._octets_left -= len(data)
        if self.state is State.CONNECTING:
            self._open(data)
        else:
            self._receive(data)
        if self._octets_left < 0:
            self.stem_flood()

    def begin(self) -> None:
        """What is to be done on the open connection begins: from here on its time counts."""
        waited = self._clock.seconds() - self.opened_at
        if waited >= NOTICED:
            self.record.event(f"NOTE waited {waited:f} sec before the case began")
            self.opened_at += waited

    @property
    def is_sending(self) -> bool:
        """Whether some of what is to be sent still waits for its turn."""
        return not self._queue.is_empty

    # The opening handshake

    def _open(self, octets: bytes) -> None:
        try:
            opened = self.opening.take(octets)
        except HandshakeFailed as failure:
            self._give_up_opening(failure)
            return
        if opened is None:
            return
        self.timers.cancel("opening")
        self.opened = opened
        self.opened_at = self._clock.seconds()
        self.ends = self.ends.of(self._transport)  # what TLS agreed is known by now
        self.state = State.OPEN
        self.inbox = Inbox(self.opening.peer, opened.peers, self._settings.message)
        if opened.answer:
            self.write(opened.answer)
        self._listener.opened()
        self._receive(opened.rest)

    def _give_up_opening(self, failure: HandshakeFailed) -> None:
        self.opening_problem = str(failure)
        is_answer = bool(failure.status)
        self.record.event(
            f"HANDSHAKE REFUSED: {failure.status}" if is_answer else FAILING.format(failure)
        )
        self.note(failed_by_me=not is_answer)
        if failure.answer:
            self.write(failure.answer)
        self.drop(abort=not failure.answer)

    def _opening_is_late(self) -> None:
        awaited, seconds = self.opening.awaits, self._settings.opening
        self.opening_problem = f"no complete {awaited} came in {seconds:g} s"
        self.note(was_open_handshake_timeout=True)
        self.end_late("OPENING HANDSHAKE TIMEOUT", self._settings.opening, self.opening_problem)

    def stem_flood(self) -> None:
        """Fail the connection: the peer has sent more than anything that a case can want."""
        if self.state is not State.CLOSED:
            why = "the peer sends without end"
            self.record.event(FAILING.format(f"{why} (1008)"))
            self.close(Close(1008, why.encode()))
            self.note(failed_by_me=True, was_clean=False, was_not_clean_reason=why)
            self.drop()

    # Frames

    def _receive(self, octets: bytes) -> None:
        for frame, part in self._reader.feed(octets):
            if not frame.is_refused:
                self._take(frame, part)
            if frame.is_refused and frame.is_complete:
                self._heed(frame)
            if self._frames_left < 0:
                self.stem_flood()
            if self.state is State.CLOSED:
                return

    def _take(self, frame: Incoming, part: bytes) -> None:
        try:
            what = self.inbox.take(frame, part)
        except Violation as violation:
            frame.is_refused = True
            self._record_frame(frame)
            self.fail(violation.code, violation.reason)
            return
        if frame.arrived == frame.length:
            self._record_frame(frame)
        if what is not None:
            self._react(what)

    def _heed(self, frame: Incoming) -> None:
        """Take what was said with a frame that breaks a rule: it counts as an answer all the same,
        and as a close frame it is the last one.

        The published suite counts text that is not UTF-8 twice: where it stops being UTF-8, and at
        the end of the message.
        """
        if self.state is State.CLOSED:
            return
        if frame.opcode in (Opcode.CLOSE, Opcode.PONG):
            self._react(Arrived(frame.opcode, frame.head))
        elif self._settings.as_published and frame.fin and self.facts.local_close_code == 1007:
            self.fail(1007, "the text is still not UTF-8")

    def _record_frame(self, frame: Incoming) -> None:
        self._frames_left -= 1
        arrived = None if frame.arrived == frame.length else frame.arrived
        self.record.frame(RX, frame.bits, frame.length, frame.mask, frame.head, arrived=arrived)

    def record_unfinished(self) -> None:
        """See `TcpProtocol`."""
        frame = self._reader.current
        if frame is not None and not frame.is_refused:
            self._record_frame(frame)

    def _react(self, what: Arrived) -> None:
        if what.opcode == Opcode.CLOSE:
            self._take_close(Close.parse(what.payload))
        elif what.opcode != Opcode.PING:
            self._listener.arrived(what)
        elif self.state is State.OPEN:
            self.sender.frame(Frame(Opcode.PONG, what.payload))

    # The closing handshake

    def close(self, close: Close, *, is_reply: bool = False) -> None:
        """Send a close frame, unless one has been sent (§5.5.1)."""
        if self.state is not State.OPEN:
            return
        self.sender.frame(Frame(Opcode.CLOSE, close.serialize()))
        self.state = State.CLOSING
        self.note(
            closed_by_me=not is_reply,
            local_close_code=close.code,
            local_close_reason=_as_text(close.reason),
        )
        if not is_reply:
            self.timers.set("closing", self._settings.closing, self._close_is_late)

    def fail(self, code: int, reason: str) -> None:
        """Fail the connection (§7.1.7): with a close frame, or by dropping TCP if one was sent."""
        if self.state is State.CLOSED:
            return
        self.record.event(FAILING.format(f"{reason} ({code})"))
        self.note(failed_by_me=True)
        self.inbox.is_deaf = True
        if self.state is State.OPEN:
            self.close(Close(code, reason.encode()[:REASON].decode(errors="ignore").encode()))
        else:
            self.drop()

    def _take_close(self, close: Close) -> None:
        """The peer's close frame: the first one, or its reply to ours."""
        if not self.facts.was_clean or self._settings.as_published:
            self.note(remote_close_code=close.code, remote_close_reason=_as_text(close.reason))
        for problem in close.check()[:1]:
            self.fail(problem.close_code, problem.text)
        if self._settings.as_published and close.code in UNPUBLISHED:
            self.fail(1002, f"close code {close.code}")
        if self.state is State.CLOSED:
            return
        self.note(was_clean=True)
        is_first = self.state is State.OPEN
        self.close(Close(1000), is_reply=True)
        self.timers.cancel("closing")
        if self.facts.is_server:
            self.drop(abort=not is_first)
        else:
            self.timers.set("server drop", self._settings.server_drop, self._server_stays)

    def _close_is_late(self) -> None:
        self.note(was_close_handshake_timeout=True)
        why = "the peer did not answer the close frame in time"
        self.end_late("CLOSING HANDSHAKE TIMEOUT", self._settings.closing, why)

    def _server_stays(self) -> None:
        self.note(was_server_connection_drop_timeout=True)
        why = "the server did not end TCP in time"
        self.end_late("SERVER DROP TIMEOUT", self._settings.server_drop, why)


def _as_text(reason: bytes) -> str | None:
    """A close reason as reports have it: text, or hexadecimal where it is not UTF-8."""
    try:
        return reason.decode() or None
    except UnicodeDecodeError:
        return reason.hex()
