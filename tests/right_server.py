"""A small and strict echo server, the measure of `wrong_servers`."""

from __future__ import annotations

from right_peer import RightPeer
from wirelog.frames import Side
from wirelog.handshake import HttpHead, accept_for


class RightServer(RightPeer):
    """See `RightPeer`."""

    other: Side = "client"

    def answer(self, request: HttpHead) -> bytes:
        key = request.get("Sec-WebSocket-Key") or ""
        lines = [
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Accept: {accept_for(key)}",
            "Server: right",
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def take_head(self, head: HttpHead) -> None:
        self.wire.write(self.answer(head))
