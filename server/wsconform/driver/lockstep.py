"""A lockstep loop: the next message is sent when the echo of the one before is here and right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from wirelog.frames import RSV1, Frame, Opcode
from wirelog.inflate import DeflateParams
from wsconform.cases.events import Message
from wsconform.cases.steps import EchoLoop, Send, Slices, fragments
from wsconform.driver.connection import Connection
from wsconform.driver.incoming import Arrived, Violation
from wsconform.driver.outgoing import Packed
from wsconform.driver.streams import EchoCheck, check_text, compressed_slices, slice_sequence
from wsconform.partial_record import LoopRecord
from wsconform.result import Flow
from wsconform.transcript import Echoes, Fault, compare_echo


class Exchange(Protocol):
    """What a loop sends, and how it looks at the echoes."""

    def message(self, number: int) -> Packed:
        """The message of that number, from 0."""

    def octets(self, number: int) -> int:
        """Its length as an application counts it."""

    def fault(self, number: int, echo: Arrived) -> Fault | None:
        """What is wrong with its echo."""


class SameMessage:
    """One message over and over, uncompressed."""

    def __init__(self, item: Send, *, masks: bool) -> None:
        frame = item.on_wire()
        self._packed = Packed([frame], masks=masks)
        self._sent = Message(frame.payload, frame.opcode == Opcode.BINARY)

    def message(self, number: int) -> Packed:
        """See `Exchange`."""
        return self._packed

    def octets(self, number: int) -> int:
        """See `Exchange`."""
        return len(self._sent.octets)

    def fault(self, number: int, echo: Arrived) -> Fault | None:
        """See `Exchange`."""
        fault = compare_echo(self._sent, Message(echo.payload, echo.opcode == Opcode.BINARY))
        if fault is not None and echo.opcode == Opcode.TEXT:
            check_text(echo.payload)
        return fault


class SlicedMessages:
    """Slices of a corpus, compressed."""

    def __init__(
        self, item: Slices, mine: DeflateParams, peers: DeflateParams, *, masks: bool
    ) -> None:
        self._sequence = slice_sequence(item.corpus, item.length)
        self._source = compressed_slices(item.corpus, item.length, mine)
        self._check = EchoCheck(self._sequence, peers)
        self._opcode = Opcode.BINARY if self._sequence.binary else Opcode.TEXT
        self._fragment = item.fragment
        self._masks = masks
        self._packed: dict[int, Packed] = {}

    def message(self, number: int) -> Packed:
        """See `Exchange`."""
        place = self._source.place(number)
        packed = self._packed.get(place)
        if packed is None:
            frame = Frame(self._opcode, self._source.payload(place), rsv=RSV1)
            packed = Packed(fragments(frame, self._fragment), masks=self._masks)
            self._packed[place] = packed
        return packed

    def octets(self, number: int) -> int:
        """See `Exchange`."""
        return len(self._sequence.content(number))

    def fault(self, number: int, echo: Arrived) -> Fault | None:
        """See `Exchange`."""
        return self._check.fault(number, echo)


class Lockstep:
    """Plays a loop on a connection; `over` is called when it is through, or an echo is wrong."""

    def __init__(self, connection: Connection, loop: EchoLoop, over: Callable[[], None]) -> None:
        self._connection = connection
        self._record = connection.record
        self.count = loop.count
        self._over = over
        self._exchange = exchange_for(loop.item, connection)
        self._right = 0
        self._fault: Fault | None = None
        self._before = 0, 0, 0
        self.is_over = False
        self.sent = Flow()
        self.received = Flow()

    @property
    def echoes(self) -> Echoes:
        """How far it came."""
        return Echoes(self._right, self._fault)

    def start(self) -> None:
        """Send the first message."""
        self._connection.inbox.checks_text = False
        self._before = self._counts()
        self._send()

    def arrived(self, echo: Arrived) -> None:
        """A message is here: an echo. Raises `Violation` if it cannot be a message at all."""
        number = self._right
        try:
            self._fault = self._exchange.fault(number, echo)
        except Violation:
            self._fault, self.is_over = Fault.CONTENT, True
            raise
        if self._fault is None:
            octets = self._exchange.octets(number)
            self.sent.application += octets
            self.received.application += octets
            self.received.websocket += len(echo.payload)
            self._right += 1
            self._connection.renew_quota()
        if self._fault is None and self._right < self.count:
            self._send()
        else:
            self._end()

    def _send(self) -> None:
        if isinstance(self._record, LoopRecord):
            self._record.next_exchange()
        message = self._exchange.message(self._right)
        self.sent.websocket += message.octets
        wire = self._connection.sender.packed(message)
        self._connection.write(wire, has_frames=True)

    def _end(self) -> None:
        self.is_over = True
        sent, received, frames = self._before
        sent_now, received_now, frames_now = self._counts()
        self.sent.wire, self.received.wire = sent_now - sent, received_now - received
        self.sent.frames = sum(self._record.sent.frames[opcode] for opcode in (0, 1, 2))
        self.received.frames = frames_now - frames
        self.sent.messages = self.received.messages = self._right
        self._over()

    def _counts(self) -> tuple[int, int, int]:
        frames = sum(self._record.received.frames[opcode] for opcode in (0, 1, 2))
        return self._record.sent.octets, self._record.received.octets, frames


def exchange_for(item: Send | Slices, connection: Connection) -> Exchange:
    """What a loop sends under the terms that the connection has agreed."""
    masks = connection.sender.masks
    if isinstance(item, Send):
        return SameMessage(item, masks=masks)
    opened = connection.opened
    assert opened is not None and opened.mine is not None and opened.peers is not None, (
        "a loop over slices is played only where permessage-deflate was agreed"
    )
    return SlicedMessages(item, opened.mine, opened.peers, masks=masks)
