import io
import time
import tracemalloc

import pytest

from builders import CaptureBuilder, case_4_2_3, opened
from wirelog.capture import CaptureError, Kind, Record
from wirelog.closing import Closing
from wirelog.conversation import Conversation
from wirelog.reader import CUT, NO_TIMES, Capture, Notice, Reader, knows, read

WHOLE = case_4_2_3().finish(wasClean=True, droppedByMe=True)
EVENTS = 15
BEHIND = WHOLE.count(b"\n") + 1
"""Number of a line that is put behind the trailer."""


def read_octets(octets: bytes) -> Capture:
    return read(io.BytesIO(octets), "a.log")


def notices(octets: bytes) -> list[str]:
    return [str(one) for one in read_octets(octets).notices]


def with_line(number: int, line: bytes) -> bytes:
    """The whole capture with a line put in; `number` is the one that it gets."""
    lines = WHOLE.splitlines(keepends=True)
    return b"".join([*lines[: number - 1], line, *lines[number - 1 :]])


def test_a_whole_capture_is_read_without_a_word() -> None:
    capture = read_octets(WHOLE)
    assert capture.name == "a.log"
    assert capture.header["case"] == "4.2.3"
    assert capture.trailer == {"wasClean": True, "droppedByMe": True}
    assert [record.n for record in capture.records] == list(range(EVENTS))
    assert [record.line for record in capture.records[:7]] == [2, 3, 4, 5, 6, 8, 10]
    assert (capture.notices, capture.unproven, capture.report) == ([], [], {})
    assert capture.statistics is None


def test_the_role_is_the_servers_unless_it_is_said_to_be_the_clients() -> None:
    roles: list[object] = ["server", "client", None, "proxy", 5]
    found = [Capture("", header={"role": role}).is_server for role in roles]
    assert found == [True, False, True, True, True]
    assert Capture("").is_server


def test_a_file_that_is_cut_at_any_octet_opens_up_to_its_last_whole_line() -> None:
    all_records = read_octets(WHOLE).records
    header = WHOLE.index(b"\n") + 1
    for cut in range(header, len(WHOLE)):
        octets = WHOLE[:cut]
        capture = read_octets(octets)
        whole_lines = octets.count(b"\n")
        expected = [one for one in all_records if one.line <= whole_lines]
        if expected and expected[-1].frame and capture.records[-1].frame != expected[-1].frame:
            expected[-1] = expected[-1]._replace(frame=expected[-1].frame._replace(preview=None))
        assert capture.records == expected
        told = [str(one) for one in capture.notices]
        assert "the capture was not finished: it has no trailer" in told
        is_cut = not octets.endswith(b"\n")
        assert any("cut in the middle of the line" in one for one in told) == is_cut
        Closing.of(capture, Conversation.of(capture))


def test_a_file_that_is_cut_inside_its_first_line_says_so() -> None:
    for cut in range(1, WHOLE.index(b"\n") + 1):
        with pytest.raises(CaptureError, match=rf"line 1: cut .* after {cut} octets"):
            read_octets(WHOLE[:cut])


def test_an_empty_file_says_so() -> None:
    with pytest.raises(CaptureError, match="the file is empty"):
        read_octets(b"")


@pytest.mark.parametrize(
    "octets",
    [
        bytes(range(256)) * 4 + b"\n",
        b"\x00" * 1000 + b"\n",
        b"\x89PNG\r\n\x1a\n" + bytes(99),
        b"\xff\xfe#\x00w\x00\n\x00",
        b"# a comment\n#wirelog 1 {}\n",
        b"\n\n",
        b"  indented\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"{}\n",
    ],
    ids=lambda octets: repr(octets[:10]),
)
def test_what_is_no_capture_is_refused(octets: bytes) -> None:
    with pytest.raises(CaptureError, match="not a capture"):
        read_octets(octets)


@pytest.mark.parametrize(
    ("number", "line", "notice"),
    [
        (3, b"020 +0.000000001 TCP ACCEPTED\n", "line 3: event 20 where 1 should stand"),
        (3, b"999999999999999999 NOTE a\n", "line 3: event 999999999999999999 where 1 should"),
        (6, b"004 +0.000000001 NOTE x\n", "line 6: event 4 is earlier than the one before it"),
        (3, b"001 +0.000000001 TEA IS READY\n", "line 3: event words that are not known: TEA IS"),
        (3, b"tea \x1b\n", r"line 3: not an event: tea \x1b"),
        (3, b"\x00\x00\n", r"line 3: not an event: \x00\x00"),
        (3, b"001 NOTE \xff\n", "line 3: not UTF-8 at octet 9 of the line"),
        (3, b"001 RX OCTETS: 8\n", "line 3: half an octet behind octet 0"),
        (3, b"001 RX OCTETS: 81xy\n", "line 3: not hexadecimal behind octet 1"),
        (3, b"001 RX FRAME : OPCODE=99\n", "line 3: a frame line with a field that cannot be"),
        (2, b"               a preview\n", "line 2: an indented line that belongs to no event"),
        (8, b"               another\n", "line 8: an indented line that belongs to no event"),
        (3, b"#wirelog 1 {}\n", "line 3: a second header: is this more than one capture?"),
        (3, b"#end {\n", "line 3: the trailer is not `#end {…}`"),
        (3, b'#end {"a":}\n', "line 3: JSON that cannot be read: Expecting value"),
        (3, b"#end {}\n", "line 4: an event after the trailer"),
        (BEHIND, b"text after the end\n", f"line {BEHIND}: not an event: text after the end"),
        (BEHIND, b"015 NOTE after the end\n", f"line {BEHIND}: an event after the trailer"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_wrong_with_a_line_is_said_and_the_rest_is_read(
    number: int, line: bytes, notice: str
) -> None:
    capture = read_octets(with_line(number, line))
    assert any(str(one).startswith(notice) for one in capture.notices), capture.notices
    assert len(capture.records) >= EVENTS
    Closing.of(capture, Conversation.of(capture))


def test_comments_and_blank_lines_are_passed_over() -> None:
    assert notices(with_line(3, b"# tea\n\n#\n")) == []


def test_windows_line_ends_and_a_byte_order_mark_are_taken() -> None:
    capture = read_octets(b"\xef\xbb\xbf" + WHOLE.replace(b"\n", b"\r\n"))
    assert capture.records == read_octets(WHOLE).records
    assert capture.notices == [Notice(1, "a byte order mark stands before the first line")]


def test_a_line_that_is_no_utf8_keeps_its_octets_in_sight() -> None:
    capture = read_octets(with_line(3, b"001 NOTE \xff\r\n"))
    assert capture.records[1].text == r"NOTE \xff"


def test_a_capture_without_a_header_is_read() -> None:
    octets = WHOLE[WHOLE.index(b"\n") + 1 :]
    capture = read_octets(octets)
    assert len(capture.records) == EVENTS
    assert str(capture.notices[0]) == "line 1: no header: the first line is not `#wirelog 1 {…}`"
    assert knows(octets)


@pytest.mark.parametrize(
    "header", [b"#wirelog 1 []\n", b"#wirelog 1 {\n", b"#wirelog 1 {" + b"[" * 9999 + b"}\n"]
)
def test_a_header_that_cannot_be_read_leaves_the_events(header: bytes) -> None:
    capture = read_octets(header + WHOLE[WHOLE.index(b"\n") + 1 :])
    assert (len(capture.records), capture.header) == (EVENTS, {})
    assert capture.notices[0].line == 1


def test_a_newer_version_is_read_as_far_as_it_is_known() -> None:
    capture = read_octets(WHOLE.replace(b"#wirelog 1 ", b"#wirelog 7 "))
    assert len(capture.records) == EVENTS
    assert "line 1: format version 7; this program knows up to 1" in str(capture.notices[0])


@pytest.mark.parametrize(
    ("given_value", "sentences"),
    [
        (b'["one","two"]', ["one", "two"]),
        (b'"one"', ["one"]),
        (b'[1,{"a":null},"x",null]', ["1", '{"a": null}', "x"]),
        (b"7", ["7"]),
        (b"null", []),
    ],
)
def test_what_is_unproven_may_be_said_in_any_shape(
    given_value: bytes, sentences: list[str]
) -> None:
    capture = read_octets(b'#wirelog 1 {"unproven":' + given_value + b"}\n")
    assert capture.unproven == sentences
    assert "unproven" not in capture.header


def test_what_is_unproven_is_seen_in_the_records_if_the_header_does_not_say_it() -> None:
    cut = CaptureBuilder().octets("RX", bytes(9), snaplen=3).finish()
    assert read_octets(cut).unproven == [CUT]
    assert read_octets(b"#wirelog 1 {}\n000 TCP ACCEPTED\n").unproven == [NO_TIMES]


def test_report_and_statistics_have_a_place_of_their_own() -> None:
    capture = read_octets(
        b'#wirelog 1 {"report":{"result":"fine"}}\n#end {"statistics":{"octets":{}}}\n'
    )
    assert (capture.report, capture.statistics) == ({"result": "fine"}, {"octets": {}})
    assert (capture.header, capture.trailer) == ({"version": 1}, {})
    odd = read_octets(b'#wirelog 1 {"report":5}\n#end {"statistics":[]}\n')
    assert (odd.report, odd.statistics) == ({}, None)
    assert (odd.header["report"], odd.trailer) == (5, {"statistics": []})


def test_of_a_capture_that_was_read_to_its_middle_that_much_is_there() -> None:
    whole = read_octets(WHOLE)
    part = whole.whole(whole.records[:3])
    assert (part.header, part.records) == (whole.header, whole.records[:3])
    assert list(part.batches()) == [part.records]


def test_a_file_of_garbage_does_not_fill_the_memory_with_complaints() -> None:
    capture = read_octets(b"#wirelog 1 {}\n" + b"x\n" * 5000)
    assert len(capture.notices) == 1001
    assert str(capture.notices[-1]) == "4001 more notices are not shown"


def test_progress_is_told_several_times_a_mebibyte() -> None:
    told: list[int] = []
    octets = b"#wirelog 1 {}\n" + b"# a comment of a hundred octets or so, to fill it up\n" * 60_000
    read(io.BytesIO(octets), progress=told.append)
    assert len(told) > len(octets) >> 20
    assert told == sorted(told)
    assert told[-1] == len(octets)


def test_a_reader_gives_records_one_by_one() -> None:
    reader = Reader(io.BytesIO(WHOLE))
    records = iter(reader)
    assert next(records).text == "TCP ACCEPTED"
    assert len(list(records)) == EVENTS - 1
    assert reader.trailer is not None


def test_a_large_file_is_read_as_far_as_somebody_wants_it() -> None:
    file = io.BytesIO(b"#wirelog 1 {}\n" + b"000 +0.000000000 NOTE on\n" * 100_000 + b"#end {}\n")
    reader = Reader(file)
    assert next(iter(reader)).text == "NOTE on"
    assert reader.trailer is None
    assert file.tell() < 1 << 20


def test_a_reader_knows_the_header_before_the_records() -> None:
    reader = Reader(io.BytesIO(b'#wirelog 1 {"role":"client","report":{"case":"1.1.1"}}\n'))
    reader.begin()
    reader.begin()
    assert (reader.is_server, reader.report) == (False, {"case": "1.1.1"})
    assert list(reader) == []


@pytest.mark.parametrize(
    ("line", "octets"),
    [
        (b"000 +0.000000000 RX OCTETS: " + b"ab" * (32 << 20) + b"\n", 32 << 20),
        (b"000 +0.000000000 NOTE " + b"x" * (64 << 20) + b"\n", 0),
        (b"000 +0.000000000 RX FRAME : " + b"OPCODE=1, " * (6 << 20) + b"\n", 0),
        (b"x" * (64 << 20) + b"\n", 0),
    ],
    ids=["octets", "note", "frame", "garbage"],
)
def test_a_line_of_64_mebibytes_takes_reasonable_time_and_memory(line: bytes, octets: int) -> None:
    file = io.BytesIO(b"#wirelog 1 {}\n" + line + b"001 +0.000000001 NOTE on\n")
    begin = time.process_time()
    tracemalloc.start()
    try:
        capture = read(file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(len(record.octets) for record in capture.records) == octets
    assert capture.records[-1].text == "NOTE on"
    assert peak < 8 * len(line)
    assert time.process_time() - begin < 20


def test_records_compare_by_what_they_say() -> None:
    assert opened(WHOLE)[0].records == read_octets(WHOLE).records
    assert Record(0, 1, Kind.NOTE) != Record(1, 1, Kind.NOTE)
