from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connections import Connection, on_the_wire
from wirelog.capture import Kind, Record, parse_line
from wirelog.frames import RSV1, Frame, Opcode
from wirelog.parser import FrameParser
from wsecho.captures import Captures
from wsecho.factory import EchoFactory
from wsecho.options import Settings
from wsecho.recorded import PIECE, SLICE

Connect = Callable[..., Connection]


def records(connection: Connection) -> list[Record]:
    return [record for line in connection.lines if (record := parse_line(line))]


def octets_of(connection: Connection, direction: str) -> bytes:
    rows = [r for r in records(connection) if r.kind is Kind.OCTETS and r.dir == direction]
    return b"".join(row.octets for row in rows)


def test_cause_stands_before_effect(connect: Connect) -> None:
    connection = connect().open().send(Frame(Opcode.TEXT, b"Hello"), Frame(Opcode.PING, b"x"))
    assert connection.events == [
        "TCP ACCEPTED",
        "RX OCTETS",
        "TX OCTETS",
        "RX OCTETS",
        "RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=5, MASKED=True, MASK=06cef012",
        "TX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=5, MASK=None",
        "TX OCTETS",
        "RX FRAME : OPCODE=9, FIN=True, RSV=0, PAYLOAD-LEN=1, MASKED=True, MASK=06cef012",
        "TX FRAME : OPCODE=10, FIN=True, RSV=0, PAYLOAD-LEN=1, MASK=None",
        "TX OCTETS",
    ]


FRAMES = st.lists(
    st.one_of(
        st.builds(Frame, st.just(Opcode.TEXT), st.text().map(str.encode)),
        st.builds(Frame, st.just(Opcode.BINARY), st.binary(max_size=300)),
        st.builds(Frame, st.just(Opcode.BINARY), st.integers(0, 3 * PIECE).map(bytes)),
        st.builds(Frame, st.just(Opcode.PING), st.binary(max_size=125)),
    ),
    max_size=12,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None
)
@given(FRAMES, st.lists(st.integers(1, 2 * PIECE), max_size=12))
def test_octets_and_frames_agree_however_they_arrive(
    connect: Connect, frames: list[Frame], cuts: list[int]
) -> None:
    connection = connect(max_message=1 << 20).open()
    before = len(octets_of(connection, "RX"))
    octets = b"".join(map(on_the_wire, frames))
    for cut in [*cuts, len(octets)]:
        if octets:
            connection.protocol.dataReceived(octets[:cut])
            octets = octets[cut:]
    seen = records(connection)
    for direction in ("RX", "TX"):
        stream = octets_of(connection, direction)
        start = before if direction == "RX" else stream.index(b"\r\n\r\n") + 4
        parsed = [one.frame for one in FrameParser().feed(stream[start:])]
        lines = [r.frame for r in seen if r.kind is Kind.FRAME and r.dir == direction]
        assert [(f.opcode, f.fin, f.rsv, f.length, f.mask) for f in lines if f] == [
            (f.opcode, f.fin, f.rsv, f.length, f.mask) for f in parsed
        ]
        assert len(parsed) == len(frames)
    assert [frame.payload for frame in connection.frames] == [frame.payload for frame in frames]
    connection.path.unlink()


@pytest.mark.parametrize("chop", [0, 1, 5])
def test_a_compressed_frame_shows_the_octets_of_the_wire(connect: Connect, chop: int) -> None:
    connection = connect().open(Sec_WebSocket_Extensions="permessage-deflate")
    deflater = zlib.compressobj(wbits=-15)
    payload = (deflater.compress(b"Hello, Hello") + deflater.flush(zlib.Z_SYNC_FLUSH))[:-4]
    first = Frame(Opcode.TEXT, payload[:3], fin=False, rsv=RSV1)
    connection.send(first, Frame(Opcode.PING, b"ping"), Frame(Opcode.CONT, payload[3:]), chop=chop)
    _, echo = connection.frames
    shown = [line.strip() for line in connection.lines if line.startswith(" ")]
    assert shown == [
        f"0x{payload[:3].hex()}",
        "ping",
        "ping",
        f"0x{payload[3:].hex()}",
        f"0x{echo.payload.hex()}",
    ]


def test_an_uncompressed_frame_between_compressed_ones_is_shown_as_it_is(connect: Connect) -> None:
    connection = connect().open(Sec_WebSocket_Extensions="permessage-deflate")
    deflater = zlib.compressobj(wbits=-15)
    payload = (deflater.compress(b"Hello") + deflater.flush(zlib.Z_SYNC_FLUSH))[:-4]
    connection.send(Frame(Opcode.TEXT, payload, rsv=RSV1), Frame(Opcode.TEXT, b"plain"))
    shown = [line.strip() for line in connection.lines if line.startswith(" ")]
    assert shown[2] == "plain"


def test_a_long_message_is_written_in_slices_and_read_as_one_frame(connect: Connect) -> None:
    message = bytes(range(256)) * (3 * SLICE // 256) + b"rest"
    connection = connect().open().send(Frame(Opcode.BINARY, message), chop=SLICE)
    assert [frame.payload for frame in connection.frames] == [message]
    rows = [r for r in records(connection) if r.kind is Kind.OCTETS and r.dir == "TX"]
    assert [len(row.octets) for row in rows[1:]] == [SLICE + 10, SLICE, SLICE, 4]
    (frame,) = [r.frame for r in records(connection) if r.kind is Kind.FRAME and r.dir == "TX"]
    assert frame is not None
    assert frame.length == len(message)


def test_each_read_is_in_the_file_when_it_has_been_handled(connect: Connect) -> None:
    connection = connect().open()
    size = connection.path.stat().st_size
    for _ in range(3):
        connection.send(Frame(Opcode.TEXT, b"Hello"))
        grown = connection.path.stat().st_size
        assert grown > size
        size = grown
    assert octets_of(connection, "TX") == connection.transport.value()


def test_without_captures_it_is_a_plain_echo(clock: object) -> None:
    factory = EchoFactory(Settings(), Captures(None), clock)
    connection = Connection(factory, clock, None)  # type: ignore[arg-type]
    connection.open().send(Frame(Opcode.TEXT, b"Hello"))
    assert [frame.payload for frame in connection.frames] == [b"Hello"]


@pytest.mark.parametrize("chop", [0, 1, 7, 100])
@pytest.mark.parametrize("size", [63, 64, 65, 1000])
def test_the_preview_is_the_same_however_the_payload_arrives(
    connect: Connect, size: int, chop: int
) -> None:
    text = b"0123456789" * (size // 10 + 1)
    connection = connect().open().send(Frame(Opcode.TEXT, text[:size]), chop=chop)
    shown = [line.strip() for line in connection.lines if line.startswith(" ")]
    assert shown == [text[: min(size, 64)].decode() + " ..." * (size > 64)] * 2
