from __future__ import annotations

import io
import struct
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from bench.pcap import CLIENT_PORT, MAX_SEGMENT, Packets


def streams(octets: bytes) -> dict[int, bytes]:
    """What each port sent, put together by the sequence numbers alone."""
    assert octets[:4] == bytes.fromhex("d4c3b2a1")
    pieces: dict[int, dict[int, bytes]] = defaultdict(dict)
    at, then = 24, 0.0
    while at < len(octets):
        seconds, micro, length, whole = struct.unpack_from("<IIII", octets, at)
        packet = octets[at + 16 : at + 16 + length]
        assert length == whole == len(packet)
        assert seconds + micro / 1e6 > then
        at, then = at + 16 + length, seconds + micro / 1e6
        (size,) = struct.unpack_from("!H", packet, 16)
        port, _, number = struct.unpack_from("!HHI", packet, 34)
        assert 14 + size == length
        if packet[54:]:
            pieces[port][number] = packet[54:]
    for sent in pieces.values():
        due = 1
        for number in sorted(sent):
            assert number == due
            due += len(sent[number])
    return {port: b"".join(sent[n] for n in sorted(sent)) for port, sent in pieces.items()}


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=50))))
def test_what_was_sent_can_be_put_together_again(sent: list[tuple[bool, bytes]]) -> None:
    file = io.BytesIO()
    packets = Packets(file)
    for from_client, octets in sent:
        packets.send(octets, from_client=from_client)
    found = streams(file.getvalue())
    for side in (True, False):
        wanted = b"".join(octets for from_client, octets in sent if from_client is side)
        ports = [port for port in found if (port == CLIENT_PORT) is side]
        assert b"".join(found[port] for port in ports) == wanted


def test_a_long_write_takes_several_segments() -> None:
    file = io.BytesIO()
    octets = bytes(range(256)) * 300
    Packets(file).send(octets, from_client=True)
    assert len(octets) > MAX_SEGMENT
    assert streams(file.getvalue()) == {CLIENT_PORT: octets}
