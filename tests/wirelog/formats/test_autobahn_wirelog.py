import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelog.capture import INFLATED, FrameLine, Kind, Record
from wirelog.escaping import unpreview
from wirelog.formats.autobahn_wirelog import (
    CUT,
    NO_REFUSED,
    complete_heads,
    facts_header,
    head_octets,
    mark_inflated,
    native_preview,
    unproven,
)
from wirelog.reader import NO_TIMES, Capture, read


def shown(payload: bytes) -> str:
    """A payload as these sources show it."""
    head = payload if len(payload) <= 60 else payload[:64]
    more = "" if len(payload) <= 60 else " ..."
    try:
        return head.decode() + more
    except UnicodeDecodeError:
        return f"0x{head.hex()}{more}"


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_a_preview_shows_the_same_octets(payload: bytes) -> None:
    native = native_preview(shown(payload), len(payload))
    if not payload:
        assert native is None
        return
    assert native is not None
    octets = unpreview(native, len(payload))
    assert payload.startswith(octets)
    assert len(octets) >= min(len(payload), 61)


@pytest.mark.parametrize(
    ("text", "length", "native"),
    [
        ("", 0, None),
        ("Hello", 5, "Hello"),
        ("0x03e8", 2, "0x03e8"),
        ("0x03e8", 6, r"\x30x03e8"),  # the payload was this text
        ("\x1b[31m", 5, r"\x1b[31m"),
        ("*" * 64 + " ...", 1300, "*" * 64 + " ..."),
        ("*" * 62 + " ...", 62, "*" * 62),
        ("wait ...", 8, "wait ..."),
        ("0x" + "ff" * 64 + " ...", 70, "0x" + "ff" * 64 + " ..."),
    ],
)
def test_previews(text: str, length: int, native: str | None) -> None:
    assert native_preview(text, length) == native


def frame(direction: str, opcode: int, rsv: int = 0, *, fin: bool = True) -> Record:
    line = FrameLine(opcode, fin, rsv, 5, False)
    return Record(0, None, Kind.FRAME, "RX" if direction == "RX" else "TX", frame=line)


def test_received_frames_of_compressed_messages_are_marked() -> None:
    records = [
        frame("RX", 1, 4, fin=False),
        frame("RX", 9),
        frame("TX", 1, 4),
        frame("RX", 0),
        Record(0, None, Kind.NOTE),
        frame("RX", 2),
        frame("RX", 0),
    ]
    mark_inflated(records)
    marked = [bool(one.frame and INFLATED in one.frame.extras) for one in records]
    assert marked == [True, False, False, True, False, False, False]


REQUEST = "GET / HTTP/1.1\nHost: a\n\n"
RESPONSE = "HTTP/1.1 101 x\r\nServer: b\r\n"


def octets(direction: str, held: bytes, length: int | None) -> Record:
    return Record(0, None, Kind.OCTETS, "RX" if direction == "RX" else "TX", held, length)


@pytest.mark.parametrize("role", ["client", "server"])
def test_cut_heads_are_made_whole(role: str) -> None:
    asked, answered = head_octets(REQUEST), head_octets(RESPONSE)
    mine, theirs = (asked, answered) if role == "client" else (answered, asked)
    capture = Capture("", {"role": role})
    capture.records = [
        octets("TX", mine[:10], len(mine)),
        Record(0, None, Kind.NOTE),
        octets("RX", theirs[:10], None),
        octets("RX", theirs[:10], None),
    ]
    complete_heads(capture, REQUEST, RESPONSE)
    first, _, second, third = capture.records
    assert (first.octets, first.is_cut) == (mine, False)
    assert (second.octets, second.is_cut) == (theirs, False)
    assert third.is_cut


def test_octets_behind_a_head_in_the_same_read_stay_missing() -> None:
    answered = head_octets(RESPONSE)
    capture = Capture("", {"role": "client"}, [octets("RX", answered[:10], len(answered) + 9)])
    complete_heads(capture, "", RESPONSE)
    assert capture.records[0].octets == answered
    assert capture.records[0].length == len(answered) + 9


@pytest.mark.parametrize("printed", ["", "?", "HTTP/1.1 404 other\n"])
def test_a_head_that_is_not_printed_stays_cut(printed: str) -> None:
    cut = octets("RX", head_octets(RESPONSE)[:12], 99)
    capture = Capture("", {"role": "client"}, [cut])
    complete_heads(capture, "", printed)
    assert capture.records == [cut]


def test_a_head_that_is_whole_is_left_alone() -> None:
    whole = octets("TX", b"GET /x HTTP/1.1\r\n\r\n", 19)
    capture = Capture("", {"role": "client"}, [whole])
    complete_heads(capture, REQUEST, RESPONSE)
    assert capture.records == [whole]


def test_heads_have_the_line_ends_of_the_wire() -> None:
    assert head_octets(REQUEST) == b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    assert head_octets("a: \u20ac\xe9") == b"a: ?\xe9\r\n\r\n"


def test_what_such_a_log_cannot_prove() -> None:
    capture = read(io.BytesIO(b"#wirelog 1 {}\n000 TCP ACCEPTED\n"))
    assert unproven(capture) == [NO_TIMES, NO_REFUSED]
    capture.records.append(octets("RX", b"x", None))
    assert unproven(capture) == [NO_TIMES, CUT, NO_REFUSED]


def test_the_header_has_the_words_of_a_native_one() -> None:
    assert facts_header({"agent": "a", "case": None}, is_server=True) == {
        "version": 1,
        "role": "server",
        "recorder": "Autobahn Testsuite",
        "agent": "a",
    }
    assert facts_header({}, is_server=False)["role"] == "client"
