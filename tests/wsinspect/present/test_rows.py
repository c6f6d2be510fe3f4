"""The wire log as rows."""

from dataclasses import replace

import pytest

from builders import STEP, CaptureBuilder, case_4_2_3, close, cont, deflated, opened, ping, text
from builders import binary as binary_frame
from wirelog.capture import Kind
from wsinspect.present.rows import LogRow, log_rows, octets_preview


def rows_of(made: CaptureBuilder) -> list[LogRow]:
    return list(log_rows(opened(made.unfinished())[1]))


def test_one_row_for_each_event_in_order() -> None:
    rows = rows_of(case_4_2_3())
    assert [(row.n, row.arrow, row.what) for row in rows] == [
        (0, "•", "TCP ACCEPTED"),
        (1, "◀", "octets"),
        (2, "▶", "octets"),
        (3, "◀", "octets"),
        (4, "◀", "TEXT"),
        (5, "▶", "TEXT"),
        (6, "▶", "octets"),
        (7, "◀", "octets"),
        (8, "◀", "opcode 13"),
        (9, "•", "FAILING CONNECTION: reserved opcode 13 (1002)"),
        (10, "▶", "CLOSE 1002"),
        (11, "▶", "octets"),
        (12, "◀", "octets"),
        (13, "◀", "CLOSE 1002"),
        (14, "•", "TCP DROPPED BY ME"),
    ]


def test_a_frame_row_says_what_its_header_says() -> None:
    made = CaptureBuilder().open().rx(text("κόσ", fin=False)).rx(cont("με"))
    row = rows_of(made)[4]
    assert (row.fin, row.rsv, row.length, row.preview) == (False, 0, 6, "κόσ")
    assert (row.fin_text, row.rsv_text) == ("0", "000")
    assert row.kind is Kind.FRAME


def test_times_are_there_with_the_distance_to_the_row_before() -> None:
    first, second, *_ = rows_of(case_4_2_3())
    assert (first.t, first.delta, first.delta_text) == (0, None, "")
    assert (second.t, second.delta, second.delta_text) == (STEP, STEP, "+0.1 ms")
    assert second.time_text == "0.100 ms"


def test_a_row_without_time_does_not_interrupt_the_distances() -> None:
    made = CaptureBuilder().event("TCP ACCEPTED").line(b"001 NOTE no time\n").event("NOTE b")
    _, untimed, last = rows_of(made)
    assert (untimed.t, untimed.time_text, untimed.delta) == (None, "", None)
    assert last.delta == 2 * STEP


def test_any_row_is_the_same_by_index_and_by_iteration() -> None:
    rows = log_rows(opened(case_4_2_3().unfinished())[1])
    assert [rows[index] for index in range(len(rows))] == list(rows) == rows[:]
    assert rows[-1].what == "TCP DROPPED BY ME"


def test_a_frame_and_its_octets_are_a_group() -> None:
    rows = rows_of(case_4_2_3())
    groups = [row.group for row in rows]
    assert groups == [None, None, None, 3, 3, 6, 6, 7, 7, None, 11, 11, 12, 12, None]


def test_a_frame_in_many_pieces_is_one_group() -> None:
    made = CaptureBuilder().open()
    octets = binary_frame(bytes(10), mask=b"abcd").serialize()
    for at in range(0, len(octets), 4):
        made.octets("RX", octets[at : at + 4])
    made.frame_line("RX", binary_frame(bytes(10), mask=b"abcd"))
    made.frame_line("TX", binary_frame(bytes(6))).octets("TX", b"\x82\x06").octets("TX", bytes(6))
    assert [row.group for row in rows_of(made)][3:] == [6, 6, 6, 6, 6, 9, 9, 9]


def test_frames_that_have_no_line_get_a_row_behind_their_octets() -> None:
    made = CaptureBuilder().open().octets("RX", ping(b"a").serialize() + ping(b"b").serialize())
    rows = rows_of(made.event("TCP DROPPED BY PEER"))
    assert [(row.n, row.what, row.preview) for row in rows[4:]] == [
        (3, "PING", "a"),
        (3, "PING", "b"),
        (4, "TCP DROPPED BY PEER", ""),
    ]


def test_what_is_wrong_stands_on_the_frame() -> None:
    rows = rows_of(case_4_2_3())
    assert [row.problems for row in rows if row.problems] == [
        ["reserved opcode 13 (RFC 6455 §5.2)"]
    ]


def test_a_frame_that_never_became_complete_says_how_much_came() -> None:
    made = CaptureBuilder().open().octets("RX", text("Hello", mask=b"abcd").serialize()[:8])
    assert rows_of(made)[-1].problems == ["only 2 of 5 payload octets came"]


def test_octets_that_are_missing_from_the_capture_are_said() -> None:
    made = CaptureBuilder().open().octets("RX", bytes(100), snaplen=10)
    row = rows_of(made.line(b"004 RX OCTETS: 8101 ...\n"))
    assert [
        (one.length, one.problems[0]) for one in row if one.kind is Kind.OCTETS and one.problems
    ] == [
        (100, "10 of 100 octets are in the capture"),
        (2, "cut in the source: how many octets there were is not known"),
    ]


def test_an_event_that_is_not_known_is_shown_and_marked() -> None:
    row = rows_of(CaptureBuilder().event("FLUX CAPACITOR 88"))[0]
    assert (row.what, row.problems) == ("FLUX CAPACITOR 88", ["event words that are not known"])


def test_the_http_heads_show_their_first_line() -> None:
    rows = rows_of(CaptureBuilder().open())
    assert rows[1].preview == "GET / HTTP/1.1…"
    assert rows[2].preview == "HTTP/1.1 101 Switching Protocols…"


def test_a_compressed_message_shows_what_it_inflates_to() -> None:
    rows = rows_of(CaptureBuilder().open_deflate().rx(deflated(text("Hello " * 50))))
    assert rows[-1].preview.startswith("Hello Hello Hello")
    assert rows[-1].preview.endswith("…")
    assert rows[-1].problems == []


def test_a_close_frame_shows_its_reason() -> None:
    assert rows_of(CaptureBuilder().open().rx(close(4000, "bye \x1b[m")))[-1].preview == "bye ␛[m"


def test_where_only_the_line_is_there_its_preview_is_shown() -> None:
    line = b"000 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=5, MASKED=False, MASK=None\n"
    (row,) = log_rows(opened(b"#wirelog 1 {}\n" + line + b" " * 15 + b"Hello\n")[1])
    assert row.preview == "Hello"


def test_two_events_with_one_number_keep_their_own_frames() -> None:
    made = CaptureBuilder().open().rx(text("first"))
    made.n -= 2
    made.rx(text("second"))
    made.n -= 2
    rows = rows_of(made.rx(text("third")))
    assert [row.preview for row in rows if row.frame] == ["first", "second", "third"]


def test_the_parts_of_a_fragmented_compressed_message_show_their_octets() -> None:
    whole = deflated(text("Hello " * 50))
    first = replace(whole, payload=whole.payload[:5], fin=False)
    made = CaptureBuilder().open_deflate().rx(first).rx(cont(whole.payload[5:]))
    rows = [row for row in rows_of(made) if row.frame]
    assert [row.preview for row in rows] == [
        f"0x{whole.payload[:5].hex()}", f"0x{whole.payload[5:].hex()}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "whole", "is_text", "shown"),
    [
        (b"Hello", 5, False, "Hello"),
        (b"Hello", 50, False, "Hello…"),
        (b"\xff\x00", 2, False, "0xff00"),
        (b"\x00\x01", 2, False, "0x0001"),
        (b"a\tb\n", 4, False, "a␉b␊"),
        ("κό".encode()[:3], 9, False, "κ…"),
        (b"\xce", 9, False, "0xce…"),
        (b"a\xed\xa0", 3, True, "a\\xed\\xa0"),
        (b"\x1b[2J", 4, True, "␛[2J"),
    ],
)
def test_a_preview_is_text_where_it_can_be(
    head: bytes, whole: int, is_text: bool, shown: str
) -> None:
    assert octets_preview(head, whole, is_text=is_text) == shown
