"""A small and strict echo client, the measure of `wrong_clients`."""

from __future__ import annotations

import base64
import os
from dataclasses import replace

from twisted.internet.defer import Deferred
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure

from connections import request
from right_peer import RightPeer
from wirelog.frames import Frame, Side
from wirelog.handshake import HttpHead
from wirelog.rules.closing import CODE_1010
from wirelog.rules.rule import Problem


class RightClient(RightPeer):
    """See `RightPeer`; it leaves it to the server to end TCP."""

    other: Side = "server"

    def __init__(self, target: str = "/") -> None:
        super().__init__()
        self.target = target
        self.gone: Deferred[None] = Deferred()
        """Fires when TCP has ended."""

    # What is mostly changed

    def ask(self) -> bytes:
        return request(
            self.target,
            Sec_WebSocket_Key=base64.b64encode(os.urandom(16)).decode(),
            User_Agent=type(self).__name__,
        )

    def key(self) -> bytes:
        """The mask of the next frame."""
        return os.urandom(4)

    def send(self, frame: Frame) -> None:
        self.wire.write(replace(frame, mask=self.key()).serialize())

    def drop(self) -> None:
        self.is_through = True

    def problems(self, frame: Frame) -> list[Problem]:
        """A server has no use for 1010, and that is no reason to fail."""
        return [one for one in super().problems(frame) if one.rule is not CODE_1010]

    # The rest

    def connectionMade(self) -> None:
        self.wire.write(self.ask())

    def take_head(self, head: HttpHead) -> None:
        if head.words[1] != "101":
            self.drop()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.is_through = True
        self.gone.callback(None)
