"""Captures for tests, written from a script of what happened.

    octets = CaptureBuilder().open().rx(text("Hello")).tx(text("Hello")).finish()
    capture, conversation = opened(octets)

`rx` and `tx` write a frame's octets and its line in the order in which a recorder does, masked as
the side that sends it must; every event comes 100 µs behind the one before.
"""

from __future__ import annotations

import io
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wirelog.capture import event_line, frame_line, header_line, octets_line, trailer_line
from wirelog.conversation import Conversation
from wirelog.formats import load
from wirelog.frames import RSV1, Close, Frame, Opcode
from wirelog.handshake import accept_for
from wirelog.reader import Capture

KEY = "q4xkcO32u266gldTuKaSOw=="
MASK = bytes.fromhex("06cef012")
STEP = 100_000
"""Nanoseconds between two events."""
DEFLATE = "permessage-deflate"


def text(words: str | bytes, **more: Any) -> Frame:
    return Frame(Opcode.TEXT, words.encode() if isinstance(words, str) else words, **more)


def binary(octets: bytes, **more: Any) -> Frame:
    return Frame(Opcode.BINARY, octets, **more)


def cont(words: str | bytes, **more: Any) -> Frame:
    return replace(text(words, **more), opcode=Opcode.CONT)


def ping(payload: bytes = b"") -> Frame:
    return Frame(Opcode.PING, payload)


def pong(payload: bytes = b"") -> Frame:
    return Frame(Opcode.PONG, payload)


def close(code: int | None = None, reason: str | bytes = b"") -> Frame:
    octets = reason.encode() if isinstance(reason, str) else reason
    return Frame(Opcode.CLOSE, Close(code, octets).serialize())


def deflated(frame: Frame) -> Frame:
    """The frame with its payload compressed, for a message of its own (no context takeover)."""
    squeeze = zlib.compressobj(wbits=-15)
    octets = squeeze.compress(frame.payload) + squeeze.flush(zlib.Z_SYNC_FLUSH)
    return replace(frame, payload=octets.removesuffix(b"\x00\x00\xff\xff"), rsv=RSV1)


def request(path: str = "/", **headers: str) -> bytes:
    """A client's request; `headers` are added, `_` standing for `-`."""
    lines = [
        f"GET {path} HTTP/1.1", "Host: localhost:9000", "Upgrade: websocket",
        "Connection: Upgrade", f"Sec-WebSocket-Key: {KEY}", "Sec-WebSocket-Version: 13",
    ]  # fmt: skip
    return _head(lines, headers)


def response(**headers: str) -> bytes:
    """A server's answer that opens the connection."""
    lines = [
        "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept_for(KEY)}",
    ]  # fmt: skip
    return _head(lines, headers)


def _head(lines: list[str], headers: Mapping[str, str]) -> bytes:
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


class CaptureBuilder:
    """A capture that grows event by event."""

    def __init__(self, role: str = "server", **header: Any) -> None:
        self.role = role
        self.n = 0
        self.t = 0
        facts = {"role": role, "recorder": "builder", "url": "/", "peer": "127.0.0.1:53122"}
        self.lines = [header_line(facts | header)]

    def event(self, words: str) -> CaptureBuilder:
        return self.line(event_line(self.n, self.t, words))

    def line(self, line: bytes) -> CaptureBuilder:
        """Any line of an event, as it stands."""
        self.lines.append(line)
        self.n += 1
        self.t += STEP
        return self

    def octets(self, direction: str, octets: bytes, snaplen: int | None = None) -> CaptureBuilder:
        return self.line(octets_line(self.n, self.t, direction.encode(), octets, snaplen))

    def open(self, asked: bytes | None = None, answered: bytes | None = None) -> CaptureBuilder:
        """TCP and the opening handshake."""
        is_server = self.role == "server"
        self.event("TCP ACCEPTED" if is_server else "TCP CONNECTED")
        self.octets("RX" if is_server else "TX", asked or request())
        return self.octets("TX" if is_server else "RX", answered or response())

    def open_deflate(self) -> CaptureBuilder:
        """An opening handshake that agrees on permessage-deflate without context takeover."""
        params = f"{DEFLATE}; server_no_context_takeover; client_no_context_takeover"
        return self.open(
            request(Sec_WebSocket_Extensions=params), response(Sec_WebSocket_Extensions=params)
        )

    def rx(self, frame: Frame) -> CaptureBuilder:
        """A frame from the peer: its octets, then its line."""
        frame = self._masked(frame, "client" if self.role == "server" else "server")
        return self.octets("RX", frame.serialize()).frame_line("RX", frame)

    def tx(self, frame: Frame) -> CaptureBuilder:
        """A frame to the peer: its line, then its octets."""
        frame = self._masked(frame, self.role)
        return self.frame_line("TX", frame).octets("TX", frame.serialize())

    def frame_line(self, direction: str, frame: Frame) -> CaptureBuilder:
        bits = (frame.opcode, frame.fin, frame.rsv)
        return self.line(
            frame_line(
                self.n, self.t, direction.encode(), bits, frame.length, frame.mask, frame.payload
            )
        )

    def _masked(self, frame: Frame, sender: str) -> Frame:
        return replace(frame, mask=MASK) if sender == "client" and frame.mask is None else frame

    def unfinished(self) -> bytes:
        """What is there so far, without a trailer."""
        return b"".join(self.lines)

    def finish(self, **facts: Any) -> bytes:
        """The capture with a trailer of these facts."""
        return self.unfinished() + trailer_line(facts)


def opened(octets: bytes, name: str = "test.log") -> tuple[Capture, Conversation]:
    """A capture and the conversation that it shows."""
    capture = load(io.BytesIO(octets), name)
    return capture, Conversation.of(capture)


def case_4_2_3() -> CaptureBuilder:
    """An echo, a reserved opcode, and the connection failed for it: the smallest whole story."""
    return (
        CaptureBuilder(case="4.2.3", url="/4.2.3")
        .open(request("/4.2.3"))
        .rx(text("Hello, world!"))
        .tx(text("Hello, world!"))
        .rx(Frame(13))
        .event("FAILING CONNECTION: reserved opcode 13 (1002)")
        .tx(close(1002, "reserved opcode"))
        .rx(close(1002))
        .event("TCP DROPPED BY ME")
    )


EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp\u200b\ufeff\u2028[/][red]\x00\x7f"
"""Text that acts on a terminal, hides, or would be read as markup."""


HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of characters that act, hide, part lines, or are no characters."""


def is_harmless(line: str) -> bool:
    """Whether a terminal may be sent this line of text."""
    return not any(unicodedata.category(char) in HIDDEN for char in line)


def hostile() -> CaptureBuilder:
    """A capture with `EVIL` wherever a peer or a file can put it."""
    latin = EVIL.encode("latin-1", "replace").decode("latin-1")
    octets = EVIL.encode()
    made = CaptureBuilder(url=f"/{EVIL}", agent=EVIL, **{EVIL: EVIL})
    made.open(
        request(f"/{latin}", Cookie=latin, Sec_WebSocket_Protocol=latin),
        response(Server=latin, Sec_WebSocket_Extensions=f'x-"{latin}"; {latin}={latin}'),
    )
    made.rx(text(EVIL)).tx(binary(octets)).rx(text(octets + b"\xff")).rx(text(f'{{"{EVIL}":1}}'))
    made.rx(binary(b"\x81\xa8" + octets[:8] + b"\xc0")).rx(ping(octets)).tx(pong(octets))
    made.line(b"%03d +0.009000000 NOTE %s\n" % (made.n, octets))
    made.line(b"%03d +0.009100000 %s\n" % (made.n, octets.replace(b"\n", b"")))
    made.event("FAILING CONNECTION: reason").rx(close(1000, EVIL)).tx(close(1002, octets + b"\xff"))
    return made.line(b"%03d +0.009900000 TCP DROPPED BY PEER %s\n" % (made.n, octets))
