"""Section 13: seven sets of terms, the same data."""

from __future__ import annotations

from wsconform.cases.s13_deflate_parameters import SECTIONS


def test_every_set_of_terms_sends_the_same() -> None:
    scripts = [tuple(case.script for case in section.cases) for section in SECTIONS]
    assert len(scripts) == 7
    assert len(set(scripts)) == 1


def test_no_two_sets_of_terms_are_the_same() -> None:
    terms = [section.cases[0].asks for section in SECTIONS]
    assert len(set(terms)) == 7
    assert all(len({case.asks for case in section.cases}) == 1 for section in SECTIONS)


def test_the_last_set_falls_back_from_strict_to_plain() -> None:
    asks = SECTIONS[6].cases[0].asks
    assert [str(ask) for ask in asks] == [
        "no context takeover and 9 window bits", "no context takeover", "no terms"
    ]  # fmt: skip
    assert SECTIONS[6].title.startswith(
        "Compression with no context takeover and 9 window bits, or"
    )
