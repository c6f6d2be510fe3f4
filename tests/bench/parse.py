"""How fast captures are read: lines into records, and records into a conversation."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from statistics import median

from bench.load import SIZES, text_of
from wirelog.capture import frame_line, header_line, octets_line, trailer_line
from wirelog.conversation import Conversation
from wirelog.frames import Frame, Opcode
from wirelog.reader import Reader, read

CAPTURE_OCTETS = 4 << 20
ROUNDS = 5


def capture_of(size: int) -> tuple[bytes, int]:
    """A server's capture of echoes of that size, and how many frames it holds."""
    payload = text_of(size)
    received = Frame(Opcode.TEXT, payload, mask=b"\x12\x34\x56\x78")
    sent = Frame(Opcode.TEXT, payload)
    lines = [header_line({"role": "server"}), handshake_lines()]
    frames = total = 0
    n = 2
    while total < CAPTURE_OCTETS:
        lines += [
            octets_line(n, n * 1000, b"RX", received.serialize()),
            frame_line(n + 1, n * 1000, b"RX", (1, True, 0), size, received.mask, payload[:64]),
            frame_line(n + 2, n * 1000, b"TX", (1, True, 0), size, None, payload[:64]),
            octets_line(n + 3, n * 1000, b"TX", sent.serialize()),
        ]
        n, frames, total = n + 4, frames + 2, total + sum(map(len, lines[-4:]))
    return b"".join([*lines, trailer_line({})]), frames


def handshake_lines() -> bytes:
    request = octets_line(0, 0, b"RX", b"GET / HTTP/1.1\r\n\r\n")
    return request + octets_line(1, 0, b"TX", b"HTTP/1.1 101 Switching Protocols\r\n\r\n")


def read_lines(octets: bytes) -> object:
    return list(Reader(io.BytesIO(octets)))


def join_them(octets: bytes) -> object:
    return Conversation.of(read(io.BytesIO(octets)))


def seconds_of(work: Callable[[bytes], object], octets: bytes) -> float:
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work(octets)
        times.append(time.perf_counter() - begin)
    return median(times)


def main() -> None:
    print(f"{'':8}{'read lines':>24}{'and join them':>24}")
    print(f"{'':8}" + f"{'frames/s':>14}{'MB/s':>10}" * 2)
    for label, size in SIZES.items():
        octets, frames = capture_of(size)
        times = [seconds_of(work, octets) for work in (read_lines, join_them)]
        cells = [f"{frames / t:14,.0f}{len(octets) / t / 1e6:10,.0f}" for t in times]
        print(f"{label:8}{''.join(cells)}", flush=True)


if __name__ == "__main__":
    main()
