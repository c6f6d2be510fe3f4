import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import frames, masks
from wirelog.frames import (
    CLOSE_CODES,
    MASK_CHUNK,
    RSV1,
    Close,
    Frame,
    Opcode,
    Side,
    apply_mask,
    close_code_allowed,
    close_code_name,
    opcode_name,
)
from wirelog.rules.frames import MASK_ZERO
from wirelog.rules.rule import Problem

KEY = bytes.fromhex("37fa213d")


@pytest.mark.parametrize(
    ("octets", "frame"),
    [  # the examples of RFC 6455 §5.7
        ("810548656c6c6f", Frame(Opcode.TEXT, b"Hello")),
        ("818537fa213d7f9f4d5158", Frame(Opcode.TEXT, b"Hello", mask=KEY)),
        ("010348656c", Frame(Opcode.TEXT, b"Hel", fin=False)),
        ("80026c6f", Frame(Opcode.CONT, b"lo")),
        ("890548656c6c6f", Frame(Opcode.PING, b"Hello")),
        ("8a8537fa213d7f9f4d5158", Frame(Opcode.PONG, b"Hello", mask=KEY)),
        ("827e0100" + "00" * 256, Frame(Opcode.BINARY, bytes(256))),
        ("827f0000000000010000" + "00" * 65536, Frame(Opcode.BINARY, bytes(65536))),
        ("817f" + "00" * 8, Frame(Opcode.TEXT, length_octets=8)),
        ("f100", Frame(Opcode.TEXT, rsv=7)),
        ("827f8000000000000000ab", Frame(Opcode.BINARY, b"\xab", declared=1 << 63)),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_frames_are_serialized_as_the_rfc_draws_them(octets: str, frame: Frame) -> None:
    assert frame.serialize().hex() == octets


@given(frames())
def test_the_header_is_as_long_as_it_says(frame: Frame) -> None:
    assert frame.header_octets == len(frame.serialize()) - len(frame.payload)


@given(st.binary(max_size=99), masks, st.integers(0, 9))
def test_masking_is_what_the_rfc_says(octets: bytes, mask: bytes, offset: int) -> None:
    slowly = bytes(octet ^ mask[(offset + at) % 4] for at, octet in enumerate(octets))
    assert apply_mask(octets, mask, offset) == slowly


@pytest.mark.parametrize("more", [-1, 0, 1, 2, MASK_CHUNK + 3])
def test_a_long_payload_is_masked_like_a_short_one(more: int) -> None:
    octets = bytes(range(256)) * (2 * MASK_CHUNK // 256) + bytes(MASK_CHUNK)
    octets = octets[: MASK_CHUNK + more]
    masked = apply_mask(octets, KEY, 3)
    slowly = bytes(octet ^ KEY[(3 + at) % 4] for at, octet in enumerate(octets))
    assert masked == slowly


def problems(frame: Frame, sender: Side | None = None, *, deflate: bool = False) -> list[str]:
    return [one.text for one in frame.check(sender, deflate=deflate)]


SOUND = [
    (Frame(Opcode.TEXT, b"a", mask=KEY), "client"),
    (Frame(Opcode.CONT, b"a"), "server"),
    (Frame(Opcode.BINARY, bytes(70000), fin=False), "server"),
    (Frame(Opcode.PING, bytes(125)), "server"),
    (Frame(Opcode.CLOSE), "server"),
    (Frame(Opcode.CLOSE, Close(4999, b"ok").serialize(), mask=KEY), "client"),
    (Frame(Opcode.CLOSE, Close(1010).serialize(), mask=KEY), "client"),
    (Frame(Opcode.TEXT, b"a"), None),
    (Frame(Opcode.TEXT, b"a", mask=KEY), None),
]


@pytest.mark.parametrize(("frame", "sender"), SOUND, ids=str)
def test_nothing_is_wrong_with_a_sound_frame(frame: Frame, sender: Side | None) -> None:
    assert problems(frame, sender) == []


WRONG = [
    (Frame(3), "reserved opcode 3"),
    (Frame(15), "reserved opcode 15"),
    (Frame(Opcode.TEXT, rsv=1), "RSV=001 without an extension that defines it"),
    (Frame(Opcode.PONG, rsv=4), "RSV=100 without an extension that defines it"),
    (Frame(Opcode.PING, fin=False), "fragmented control frame"),
    (Frame(Opcode.PING, bytes(126)), "control frame of 126 octets; at most 125 are allowed"),
    (Frame(Opcode.TEXT, b"a", length_octets=2), "length 1 in a field of 2 octets"),
    (Frame(Opcode.TEXT, bytes(300), length_octets=8), "length 300 in a field of 8 octets"),
    (Frame(2, b"", declared=1 << 63), "length with the most significant bit set"),
    (Frame(Opcode.CLOSE, b"\x03"), "close frame with a body of one octet"),
    (Frame(Opcode.CLOSE, Close(1005).serialize()), "close code 1005 must not be sent"),
    (Frame(Opcode.CLOSE, Close(5000).serialize()), "close code 5000 is not defined"),
    (Frame(Opcode.CLOSE, b"\x03\xe8a\xff"), "close reason is not UTF-8 at octet 1"),
]


@pytest.mark.parametrize(("frame", "problem"), WRONG, ids=str)
def test_what_is_wrong_with_a_frame_is_said(frame: Frame, problem: str) -> None:
    assert problems(frame) == [problem]


def test_deflate_gives_rsv1_a_meaning_on_the_first_frame_of_a_message_only() -> None:
    assert problems(Frame(Opcode.TEXT, rsv=RSV1), deflate=True) == []
    assert problems(Frame(Opcode.CONT, rsv=RSV1), deflate=True) == ["RSV1 on a continuation frame"]
    assert problems(Frame(Opcode.PING, rsv=RSV1), deflate=True) == ["RSV1 on a control frame"]
    assert problems(Frame(Opcode.TEXT, rsv=5), deflate=True) != []


def test_masks_are_judged_by_the_sender() -> None:
    assert problems(Frame(1), "client") == ["frame from a client without a mask"]
    assert problems(Frame(1, mask=KEY), "server") == ["masked frame from a server"]


def test_only_a_client_may_say_that_an_extension_is_missing() -> None:
    frame = Frame(Opcode.CLOSE, Close(1010).serialize())
    assert problems(frame, "server") == ["close code 1010 from a server"]


def test_a_close_frame_that_is_not_whole_is_not_judged_by_its_body() -> None:
    assert problems(Frame(Opcode.CLOSE, b"\x03", declared=2)) == []


def test_most_problems_are_answered_with_1002() -> None:
    (problem,) = Frame(5).check()
    assert problem.close_code == 1002


def test_a_bad_close_reason_is_answered_with_1007() -> None:
    (problem,) = Frame(Opcode.CLOSE, Close(1000, b"\xff").serialize()).check()
    assert problem.close_code == 1007
    assert str(problem) == "close reason is not UTF-8 at octet 0 (RFC 6455 §5.5.1)"
    assert Problem(MASK_ZERO, "x").close_code == 1002


@given(frames())
def test_the_gravest_problem_comes_first(frame: Frame) -> None:
    found = problems(frame, "server")
    if frame.opcode not in set(Opcode):
        assert found[0] == f"reserved opcode {frame.opcode}"
    if frame.mask is not None:
        assert "masked frame from a server" in found


@given(st.binary(max_size=130))
def test_a_close_body_survives_parsing(payload: bytes) -> None:
    assert Close.parse(payload).serialize() == payload


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (b"", "without code"),
        (b"\x03", "with one stray octet 0x03"),
        (b"\x03\xe8", "1000 Normal Closure"),
        (b"\x03\xeabad \xff", '1002 Protocol Error "bad �"'),
        (b"\x0f\xa1", "4001 Private use"),
    ],
)
def test_a_close_is_shown_with_name_and_reason(payload: bytes, shown: str) -> None:
    assert str(Close.parse(payload)) == shown


@pytest.mark.parametrize(
    ("code", "name", "allowed"),
    [
        (0, "Out of range", False),
        (999, "Out of range", False),
        (1000, "Normal Closure", True),
        (1004, "Reserved", False),
        (1005, "No Status Received", False),
        (1006, "Abnormal Closure", False),
        (1012, "Service Restart", True),
        (1014, "Bad Gateway", True),
        (1015, "TLS Handshake", False),
        (1016, "Undefined", False),
        (2999, "Undefined", False),
        (3000, "Registered, for libraries and frameworks", True),
        (3999, "Registered, for libraries and frameworks", True),
        (4000, "Private use", True),
        (4999, "Private use", True),
        (5000, "Out of range", False),
        (65535, "Out of range", False),
    ],
)
def test_close_codes(code: int, name: str, allowed: bool) -> None:
    assert (close_code_name(code), close_code_allowed(code)) == (name, allowed)


def test_each_close_code_is_explained_in_a_sentence() -> None:
    assert all(one.meaning.endswith(".") for one in CLOSE_CODES.values())


def test_opcodes_have_names() -> None:
    assert [opcode_name(one) for one in (0, 1, 8, 3, 15)] == [
        "CONT", "TEXT", "CLOSE", "opcode 3", "opcode 15",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("frame", "shown"),
    [
        (Frame(1, b"abc"), "TEXT, 3 octets"),
        (Frame(2, b"abc", fin=False, rsv=5, declared=9), "BINARY FIN=0 RSV=101, 3 of 9 octets"),
        (Frame(13), "opcode 13, 0 octets"),
    ],
)
def test_a_frame_is_shown_in_a_line(frame: Frame, shown: str) -> None:
    assert str(frame) == shown
