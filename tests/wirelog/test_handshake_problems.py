import pytest

from builders import KEY, request, response
from wirelog.handshake import Handshake
from wirelog.rules import request as asks
from wirelog.rules import response as gives


def problems(asked: bytes = b"", answered: bytes = b"") -> list[str]:
    return [one.rule.id for one in Handshake.parse(asked, answered).problems]


def test_a_sound_handshake_has_none() -> None:
    assert problems(request(), response()) == []


def test_each_head_has_its_own() -> None:
    both = Handshake.parse(request().replace(b"GET", b"PUT"), response(Content_Length="0"))
    assert [one.rule for one in both.request_problems] == [asks.METHOD]
    assert [one.rule for one in both.response_problems] == [gives.RESPONSE_BODY]


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        ({"Sec_WebSocket_Version": "13"}, asks.REQUEST_DUPLICATE),
        ({"Sec_WebSocket_Version": "8"}, asks.VERSION),
        ({"Transfer_Encoding": "chunked"}, asks.REQUEST_BODY),
        ({"Sec_WebSocket_Protocol": "a b"}, asks.PROTOCOL_LIST),
    ],
)
def test_one_header_too_many(header: dict[str, str], rule: object) -> None:
    assert [one.rule for one in Handshake.parse(request(**header), b"").problems] == [rule]


@pytest.mark.parametrize("key", ["", "!", "c2hvcnQ=", KEY + "=="])
def test_a_key_is_sixteen_octets(key: str) -> None:
    assert problems(request().replace(KEY.encode(), key.encode())) == [asks.KEY.id]


def test_a_request_without_a_line_to_speak_of() -> None:
    assert asks.METHOD.id in problems(b"\r\nUpgrade: websocket\r\n\r\n")


def test_a_head_that_is_cut_is_not_accused_of_what_it_lacks() -> None:
    assert problems(request()[:40]) == [gives.UNFINISHED.id]
    assert problems(b"", response()[:40]) == [gives.UNFINISHED.id]


def test_lines_without_a_colon_are_named_once() -> None:
    broken = request().replace(b"\r\n\r\n", b"\r\nnonsense\r\nmore nonsense\r\n\r\n")
    assert problems(broken) == [gives.HEADER_LINE.id]
    assert problems(request(X="a\x00b")) == [gives.HEADER_LINE.id]


def test_extensions_that_cannot_be_read() -> None:
    offer = {"Sec_WebSocket_Extensions": "a; ="}
    assert problems(request(**offer), response(**offer)) == [asks.EXTENSION_SYNTAX.id] * 2
