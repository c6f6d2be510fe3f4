"""Mutations of good captures: nothing that is done with what is left may raise."""

import io
import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import CaptureBuilder, case_4_2_3, deflated, ping, pong, text
from pages import REQUEST, RESPONSE, octets_line, page
from wirelog.capture import CaptureError, Kind
from wirelog.closing import FACTS, Closing
from wirelog.conversation import Conversation
from wirelog.dissect import dissect
from wirelog.formats import load
from wirelog.formats.autobahn_wirelog import head_octets
from wirelog.statistics import Statistics
from wirelog.writer import to_octets

WHOLE = case_4_2_3().finish(wasClean=True, droppedByMe=True)


def examine(octets: bytes) -> None:
    """Everything that is done with a capture; it must not raise."""
    try:
        capture = load(io.BytesIO(octets))
    except CaptureError:
        return
    conversation = Conversation.of(capture)
    closing = Closing.of(capture, conversation)
    assert closing.verdict
    Statistics.of(capture, conversation).as_json()
    for one in conversation.frames:
        str(one.frame)
        dissect(one.frame)
        for number in one.carriers:
            assert one in conversation.frames_in[number]
    for record in capture.records:
        if record.kind is Kind.OCTETS and record.dir is not None:
            conversation.stream(record.dir).start_of(record)
    again = to_octets(capture)
    assert not any((octet < 0x20 and octet != 0x0A) or octet == 0x7F for octet in again)
    reread = load(io.BytesIO(again))
    assert len(reread.records) == len(capture.records)


def a_busy_capture() -> bytes:
    made = CaptureBuilder().open_deflate()
    made.rx(deflated(text("Hello, Hello, Hello"))).tx(deflated(text("Hello")))
    made.rx(text("€ and ", fin=False)).rx(ping(b"p")).tx(pong(b"p")).rx(text("more"))
    made.octets("RX", text("x" * 200, mask=b"abcd").serialize(), snaplen=40)
    return made.event("PING TIMEOUT AFTER 1.000000 sec").event("TCP DROPPED BY ME").finish(a=1)


def a_page() -> bytes:
    log = [
        octets_line(0, "TX", head_octets(REQUEST)),
        octets_line(1, "RX", head_octets(RESPONSE)),
        "002 TX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=2, MASK=06cef012, "
        "PAYLOAD-REPEAT-LEN=70, CHOPSIZE=None, SYNC=False",
        "               Hi",
        octets_line(3, "TX", text("Hi" * 35, mask=b"\x06\xce\xf0\x12").serialize()),
        "004 FAIL CONNECTION AFTER 1.000000 sec",
        "005 TCP DROPPED BY PEER",
    ]
    return page(log, octets=("414\nTotal14", "Total00"), frames=("131\nTotal1", "Total0"))


def a_report() -> bytes:
    rows = [
        ["TO", [4, "47455420"], False],
        ["RF", [2, "0x03e8"], 8, True, 0, False, None],
        ["TF", [2, "Hi"], 1, True, 4, "06cef012", 70, 1, True],
        ["KL", 1],
    ]
    facts = dict.fromkeys(FACTS, False) | {"behavior": "OK", "wirelog": rows, "duration": 5}
    counts = ("rxOctetStats", "txOctetStats", "rxFrameStats", "txFrameStats")
    return json.dumps(facts | {key: {"4": 1} for key in counts}).encode()


MUTANTS = [WHOLE, a_busy_capture(), a_page(), a_report()]


@pytest.mark.parametrize("octets", MUTANTS, ids=["native", "busy", "page", "report"])
def test_what_is_to_be_damaged_is_sound(octets: bytes) -> None:
    capture = load(io.BytesIO(octets))
    assert (len(capture.records) > 4, capture.notices) == (True, [])
    examine(octets)


Mutation = Callable[[bytes], bytes]


def flip(place: float, octet: int) -> Mutation:
    def run(octets: bytes) -> bytes:
        at = int(place * len(octets))
        return octets[:at] + bytes([octet]) + octets[at + 1 :]

    return run


def drop(place: float, count: int) -> Mutation:
    def run(octets: bytes) -> bytes:
        at = int(place * len(octets))
        return octets[:at] + octets[at + count :]

    return run


def double(place: float, count: int) -> Mutation:
    def run(octets: bytes) -> bytes:
        at = int(place * len(octets))
        return octets[:at] + octets[at : at + count] + octets[at:]

    return run


def move_line(place: float, other: float) -> Mutation:
    def run(octets: bytes) -> bytes:
        lines = octets.splitlines(keepends=True)
        if not lines:
            return octets
        line = lines.pop(int(place * len(lines)))
        lines.insert(int(other * len(lines)), line)
        return b"".join(lines)

    return run


def number(place: float, digits: int) -> Mutation:
    """Another number, where one stands."""

    def run(octets: bytes) -> bytes:
        at = int(place * len(octets))
        while at < len(octets) and not octets[at : at + 1].isdigit():
            at += 1
        return octets[:at] + str(digits).encode() + octets[at + 1 :]

    return run


places = st.floats(0, 1, exclude_max=True)
mutations = st.lists(
    st.builds(flip, places, st.integers(0, 255))
    | st.builds(flip, places, st.sampled_from(b"0123456789abcdef= \n,-+"))
    | st.builds(drop, places, st.integers(1, 80))
    | st.builds(double, places, st.integers(1, 200))
    | st.builds(move_line, places, places)
    | st.builds(number, places, st.integers(0, 10**19)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=300)
@given(st.sampled_from(MUTANTS), mutations)
def test_no_damage_to_a_file_makes_anything_raise(octets: bytes, changes: list[Mutation]) -> None:
    for change in changes:
        octets = change(octets)
    examine(octets)


@given(st.binary(max_size=300))
def test_no_octets_behind_a_header_make_anything_raise(octets: bytes) -> None:
    examine(b"#wirelog 1 {}\n" + octets)


@pytest.mark.parametrize(
    "lines",
    [
        b"000 RX OCTETS:  ... LEN=999999999999999999\n",
        b"000 RX OCTETS: 47 ... LEN=999999999999999999\n001 RX FRAME : OPCODE=2, FIN=True, RSV=0,"
        b" PAYLOAD-LEN=18446744073709551615, MASKED=True, MASK=00000000\n",
        b'000 NOTE a\n#end {"wasClean":[1],"statistics":{"octets":{"rx":{"x":1,"1":"y"}}},'
        b'"wasNotCleanReason":{}}\n',
        b"007 RX OCTETS: 8100\n" * 9,
    ],
)
def test_numbers_without_measure_cost_nothing(lines: bytes) -> None:
    examine(b"#wirelog 1 {}\n" + lines)
    opening = case_4_2_3().unfinished().splitlines(keepends=True)[:4]
    examine(b"".join(opening) + lines)
