from __future__ import annotations

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelog.frames import Frame
from wirelog.parser import FrameParser
from wsecho.follower import Follower, Seen

FRAMES = st.builds(
    Frame,
    opcode=st.integers(0, 15),
    payload=st.one_of(st.binary(max_size=200), st.integers(0, 70000).map(bytes)),
    fin=st.booleans(),
    rsv=st.integers(0, 7),
    mask=st.none() | st.binary(min_size=4, max_size=4),
)


def chopped(octets: bytes, sizes: list[int]) -> list[bytes]:
    parts = []
    for size in sizes:
        parts.append(octets[:size])
        octets = octets[size:]
    return [*parts, octets]


@given(st.lists(FRAMES, max_size=5), st.lists(st.integers(0, 40)), st.integers(0, 20))
def test_it_sees_what_the_parser_sees_however_the_octets_are_cut(
    frames: list[Frame], sizes: list[int], lost: int
) -> None:
    octets = b"".join(frame.serialize() for frame in frames)
    octets = octets[: len(octets) - lost]
    parser, follower = FrameParser(), Follower()
    seen = [frame for part in chopped(octets, sizes) for frame in follower.feed(part)]
    expected = [parsed.frame for parsed in parser.feed(octets)]
    assert [one.bits for one in seen] == [(f.opcode, f.fin, f.rsv) for f in expected]
    assert [(one.length, one.mask, one.head) for one in seen] == [
        (f.length, f.mask, f.payload[:125]) for f in expected
    ]
    assert all(one.is_complete for one in seen)
    rest, pending = parser.pending(), follower.pending()
    assert (rest is None) == (pending is None)
    if rest and pending:
        assert (pending.length, pending.mask) == (rest.frame.length, rest.frame.mask)
        assert pending.arrived == len(rest.frame.payload)
        assert not pending.is_complete


def test_it_goes_on_in_the_middle_of_a_frame() -> None:
    frame = Frame(1, b"Hello, world!", mask=b"abcd")
    octets = frame.serialize()
    current = Seen(1, True, 0, 13, b"abcd", b"Hello", 5)
    (seen,) = Follower(current).feed(octets[11:])
    assert seen is current
    assert (seen.head, seen.arrived) == (b"Hello, world!", 13)


def test_a_frame_seen_in_its_header_is_known_again() -> None:
    octets = Frame(5, b"abc", mask=b"abcd").serialize()
    follower = Follower()
    follower.feed(octets[:3])
    begun = follower.pending()
    assert begun is not None
    assert astuple(begun)[:5] == (5, True, 0, 3, octets[2:3])
    begun.is_recorded = True
    first, second = follower.feed(octets[3:] + octets)
    assert first.is_recorded
    assert not second.is_recorded


def test_it_keeps_little_of_a_long_payload() -> None:
    octets = Frame(2, bytes(1 << 20), mask=b"abcd").serialize()
    (seen,) = Follower().feed(octets)
    assert (seen.arrived, len(seen.head)) == (1 << 20, 125)


@pytest.mark.parametrize(("arrived", "least"), [(2, 65536), (7, 65536), (8, 65536), (9, 69888)])
def test_a_length_that_is_not_whole_is_the_least_that_it_can_be(arrived: int, least: int) -> None:
    follower = Follower()
    follower.feed(Frame(2, bytes(70000), mask=b"abcd").serialize()[:arrived])
    begun = follower.pending()
    assert begun is not None
    assert (begun.length, begun.arrived, begun.is_complete) == (least, 0, False)
