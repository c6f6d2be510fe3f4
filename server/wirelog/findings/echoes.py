"""Shows by echoes alone, without a clock, that the receiver of a ping has read past it.

Who sends back a message that came behind the ping has read the ping. That the pong follows is only
a matter of its turn; but if a second message, sent when the first had come back, comes back as
well, and the receiver ends the connection without a pong, then it never meant to send one.
"""

from __future__ import annotations

from collections import deque

from wirelog.findings.aftermath import content_hash
from wirelog.message import WireFrame

REMEMBERED = 64
"""Messages that may be on their way at once and are known again."""
PROOF = 2
"""Round trips behind a ping within which its pong ought to have come."""


Sign = tuple[int, int]
"""Stands for a message: its opcode and the hash of what it says."""


class Echoes:
    """What is sent behind a ping, and comes back."""

    def __init__(self, ping: WireFrame) -> None:
        self.ping = ping
        self.trips = 0
        """Round trips so far: a message that was sent when the one before had come back."""
        self.last: WireFrame | None = None
        """The frame that ended the last one."""
        self._sent: deque[tuple[Sign, int]] = deque(maxlen=REMEMBERED)
        """Messages on their way, each with the round trips before it."""

    @property
    def proof(self) -> WireFrame | None:
        """The echo with which the pong should have been there; None if that is not shown."""
        return self.last if self.trips >= PROOF else None

    def take(self, one: WireFrame) -> None:
        """Take a data frame of either side that stands behind the ping."""
        if self.proof or not one.frame.fin:
            return
        said = _said(one)
        if one.sender == self.ping.sender:
            self._sent.append((said, self.trips))
        elif any(sent == said for sent, _ in self._sent):
            self._comes_back(one, said)
        elif self.trips:  # what came before the first round trip may answer what was sent before
            self.trips = 0
            self._sent.clear()

    def _comes_back(self, one: WireFrame, said: Sign) -> None:
        """Count a round trip, unless the message was sent during the one before."""
        sent, trips = self._sent.popleft()
        while sent != said:
            sent, trips = self._sent.popleft()
        if trips == self.trips:
            self.trips, self.last = trips + 1, one


def _said(one: WireFrame) -> Sign:
    """Stands for the message that ends with a frame."""
    opcode = one.frame.opcode if one.is_plain or one.message is None else one.message.opcode
    return opcode, content_hash(one)
