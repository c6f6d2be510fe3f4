"""Nothing of a peer's text acts on a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from builders import HIDDEN, is_harmless
from wsinspect.present.safe import cells, fit, fold, pad, safe, safe_lines

ANY_TEXT = st.text(st.characters(exclude_categories=()))
"""Surrogates included."""


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain text", "plain text"),
        ("κόσμε 日本 👍", "κόσμε 日本 👍"),
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("a\r\nb\tc\0", "a␍␊b␉c␀"),
        ("\x7f", "␡"),
        ("\x9b31m", "‹U+009B›31m"),
        ("\u202egnp.exe", "‹U+202E›gnp.exe"),
        ("a\u200bb\ufeff", "a‹U+200B›b‹U+FEFF›"),
        ("\u2028\u2029", "‹U+2028›‹U+2029›"),
        ("\ud800", "‹U+D800›"),
        ("\U000e0041\ufe0f", "‹U+E0041›‹U+FE0F›"),
    ],
)
def test_what_a_terminal_acts_on_becomes_visible(given: str, shown: str) -> None:
    assert safe(given) == shown


def test_no_control_format_or_surrogate_character_passes() -> None:
    every = map(chr, range(0x110000))
    hidden = "".join(char for char in every if unicodedata.category(char) in HIDDEN)
    assert not set(safe(hidden)) & set(hidden)


@given(ANY_TEXT)
def test_the_result_is_harmless_and_stays_as_it_is(text: str) -> None:
    shown = safe(text)
    assert is_harmless(shown)
    assert safe(shown) == shown
    shown.encode()  # a lone surrogate would fail


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S"))))
def test_letters_digits_and_signs_stay(text: str) -> None:
    invisible = set("\u115f\u1160\u17b4\u17b5\u3164\uffa0")
    assert safe(text) == text or invisible & set(text)


def test_lines_part_at_line_feeds_only() -> None:
    assert safe_lines("one\r\ntwo\nthr\ree\x0b\u2028") == ["one", "two", "thr␍ee␋‹U+2028›"]


def test_width_counts_terminal_columns() -> None:
    assert cells("日本x") == 5


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Hello", 5, "Hello"),
        ("Hello, world", 8, "Hello,…"),
        ("日本語", 4, "日…"),
        ("日本語", 5, "日本…"),
        ("Hello", 1, "…"),
        ("Hello", 0, ""),
    ],
)
def test_text_is_cut_by_its_columns(text: str, width: int, shown: str) -> None:
    assert fit(text, width) == shown


def test_text_is_filled_to_its_columns() -> None:
    assert pad("日本", 6) == "日本  "
    assert pad("42", 5, right=True) == "   42"
    assert pad("Hello", 3) == "He…"


def test_folding_parts_at_spaces() -> None:
    assert fold("the quick brown fox", 10) == ["the quick", "brown fox"]


def test_folding_parts_long_words_anywhere() -> None:
    assert fold("abcdefgh", 3) == ["abc", "def", "gh"]
    assert fold("日本語", 4) == ["日本", "語"]


@given(ANY_TEXT.map(safe), st.integers(1, 40))
def test_a_cut_text_never_is_wider_than_asked(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) <= width
    assert cell_len(pad(text, width)) == width


@given(ANY_TEXT.map(safe), st.integers(2, 40))
def test_folded_text_fits_and_loses_only_spaces(text: str, width: int) -> None:
    pieces = fold(text, width)
    assert all(cell_len(piece) <= width for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
