"""A cheap client: frames masked beforehand, a window of them on the way, echoes counted by octets.

It has to cost much less than the server that it measures, so it neither builds a frame nor parses
one while the clock runs. It asks for no extension, so that the size of each echo is known.
"""

from __future__ import annotations

import os
import select
import socket
import time
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from wirelog.frames import Frame, Opcode

SIZES = {"16 B": 16, "1 KiB": 1 << 10, "64 KiB": 1 << 16, "1 MiB": 1 << 20}
WINDOW_OCTETS = 1 << 18
MAX_WINDOW = 64
TEXT = b'{"jsonrpc": "2.0", "method": "tick", "params": {"at": 12345.25, "name": "\xc3\xa9cho"}}\n'


@dataclass(frozen=True, slots=True)
class Measurement:
    """One round against one server."""

    messages: int
    seconds: float
    cpu_seconds: float
    """What the server's process used."""

    @property
    def per_second(self) -> float:
        return self.messages / self.seconds

    @property
    def cpu_per_message(self) -> float:
        """In microseconds."""
        return self.cpu_seconds / self.messages * 1e6


def text_of(size: int) -> bytes:
    """`size` octets of UTF-8, as JSON services send them."""
    octets = (TEXT * (size // len(TEXT) + 1))[:size]
    return octets.decode(errors="ignore").encode().ljust(size, b".")


def measure(
    port: int, pid: int, size: int, seconds: float, window: int | None = None
) -> Measurement:
    """Echo messages of `size` octets for `seconds`, after a short run that warms the server up."""
    with connect(port) as sock:
        load = Load(sock, size, window or max(2, min(MAX_WINDOW, WINDOW_OCTETS // size)))
        load.run(seconds / 10)
        cpu, begin = cpu_seconds(pid), time.perf_counter()
        messages = load.run(seconds)
        return Measurement(messages, time.perf_counter() - begin, cpu_seconds(pid) - cpu)


def connect(port: int) -> socket.socket:
    """A connection after its opening handshake, non-blocking."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=10)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    key = b64encode(os.urandom(16)).decode()
    sock.sendall(
        f"GET /bench HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    reply = b""
    while b"\r\n\r\n" not in reply:
        reply += sock.recv(65536)
    if not reply.startswith(b"HTTP/1.1 101 "):
        raise ConnectionError(f"no upgrade: {reply!r}")
    sock.setblocking(False)
    return sock


class Load:
    """A window of messages of one size, kept full."""

    def __init__(self, sock: socket.socket, size: int, window: int) -> None:
        self._sock = sock
        self._window = window
        self._batch = max(1, window // 2)
        payload = text_of(size)
        masked = [
            Frame(Opcode.TEXT, payload, mask=os.urandom(4)).serialize() for _ in range(self._batch)
        ]
        self._octets = memoryview(b"".join(masked))
        self._echo = len(Frame(Opcode.TEXT, payload).serialize())
        self._buffer = bytearray(1 << 20)

    def run(self, seconds: float) -> int:
        """Send for so long, wait until all came back, and say how many messages that were."""
        end = time.perf_counter() + seconds
        sent = received = at = 0
        while True:
            owed = sent * self._echo - received
            over = at == 0 and time.perf_counter() >= end
            if over and owed == 0:
                return sent
            room = not over and owed <= (self._window - self._batch) * self._echo
            ready, writable, _ = select.select([self._sock], [self._sock] if room else [], [], 10)
            if not ready and not writable:
                raise TimeoutError(f"{owed} octets are owed, and none came for 10 s")
            if ready:
                received += self._receive()
            if writable:
                at += self._sock.send(self._octets[at:])
                if at == len(self._octets):
                    sent, at = sent + self._batch, 0

    def _receive(self) -> int:
        count = self._sock.recv_into(self._buffer)
        if count == 0:
            raise ConnectionError("the server closed the connection")
        return count


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used so far, as Linux tells it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
