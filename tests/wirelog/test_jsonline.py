import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import hostile_text
from wirelog import jsonline

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | hostile_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(hostile_text, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(hostile_text, values, max_size=5))
def test_what_is_written_is_read_back(facts: dict[str, Any]) -> None:
    line = jsonline.dump(facts)
    assert jsonline.load(line.decode()) == facts


@given(st.dictionaries(hostile_text, hostile_text))
def test_a_line_is_printable_ascii(facts: dict[str, str]) -> None:
    assert all(0x20 <= octet < 0x7F for octet in jsonline.dump(facts))


def test_how_deep_a_value_is() -> None:
    assert jsonline.is_shallow({"a": [1, {"b": []}]}, 4)
    assert not jsonline.is_shallow({"a": [1, {"b": []}]}, 3)
    assert jsonline.is_shallow("text", 0)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_numbers_that_json_does_not_have_are_null(number: str) -> None:
    facts = jsonline.load(f'{{"a":{number},"b":1.5}}')
    assert facts == {"a": None, "b": 1.5}
    assert json.loads(jsonline.dump(facts)) == facts


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "1", "null", '"a"', "{", '{"a":}', '{"a":1} {}', "{'a':1}",
        '{"a":' + "1" * 5000 + "}",
        '{"a":' * 33 + "1" + "}" * 33,
        '{"a":' + "[" * 32 + "]" * 32 + "}",
        '{"a":' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_what_is_no_object_or_too_deep_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        jsonline.load(text)


def test_a_little_depth_is_fine() -> None:
    text = '{"a":' + "[" * 31 + "]" * 31 + "}"
    assert jsonline.dump(jsonline.load(text)).decode() == text
