"""Payloads in words and in JSON."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsconform.cases.octets import cyclic, octets_as_json, preview, repeated_unit


@given(st.binary(min_size=1, max_size=20), st.integers(0, 500))
def test_a_pattern_has_the_length_asked_for_and_nothing_but_its_unit(
    unit: bytes, length: int
) -> None:
    octets = cyclic(unit, length)
    assert len(octets) == length
    assert all(octets[i] == unit[i % len(unit)] for i in range(length))


@given(st.binary(min_size=1, max_size=10), st.integers(61, 300))
def test_a_pattern_is_recognised(unit: bytes, length: int) -> None:
    octets = cyclic(unit, length)
    found = repeated_unit(octets)
    assert found is not None
    assert cyclic(found, length) == octets
    assert len(found) <= len(unit)


def test_what_is_short_or_irregular_is_no_pattern() -> None:
    assert repeated_unit(b"*" * 60) is None
    assert repeated_unit(bytes(range(100))) is None


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "0 octets"),
        (b"a", '1 octet "a"'),
        (b"Hello, world!", '13 octets "Hello, world!"'),
        ("ß".encode(), '2 octets "ß"'),
        (b"\xfe\x00", "2 octets 0xfe00"),
        (b"*" * 125, '125 octets "*" over and over'),
        (b"\xfe" * 126, "126 octets 0xfe over and over"),
        (b"abcdefghijklmnopqrstuvwxyz" * 3, '78 octets "abcdefghijklmnopqrstuvwxyzabcd…"'),
        (bytes(range(128, 228)), "100 octets 0x" + bytes(range(128, 158)).hex() + "…"),
    ],
)
def test_a_preview_tells_the_length_and_shows_the_octets(octets: bytes, words: str) -> None:
    assert preview(octets) == words


def test_a_pattern_can_be_told_from_its_unit() -> None:
    assert preview(b"BAsd7&jh23", 16 << 20) == '16777216 octets "BAsd7&jh23" over and over'
    assert preview(b"*", 0) == "0 octets"


@given(st.binary(max_size=200))
def test_no_preview_holds_what_a_terminal_acts_on(octets: bytes) -> None:
    assert preview(octets).isprintable()


def test_escape_sequences_and_bidi_characters_are_spelled_in_hex() -> None:
    assert preview(b"\x1b[2J") == "4 octets 0x1b5b324a"
    assert preview("\u202e".encode()) == "3 octets 0xe280ae"


@given(st.binary(max_size=200))
def test_json_keeps_every_octet(octets: bytes) -> None:
    given_back = octets_as_json(octets)
    assert given_back.pop("octets") == len(octets)
    ((form, value),) = given_back.items()
    unit = bytes.fromhex(value) if "hex" in form else value.encode()
    assert (cyclic(unit, len(octets)) if "repeat" in form else unit) == octets


def test_json_names_a_pattern_by_its_unit() -> None:
    assert octets_as_json(b"*", 65536) == {"repeat": "*", "octets": 65536}
    assert octets_as_json(b"\xfe" * 125) == {"repeat_hex": "fe", "octets": 125}
