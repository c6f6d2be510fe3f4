from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import frames
from wirelog.dissect import Field, dissect
from wirelog.frames import Close, Frame, Opcode
from wirelog.parser import FrameParser

KEY = b"\x06\xce\xf0\x12"
FIGURE = {
    "FIN", "RSV1", "RSV2", "RSV3", "opcode", "MASK", "Payload len", "Masking-key", "Payload data",
    "Extended payload length (16)", "Extended payload length (64)", "Status code", "Reason",
}  # fmt: skip


def by_name(frame: Frame) -> dict[str, Field]:
    return {field.name: field for field in dissect(frame)}


def rows(frame: Frame, there: int | None = None) -> list[tuple[str, str, str]]:
    return [(field.name, field.value, field.place) for field in dissect(frame, there)]


def check_tiling(fields: list[Field], octets: int) -> None:
    """No bit is without an owner, and none has two."""
    assert fields[0].bits[0] == 0
    assert all(before.bits[1] == after.bits[0] for before, after in pairwise(fields))
    assert all(field.bits[0] < field.bits[1] for field in fields)
    assert fields[-1].bits[1] == 8 * octets
    assert all(field.name in FIGURE for field in fields)


@given(frames())
def test_every_bit_has_exactly_one_owner(frame: Frame) -> None:
    check_tiling(dissect(frame), len(frame.serialize()))


@given(frames(), st.data())
def test_so_it_is_in_a_frame_that_is_cut_anywhere(frame: Frame, data: st.DataObject) -> None:
    octets = frame.serialize()
    cut = data.draw(st.integers(1, len(octets)))
    check_tiling(dissect(frame, cut), cut)
    parser = FrameParser()
    parser.feed(octets[:cut])
    pending = parser.pending()
    if pending is not None:
        check_tiling(dissect(pending.frame, cut), cut)


def test_nothing_of_a_frame_has_no_fields() -> None:
    assert dissect(Frame(1, b"abc"), 0) == []


def test_a_small_masked_frame() -> None:
    assert rows(Frame(Opcode.TEXT, b"Hello", mask=KEY)) == [
        ("FIN", "1", "bit 0"),
        ("RSV1", "0", "bit 1"),
        ("RSV2", "0", "bit 2"),
        ("RSV3", "0", "bit 3"),
        ("opcode", "1 TEXT", "bit 4-7"),
        ("MASK", "1", "bit 8"),
        ("Payload len", "5", "bit 9-15"),
        ("Masking-key", "06cef012", "octet 2-5"),
        ("Payload data", "5 octets", "octet 6-10"),
    ]


def test_a_frame_with_a_long_length() -> None:
    assert rows(Frame(Opcode.BINARY, bytes(300)))[6:] == [
        ("Payload len", "126", "bit 9-15"),
        ("Extended payload length (16)", "300", "octet 2-3"),
        ("Payload data", "300 octets", "octet 4-303"),
    ]
    assert rows(Frame(Opcode.BINARY, b"x", length_octets=8))[6:] == [
        ("Payload len", "127", "bit 9-15"),
        ("Extended payload length (64)", "1", "octet 2-9"),
        ("Payload data", "1 octet", "octet 10"),
    ]


def test_a_close_frame() -> None:
    frame = Frame(Opcode.CLOSE, Close(1002, "reservé".encode()).serialize())
    code, reason = dissect(frame)[-2:]
    assert (code.name, code.value, code.octets, code.problem) == (
        "Status code", "1002", (2, 4), False,
    )  # fmt: skip
    assert code.meaning == "Protocol Error. The peer broke the framing rules."
    assert (reason.name, reason.value, reason.octets) == ("Reason", "reservé", (4, 12))
    assert dissect(Frame(Opcode.CLOSE, b"\x0f\xa1"))[-1].meaning == "Private use"


def test_a_frame_of_which_only_a_part_is_there() -> None:
    (*_, payload) = dissect(Frame(1, b"Hel", declared=5))
    assert (payload.value, payload.meaning) == ("3 octets", "3 of 5 octets are here")
    assert rows(Frame(1, b"Hello", mask=KEY), 4)[-1] == ("Masking-key", "06cef012", "octet 2-3")
    assert rows(Frame(1, b"Hello"), 1)[-1] == ("opcode", "1 TEXT", "bit 4-7")


def test_a_key_that_nobody_knows_keeps_its_four_octets() -> None:
    assert rows(Frame(1, b"Hello", mask=b""))[-2:] == [
        ("Masking-key", "", "octet 2-5"),
        ("Payload data", "5 octets", "octet 6-10"),
    ]


@pytest.mark.parametrize(
    ("frame", "name", "meaning"),
    [
        (Frame(1), "FIN", "last frame of the message"),
        (Frame(1, fin=False), "FIN", "more frames of the message follow"),
        (Frame(9), "FIN", ""),
        (Frame(0), "opcode", "goes on with the message that is open"),
        (Frame(10), "opcode", "answers a ping, or is a heartbeat (§5.5.3)"),
        (Frame(1), "MASK", "not masked"),
        (Frame(1, mask=KEY), "MASK", "masked"),
        (Frame(1, b"abc"), "Payload len", "3 octets"),
        (Frame(1, bytes(200)), "Payload len", "the length follows in 2 octets"),
        (Frame(1, rsv=4), "RSV1", "the message is compressed (RFC 7692 §6)"),
        (Frame(1, rsv=3), "RSV1", ""),
    ],
)
def test_fields_say_what_they_mean(frame: Frame, name: str, meaning: str) -> None:
    field = by_name(frame)[name]
    assert (field.meaning, field.problem) == (meaning, False)


@pytest.mark.parametrize(
    ("frame", "names", "meaning"),
    [
        (Frame(9, fin=False), {"FIN"}, "a control frame must not be fragmented (§5.5)"),
        (Frame(3), {"opcode"}, "reserved for further non-control frames (§5.2)"),
        (Frame(13), {"opcode"}, "reserved for further control frames (§5.2)"),
        (Frame(1, rsv=3), {"RSV2", "RSV3"}, "no extension defines it"),
        (Frame(1, rsv=6), {"RSV1", "RSV2"}, "no extension defines it"),
        (Frame(9, rsv=4), {"RSV1"}, "no extension defines it"),
        (Frame(9, bytes(126)), {"Payload len", "Extended payload length (16)"}, "the length fol"),
        (Frame(1, b"", length_octets=2), {"Payload len", "Extended payload length (16)"}, "the le"),
        (Frame(8, b"\x03"), {"Payload data"}, "too short for a close code"),
        (Frame(8, b"\x03\xed"), {"Status code"}, "No Status Received. An API's word"),
        (Frame(8, b"\x03\xe8\xff"), {"Reason"}, ""),
    ],
)
def test_fields_that_are_wrong_are_marked(frame: Frame, names: set[str], meaning: str) -> None:
    wrong = [field for field in dissect(frame) if field.problem]
    assert {field.name for field in wrong} == names
    assert wrong[0].meaning.startswith(meaning)


def test_a_close_frame_that_is_cut_is_not_too_short() -> None:
    (*_, data) = dissect(Frame(8, b"\x03", declared=2))
    assert (data.problem, data.meaning) == (False, "the rest of it is not here")


def test_the_problems_that_a_frame_had_where_it_stood_decide() -> None:
    frame = Frame(1, rsv=4)
    assert not by_name(frame)["RSV1"].problem
    found = {one.name: one for one in dissect(frame, problems=frame.check("client"))}
    assert found["RSV1"].problem
    assert found["MASK"].problem
    assert not any(one.problem for one in dissect(frame, problems=[]))


def test_owners_are_the_parts_of_the_frame() -> None:
    owners = [field.owner for field in dissect(Frame(1, bytes(200), mask=KEY))]
    assert owners == ["header"] * 5 + ["length"] * 3 + ["mask", "payload"]
