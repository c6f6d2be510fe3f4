from __future__ import annotations

import re
import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from twisted.internet.task import Clock

from connections import Connection, on_the_wire
from wirelog.frames import RSV1, Close, Frame, Opcode
from wirelog.inflate import TAIL
from wsecho import recorded
from wsecho.fragments import FEW, Run, run_of

Connect = Callable[..., Connection]

CONT = st.builds(
    Frame,
    st.sampled_from([Opcode.CONT] * 6 + [Opcode.TEXT, Opcode.PING]),
    st.sampled_from([0, 1, 5, 125, 126, 300]).map(bytes),
    fin=st.sampled_from([False] * 6 + [True]),
    rsv=st.sampled_from([0] * 6 + [RSV1]),
    mask=st.one_of(st.binary(min_size=4, max_size=4), st.none()),
)


@given(CONT, st.integers(FEW, 50), st.binary(max_size=300))
def test_a_run_is_what_is_alike(frame: Frame, count: int, rest: bytes) -> None:
    one = frame.serialize()
    run = run_of(one * count + rest)
    alike = frame.opcode == Opcode.CONT and not frame.fin and not frame.rsv
    if not alike or frame.mask is None:
        assert run is None
    else:
        assert run is not None
        assert len(run.masks) == run.size // len(one) >= count
        assert run.payload[: count * frame.length] == frame.payload * count


def test_each_is_unmasked_with_its_own_key() -> None:
    texts = [bytes([65 + number]) * 300 for number in range(9)]
    frames = [Frame(Opcode.CONT, text, fin=False, mask=bytes([0, number, 7, 9]))
              for number, text in enumerate(texts)]  # fmt: skip
    octets = b"".join(frame.serialize() for frame in frames)
    run = run_of(octets + frames[0].serialize()[:-1])
    assert run is not None
    assert (run.payload, run.size, run.length) == (b"".join(texts), len(octets), 300)
    assert run.masks == [frame.mask for frame in frames]


@pytest.mark.parametrize(
    "octets",
    [
        b"\0\x85" * 3 + b"\0\x84abcd1234" * 9,  # others follow
        b"\0\xff" + (300).to_bytes(8, "big") + bytes(3000),  # eight octets for a small length
        b"\0\xfe\0\x20" + bytes(300),  # two octets where one is enough
        Frame(Opcode.CONT, b"x", fin=False, mask=b"abcd").serialize() * (FEW - 1),
        b"",
    ],
)
def test_what_is_odd_or_too_little_is_left_to_the_parser(octets: bytes) -> None:
    assert run_of(octets) is None


def capture_of(connection: Connection, octets: bytes, reads: list[int]) -> list[str]:
    """What is recorded of a message that comes in so many octets at a time, without times."""
    for size in [*reads, len(octets)]:
        if octets:
            connection.protocol.dataReceived(octets[:size])
            octets = octets[size:]
    lines = connection.end()
    connection.path.unlink()
    return [re.sub(r"^(\d+) \+\S+", r"\1", line) for line in lines[1:] if "TCP" not in line]


def fragmented(message: bytes, size: int, *, compressed: bool, harm: tuple[int, int]) -> bytes:
    """A message in fragments; one octet of what is in them becomes another, if it is there."""
    payload = message
    if compressed:
        deflater = zlib.compressobj(wbits=-15)
        payload = deflater.compress(message) + deflater.flush(zlib.Z_SYNC_FLUSH)
        payload = payload.removesuffix(TAIL)
    at, octet = harm
    if at < len(payload):
        payload = payload[:at] + bytes([octet]) + payload[at + 1 :]
    parts = [payload[at : at + size] for at in range(0, len(payload), size)]
    frames = [Frame(Opcode.CONT, part, fin=False) for part in parts]
    frames[0] = Frame(Opcode.TEXT, parts[0], fin=False, rsv=RSV1 if compressed else 0)
    frames.insert(len(frames) // 2, Frame(Opcode.PING, b"between"))
    frames.append(Frame(Opcode.CONT, b""))
    return b"".join(map(on_the_wire, frames))


TEXT = "Größe, Länge und Gewicht; " * 30
LIMIT = 1000


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(
    message=st.integers(2, LIMIT + 100).map(lambda size: (TEXT * 3)[: size // 2 * 2].encode()),
    size=st.integers(1, 40),
    compressed=st.booleans(),
    harm=st.tuples(st.integers(0, 3 * LIMIT), st.integers(0, 255)),
    reads=st.lists(st.integers(1, 2000), max_size=5),
)
@example(TEXT.encode(), 3, False, (300, 0xFF), [])
@example(TEXT.encode(), 3, True, (60, 0), [])
@example((TEXT * 2).encode(), 3, True, (5000, 0), [])
@example((TEXT * 2).encode(), 3, False, (5000, 0), [])
def test_a_capture_and_echoes_are_the_same_as_frame_by_frame(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, message: bytes, size: int,
    compressed: bool, harm: tuple[int, int], reads: list[int],
) -> None:  # fmt: skip
    octets = fragmented(message, size, compressed=compressed, harm=harm)
    captures = []
    for cut in (run_of, lambda octets: None):
        monkeypatch.setattr(recorded, "run_of", cut)
        connection = connect(max_message=LIMIT).open(
            **{"Sec-WebSocket-Extensions": "permessage-deflate"}
        )
        captures.append(capture_of(connection, octets, reads))
    assert captures[0] == captures[1]
    assert len(captures[0]) > 10


def test_fragments_keep_a_connection_alive_that_waits_for_a_pong(
    connect: Connect, clock: Clock
) -> None:
    connection = connect(auto_ping=10).open()
    connection.send(Frame(Opcode.BINARY, b"", fin=False))
    for _ in range(5):
        clock.advance(10)
        connection.send(*[Frame(Opcode.CONT, b"more", fin=False)] * FEW)
    connection.send(Frame(Opcode.CONT, b"."))
    assert connection.transport.ended == ""
    assert [frame.opcode for frame in connection.frames] == [Opcode.PING] * 5 + [Opcode.BINARY]
    assert connection.frames[-1].payload == b"more" * FEW * 5 + b"."


def test_a_fault_among_many_fragments_does_not_cost_much(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are taken one by one from there on, and not tried together again behind each of them."""
    tried = []

    def counted(octets: bytes) -> Run | None:
        tried.append(octets)
        return run_of(octets)

    monkeypatch.setattr(recorded, "run_of", counted)
    connection = connect().open().send(Frame(Opcode.TEXT, b"a", fin=False))
    many = [Frame(Opcode.CONT, b"b", fin=False)] * 900
    connection.send(*many, Frame(Opcode.CONT, b"\xff", fin=False))
    assert Close.parse(connection.frames[-1].payload).code == 1007
    assert len(tried) < 5
    connection.end()
    assert sum("RX FRAME" in event for event in connection.events) == 902
