"""Event lines that are damaged, cut, or of another version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import hostile_text
from wirelog.capture import INDENT, FrameLine, Kind, Record, parse_line


@pytest.mark.parametrize(
    ("text", "octets", "length", "problem"),
    [
        ("818D", b"\x81\x8d", 2, ""),
        ("", b"", 0, ""),
        ("81 ...", b"\x81", None, ""),
        (" ... LEN=5", b"", 5, ""),
        ("81 ... LEN=1", b"\x81", 1, ""),
        ("818", b"\x81", None, "half an octet behind octet 1"),
        ("818 ...", b"\x81", None, "half an octet behind octet 1"),
        ("81zz82", b"\x81", None, "not hexadecimal behind octet 1"),
        ("81 82", b"\x81", None, "not hexadecimal behind octet 1"),
        ("zz", b"", None, "not hexadecimal behind octet 0"),
        ("81é", b"\x81", None, "not hexadecimal behind octet 1"),
        ("81 ... LEN=x", b"\x81", None, "not hexadecimal behind octet 1"),
        ("81 LEN=5", b"\x81", None, "not hexadecimal behind octet 1"),
        ("8182 ... LEN=1", b"\x81\x82", None, "LEN=1, but 2 octets stand there"),
        ("81 ... LEN=" + "9" * 19, b"\x81", None, "not hexadecimal behind octet 1"),
    ],
)
def test_damaged_octets_are_kept_up_to_the_damage(
    text: str, octets: bytes, length: int | None, problem: str
) -> None:
    record = parse_line(f"001 +0.000000001 RX OCTETS: {text}")
    assert record == Record(1, 1, Kind.OCTETS, "RX", octets, length, problem=problem)


def test_an_editor_may_have_eaten_the_space_behind_no_octets() -> None:
    record = parse_line("001 +0.000000001 RX OCTETS:")
    assert record is not None
    assert (record.kind, record.octets, record.length) == (Kind.OCTETS, b"", 0)


FIELDS = "OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=3"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (FIELDS, FrameLine(1, True, 0, 3, False)),
        (f"{FIELDS}, MASKED=True", FrameLine(1, True, 0, 3, True)),
        (f"{FIELDS}, MASKED=True, MASK=None", FrameLine(1, True, 0, 3, True)),
        (f"{FIELDS}, MASKED=True, MASK=", FrameLine(1, True, 0, 3, True, b"")),
        (f"{FIELDS}, MASK=06CE", FrameLine(1, True, 0, 3, True, b"\x06\xce")),
        (
            f"{FIELDS}, MASK=None, COLOUR=blue, SIZE=x y",
            FrameLine(1, True, 0, 3, False, extras={"COLOUR": "blue", "SIZE": "x y"}),
        ),
        (
            "COLOUR=blue, RSV=0, FIN=True, PAYLOAD-LEN=3, ARRIVED=2, OPCODE=1",
            FrameLine(1, True, 0, 3, False, arrived=2, extras={"COLOUR": "blue"}),
        ),
    ],
)
def test_frame_lines_of_other_versions_are_read(text: str, line: FrameLine) -> None:
    record = parse_line(f"001 +0.000000001 RX FRAME : {text}")
    assert record == Record(1, 1, Kind.FRAME, "RX", frame=line)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anything",
        "OPCODE=1",
        FIELDS.replace("OPCODE=1", "OPCODE=16"),
        FIELDS.replace("OPCODE=1", "OPCODE=-1"),
        FIELDS.replace("OPCODE=1", "OPCODE=١"),
        FIELDS.replace("True", "Yes"),
        FIELDS.replace("RSV=0", "RSV=8"),
        FIELDS.replace("LEN=3", f"LEN={2**64}"),
        FIELDS.replace("LEN=3", "LEN=" + "9" * 5000),
        f"{FIELDS}, MASKED=Maybe",
        f"{FIELDS}, MASK=0",
        f"{FIELDS}, MASK=0102030405",
        f"{FIELDS}, ARRIVED=4",
        f"{FIELDS}, ARRIVED=x",
    ],
    ids=lambda text: text[-24:],
)
def test_a_frame_line_that_cannot_be_read_is_kept_as_text(text: str) -> None:
    record = parse_line(f"001 +0.000000001 TX FRAME : {text}", f"{INDENT}abc")
    assert record is not None
    assert (record.kind, record.dir, record.text) == (Kind.UNKNOWN, "TX", f"TX FRAME : {text}")
    assert record.problem == "a frame line with a field that cannot be read"


def test_the_largest_length_is_read() -> None:
    record = parse_line("001 RX FRAME : " + FIELDS.replace("LEN=3", f"LEN={2**64 - 1}"))
    assert record is not None
    assert record.frame is not None
    assert record.frame.length == 2**64 - 1


def test_white_space_that_is_not_a_space_stays_in_a_preview() -> None:
    record = parse_line(f"001 RX FRAME : {FIELDS}", f"{INDENT}\u00a0\u3000a\u00a0")
    assert record is not None
    assert record.frame is not None
    assert record.frame.preview == "\u00a0\u3000a\u00a0"


@given(hostile_text, st.none() | hostile_text)
def test_no_line_makes_the_parser_fail(words: str, below: str | None) -> None:
    for start in ("", "001 ", "001 +0.000000001 RX OCTETS: ", "001 RX FRAME : OPCODE=1, "):
        record = parse_line(start + words, below)
        assert record is None or isinstance(record.kind, Kind)
