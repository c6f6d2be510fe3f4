"""Frames in order -> messages, pings with pongs, and what is wrong with each frame (RFC 6455 §5.4).

What a frame breaks by itself `Frame.check` says; here is what depends on the frames before it:
fragmentation, UTF-8 across fragments, inflation, anything behind a close frame.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from wirelog.frames import RSV1, Opcode
from wirelog.handshake import Handshake
from wirelog.inflate import Inflated, Inflater
from wirelog.message import Message, WireFrame
from wirelog.rules import closing, frames, payload
from wirelog.rules.rule import Problem
from wirelog.utf8 import Utf8Check, Utf8Fault, find_fault

KEPT_INFLATED = 256 << 20
"""Octets of inflated messages kept for one capture; of later ones, only the beginning is kept."""
KEPT_OF_EACH = 1 << 16


class _Half:
    """What one side has said so far."""

    def __init__(self, inflater: Inflater | None) -> None:
        self.inflater = inflater
        self.message: Message | None = None
        """The message that is open."""
        self.check: Utf8Check | None = None
        """Checks the text of that message; None where there is nothing to check."""
        self.is_closed = False
        self.pings: dict[bytes, deque[WireFrame]] = {}
        """Pings that have no pong yet, by payload."""


class Assembly:
    """Takes the frames of both directions in order."""

    def __init__(self, handshake: Handshake) -> None:
        self.messages: list[Message] = []
        self.unsolicited: list[WireFrame] = []
        """Pongs that answer no ping; legal as heartbeats (§5.5.3)."""
        self._is_extended = handshake.is_extended
        self._knows_deflate = handshake.response is not None
        """Whether it can be said what RSV1 means; a capture may begin behind the handshake."""
        client, server = _Half(None), _Half(None)
        if agreed := handshake.deflate:
            client.inflater = Inflater(agreed[0], other=agreed[1])
            server.inflater = Inflater(agreed[1], other=agreed[0])
        self._halves = {"client": client, "server": server}
        self._kept = 0

    def lose(self) -> None:
        """Frames are left out here: what they were made of is not known."""
        for half in self._halves.values():
            if half.inflater is not None:
                half.inflater.lose()

    def take(self, made: WireFrame) -> None:
        """Judge the next frame and put it where it belongs."""
        half = self._halves[made.sender]
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
            half.pings.setdefault(frame.payload, deque()).append(made)
        elif frame.opcode == Opcode.PONG:
            self._find_ping(made)

    def _find_ping(self, made: WireFrame) -> None:
        other = self._halves["server" if made.sender == "client" else "client"]
        waiting = other.pings.get(made.frame.payload)
        if not waiting:
            self.unsolicited.append(made)
            return
        made.partner = waiting.popleft()
        made.partner.partner = made

    def _add_to_message(self, half: _Half, made: WireFrame) -> None:
        message = half.message
        if message is None or made.frame.opcode != Opcode.CONT:
            message = self._begin_message(half, made)
        message.frames.append(made)
        made.message = message
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
        self.messages.append(message)
        is_plain = not compressed and not self._is_extended
        is_text = (
            frame.opcode == Opcode.TEXT and is_plain and (self._knows_deflate or not frame.rsv)
        )
        half.check = Utf8Check() if is_text else None
        return message

    def _check_text(self, half: _Half, message: Message, made: WireFrame) -> None:
        assert half.check is not None
        frame = made.frame
        is_end = frame.fin and made.arrived and frame.is_complete
        _blame(message, half.check.feed(frame.payload, final=is_end), made)
        if message.fault is not None or not frame.is_complete:
            half.check = None  # what follows cannot be judged

    def _inflate(self, half: _Half, message: Message, last: WireFrame) -> None:
        assert half.inflater is not None
        if not all(one.frame.is_complete for one in message.frames):
            half.inflater.lose()
            message.inflated = Inflated(b"", "octets of it are missing from the capture")
            return
        inflated = half.inflater.inflate(message.wire)
        message.inflated, message.inflated_octets = inflated, len(inflated.data)
        if inflated.problem is not None:
            last.problems.append(inflated.problem)
        if message.opcode == Opcode.TEXT and not inflated.fault:
            _blame(message, find_fault(inflated.data), last)
        self._kept += len(inflated.data)
        if self._kept > KEPT_INFLATED:
            message.inflated = replace(inflated, data=inflated.data[:KEPT_OF_EACH])


def _blame(message: Message, fault: Utf8Fault | None, made: WireFrame) -> None:
    message.fault = fault
    if fault is not None:
        made.problems.append(Problem(payload.NOT_UTF8, str(fault)))
