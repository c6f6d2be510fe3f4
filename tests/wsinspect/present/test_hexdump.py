"""Hex dumps, and the octets of a frame with their fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import MASK, CaptureBuilder, close, opened, text
from wirelog.frames import Frame
from wsinspect.present.hexdump import (
    HexLine,
    fields_of,
    frame_octets,
    hex_lines,
    octets_note,
)


def test_a_line_shows_offset_octets_and_ascii() -> None:
    (line,) = hex_lines(b"\x8d\x80Hi \x7f\xff")
    assert line == HexLine(0, b"\x8d\x80Hi \x7f\xff", "8d 80 48 69 20 7f ff", "..Hi ..")
    assert line.text(8) == "0000  8d 80 48 69 20 7f ff     ..Hi .."


def test_lines_are_made_on_demand_at_any_index() -> None:
    lines = hex_lines(bytes(1 << 24))
    assert len(lines) == 1 << 20
    assert lines[-1].offset == (1 << 24) - 16
    assert [line.offset for line in lines[2:4]] == [32, 48]
    with pytest.raises(IndexError):
        lines[1 << 20]


def test_offsets_of_a_large_dump_are_aligned() -> None:
    first, *_, last = hex_lines(bytes(70_000)).texts()
    assert first.startswith("00000000  ")
    assert last.startswith("00011160  ")


@given(st.binary(max_size=200), st.integers(1, 32), st.integers(0, 1000))
def test_a_dump_holds_every_octet_once(octets: bytes, width: int, start: int) -> None:
    lines = hex_lines(octets, width, start)
    assert b"".join(bytes.fromhex(line.hex) for line in lines) == octets
    assert all(line.text().isascii() and line.text().isprintable() for line in lines)
    assert [line.offset for line in lines] == list(range(start, start + len(octets), width))


def test_a_frame_as_sent_and_unmasked() -> None:
    _, conversation = opened(CaptureBuilder().open().rx(text("Hello")).unfinished())
    (one,) = conversation.frames
    wire, unmasked = frame_octets(conversation, one)
    assert wire == text("Hello", mask=MASK).serialize()
    assert unmasked == b"\x81\x85" + MASK + b"Hello"
    assert octets_note(conversation, one) == ""


def test_a_frame_that_the_capture_holds_no_octets_of_is_written_anew() -> None:
    made = CaptureBuilder().open().octets("RX", b"\x82\xfe", snaplen=1)
    _, conversation = opened(
        made.frame_line("RX", Frame(2, b"", mask=MASK, declared=300)).unfinished()
    )
    one = conversation.frames[-1]
    wire, unmasked = frame_octets(conversation, one)
    assert wire == unmasked == b"\x82\xfe\x01\x2c" + MASK
    assert "written anew" in octets_note(conversation, one)


def test_an_unknown_masking_key_is_said() -> None:
    line = b"000 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=2, MASKED=True, MASK=None\n"
    _, conversation = opened(b"#wirelog 1 {}\n" + line)
    (one,) = conversation.frames
    (key,) = [field for field in fields_of(one) if field.owner == "mask"]
    assert key.value == "not known"
    assert "zeros for the masking key" in octets_note(conversation, one)
    assert frame_octets(conversation, one)[0] == b"\x81\x82\0\0\0\0"


def test_a_frame_that_was_cut_is_shown_as_far_as_it_came() -> None:
    octets = text("Hello, world!", mask=MASK).serialize()
    _, conversation = opened(CaptureBuilder().open().octets("RX", octets[:10]).unfinished())
    (one,) = conversation.frames
    assert frame_octets(conversation, one) == (octets[:10], octets[:6] + b"Hell")
    assert (
        octets_note(conversation, one)
        == "The frame never became complete: this is what came of it."
    )


@pytest.mark.parametrize("there", range(2, 14))
def test_fields_end_where_the_octets_end(there: int) -> None:
    octets = Frame(2, bytes(300), mask=MASK).serialize()[:there]
    _, conversation = opened(CaptureBuilder().open().octets("RX", octets).unfinished())
    (one,) = conversation.frames
    fields = fields_of(one)
    assert max(field.octets[1] for field in fields) == there
    assert frame_octets(conversation, one)[0] == octets


def test_payload_octets_that_snaplen_left_out_are_said() -> None:
    octets = text("x" * 100, mask=MASK).serialize()
    made = CaptureBuilder().open().octets("RX", octets, snaplen=16)
    _, conversation = opened(made.rx(text("next")).unfinished())
    one = conversation.frames[0]
    assert octets_note(conversation, one) == "The capture holds 10 of 100 payload octets."
    assert frame_octets(conversation, one)[1] == octets[:6] + b"x" * 10


def test_a_reason_with_control_characters_is_harmless_in_its_field() -> None:
    _, conversation = opened(CaptureBuilder().open().rx(close(1000, "\x1b[2J")).unfinished())
    assert [field.value for field in fields_of(conversation.frames[0])][-1] == "␛[2J"
