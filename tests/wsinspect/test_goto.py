from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsinspect.goto import Edge, Event, Moment, parse


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("7", Event(7)),
        ("#007", Event(7)),
        ("+1.25ms", Moment(1_250_000)),
        ("1.25 ms", Moment(1_250_000)),
        ("1,25ms", Moment(1_250_000)),
        ("300us", Moment(300_000)),
        ("300 µs", Moment(300_000)),
        ("12ns", Moment(12)),
        (" 1.2s ", Moment(1_200_000_000)),
        ("1:05", Moment(65_000_000_000)),
        ("2:05.5", Moment(125_500_000_000)),
        ("g", Edge(last=False)),
        ("G", Edge(last=True)),
    ],
)
def test_places(text: str, place: object) -> None:
    assert parse(text) == place


@pytest.mark.parametrize("text", ["", "seven", "-3", "1.2", "1:75", "1 h", "7 8"])
def test_what_is_no_place(text: str) -> None:
    assert parse(text) is None


@given(st.text())
def test_nothing_that_is_typed_fails(text: str) -> None:
    parse(text)
