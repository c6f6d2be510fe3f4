"""What comes on a connection before anybody knew what it is for."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from connections import request
from memory_server import begun
from wsconform.driver.arrival import Arrival

OCTETS = request()


def test_octets_are_kept_chunk_by_chunk_with_rising_times() -> None:
    arrival = Arrival(begun())
    arrival.take(b"GET /")
    arrival.take(b" HTTP/1.1\r\n")
    assert arrival.octets == b"GET / HTTP/1.1\r\n"
    assert [chunk.octets for chunk in arrival.chunks] == [b"GET /", b" HTTP/1.1\r\n"]
    first, second = arrival.chunks
    assert arrival.moment.ns <= first.at <= second.at
    assert arrival.seconds == 100


@given(st.lists(st.integers(1, len(OCTETS) - 1)))
def test_the_end_of_the_head_is_seen_however_it_is_cut(cuts: list[int]) -> None:
    at = sorted({0, *cuts, len(OCTETS)})
    arrival = Arrival(begun())
    for begin, end in pairwise(at):
        assert not arrival.head_ends
        arrival.take(OCTETS[begin:end])
    assert arrival.head_ends
    arrival.take(b"frames")
    assert arrival.head_ends and arrival.octets == OCTETS + b"frames"
