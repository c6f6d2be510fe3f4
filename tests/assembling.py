"""Frames of two sides, put together."""

import zlib
from collections.abc import Iterable
from dataclasses import replace

from builders import request, response
from wirelog.assembly import Assembly
from wirelog.capture import Direction
from wirelog.frames import Frame, Opcode, Side
from wirelog.handshake import Handshake
from wirelog.inflate import TAIL
from wirelog.message import Message, WireFrame

PLAIN = Handshake.parse(request(), response())


def agreed(params: str = "permessage-deflate") -> Handshake:
    return Handshake.parse(
        request(Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits"),
        response(Sec_WebSocket_Extensions=params),
    )


class Talk:
    """Frames of both sides in order; the client's are masked."""

    def __init__(self, handshake: Handshake = PLAIN) -> None:
        self.assembly = Assembly(handshake)
        self.frames: list[WireFrame] = []

    def client(self, *sent: Frame, arrived: bool = True) -> "Talk":
        return self._say("client", (replace(one, mask=b"mask") for one in sent), arrived)

    def server(self, *sent: Frame, arrived: bool = True) -> "Talk":
        return self._say("server", sent, arrived)

    def _say(self, side: Side, sent: Iterable[Frame], arrived: bool) -> "Talk":
        for frame in sent:
            n = len(self.frames)
            direction: Direction = "RX" if side == "client" else "TX"
            made = WireFrame(n, n, direction, side, frame, 0, 0, arrived=arrived)
            self.frames.append(made)
            self.assembly.take(made)
        return self

    @property
    def said(self) -> list[tuple[bytes, bool]]:
        return [(one.data, one.complete) for one in self.messages]

    @property
    def messages(self) -> list[Message]:
        known = ((one, one.message) for one in self.frames)
        return [message for one, message in known if message and message.frames[0] is one]

    @property
    def unanswering(self) -> list[WireFrame]:
        pongs = (one for one in self.frames if one.frame.opcode == Opcode.PONG)
        return [one for one in pongs if one.partner is None]

    def problems(self, n: int = -1) -> list[str]:
        return [problem.text for problem in self.frames[n].problems]

    def all_problems(self) -> list[str]:
        return [problem.text for one in self.frames for problem in one.problems]


def deflated(*messages: bytes) -> list[bytes]:
    squeeze = zlib.compressobj(wbits=-15)
    return [
        (squeeze.compress(one) + squeeze.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)
        for one in messages
    ]
