import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import case_4_2_3, hostile
from reference import reference
from strategies import hostile_text
from wirelog.capture import Direction, FrameLine, Kind, Record
from wirelog.escaping import escape, preview
from wirelog.formats import load
from wirelog.reader import Capture, read
from wirelog.writer import to_octets


def again(capture: Capture) -> Capture:
    return load(io.BytesIO(to_octets(capture)), capture.name)


def without_lines(capture: Capture) -> list[Record]:
    return [record._replace(line=0) for record in capture.records]


def test_a_native_capture_comes_out_octet_by_octet() -> None:
    octets = case_4_2_3().finish(wasClean=True)
    assert to_octets(load(io.BytesIO(octets))) == octets


def test_a_hostile_capture_comes_out_harmless() -> None:
    octets = hostile().finish()
    capture = load(io.BytesIO(octets))
    out = to_octets(capture)
    assert not any((octet < 0x20 and octet != 0x0A) or octet == 0x7F for octet in out)
    assert "\x9b" not in out.decode()
    reread = again(capture)
    assert reread.header == capture.header
    assert to_octets(reread) == out


texts = hostile_text.map(escape).filter(lambda text: text == text.strip())
received_or_sent: list[Direction] = ["RX", "TX"]
directions = st.sampled_from(received_or_sent)
numbers = st.integers(0, 10**17)
times = st.none() | st.integers(0, 10**18)


@st.composite
def octets_records(draw: st.DrawFn) -> Record:
    octets = draw(st.binary(max_size=40))
    length = draw(st.none() | st.integers(len(octets), 10**17))
    return Record(draw(numbers), draw(times), Kind.OCTETS, draw(directions), octets, length)


@st.composite
def frame_records(draw: st.DrawFn) -> Record:
    direction = draw(directions)
    payload = draw(st.binary(max_size=70))
    length = draw(st.integers(len(payload), 2**64 - 1))
    mask = draw(st.none() | st.binary(max_size=4))
    line = FrameLine(
        draw(st.integers(0, 15)),
        draw(st.booleans()),
        draw(st.integers(0, 7)),
        length,
        True if mask is not None else draw(st.booleans()),
        mask,
        draw(st.none() | st.integers(0, length)),
        preview(payload, length).decode().strip(" ") or None,
        draw(st.dictionaries(st.sampled_from(["CHOPSIZE", "COLOUR"]), texts.filter(no_comma))),
    )
    return Record(draw(numbers), draw(times), Kind.FRAME, direction, frame=line)


def no_comma(text: str) -> bool:
    return "," not in text


note_records = st.builds(
    lambda n, t, text: Record(n, t, Kind.NOTE, text=f"NOTE: {text}x"), numbers, times, texts
)
statistics = st.none() | st.just({"octets": {"rx": {"5": 1}, "tx": {}}, "frames": {}})


@given(
    st.lists(octets_records() | frame_records() | note_records, max_size=6),
    st.none() | st.dictionaries(st.sampled_from(["wasClean", "x"]), st.booleans()),
    statistics,
    st.lists(hostile_text, max_size=2),
    st.dictionaries(st.sampled_from(["result", "expected"]), st.none() | hostile_text),
)
def test_what_is_written_is_read_back(
    records: list[Record],
    trailer: dict[str, Any] | None,
    counts: dict[str, Any] | None,
    unproven: list[str],
    report: dict[str, Any],
) -> None:
    capture = Capture("x", {"version": 1, "role": "client"}, records, trailer, report=report)
    capture.statistics = counts if trailer is not None else None
    capture.unproven = unproven or read(io.BytesIO(to_octets(capture))).unproven
    reread = again(capture)
    assert without_lines(reread) == records
    assert (reread.header, reread.trailer) == (capture.header, trailer)
    assert (reread.statistics, reread.report) == (capture.statistics, report)
    assert reread.unproven == capture.unproven


def test_a_version_that_is_not_ours_is_not_made_ours() -> None:
    octets = b'#wirelog 4 {"role":"server"}\n000 +0.000000000 TEA IS READY\n'
    assert to_octets(load(io.BytesIO(octets))) == octets


def test_a_capture_that_lost_its_header_gets_one() -> None:
    capture = load(io.BytesIO(b"000 +0.000000000 TCP ACCEPTED\n"))
    assert to_octets(capture) == b"#wirelog 1 {}\n000 +0.000000000 TCP ACCEPTED\n"


@pytest.mark.parametrize("name", ["10_1_1", "12_1_3", "6_4_3", "7_5_1", "1_1_5"])
def test_a_report_of_the_suite_survives_being_carried_over(name: str) -> None:
    path = reference(f"reference/plain-autobahn-echo/base_case_{name}.json")
    capture = load(io.BytesIO(path.read_bytes()), path.name)
    reread = again(capture)
    assert without_lines(reread) == without_lines(capture)
    assert (reread.header, reread.trailer) == (capture.header, capture.trailer)
    assert (reread.statistics, reread.report) == (capture.statistics, capture.report)
    assert reread.unproven == capture.unproven


def test_the_seed_page_survives_being_carried_over() -> None:
    path = reference("seeds/000_63196484a4ae6697.txt")
    capture = load(io.BytesIO(path.read_bytes()), path.name)
    reread = again(capture)
    assert without_lines(reread) == without_lines(capture)
    assert (reread.header, reread.trailer) == (capture.header, capture.trailer)
    assert (reread.statistics, reread.report) == (capture.statistics, capture.report)
    assert reread.unproven == capture.unproven
