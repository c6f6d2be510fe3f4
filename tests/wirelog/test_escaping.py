import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from strategies import hostile_text
from wirelog.escaping import PREVIEW_OCTETS, disarm, escape, preview, unpreview

ACTS = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of characters that a terminal acts on, that reorder, hide, or part lines."""
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"}
ZERO_WIDTH = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u3164\ufe00\ufe0f\uffa0\U000e0100\U000e01ef"


def is_harmless(text: str) -> bool:
    return not any(unicodedata.category(char) in ACTS or char in ZERO_WIDTH for char in text)


def test_no_character_of_unicode_reaches_the_terminal_unescaped_that_should_not() -> None:
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        acts = unicodedata.category(char) in ACTS or unicodedata.bidirectional(char) in BIDI
        if acts or char in ZERO_WIDTH:
            assert escape(f"a{char}b").isascii(), f"U+{code:04X} is not escaped"
            assert disarm(f"a{char}b").isascii(), f"U+{code:04X} is not disarmed"


def test_ordinary_text_of_any_language_stays_readable() -> None:
    text = "Größe, κόσμε, 日本語, עברית, العربية, हिन्दी, 🎉"
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a\nb\rc\td", r"a\nb\rc\td"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\x7f\x80\x9f\xad", r"\x7f\x80\x9f\xad"),
        ("\u202egnp\u200b\ufeff", r"\u202egnp\u200b\ufeff"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
        ("C:\\new", r"C:\\new"),
        (" a b ", r"\x20a b\x20"),
        (" ", r"\x20"),
        ("", ""),
    ],
)
def test_escapes(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@given(hostile_text)
def test_escaped_text_is_harmless_and_has_no_line_break(text: str) -> None:
    escaped = escape(text)
    assert is_harmless(escaped)
    assert escaped.strip(" ") == escaped


@given(hostile_text)
def test_escaped_text_is_not_changed_by_disarming(text: str) -> None:
    assert disarm(escape(text)) == escape(text)


@given(hostile_text)
def test_disarmed_text_is_harmless(text: str) -> None:
    assert is_harmless(disarm(text))
    assert disarm(disarm(text)) == disarm(text)


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        (b"", ""),
        (b"Hello", "Hello"),
        (b"Hello, world!", "Hello, world!"),
        (b"\x03\xe8", "0x03e8"),
        (b"0x41", r"\x30x41"),
        (b"0xab cd", r"\x30xab cd"),
        (b"0x", r"\x30x"),
        (b"a" * 64, "a" * 64),
        (b"a" * 65, "a" * 64 + " ..."),
        ("é".encode() * 33, "é" * 32 + " ..."),
        (b"a" + "é".encode() * 32, "a" + "é" * 31 + " ..."),  # cut inside a character
        (b"a" * 63 + b"\xe9", "0x" + "61" * 63 + "e9"),  # ends inside a character
        (b"\xff" * 65, "0x" + "ff" * 64 + " ..."),
        (b"a" * 62 + b"\xed\xa0" + b"a", "0x" + "61" * 62 + "eda0 ..."),
    ],
)
def test_previews(payload: bytes, shown: str) -> None:
    assert preview(payload, len(payload)).decode() == shown


def test_a_payload_of_which_only_the_beginning_came_says_so() -> None:
    assert preview(b"Hel", 5) == b"Hel ..."
    assert preview(b"\xe2\x82", 100) == b" ..."


@given(st.binary(max_size=80) | hostile_text.map(lambda text: text.encode(errors="ignore")))
@example(b"wait ...")
@example(b"0xab ...")
@example(b"\\x30x")
@example(b" ...")
@example("é".encode() * 30 + "a🎉".encode())
def test_a_preview_is_harmless_and_is_read_back(payload: bytes) -> None:
    shown = preview(payload, len(payload)).decode()
    assert is_harmless(shown)
    octets = unpreview(shown, len(payload))
    if len(payload) <= PREVIEW_OCTETS:
        assert octets == payload
    else:  # less a character that was cut
        assert payload.startswith(octets)
        assert len(octets) > PREVIEW_OCTETS - 4


@pytest.mark.parametrize(
    ("shown", "octets"),
    [
        ("0xabc", b"\xab"),
        ("0xzz", b""),
        ("0x", b""),
        (r"\q\x4", rb"\q\x4"),
        (r"\U00110000", rb"\U00110000"),
        (r"\ud800", b"?"),
        ("...", b"..."),
    ],
)
def test_a_preview_that_nobody_wrote_is_read_as_far_as_it_goes(shown: str, octets: bytes) -> None:
    assert unpreview(shown, 99) == octets
