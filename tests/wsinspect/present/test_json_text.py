"""JSON laid out for reading."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wsinspect.present.json_text import pretty

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)  # fmt: skip
CONTAINERS = st.lists(VALUES) | st.dictionaries(st.text(), VALUES)


def test_an_object_is_laid_out() -> None:
    assert pretty('{"a":[1,{}],"b":{"c":null}}') == [
        "{",
        '  "a": [',
        "    1,",
        "    {}",
        "  ],",
        '  "b": {',
        '    "c": null',
        "  }",
        "}",
    ]


def test_numbers_and_repeated_keys_stay_as_sent() -> None:
    long = "1" * 10_000
    assert pretty(f'{{"a":1.10,"a":1e400,"n":{long},"e":"\\u0041"}}') == [
        "{", '  "a": 1.10,', '  "a": 1e400,', f'  "n": {long},', '  "e": "\\u0041"', "}",
    ]  # fmt: skip


def test_several_texts_stand_one_below_the_other() -> None:
    assert pretty('{"a":1}\n[2]{}') == ["{", '  "a": 1', "}", "[", "  2", "]", "{}"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Hello",
        "12",
        '"text"',
        "{",
        "[1,]",
        "{'a': 1}",
        "[NaN]",
        '{"a":1} rest',
        '["\x01"]',
    ],
)
def test_anything_else_is_plain_text(text: str) -> None:
    assert pretty(text) is None


def test_hopeless_nesting_is_plain_text() -> None:
    assert pretty("[" * 100_000 + "]" * 100_000) is None


def test_a_very_long_list_is_cut() -> None:
    lines = pretty(json.dumps(list(range(50_000))))
    assert lines is not None
    assert lines[-1] == "… only the first 20000 lines are shown"


@settings(max_examples=50)
@given(CONTAINERS, st.sampled_from([None, 1]), st.booleans())
def test_the_value_stays_the_same(value: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    lines = pretty(text)
    assert lines is not None
    assert json.loads("\n".join(lines)) == json.loads(text)
