"""Puts frames on a connection, and into its record: whole, in writes of any size, or in parts."""

from __future__ import annotations

from wirelog.frames import Frame, Opcode
from wsconform.driver.masking import Keys, masked
from wsconform.driver.outgoing import Packed, WriteQueue, encode, first_octet, header
from wsconform.record import TX, CaseRecord


class Sender:
    """Sends for one side; a client masks (RFC 6455 §5.3).

    A frame that was started and whose payload is not complete takes nothing between its parts: a
    pong waits until it is complete, and for a close frame the rest is filled up with zeros.
    """

    def __init__(self, record: CaseRecord, queue: WriteQueue, *, masks: bool) -> None:
        self._record = record
        self._queue = queue
        self._keys = Keys() if masks else None
        self._left = 0
        """Octets that the frame in progress still announces."""
        self._key: bytes | None = None
        self._at = 0
        self._waiting: list[Frame] = []

    @property
    def masks(self) -> bool:
        """Whether frames are masked."""
        return self._keys is not None

    def frame(self, frame: Frame, *, chop: int | None = None, alone: bool = False) -> None:
        """Send a frame as it stands; `chop` and `alone` as in `wsconform.cases.Send`."""
        if self._left and frame.opcode == Opcode.PONG:
            self._waiting.append(frame)
            return
        if self._left:
            self._record.event("NOTE the frame in progress is filled up with zeros")
            self.part(bytes(self._left))
        key = self._next_key()
        extras = f", CHOPSIZE={chop}" if chop else ""
        extras += ", SYNC=True" if alone else ""
        bits = (frame.opcode, frame.fin, frame.rsv)
        self._record.frame(TX, bits, len(frame.payload), key, frame.payload[:128], extras=extras)
        self._queue.send(encode(frame, key), chop=chop, alone=alone)

    def packed(self, message: Packed) -> bytes:
        """The frames of a message as octets, for one write, with fresh masks; they are counted."""
        self._record.sent.frames.update(message.opcodes)
        return message.wire(self._keys)

    def start(self, frame: Frame, length: int) -> None:
        """Send the header of a frame of which the payload follows in parts."""
        key = self._next_key()
        self._record.frame(TX, (frame.opcode, frame.fin, frame.rsv), length, key, b"")
        self._left, self._key, self._at = length, key, 0
        self._queue.send(header(first_octet(frame), length, masks=key is not None) + (key or b""))

    def part(self, octets: bytes) -> None:
        """Send some of the payload of the frame that was started; nothing if it is complete."""
        octets = octets[: self._left]
        if not octets:
            return
        key = self._key
        self._queue.send(octets if key is None else masked(octets, key, self._at))
        self._left -= len(octets)
        self._at += len(octets)
        if not self._left:
            waiting, self._waiting = self._waiting, []
            for frame in waiting:
                self.frame(frame)

    def _next_key(self) -> bytes | None:
        return None if self._keys is None else self._keys.next()
