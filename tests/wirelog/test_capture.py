import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import hostile_text
from wirelog.capture import (
    INDENT,
    CaptureError,
    Kind,
    Record,
    event_line,
    frame_line,
    header_line,
    octets_line,
    parse_header,
    parse_line,
    parse_trailer,
    trailer_line,
)
from wirelog.escaping import escape

numbers = st.integers(0, 10**12)
times = st.integers(0, 10**17)
directions = st.sampled_from([b"RX", b"TX"])
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def parsed(octets: bytes) -> Record:
    """A written event read back; whatever it holds, `cat` of it does no harm."""
    text = octets.decode()
    assert text.endswith("\n")
    assert not HARMFUL.search(text)
    line, *below = text[:-1].split("\n")
    assert len(below) < 2
    record = parse_line(line, below[0] if below else None, 5)
    assert record is not None
    assert record.line == 5
    assert not record.problem
    return record


@given(numbers, times, directions, st.binary(max_size=200))
def test_octets_are_read_back(n: int, t: int, direction: bytes, octets: bytes) -> None:
    record = parsed(octets_line(n, t, direction, octets))
    assert (record.n, record.t, record.kind) == (n, t, Kind.OCTETS)
    assert (record.dir, record.octets, record.length) == (direction.decode(), octets, len(octets))
    assert not record.is_cut


@given(directions, st.binary(max_size=99), st.integers(0, 99))
def test_cut_octets_keep_the_true_length(direction: bytes, octets: bytes, snaplen: int) -> None:
    record = parsed(octets_line(1, 2, direction, octets, snaplen))
    assert (record.octets, record.length) == (octets[:snaplen], len(octets))
    assert record.is_cut == (len(octets) > snaplen)


@given(
    st.tuples(st.integers(0, 15), st.booleans(), st.integers(0, 7)),
    directions,
    st.none() | st.binary(max_size=4),
    st.binary(max_size=80) | hostile_text.map(lambda text: text.encode(errors="ignore")),
    st.integers(0, 2**64 - 1),
)
def test_frames_are_read_back(
    bits: tuple[int, bool, int], direction: bytes, mask: bytes | None, payload: bytes, more: int
) -> None:
    length = min(len(payload) + more, 2**64 - 1)
    arrived = len(payload) if more else None
    record = parsed(frame_line(3, 4, direction, bits, length, mask, payload, arrived))
    assert (record.kind, record.dir, record.text) == (Kind.FRAME, direction.decode(), "")
    line = record.frame
    assert line is not None
    assert (line.opcode, line.fin, line.rsv) == bits
    assert (line.length, line.masked, line.mask) == (length, mask is not None, mask)
    assert (line.arrived, line.extras) == (arrived, {})
    assert (line.preview is None) == (not payload)


@given(hostile_text)
def test_event_text_is_harmless_and_loses_nothing(text: str) -> None:
    record = parsed(event_line(1, 2, f"NOTE: {text}"))
    assert record.kind is Kind.NOTE
    assert record.text == escape(f"NOTE: {text}")


def test_lines_are_written_as_the_specification_shows_them() -> None:
    assert octets_line(3, 1_200_412, b"RX", b"\x81\x8d") == b"003 +0.001200412 RX OCTETS: 818d\n"
    assert octets_line(1234, 61_000_000_007, b"TX", b"abc", 1) == (
        b"1234 +61.000000007 TX OCTETS: 61 ... LEN=3\n"
    )
    assert frame_line(4, 0, b"RX", (1, True, 0), 2, b"\x06\xce\xf0\x12", b"Hi") == (
        b"004 +0.000000000 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=2, MASKED=True, "
        b"MASK=06cef012\n" + INDENT.encode() + b"Hi\n"
    )
    assert frame_line(5, 0, b"TX", (13, False, 7), 0, None, b"") == (
        b"005 +0.000000000 TX FRAME : OPCODE=13, FIN=False, RSV=7, PAYLOAD-LEN=0, MASK=None\n"
    )
    assert frame_line(6, 0, b"RX", (2, True, 0), 9, None, b"\xff", 1) == (
        b"006 +0.000000000 RX FRAME : OPCODE=2, FIN=True, RSV=0, PAYLOAD-LEN=9, MASKED=False, "
        b"MASK=None, ARRIVED=1\n" + INDENT.encode() + b"0xff ...\n"
    )
    assert event_line(7, 5, "TCP DROPPED BY ME") == b"007 +0.000000005 TCP DROPPED BY ME\n"


facts = st.dictionaries(
    st.text(max_size=9).filter(lambda key: key != "version"),
    st.none() | st.booleans() | st.integers() | hostile_text,
    max_size=4,
)


@given(facts)
def test_header_and_trailer_are_read_back_and_are_ascii(given_facts: dict[str, Any]) -> None:
    header, trailer = header_line(given_facts), trailer_line(given_facts)
    for line in (header, trailer):
        assert line.endswith(b"\n")
        assert all(0x20 <= octet < 0x7F for octet in line[:-1])
    assert parse_header(header.decode()) == {"version": 1, **given_facts}
    assert parse_trailer(trailer.decode()) == given_facts


def test_a_header_cannot_lie_about_its_version() -> None:
    assert parse_header('#wirelog 3 {"version":"x","role":"client"}') == {
        "version": 3,
        "role": "client",
    }
    assert header_line({}, 2) == b"#wirelog 2 {}\n"


@pytest.mark.parametrize(
    "line",
    [
        "#wirelog",
        "#wirelog 1",
        "#wirelog 1 []",
        "#wirelog 1 {",
        "#wirelog 1 {]}",
        '#wirelog 1 {"a":' + "[" * 9999 + "]" * 9999 + "}",
        "#wirelog 1 {} {}",
        "#wirelog x {}",
        "#wirelog -1 {}",
        "#wirelog ١ {}",
        "#wirelog " + "9" * 5000 + " {}",
        "wirelog 1 {}",
    ],
    ids=lambda line: line[:20],
)
def test_a_header_that_cannot_be_read_says_so(line: str) -> None:
    with pytest.raises(CaptureError):
        parse_header(line)


@pytest.mark.parametrize("line", ["#end", "#end 5", "#end {", "#endless {}", "#end {1:2}"])
def test_a_trailer_that_cannot_be_read_says_so(line: str) -> None:
    with pytest.raises(CaptureError):
        parse_trailer(line)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("TCP ACCEPTED", Kind.CONNECTED),
        ("TCP CONNECTED", Kind.CONNECTED),
        ("HANDSHAKE REFUSED: 400 no", Kind.REFUSED),
        ("FAIL CONNECTION AFTER 1.000000 sec", Kind.TIMER),
        ("CLOSE CONNECTION AFTER 1.000000 sec", Kind.TIMER),
        ("DELAY 1.000000 sec for TAG A", Kind.TIMER),
        ("DELAY TIMEOUT on TAG A", Kind.TIMEOUT),
        ("OPENING HANDSHAKE TIMEOUT AFTER 5.000000 sec", Kind.TIMEOUT),
        ("CLOSING HANDSHAKE TIMEOUT AFTER 1.000000 sec", Kind.TIMEOUT),
        ("SERVER DROP TIMEOUT AFTER 1.000000 sec", Kind.TIMEOUT),
        ("PING TIMEOUT AFTER 1.000000 sec", Kind.TIMEOUT),
        ("FAILING CONNECTION: why (1002)", Kind.FAILING),
        ("CLOSING CONNECTION: going down (1001)", Kind.CLOSING),
        ("TCP DROPPED BY ME (FIN)", Kind.DROPPED),
        ("TCP DROPPED BY PEER", Kind.DROPPED),
        ("CAPTURE STOPS: no space left", Kind.STOPS),
        ("WIRELOG ENABLED", Kind.NOTE),
        ("WIRELOG DISABLED", Kind.NOTE),
        ("NOTE anything", Kind.NOTE),
        ("TEA IS READY", Kind.UNKNOWN),
        ("TCP DROPPED BY NOBODY", Kind.UNKNOWN),
        ("", Kind.UNKNOWN),
    ],
)
def test_event_words(words: str, kind: Kind) -> None:
    record = parse_line(f"012 +0.000000001 {words}")
    assert record == Record(12, 1, kind, text=words)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "012",
        "x12 +0.000000001 TCP ACCEPTED",
        " 012 TCP ACCEPTED",
        "١٢٣ TCP ACCEPTED",
        "-01 TCP ACCEPTED",
        "9" * 19 + " TCP ACCEPTED",
        "9" * 5000 + " TCP ACCEPTED",
    ],
    ids=lambda line: line[:12],
)
def test_what_is_no_event_is_none(line: str) -> None:
    assert parse_line(line) is None


@pytest.mark.parametrize("time", ["+0.1", "-1.000000000", "+99999999999.000000000", "+٠.000000000"])
def test_a_time_that_is_none_leaves_an_event_without_one(time: str) -> None:
    record = parse_line(f"000 {time} TCP ACCEPTED")
    assert record is not None
    assert (record.t, record.kind, record.text) == (None, Kind.UNKNOWN, f"{time} TCP ACCEPTED")


def test_an_event_without_a_time_is_read() -> None:
    assert parse_line("003 TX OCTETS: 8180") == Record(
        3, None, Kind.OCTETS, "TX", b"\x81\x80", length=2
    )


def test_an_unknown_event_keeps_the_line_below_it() -> None:
    record = parse_line("000 +0.000000001 TEA IS", f"{INDENT}READY ")
    assert record == Record(0, 1, Kind.UNKNOWN, text="TEA IS READY")


def test_json_in_the_header_is_plain() -> None:
    line = header_line({"agent": "\x9b31m\u202e\x7f", "snaplen": None})
    assert json.loads(line.split(b" ", 2)[2]) == {"agent": "\x9b31m\u202e\x7f", "snaplen": None}
    assert b"\\u007f" in line
