"""A connection full of small echoes, as a capture and as packets of the same octets.

What `twistd wsecho` records of it: for each echo a read, the frame in it, the frame that answers,
and a write. The texts are different ones, the masking keys random, and the times rise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.load import text_of
from bench.pcap import Packets
from wirelog.capture import (
    Direction,
    event_line,
    frame_line,
    header_line,
    octets_line,
    trailer_line,
)
from wirelog.frames import Close, Frame, Opcode
from wirelog.handshake import accept_for

SIZE = 16
"""Octets of a message."""
STEP = 20_000
"""Nanoseconds between two events."""
CHOPPED = 8
"""In chopped traffic, of so many messages one comes octet by octet."""
KEY = "q4xkcO32u266gldTuKaSOw=="
REQUEST = (
    "GET /bench HTTP/1.1\r\nHost: localhost:9000\r\nUpgrade: websocket\r\n"
    f"Connection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
RESPONSE = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Accept: {accept_for(KEY)}\r\n\r\n"
)
BYE = Frame(Opcode.CLOSE, Close(1000).serialize())


class Turn(NamedTuple):
    """One read or write of the server, and the frame that ends or begins with it."""

    dir: Direction
    octets: bytes
    frame: Frame | None = None


@dataclass
class Traffic:
    """A connection of which the capture takes about `size` octets."""

    size: int
    chopped: bool = False
    """Whether some of the messages come octet by octet."""
    messages: int = 0
    """How many there are; known when the capture is written."""

    def write_capture(self, path: Path) -> int:
        """A finished capture; how many frames it has."""
        n = 1
        with path.open("wb") as file:
            file.write(header_line({"role": "server", "recorder": "bench", "url": "/bench"}))
            file.write(event_line(0, 0, "TCP ACCEPTED"))
            for at, echo in enumerate(self._echoes()):
                lines = _lines(n, echo)
                n += len(lines)
                file.writelines(lines)
                if file.tell() >= self.size:
                    self.messages = at
                    break
            file.writelines(lines := _lines(n, _goodbye()))
            n += len(lines)
            file.write(event_line(n, n * STEP, "TCP DROPPED BY ME (FIN)"))
            file.write(trailer_line({"isServer": True}))
        return 2 * self.messages + 2

    def write_packets(self, path: Path) -> None:
        """The same octets, each read and write as a TCP segment."""
        with path.open("wb") as file:
            packets = Packets(file)
            for echo in chain(islice(self._echoes(), 1 + self.messages), [_goodbye()]):
                for turn in echo:
                    packets.send(turn.octets, from_client=turn.dir == "RX")

    def _echoes(self) -> Iterator[list[Turn]]:
        """The opening handshake, then messages with their echoes without end."""
        yield [Turn("RX", REQUEST.encode()), Turn("TX", RESPONSE.encode())]
        random = Random(13)
        words = text_of(1000).replace("é".encode(), b"e")
        n = 0
        while True:
            n += 1
            payload = b"%06d " % n + words[n % 900 :][: SIZE - 7]
            asked = Frame(Opcode.TEXT, payload, mask=random.randbytes(4))
            answered = Frame(Opcode.TEXT, payload)
            is_chopped = self.chopped and n % CHOPPED == 0
            yield [*_received(asked, is_chopped), Turn("TX", answered.serialize(), answered)]


def _received(frame: Frame, is_chopped: bool) -> list[Turn]:
    octets = frame.serialize()
    if not is_chopped:
        return [Turn("RX", octets, frame)]
    before = [Turn("RX", bytes([octet])) for octet in octets[:-1]]
    return [*before, Turn("RX", octets[-1:], frame)]


def _goodbye() -> list[Turn]:
    asked = Frame(BYE.opcode, BYE.payload, mask=b"mask")
    return [Turn("RX", asked.serialize(), asked), Turn("TX", BYE.serialize(), BYE)]


def _lines(n: int, turns: list[Turn]) -> list[bytes]:
    """The lines of some turns, the first of which has the number `n`."""
    lines: list[bytes] = []
    for turn in turns:
        at = n + len(lines)
        way, frame = turn.dir.encode(), turn.frame
        if frame is None:
            lines.append(octets_line(at, at * STEP, way, turn.octets))
        elif turn.dir == "RX":
            lines += [octets_line(at, at * STEP, way, turn.octets), _frame(at + 1, way, frame)]
        else:
            octets = octets_line(at + 1, (at + 1) * STEP, way, turn.octets)
            lines += [_frame(at, way, frame), octets]
    return lines


def _frame(n: int, way: bytes, frame: Frame) -> bytes:
    bits = (frame.opcode, frame.fin, frame.rsv)
    return frame_line(n, n * STEP, way, bits, frame.length, frame.mask, frame.payload)
