"""Autobahn's server protocol with a recorder at every point where octets or frames pass.

Lines of well-formed frames come from what Autobahn has parsed already. Where a frame is at fault,
Autobahn is left by an exception, and `leave_parser` finds the frame in what it was working on.
"""

from __future__ import annotations

import struct
import sys
from typing import Any

from autobahn.exception import PayloadCorruptError, PayloadExceededError
from autobahn.twisted.websocket import WebSocketServerProtocol
from twisted.logger import Logger

from wirelog.escaping import PREVIEW_OCTETS
from wsecho.deflate import Deflate
from wsecho.follower import Follower, Seen
from wsecho.fragments import Run, run_of
from wsecho.inbound import TextCheck, unmasker
from wsecho.recorder import RX, TX, Recorder

SLICE = 65536
"""Octets that are handed to the transport at once; a longer frame takes several writes."""

PIECE = 8192
"""Octets that Autobahn's parser gets at once, unless a frame takes more."""

_SHORT = struct.Struct("!BBH").pack
_LONG = struct.Struct("!BBQ").pack


class Violation(Exception):
    """The peer broke a rule, and the connection has to be failed (RFC 6455 §7.1.7)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class _Quiet:
    """Stands in for Autobahn's logger, whose unused debug messages cost a quarter of an echo."""

    _log = Logger(namespace="autobahn")

    def debug(self, *args: Any, **fields: Any) -> None:
        """Say nothing."""

    info = warn = debug

    def error(self, message: str, **fields: Any) -> None:
        """Pass on what Autobahn did not expect."""
        self._log.error(message, **fields)


class RecordedProtocol(WebSocketServerProtocol):
    """Sends and receives as Autobahn does, and records."""

    log = _Quiet()
    transport: Any
    current_frame: Any
    utf8validator: Any
    maxMessagePayloadSize: int
    _perMessageCompress: Any
    _isMessageCompressed: bool
    applyMask = False  # `onFrameBegin` does it

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self.current_frame = None
        self.recorder = recorder
        self.one_by_one = False
        """Whether the fragments of this message are not to be taken together any more.

        Whoever takes the message resets it.
        """
        self._recorded: Any = None
        """The frame whose line was written last."""
        self._part = b""
        """The part of a payload at which the parser was left."""

    def connectionMade(self) -> None:
        """The connection was made."""
        super().connectionMade()
        self.utf8validator = TextCheck()

    def sendFrame(
        self, opcode: int, payload: bytes = b"", fin: bool = True, rsv: int = 0, *_: Any, **__: Any
    ) -> None:
        """Send a frame; Autobahn's options for fuzzing are not for a server that means well."""
        length = len(payload)
        first = (0x80 if fin else 0) | rsv << 4 | opcode
        if length < 126:
            header = bytes((first, length))
        elif length < 65536:
            header = _SHORT(first, 126, length)
        else:
            header = _LONG(first, 127, length)
        self.recorder.frame(TX, (opcode, fin, rsv), length, None, payload)
        if length <= SLICE:
            self.sendData(header + payload)
        else:
            self._send_slices(header, payload)

    def _send_slices(self, header: bytes, payload: bytes) -> None:
        """Write a long frame piece by piece, so that its lines are not held all at once."""
        self.sendData(header + payload[:SLICE])
        for at in range(SLICE, len(payload), SLICE):
            self.recorder.flush()
            self.sendData(payload[at : at + SLICE])

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:
        """Hand octets to the transport."""
        self.recorder.octets(TX, data)
        self.transport.write(data)

    def logRxFrame(self, frameHeader: Any, payload: Any) -> None:
        """A well-formed frame is complete."""
        self._recorded = frameHeader
        self.recorder.frame(
            RX,
            (frameHeader.opcode, frameHeader.fin, frameHeader.rsv),
            frameHeader.length,
            frameHeader.mask,
            self._wire_head(frameHeader, payload),
        )

    def _wire_head(self, frame: Any, parts: list[bytes]) -> bytes:
        """The first octets of a frame's payload as they came: unmasked, but not inflated."""
        deflate: Deflate | None = self._perMessageCompress
        if deflate is not None and frame.opcode < 8 and self._isMessageCompressed:
            return deflate.take_head()
        if not parts:
            return b""
        head = parts[0]
        for part in parts[1:] if len(head) < PREVIEW_OCTETS else ():
            head += part[:PREVIEW_OCTETS]
            if len(head) >= PREVIEW_OCTETS:
                break
        return head

    def parse(self, data: bytes) -> None:
        """Give octets to Autobahn's parser, which copies all that it holds twice for each frame."""
        at = 0
        while len(data) - at > PIECE and self.state == self.STATE_OPEN:
            frame = self.current_frame
            rest = frame.length - self.current_frame_masker.pointer() if frame else 0
            end = at + max(rest, PIECE)
            self.data += data[at:end]
            at = end
            try:
                self.consumeData()
            except Exception:
                self.data += data[at:]
                raise
        self.data += data[at:]
        self.consumeData()

    def consumeData(self) -> None:
        """Take the octets at hand, as far as that is possible."""
        if self.state != self.STATE_OPEN:
            super().consumeData()
            return
        may_go_on = True
        while may_go_on and self.state != self.STATE_CLOSED:
            is_between = self.inside_message and self.current_frame is None
            if is_between and not self.one_by_one and self._take_run():
                may_go_on = len(self.data) > 0
            else:
                may_go_on = self.processData()

    def _take_run(self) -> bool:
        """Take many fragments at once, if they are there and nothing is wrong with them.

        Otherwise nothing is done, and Autobahn finds out with which of them.
        """
        run = run_of(self.data)
        if run is None:
            return False
        content = self._content_of(run)
        if content is None:
            self.one_by_one = True
            return False
        self.data = self.data[run.size :]
        self.recorder.fragments(run)
        self.message_data.append(content)
        self.message_data_total_length += len(content)
        if self.autoPingTimeoutCall:
            self._cancelAutoPingTimeoutCall()
        return True

    def _content_of(self, run: Run) -> bytes | None:
        """The part of the message that is in fragments; None if there is a fault in it."""
        room = (self.maxMessagePayloadSize or sys.maxsize) - self.message_data_total_length
        if len(run.payload) > room:
            return None
        if not self._isMessageCompressed:
            return run.payload if self._may_take(run.payload) else None
        deflate: Deflate = self._perMessageCompress
        before = deflate.saved()
        try:
            content = deflate.inflate(run.payload, room)
        except (PayloadCorruptError, PayloadExceededError):
            content = None
        if content is not None and self._may_take(content):
            return content
        deflate.restore(before)
        return None

    def _may_take(self, content: bytes) -> bool:
        """Whether a part of a message is UTF-8, if it has to be; if it is, it counts as taken."""
        must_be_text = self.utf8validateIncomingCurrentMessage
        return not must_be_text or bool(self.utf8validator.validate(content)[0])

    def onFrameBegin(self) -> None:
        """A frame's header is complete."""
        frame = self.current_frame
        if frame.length and frame.mask is not None:
            self.current_frame_masker = unmasker(frame.mask, frame.length)
        super().onFrameBegin()

    def onFrameData(self, payload: bytes) -> bool | None:
        """A part of a frame's payload has arrived."""
        try:
            more: bool | None = super().onFrameData(payload)
        except Violation:
            self._part = payload
            raise
        return more

    def _invalid_payload(self, reason: str) -> bool:
        """A payload is wrong: text that is not UTF-8, data that does not inflate."""
        fault = self.utf8validator.fault
        raise Violation(1007, reason if fault is None else str(fault))

    def _fail_connection(self, code: int = 1001, reason: str = "going away") -> None:
        """Leave Autobahn's parser; it would go on with the frame that it has just refused."""
        raise Violation(code, reason)

    def leave_parser(self) -> tuple[Follower, Seen | None, list[Seen]]:
        """Go on where Autobahn's parser was left.

        Gives the follower, the frame that was in progress unless it has been recorded, and the
        frames that are complete in the octets at hand, that one included.
        """
        current = self._current_frame()
        is_recorded = current is None and self.current_frame is not None
        follower = Follower(current)
        octets, self.data = self.data, b""
        frames = follower.feed(octets)
        self.current_frame = None
        if is_recorded:
            return follower, None, frames
        return follower, frames[0] if frames else follower.pending(), frames

    def _current_frame(self) -> Seen | None:
        """The frame that Autobahn is in, if it is past the header and not through."""
        frame = self.current_frame
        if frame is None or frame is self._recorded:
            return None
        parts = self.control_frame_data if frame.opcode > 7 else self.frame_data
        head = self._wire_head(frame, [*(parts or ()), self._part])[:PREVIEW_OCTETS]
        arrived = self.current_frame_masker.pointer()
        return Seen(frame.opcode, frame.fin, frame.rsv, frame.length, frame.mask, head, arrived)
