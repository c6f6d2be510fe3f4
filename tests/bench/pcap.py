"""Writes one TCP connection over IPv4 into a pcap file, for programs that read packets."""

from __future__ import annotations

import struct
from typing import BinaryIO

SERVER_PORT = 80
"""Where packet readers expect HTTP, and so an upgrade."""
CLIENT_PORT = 53122
MAX_SEGMENT = 60_000
"""Octets in one segment; an IPv4 packet holds 65535."""
STEP_MICROSECONDS = 10

_FILE = struct.Struct("<IHHiIII")
_PACKET = struct.Struct("<IIII")
_ETHERNET = bytes.fromhex("020000000002 020000000001 0800")
_IP = struct.Struct("!BBHHHBBH4s4s")
_TCP = struct.Struct("!HHIIBBHHH")
_CLIENT, _SERVER = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
_SYN, _ACK, _PSH = 0x02, 0x10, 0x08


class Packets:
    """A pcap file that grows by segments; sequence numbers are true, checksums are absent."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sent = {True: 0, False: 0}
        """Sequence number that comes next: of the client, of the server."""
        self._now = 0
        file.write(_FILE.pack(0xA1B2C3D4, 2, 4, 0, 0, 1 << 16, 1))  # 1: Ethernet
        self._open()

    def send(self, octets: bytes, *, from_client: bool) -> None:
        """Octets of one side, in as many segments as they need."""
        for at in range(0, len(octets), MAX_SEGMENT):
            piece = octets[at : at + MAX_SEGMENT]
            self._write(piece, from_client=from_client, flags=_PSH | _ACK)
            self._sent[from_client] += len(piece)

    def _open(self) -> None:
        self._write(b"", from_client=True, flags=_SYN)
        self._sent[True] += 1
        self._write(b"", from_client=False, flags=_SYN | _ACK)
        self._sent[False] += 1
        self._write(b"", from_client=True, flags=_ACK)

    def _write(self, octets: bytes, *, from_client: bool, flags: int) -> None:
        ends = (_CLIENT, _SERVER) if from_client else (_SERVER, _CLIENT)
        ports = (CLIENT_PORT, SERVER_PORT) if from_client else (SERVER_PORT, CLIENT_PORT)
        seen = self._sent[not from_client] if flags & _ACK else 0
        ip = _IP.pack(0x45, 0, 40 + len(octets), 0, 0x4000, 64, 6, 0, *ends)
        wrap = 1 << 32
        tcp = _TCP.pack(
            *ports, self._sent[from_client] % wrap, seen % wrap, 0x50, flags, 0xFFFF, 0, 0
        )
        packet = _ETHERNET + ip + tcp + octets
        self._now += STEP_MICROSECONDS
        seconds, fraction = divmod(self._now, 1_000_000)
        self._file.write(_PACKET.pack(seconds, fraction, len(packet), len(packet)) + packet)
