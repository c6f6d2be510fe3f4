"""A TCP connection that was accepted, and what came on it before anybody knew what it is for.

Whoever listens reads the head of the request, and only then can say which case is to be played. The
record of that case begins with the moment of acceptance all the same, and each chunk has its time.
"""

from __future__ import annotations

import time
from typing import NamedTuple

from wirelog.handshake import HEAD_END
from wsconform.driver.clock import Clock
from wsconform.record import Moment


class Chunk(NamedTuple):
    """Octets as one read of the socket had them."""

    at: int
    """Monotonic nanoseconds."""
    octets: bytes


class Arrival:
    """A connection from its first moment on; whoever fills it bounds it."""

    def __init__(self, clock: Clock) -> None:
        self.seconds = clock.seconds()
        """When it was accepted, as timers count."""
        self.moment = Moment.now()
        """The same for records."""
        self.chunks: list[Chunk] = []
        self.head_ends = False
        """Whether the empty line that ends an HTTP head is there."""
        self._octets = bytearray()

    def take(self, octets: bytes) -> None:
        """Keep a chunk with its time."""
        self.chunks.append(Chunk(time.monotonic_ns(), octets))
        newly = max(len(self._octets) - len(HEAD_END) + 1, 0)
        self._octets += octets
        self.head_ends = self.head_ends or self._octets.find(HEAD_END, newly) >= 0

    @property
    def octets(self) -> bytes:
        """All that came so far."""
        return bytes(self._octets)
