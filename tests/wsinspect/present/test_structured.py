"""MessagePack and CBOR."""

import cbor2
import msgpack  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import is_harmless
from wsinspect.present.structured import decode, value_lines


def test_messagepack_is_decoded() -> None:
    found = decode(msgpack.packb({"name": "Ada", "tags": [1, None, True, b"\x01"]}))
    assert found is not None
    assert found.format == "MessagePack"
    assert found.lines == [
        "{", '  "name": "Ada",', '  "tags": [', "    1,", "    null,", "    true,", "    h'01'",
        "  ]", "}",
    ]  # fmt: skip


def test_cbor_is_decoded_with_its_tags() -> None:
    found = decode(cbor2.dumps({"when": cbor2.CBORTag(4711, [1.5, "x"])}))
    assert found is not None
    assert found.format == "CBOR"
    assert found.lines == ["{", '  "when": 4711([', "    1.5,", '    "x"', "  ])", "}"]


def test_a_tag_around_everything_is_shown() -> None:
    found = decode(cbor2.dumps(cbor2.CBORTag(4711, [1])))
    assert found is not None
    assert found.lines == ["4711([", "  1", "])"]


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x00",
        b"\x90\x90",
        b"\x05\x06",
        b"Hello, world!",
        bytes(range(256)),
        b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff",
        b"\x80",  # an empty map, or an empty list: too little to be sure
        msgpack.packb({"name": "Ada"}) + b"\x00",
        cbor2.dumps({"name": "Ada"}) + b"\x00",
    ],
)
def test_octets_that_only_happen_to_begin_like_a_value_are_not(octets: bytes) -> None:
    assert decode(octets) is None


def test_octets_that_are_whole_values_of_both_say_so() -> None:
    found = decode(bytes.fromhex("81 61 01"))  # {97: 1} in MessagePack, ["\x01"] in CBOR
    assert found is not None
    assert (found.format, found.other) == ("MessagePack", "CBOR")
    assert found.lines == ["{", "  97: 1", "}"]


def test_a_timestamp_and_an_extension_of_messagepack() -> None:
    found = decode(msgpack.packb([msgpack.Timestamp(1), msgpack.ExtType(5, b"\xff")]))
    assert found is not None
    assert found.lines == ["[", "  Timestamp(seconds=1, nanoseconds=0),", "  ext(5, h'ff')", "]"]


def test_control_characters_are_harmless() -> None:
    found = decode(msgpack.packb({"\x1b[31m": "\x07\u202e"}))
    assert found is not None
    assert found.lines == ["{", '  "␛[31m": "␇‹U+202E›"', "}"]


def test_shared_references_do_not_explode() -> None:
    # Each level holds the one below it ten times: ten to the twelfth in all.
    value: list[object] = ["lol"]
    for _ in range(12):
        value = [value] * 10
    found = decode(cbor2.dumps(value, value_sharing=True))
    assert found is not None
    assert len(found.lines) == 20_001


def test_a_value_that_holds_itself_ends() -> None:
    value: list[object] = [1]
    value.append(value)
    lines = value_lines(value)
    assert lines[0] == "["
    assert any("[…]" in line for line in lines)


def test_sets_and_keys_that_are_no_names() -> None:
    found = decode(cbor2.dumps({(1, "a"): {2}, cbor2.CBORTag(9, 1): b""}))
    assert found is not None
    assert found.lines == ["{", '  [ 1, "a" ]: set(', "    2", "  ),", "  9(1): h''", "}"]


def test_long_scalars_are_cut() -> None:
    assert value_lines("x" * 5000)[0].endswith("… 5000 characters")
    assert value_lines(bytes(5000))[0].endswith("… 5000 octets")
    assert value_lines(1 << 5000) == ["an integer of 5001 bits"]


@given(st.binary(max_size=64))
def test_no_octets_fail(octets: bytes) -> None:
    found = decode(octets)
    assert found is None or all(map(is_harmless, found.lines))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(0, 9), inner),
    max_leaves=10,
)


@settings(max_examples=50)
@given(st.lists(VALUES, min_size=1))
def test_whatever_is_packed_is_recognised(value: list[object]) -> None:
    for octets in (msgpack.packb(value), cbor2.dumps(value)):
        found = decode(octets)
        assert found is not None
        assert found.lines
