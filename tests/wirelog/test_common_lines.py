import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import frames
from wirelog.capture import frame_line, octets_line, parse_line
from wirelog.common_lines import COMMON, end_of, record_of
from wirelog.frames import Frame

times = st.integers(0, 10**15)
ways = st.sampled_from([b"RX", b"TX"])


def parsed(lines: bytes) -> object:
    """What the other reader makes of a line and the one below it."""
    line, _, below = lines.decode().removesuffix("\n").partition("\n")
    return parse_line(line, below or None, 7)


def taken(lines: bytes) -> object:
    match = COMMON.match(lines)
    end = end_of(match) if match else 0
    return record_of(match, end, 7) if match and end else None


@given(st.integers(0, 10**9), times, ways, st.binary(max_size=40))
def test_octets_are_read_as_the_parser_reads_them(
    n: int, t: int, way: bytes, octets: bytes
) -> None:
    line = octets_line(n, t, way, octets)
    assert taken(line) == parsed(line) is not None
    cut = octets_line(n, t, way, octets, 3)
    assert taken(cut) in (None, parsed(cut))


@given(st.integers(0, 10**9), times, ways, frames(80), st.none() | st.integers(0, 80))
def test_frames_are_read_as_the_parser_reads_them(
    n: int, t: int, way: bytes, frame: Frame, arrived: int | None
) -> None:
    bits = (frame.opcode, frame.fin, frame.rsv)
    line = frame_line(n, t, way, bits, frame.length, frame.mask, frame.payload, arrived)
    assert taken(line) in ([parsed(line)] if arrived is None else [None])


@pytest.mark.parametrize(
    "line",
    [
        b"000 RX OCTETS: 81\n",
        b"000 +0.000000000 RX OCTETS: 8\n",
        b"000 +0.000000000 RX OCTETS: 81 ... LEN=5\n",
        b"000 +0.000000000 RX OCTETS: zz\n",
        b"000 +0.000000000 RX OCTETS: 81\r\n",
        b"000 +0.000000000 RX OCTETS: 81",
        b"000 +0.000000000 RX OCTETS: 81\n below\n",
        b"000 +0.000000000 RX FRAME : OPCODE=99, FIN=True, RSV=0, PAYLOAD-LEN=0, MASK=None\n",
        b"000 +0.000000000 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=0, MASK=0102030\n",
        b"000 +0.000000000 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=0, MASK=0102030x\n",
        b"000 +0.000000000 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=0, MASK=\n",
        b"000 +0.000000000 RX FRAME : X=1 MASK=None\n",
        b"000 +0.000000000 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=2, X=1, MASK=None\n",
        b"000 +0.000000000 RX FRAME : ARRIVED=1, OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=2, "
        b"MASK=None\n",
        b"000 +0.000000000 RX FRAME : OPCODE=\xff MASK=None\n",
        b"000 +0.000000000 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=2, MASK=None\n \xff\n",
        b"000 +0.000000000 TCP ACCEPTED\n",
        b"#end {}\n",
    ],
)
def test_anything_else_is_left_to_the_parser(line: bytes) -> None:
    assert taken(line) is None


@pytest.mark.parametrize(
    "below", [b"", b" text\n", b"               \n", b" a\r\n", b" \xc3\xa9 \n"]
)
def test_a_preview_is_taken_with_its_frame(below: bytes) -> None:
    said = b"000 +0.000000000 TX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=5, MASK=None\n"
    lines = said + below
    match = COMMON.match(lines)
    assert match is not None
    assert end_of(match) == len(lines)
    assert record_of(match, len(lines), 7) == parsed(lines.replace(b"\r\n", b"\n"))
