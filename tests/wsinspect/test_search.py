from __future__ import annotations

import pytest

from builders import CaptureBuilder, cont, deflated, opened, ping, text
from wsinspect.present.rows import log_rows
from wsinspect.search import Needle


def found(octets: bytes, words: str) -> list[tuple[int, str]]:
    """Number and name of the rows that hold what is looked for."""
    _, conversation = opened(octets)
    needle = Needle.parse(words)
    assert needle is not None
    rows = log_rows(conversation)
    return [(row.n, row.what) for row in rows if needle.is_in_row(conversation, row)]


HELLO = CaptureBuilder().open().rx(text("Hello, World!")).tx(text("bye")).finish()


def test_text_is_found_in_frames_not_in_the_octets_that_carried_them() -> None:
    assert found(HELLO, "bye") == [(5, "TEXT")]


@pytest.mark.parametrize(("words", "count"), [("world", 1), ("World", 1), ("WORLD", 0)])
def test_only_a_capital_that_was_typed_counts(words: str, count: int) -> None:
    assert len(found(HELLO, words)) == count


def test_text_is_found_in_the_handshake_and_in_events() -> None:
    assert [n for n, _ in found(HELLO, "sec-websocket-accept")] == [2]
    assert found(HELLO, "accepted") == [(0, "TCP ACCEPTED")]


def test_octets_are_found_on_the_wire_and_below_the_mask() -> None:
    assert (3, "octets") in found(HELLO, "x:81 8d")
    assert (4, "TEXT") in found(HELLO, "x:81 8d")
    assert found(HELLO, "x:48656c6c6f") == [(4, "TEXT")]


def test_a_word_split_over_fragments_is_found_on_the_last_one() -> None:
    split = CaptureBuilder().open().rx(text("Hel", fin=False)).rx(ping()).rx(cont("lo")).finish()
    assert found(split, "Hello") == [(8, "CONT")]


def test_a_compressed_message_is_searched_as_it_was_before() -> None:
    squeezed = CaptureBuilder().open_deflate().rx(deflated(text("needle " * 20))).finish()
    assert found(squeezed, "needle needle") == [(4, "TEXT")]


@pytest.mark.parametrize("words", ["x:8", "x:zz", "x:", ""])
def test_what_cannot_be_looked_for(words: str) -> None:
    assert Needle.parse(words) is None


@pytest.mark.parametrize("words", ["x:818d", "x:81 8D", "x: 0x81 0x8d", "x:81:8d"])
def test_hex_as_people_write_it(words: str) -> None:
    needle = Needle.parse(words)
    assert needle is not None
    assert needle.octets == b"\x81\x8d"


def test_places_are_told_for_marking() -> None:
    needle = Needle.parse("ab")
    assert needle is not None
    assert list(needle.spans_in(b"abcABab")) == [(0, 2), (3, 5), (5, 7)]
