"""What is sent: frames as octets, masked where a client sends them, and the order of the writes.

Frames that are sent without further ado become one write of the transport each, in one turn of the
reactor, so that the system may put them into one segment. A frame that is to stand alone, or is
chopped, is queued: each write gets a turn of its own, and everything later waits behind it.
"""

from __future__ import annotations

import struct
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator

from wirelog.frames import Frame
from wsconform.driver.clock import Clock, Timer
from wsconform.driver.masking import COMPILED_FROM, Keys, masked

TURN = 1e-5
"""Seconds between two queued writes."""
_SHORT = struct.Struct("!BBH").pack
_LONG = struct.Struct("!BBQ").pack


class WriteQueue:
    """Writes in order, at once or one per turn of the reactor."""

    def __init__(self, clock: Clock, write: Callable[[bytes], None]) -> None:
        self._clock = clock
        self._write = write
        self._queue: deque[bytes] = deque()
        self._next: Timer | None = None
        """The turn that is due."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits for its turn."""
        return not self._queue

    def send(self, octets: bytes, *, chop: int | None = None, alone: bool = False) -> None:
        """Write octets, in pieces of `chop` octets, or in a turn of their own."""
        if chop:
            self._queue.extend(octets[at : at + chop] for at in range(0, len(octets), chop))
        elif alone or self._queue:
            self._queue.append(octets)
        else:
            self._write(octets)
            return
        if self._next is None:
            self._turn()

    def discard(self) -> None:
        """Forget what is queued: the connection is gone."""
        self._queue.clear()
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _turn(self) -> None:
        self._next = None
        if self._queue:
            self._write(self._queue.popleft())
            self._next = self._clock.callLater(TURN, self._turn)


def header(first: int, length: int, *, masks: bool) -> bytes:
    """The two to ten octets in front of the key and the payload, with the length as short as it can
    be (§5.2)."""
    bit = 0x80 if masks else 0
    if length < 126:
        return bytes((first, bit | length))
    if length < 65536:
        return _SHORT(first, bit | 126, length)
    return _LONG(first, bit | 127, length)


def first_octet(frame: Frame) -> int:
    """FIN, RSV and opcode."""
    return (0x80 if frame.fin else 0) | frame.rsv << 4 | frame.opcode


def encode(frame: Frame, key: bytes | None) -> bytes:
    """A frame on the wire, masked with `key` if there is one."""
    payload = frame.payload
    head = header(first_octet(frame), len(payload), masks=key is not None)
    return head + payload if key is None else b"".join((head, key, masked(payload, key)))


class Packed:
    """The frames of one message, encoded but for the masks, to be sent as often as one likes.

    Many frames are masked at once: their octets stand ready as one large number, and the keys, laid
    out in the same pattern, as another one.
    """

    def __init__(self, frames: Iterable[Frame], *, masks: bool) -> None:
        self.opcodes: Counter[int] = Counter()
        """How many frames there are of each opcode."""
        self.octets = 0
        """Payload octets of all frames."""
        self._frames: list[tuple[bytes, bytes]] = []
        for frame in frames:
            head = header(first_octet(frame), len(frame.payload), masks=masks)
            self._frames.append((head, frame.payload))
            self.opcodes[frame.opcode] += 1
            self.octets += len(frame.payload)
        self._masks = masks
        self._template = b""
        self._number = 0
        if not masks or self.octets < COMPILED_FROM * (len(self._frames) - 1):
            self._template = b"".join(self._pieces())
            self._number = int.from_bytes(self._template, "little") if masks else 0
            self._shapes = [
                (bytes(len(head)), *divmod(4 + len(payload), 4)) for head, payload in self._frames
            ]
            self._frames.clear()

    def _pieces(self) -> Iterator[bytes]:
        for head, payload in self._frames:
            yield head
            yield bytes(4 if self._masks else 0)
            yield payload

    def wire(self, keys: Keys | None) -> bytes:
        """All frames, each masked with a fresh key if they are to be masked."""
        if keys is None or not self._masks:
            return self._template
        if self._frames:
            return b"".join(self._masked(keys))
        pattern = int.from_bytes(b"".join(self._pattern(keys)), "little")
        return (self._number ^ pattern).to_bytes(len(self._template), "little")

    def _masked(self, keys: Keys) -> Iterator[bytes]:
        for head, payload in self._frames:
            key = keys.next()
            yield head
            yield key
            yield masked(payload, key)

    def _pattern(self, keys: Keys) -> Iterator[bytes]:
        """For each frame: nothing where its header stands, then the key over and over."""
        fresh = keys.take(len(self._shapes))
        for (gap, times, over), key in zip(self._shapes, fresh, strict=True):
            yield gap + key * times + key[:over]
