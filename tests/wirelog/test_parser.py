import time
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import frames, pieces
from wirelog.frames import Frame, Opcode, Side
from wirelog.parser import FrameParser, Parsed

KEY = b"\x06\xce\xf0\x12"


def parse(*octets: bytes, offset: int = 0) -> list[Parsed]:
    parser = FrameParser(offset)
    return [one for piece in octets for one in parser.feed(piece)]


def placed(sent: list[Frame], offset: int = 0) -> list[Parsed]:
    sizes = [len(frame.serialize()) for frame in sent]
    ends = list(accumulate(sizes, initial=offset))
    return [Parsed(*one) for one in zip(sent, ends, ends[1:], strict=False)]


@given(st.data(), st.lists(frames(), max_size=6), st.integers(0, 500))
def test_any_chunking_gives_the_same_frames_at_the_same_offsets(
    data: st.DataObject, sent: list[Frame], offset: int
) -> None:
    octets = b"".join(frame.serialize() for frame in sent)
    expected = placed(sent, offset)
    assert parse(octets, offset=offset) == expected
    assert parse(*(bytes([octet]) for octet in octets), offset=offset) == expected
    assert parse(*data.draw(pieces(octets)), offset=offset) == expected


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 70000])
@pytest.mark.parametrize("mask", [None, KEY])
def test_each_length_is_read_back(size: int, mask: bytes | None) -> None:
    frame = Frame(Opcode.BINARY, bytes(size), mask=mask)
    assert parse(frame.serialize()) == placed([frame])


@pytest.mark.parametrize(
    "frame",
    [
        Frame(1, b"abc", length_octets=2),
        Frame(1, b"abc", mask=KEY, length_octets=8),
        Frame(2, bytes(200), length_octets=8),
    ],
    ids=str,
)
def test_a_length_in_too_large_a_field_is_kept(frame: Frame) -> None:
    (parsed,) = parse(frame.serialize())
    assert parsed.frame == frame


@given(frames())
def test_a_frame_that_is_cut_anywhere_is_pending_with_what_came(frame: Frame) -> None:
    octets = frame.serialize()
    for cut in range(len(octets)):
        parser = FrameParser(7)
        assert parser.feed(octets[:cut]) == []
        pending = parser.pending()
        if cut < 2:
            assert pending is None
            continue
        assert pending is not None
        assert (pending.start, pending.end) == (7, 7 + cut)
        assert (pending.frame.opcode, pending.frame.fin) == (frame.opcode, frame.fin)
        assert not pending.frame.is_complete or cut < pending.frame.header_octets
        assert pending.frame.serialize()[:cut] == octets[:cut]
        assert frame.payload.startswith(pending.frame.payload)


@pytest.mark.parametrize("size", [0, 125, 126, 1000, 65535, 65536, 1 << 20])
@pytest.mark.parametrize("mask", [None, KEY])
def test_a_sound_frame_is_not_accused_before_its_length_is_whole(
    size: int, mask: bytes | None
) -> None:
    frame = Frame(1, b"", mask=mask, declared=size)
    for cut in range(2, frame.header_octets):
        parser = FrameParser()
        parser.feed(frame.serialize()[:cut])
        pending = parser.pending()
        assert pending is not None
        assert pending.frame.check() == []


@pytest.mark.parametrize(("sender", "mask"), [("client", b""), ("server", None)])
def test_of_one_octet_whoever_knows_its_sender_gets_what_it_says(
    sender: Side, mask: bytes | None
) -> None:
    parser = FrameParser(7)
    parser.feed(b"\xf2")
    assert parser.is_pending
    assert parser.pending() is None
    assert parser.pending(sender) == Parsed(Frame(2, rsv=7, mask=mask), 7, 8)
    parser.feed(b"\x01a")
    assert not parser.is_pending
    assert parser.pending(sender) is None


def test_a_length_that_can_only_be_wrong_is_accused_at_once() -> None:
    parser = FrameParser()
    parser.feed(bytes.fromhex("827f000000000000"))  # six zeros: under 65536, whatever comes
    pending = parser.pending()
    assert pending is not None
    assert [one.text for one in pending.frame.check()] == ["length 65535 in a field of 8 octets"]


@pytest.mark.parametrize(
    ("octets", "mask", "payload"),
    [
        ("81fe0100", b"", b""),
        ("8185", b"", b""),
        ("8185ab", b"\xab", b""),
        ("818506cef0", b"\x06\xce\xf0", b""),
        ("818506cef012", KEY, b""),
        ("818506cef0124e", KEY, b"H"),
    ],
)
def test_a_key_that_is_not_whole_is_kept_as_far_as_it_came(
    octets: str, mask: bytes, payload: bytes
) -> None:
    parser = FrameParser()
    parser.feed(bytes.fromhex(octets))
    pending = parser.pending()
    assert pending is not None
    assert (pending.frame.mask, pending.frame.payload) == (mask, payload)


@pytest.mark.parametrize("length", [1 << 63, (1 << 64) - 1, 10**18])
def test_a_length_that_is_never_filled_costs_nothing(length: int) -> None:
    frame = Frame(2, b"abc", mask=KEY, declared=length)
    parser = FrameParser()
    assert parser.feed(frame.serialize()) == []
    assert parser.pending() == Parsed(frame, 0, 17)


def test_sixteen_mebibytes_in_chunks_do_not_take_the_square_of_the_time() -> None:
    def seconds(size: int) -> float:
        octets = Frame(2, bytes(size), mask=KEY).serialize()
        parser = FrameParser()
        begin = time.process_time()
        found = [
            one for at in range(0, len(octets), 1 << 16)
            for one in parser.feed(octets[at : at + (1 << 16)])
        ]  # fmt: skip
        assert [one.frame.length for one in found] == [size]
        return time.process_time() - begin

    seconds(1 << 20)
    small, large = seconds(2 << 20), seconds(16 << 20)
    assert large < 40 * small  # the square would be 64 times


class TestSkip:
    """Octets that were on the wire and are not in the capture."""

    def test_a_payload_keeps_its_beginning(self) -> None:
        octets = Frame(1, b"Hello, world!").serialize()
        parser = FrameParser()
        assert parser.feed(octets[:7]) == []
        (parsed,) = parser.skip(8)
        assert parsed == Parsed(Frame(1, b"Hello", declared=13), 0, 15)
        assert not parser.lost

    def test_what_follows_inside_the_same_payload_is_left_out(self) -> None:
        parser = FrameParser()
        parser.feed(b"\x81\x0dHello")
        assert parser.skip(2) == []
        assert parser.feed(b"worl") == []
        pending = parser.pending()
        assert pending == Parsed(Frame(1, b"Hello", declared=13), 0, 13)
        cut, whole = parser.feed(b"d!\x82\x01x")
        assert cut == Parsed(Frame(1, b"Hello", declared=13), 0, 15)
        assert whole == Parsed(Frame(2, b"x"), 15, 18)

    def test_frames_cannot_be_found_behind_a_header_that_is_missing(self) -> None:
        parser = FrameParser()
        parser.feed(b"\x81\x0dHello")
        (cut,) = parser.skip(9)  # one octet more than the frame had left
        assert cut.frame.length == 13
        assert parser.lost
        assert parser.feed(b"\x81\x00") == []
        assert parser.skip(5) == []

    @pytest.mark.parametrize("known", [b"", b"\x81", b"\x81\x85\x01", b"\x82\x7f\x00"])
    def test_a_header_that_is_not_whole_is_missing(self, known: bytes) -> None:
        parser = FrameParser()
        parser.feed(known)
        assert parser.skip(1) == []
        assert parser.lost

    def test_nothing_is_lost_where_nothing_is_missing(self) -> None:
        parser = FrameParser()
        assert parser.skip(0) == []
        assert parser.feed(b"\x81\x01") == []
        assert parser.skip(0) == []
        (parsed,) = parser.feed(b"x")
        assert parsed.frame.payload == b"x"

    def test_a_huge_gap_costs_nothing(self) -> None:
        parser = FrameParser()
        parser.feed(Frame(2, b"", declared=10**18).serialize())
        assert parser.skip(10**18 - 1) == []
        (parsed,) = parser.feed(b"x")
        assert parsed.end == 10**18 + 10

    @given(st.data(), st.lists(frames(60), min_size=1, max_size=5))
    def test_gaps_inside_payloads_lose_no_frame(
        self, data: st.DataObject, sent: list[Frame]
    ) -> None:
        parser = FrameParser()
        found = []
        for frame in sent:
            octets = frame.serialize()
            kept = data.draw(st.integers(frame.header_octets, len(octets)))
            found += parser.feed(octets[:kept]) + parser.skip(len(octets) - kept)
        expected = placed(sent)
        assert [(one.start, one.end) for one in found] == [(o.start, o.end) for o in expected]
        assert all(
            one.frame.length == frame.length and frame.payload.startswith(one.frame.payload)
            for one, frame in zip(found, sent, strict=True)
        )
