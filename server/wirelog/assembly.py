"""Frames in order -> messages, pings with pongs, and what is wrong with each frame (RFC 6455 §5.4).

What a frame breaks by itself `Frame.check` says; here is what depends on the frames before it:
fragmentation, UTF-8 across fragments, inflation, anything behind a close frame.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from wirelog.frames import RSV1, Opcode
from wirelog.handshake import Handshake
from wirelog.inflate import MAX_MESSAGE, Inflated, Inflater
from wirelog.message import Message, WireFrame
from wirelog.rules import closing, frames, payload
from wirelog.rules.rule import Problem
from wirelog.utf8 import Utf8Check, Utf8Fault, find_fault

KEPT_INFLATED = 256 << 20
"""Octets of inflated messages kept for one capture; of later ones, only the beginning is kept."""
KEPT_OF_EACH = 1 << 16
MAX_PINGS = 1 << 14
"""Pings of one side among which a pong may find its own."""


class _Half:
    """What one side has said so far."""

    def __init__(self, inflater: Inflater | None) -> None:
        self.inflater = inflater
        self.message: Message | None = None
        """The message that is open."""
        self.check: Utf8Check | None = None
        """Checks the text of that message; None where there is nothing to check."""
        self.is_closed = False
        self.pings: deque[WireFrame] = deque()
        """The last pings."""
        self.waiting: dict[bytes, deque[WireFrame]] = {}
        """Those that have no pong yet, by payload."""

    def ask(self, ping: WireFrame) -> None:
        """Note a ping; of too many, the oldest will find no pong any more."""
        self.pings.append(ping)
        self.waiting.setdefault(ping.frame.payload, deque()).append(ping)
        if len(self.pings) > MAX_PINGS and (oldest := self.pings.popleft()).partner is None:
            self.answer(oldest.frame.payload)

    def answer(self, payload: bytes) -> WireFrame | None:
        """The oldest ping with this payload, which waits no longer."""
        waiting = self.waiting.get(payload)
        if waiting is None:
            return None
        ping = waiting.popleft()
        if not waiting:
            del self.waiting[payload]
        return ping


class Assembly:
    """Takes the frames of both directions in order."""

    def __init__(self, handshake: Handshake) -> None:
        self._is_extended = handshake.is_extended
        response = handshake.response
        self._knows_deflate = response is not None and response.complete
        """Whether it can be said what RSV1 means; a capture may begin behind the handshake, or lack
        a part of it."""
        client, server = _Half(None), _Half(None)
        agreed = handshake.deflate if self._knows_deflate else None
        if agreed is not None:
            client.inflater = Inflater(agreed[0], other=agreed[1])
            server.inflater = Inflater(agreed[1], other=agreed[0])
        self._halves = {"client": client, "server": server}
        self._kept = 0

    def forget(self) -> None:
        """Forget most frames of the messages that go on; whoever needs them has had them."""
        for half in self._halves.values():
            if half.message is not None:
                half.message.forget()

    def lose(self) -> None:
        """Frames are left out here: what they were made of is not known."""
        for half in self._halves.values():
            if half.inflater is not None:
                half.inflater.lose()

    def take(self, made: WireFrame) -> None:
        """Judge the next frame and put it where it belongs."""
        half = self._halves[made.sender]
        if half.message is None and not half.is_closed and self._is_plain(made):
            made.is_plain = True
            return
        frame = made.frame
        deflate = half.inflater is not None or not self._knows_deflate
        problems = frame.check(made.sender, deflate=deflate, extended=self._is_extended)
        made.problems = problems + made.problems
        if frame.opcode < 8:
            if half.is_closed:
                made.problems.append(Problem(closing.DATA_AFTER, "data frame after a close frame"))
            self._add_to_message(half, made)
        elif frame.opcode == Opcode.CLOSE:
            if half.is_closed:
                made.problems.append(Problem(closing.SECOND_CLOSE, "a second close frame"))
            half.is_closed = half.is_closed or not frame.rsv  # with RSV nobody knows what it says
        elif frame.opcode == Opcode.PING:
            half.ask(made)
        elif frame.opcode == Opcode.PONG:
            self._find_ping(made)

    def _is_plain(self, made: WireFrame) -> bool:
        """Whether a frame is a whole message, and right; most are, and need no more than this."""
        frame = made.frame
        if not 0 < frame.opcode < 3 or not frame.fin or frame.rsv or not made.arrived:
            return False
        if (frame.mask is None) != (made.sender == "server") or frame.length_octets is not None:
            return False
        if frame.declared is not None or made.problems or self._is_extended:
            return False
        if frame.opcode == Opcode.TEXT:
            try:
                frame.payload.decode()
            except UnicodeDecodeError:
                return False
        return True

    def _find_ping(self, pong: WireFrame) -> None:
        """Join a pong with the ping that it answers; it may answer none (§5.5.3)."""
        other = self._halves["server" if pong.sender == "client" else "client"]
        ping = other.answer(pong.frame.payload)
        if ping is not None:
            ping.partner, pong.partner = pong, ping

    def _add_to_message(self, half: _Half, made: WireFrame) -> None:
        message = half.message
        if message is None or made.frame.opcode != Opcode.CONT:
            message = self._begin_message(half, made)
        message.take(made)
        is_last = made.frame.fin
        half.message = None if is_last else message
        if half.check is not None:
            self._check_text(half, message, made)
        if is_last and made.arrived:
            message.complete = True
            if message.compressed:
                self._inflate(half, message, made)

    def _begin_message(self, half: _Half, made: WireFrame) -> Message:
        frame = made.frame
        if frame.opcode == Opcode.CONT:
            text = "continuation without a message to continue"
            made.problems.append(Problem(frames.STRAY_CONTINUATION, text))
        elif half.message is not None and not self._is_extended:
            text = "new message inside a fragmented one"
            made.problems.append(Problem(frames.MESSAGE_INSIDE, text))
        compressed = bool(frame.rsv & RSV1) and half.inflater is not None
        message = Message(made.dir, made.sender, frame.opcode, [], compressed)
        is_text = frame.opcode == Opcode.TEXT and not compressed and not self._is_extended
        half.check = Utf8Check() if is_text else None
        return message

    def _check_text(self, half: _Half, message: Message, made: WireFrame) -> None:
        assert half.check is not None
        frame = made.frame
        if frame.rsv:  # nobody knows what it says, nor what is said behind it
            half.check = None
            return
        is_end = frame.fin and made.arrived and frame.is_complete
        _blame(message, half.check.feed(frame.payload, final=is_end), made)
        if message.fault is not None or not frame.is_complete:
            half.check = None  # what follows cannot be judged

    def _inflate(self, half: _Half, message: Message, last: WireFrame) -> None:
        assert half.inflater is not None
        fault = _unknown(message)
        if fault:
            half.inflater.lose()
            message.inflated = Inflated(b"", fault)
            return
        inflated = half.inflater.inflate(message.wire)
        message.inflated, message.inflated_octets = inflated, len(inflated.data)
        if message.frames[0].frame.rsv == RSV1:  # with more bits nobody knows what it says
            _judge(message, inflated, last)
        self._kept += len(inflated.data)
        if self._kept > KEPT_INFLATED:
            message.inflated = replace(inflated, data=inflated.data[:KEPT_OF_EACH])


def _unknown(message: Message) -> str:
    """Why nobody can inflate a message; empty if it can be tried."""
    if not message.is_known:
        return "octets of it are missing from the capture"
    if message.wire_octets > MAX_MESSAGE:
        return f"has more than {MAX_MESSAGE} octets; not followed further"
    return ""


def _judge(message: Message, inflated: Inflated, last: WireFrame) -> None:
    if inflated.problem is not None:
        last.problems.append(inflated.problem)
    if message.opcode == Opcode.TEXT and not inflated.fault:
        _blame(message, find_fault(inflated.data), last)


def _blame(message: Message, fault: Utf8Fault | None, made: WireFrame) -> None:
    message.fault = fault
    if fault is not None:
        made.problems.append(Problem(payload.NOT_UTF8, str(fault)))
