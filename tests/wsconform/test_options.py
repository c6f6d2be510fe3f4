"""Values of options."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import pytest

from wsconform import options


def test_patterns_come_from_a_list_with_commas() -> None:
    assert options.patterns("4.*, 7.1.1,,") == ("4.*", "7.1.1")
    assert options.some_patterns("4.*, 7.1.1,,") == ("4.*", "7.1.1")
    assert options.patterns("") == ()


def test_a_header_has_a_name_and_a_value() -> None:
    assert options.header("Authorization: Bearer a:b") == ("Authorization", "Bearer a:b")
    assert options.header("X:") == ("X", "")


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (options.some_patterns, ""), (options.some_patterns, " , "),
        (options.header, "no colon"), (options.header, ": x"), (options.header, "A: b\r\nC: d"),
        (options.seconds, "0"), (options.seconds, "-1"), (options.seconds, "nan"),
        (options.seconds, "inf"), (options.seconds, "soon"),
        (options.jobs, "0"), (options.jobs, "257"), (options.jobs, "two"), (options.jobs, "1.5"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(parse: Callable[[str], object], text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        parse(text)


def test_numbers() -> None:
    assert options.seconds("2.5") == 2.5
    assert options.jobs("256") == 256
