import time

import pytest
from hypothesis import given

from strategies import hostile_text
from wirelog.extensions import (
    DEFLATE,
    Extension,
    deflate_params,
    deflate_problems,
    is_readable,
    offer_problems,
    parse_extensions,
)
from wirelog.inflate import DeflateParams


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([], []),
        ([""], []),
        (["foo"], ["foo"]),
        (["foo, bar; baz=2"], ["foo", "bar; baz=2"]),
        (["foo", "bar"], ["foo", "bar"]),
        (['foo; Bar="x y"; q=""'], ["foo; bar=x y; q="]),
        ([r'foo; a="b\"c"'], ['foo; a=b"c']),
        (["Foo;BAR = 1 ,\tbaz"], ["foo; bar=1", "baz"]),
        ([", foo ,, bar ,"], ["foo", "bar"]),
        (["permessage-deflate; some_bits"], ["permessage-deflate; some_bits"]),
    ],
)  # fmt: skip
def test_extensions_are_read(values: list[str], shown: list[str]) -> None:
    assert [str(one) for one in parse_extensions(values)] == shown
    assert is_readable(values)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("foo bar", []),
        ("foo; =1", ["foo"]),
        ("foo; a=b c, bar", ["foo"]),
        ('foo; a="b', ["foo"]),
        ("foo;", ["foo"]),
        ("one, ==", ["one"]),
    ],
)
def test_what_does_not_parse_ends_its_value(value: str, shown: list[str]) -> None:
    assert [str(one) for one in parse_extensions([value])] == shown
    assert not is_readable([value])


@given(hostile_text)
def test_no_value_makes_it_fail(value: str) -> None:
    for one in parse_extensions([value, f"a; {value}"]):
        assert one.name


@pytest.mark.parametrize("value", [" " * 99_999, "a" + " " * 99_999 + "b", 'a;b="' + "\\" * 99_999])
def test_a_long_value_takes_no_long_time(value: str) -> None:
    begin = time.process_time()
    parse_extensions([value])
    assert time.process_time() - begin < 1


def test_parameters_are_found_by_name() -> None:
    (one,) = parse_extensions(["x; a; b=1; b=2"])
    assert (one.has("a"), one.has("b"), one.has("c")) == (True, True, False)
    assert (one.get("a"), one.get("b"), one.get("c", "7")) == (None, "1", "7")


@pytest.mark.parametrize(
    ("params", "client", "server"),
    [
        ("", DeflateParams(), DeflateParams()),
        ("; server_max_window_bits=9", DeflateParams(), DeflateParams(9)),
        ("; client_max_window_bits=8", DeflateParams(8), DeflateParams()),
        ('; client_max_window_bits="12"', DeflateParams(12), DeflateParams()),
        ("; client_no_context_takeover", DeflateParams(15, True), DeflateParams()),
        (
            "; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits=15",
            DeflateParams(15),
            DeflateParams(10, True),
        ),
        ("; client_max_window_bits", DeflateParams(), DeflateParams()),
        ("; server_max_window_bits=7; client_max_window_bits=16", DeflateParams(), DeflateParams()),
        ("; server_max_window_bits=09", DeflateParams(), DeflateParams()),
        ("; server_max_window_bits=" + "9" * 5000, DeflateParams(), DeflateParams()),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)
def test_what_was_agreed_for_each_direction(
    params: str, client: DeflateParams, server: DeflateParams
) -> None:
    (agreed,) = parse_extensions([DEFLATE + params])
    assert deflate_params(agreed, "client") == client
    assert deflate_params(agreed, "server") == server


def extensions(value: str) -> list[Extension]:
    return parse_extensions([value.replace("deflate", DEFLATE)])


@pytest.mark.parametrize(
    ("answer", "offer", "problems"),
    [
        ("deflate", "deflate", []),
        ("deflate", "deflate; client_max_window_bits", []),
        ("deflate; client_max_window_bits=10", "deflate; client_max_window_bits", []),
        ("deflate; server_max_window_bits=10", "deflate", []),
        ("deflate", "deflate; server_max_window_bits=15", []),
        ("deflate; server_max_window_bits=9", "deflate; server_max_window_bits=10", []),
        ("deflate; client_no_context_takeover", "deflate", []),
        ("deflate", "deflate; server_max_window_bits=10, deflate", []),
        ("deflate", "foo", []),
        ("foo", "deflate", []),
        ("deflate; foo=1", "deflate", ["permessage-deflate has no parameter 'foo'"]),
        (
            "deflate; server_max_window_bits=9; server_max_window_bits=9",
            "deflate",
            ["server_max_window_bits stands there more than once"] * 2,
        ),
        (
            "deflate; server_no_context_takeover=1",
            "deflate",
            ["server_no_context_takeover takes no value"],
        ),
        (
            "deflate; server_max_window_bits=99",
            "deflate",
            ["server_max_window_bits is not a number from 8 to 15"],
        ),
        (
            "deflate; client_max_window_bits",
            "deflate; client_max_window_bits",
            ["client_max_window_bits is not a number from 8 to 15"],
        ),
        (
            "deflate; client_max_window_bits=9",
            "deflate",
            ["client_max_window_bits was not offered"],
        ),
        (
            "deflate; client_max_window_bits=12",
            "deflate; client_max_window_bits=11",
            ["client_max_window_bits=11 is the most that was offered"],
        ),
        (
            "deflate",
            "deflate; server_no_context_takeover",
            ["server_no_context_takeover was asked for and not granted"],
        ),
        (
            "deflate",
            "deflate; server_max_window_bits=10",
            ["server_max_window_bits=10 was asked for and not granted"],
        ),
        (
            "deflate; server_max_window_bits=11",
            "deflate; server_max_window_bits=10",
            ["server_max_window_bits=10 was asked for and not granted"],
        ),
        ("deflate, deflate", "deflate", ["permessage-deflate is agreed to more than once"]),
    ],
)
def test_answers_to_offers(answer: str, offer: str, problems: list[str]) -> None:
    found = [one.text for one in deflate_problems(extensions(answer), extensions(offer))]
    assert found == problems


@pytest.mark.parametrize(
    ("offer", "problems"),
    [
        ("deflate; client_max_window_bits", []),
        ("deflate; client_max_window_bits=9; server_max_window_bits=15", []),
        ("foo; client_max_window_bits=99", []),
        (
            "deflate; server_max_window_bits",
            ["server_max_window_bits is not a number from 8 to 15"],
        ),
        ("deflate; tea", ["permessage-deflate has no parameter 'tea'"]),
    ],
)
def test_offers_by_themselves(offer: str, problems: list[str]) -> None:
    assert [one.text for one in offer_problems(extensions(offer))] == problems
