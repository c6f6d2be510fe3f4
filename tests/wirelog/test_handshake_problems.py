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


@pytest.mark.parametrize("cut", [1, 4, 7, 9, 11])
def test_a_status_line_that_is_cut_may_be_http(cut: int) -> None:
    assert problems(b"", response()[:cut]) == [gives.UNFINISHED.id]


def test_what_cannot_become_a_status_line_is_not_http() -> None:
    assert problems(b"", b"HTTP/1.x") == [gives.NOT_HTTP.id]
    assert problems(b"", b"HTTP/1.1 1011") == [gives.NOT_HTTP.id]


def test_tls_on_a_port_without_it_is_named() -> None:
    (found,) = Handshake.parse(b"\x16\x03\x01\x02\x00\x01", b"").problems
    assert (found.rule, found.rfc) == (gives.NOT_HTTP, "RFC 6455 §4.1")
    assert "TLS" in found.text
    (found,) = Handshake.parse(b"", b"\x15\x03\x01\x00\x02\x02F").problems
    assert (found.rule, found.rfc) == (gives.NOT_HTTP, "RFC 6455 §4.2.2")
    assert "TLS" in found.text
    assert [one.rule for one in Handshake.parse(b"\x16GET", b"").problems] == [gives.UNFINISHED]
    chance = Handshake.parse(b"\x16\x03\x01 / \r\n\r\n", b"")
    assert [one.rule for one in chance.problems] == [gives.NOT_HTTP]


@pytest.mark.parametrize(
    "line", ["GET / HTTP/1.2", "GET HTTP://host/a HTTP/1.1", "GET WSS://h/ HTTP/2.0"]
)
def test_later_versions_and_schemes_in_any_case_are_sound(line: str) -> None:
    assert problems(request().replace(b"GET / HTTP/1.1", line.encode())) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("GET /a b HTTP/1.1", [asks.TARGET]), ("GET  HTTP/1.1", [asks.TARGET]),
        ("GET", [asks.HTTP_VERSION]), ("GET /", [asks.HTTP_VERSION]),
        ("GET / HTTP/1.10", [asks.HTTP_VERSION]),
        ("GET / HTTP/1.1 ", [asks.HTTP_VERSION, asks.TARGET]),
        ("GET /#a HTTP/1.1", [asks.TARGET]), ("GET ftp://a/ HTTP/1.1", [asks.TARGET]),
    ],
)  # fmt: skip
def test_the_part_of_the_request_line_that_is_wrong_is_named(line: str, found: object) -> None:
    both = Handshake.parse(request().replace(b"GET / HTTP/1.1", line.encode()), b"")
    assert [one.rule for one in both.problems] == found


@pytest.mark.parametrize("start", [b"GET / HTTP/1.1\n", b"GET / HTTP/1.1\r\n"])
def test_lines_that_end_with_lf_are_read_and_named(start: bytes) -> None:
    rest = request().partition(b"\r\n")[2]
    assert problems(start + rest) == ([gives.HEADER_LINE.id] if start[-2:] != b"\r\n" else [])
    bare = Handshake.parse(request().replace(b"\r\n", b"\n"), response().replace(b"\r\n", b"\n"))
    assert [one.rule for one in bare.problems] == [gives.HEADER_LINE] * 2
    assert {one.rfc for one in bare.problems} == {"RFC 9112 §2.2"}
    assert bare.is_open


def test_text_of_a_peer_is_escaped_once() -> None:
    asked = request(X="\x1b]0;x\\", Y_="\x00\x1b").replace(b"GET", b"G\x1bT")
    texts = [one.text for one in Handshake.parse(asked, b"").problems]
    assert texts[0] == r"header line 'Y-: \x00\x1b'"
    assert texts[1] == r"method 'G\x1bT' is not GET"


@pytest.mark.parametrize("status", [400, 426, 501, 505])
def test_a_version_that_is_refused_without_a_better_one(status: int) -> None:
    old = request().replace(b"Version: 13", b"Version: 99")
    answer = b"HTTP/1.1 %d x\r\n\r\n" % status
    assert problems(old, answer) == [asks.VERSION.id, gives.REFUSAL_VERSION.id]
    named = answer.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Version: 13\r\n\r\n")
    assert problems(old, named) == [asks.VERSION.id]
    assert problems(old, answer[:-2]) == [asks.VERSION.id, gives.UNFINISHED.id]


def test_a_refusal_that_may_mean_something_else_need_not_name_versions() -> None:
    old = request().replace(b"Version: 13", b"Version: 99")
    assert problems(old, b"HTTP/1.1 403 Forbidden\r\n\r\n") == [asks.VERSION.id]
    worse = old.replace(b"Connection", b"X")
    assert gives.REFUSAL_VERSION.id not in problems(worse, b"HTTP/1.1 400 Bad\r\n\r\n")
    assert gives.REFUSAL_VERSION.id in problems(worse, b"HTTP/1.1 426 Upgrade\r\n\r\n")
    assert problems(request(), b"HTTP/1.1 400 Bad\r\n\r\n") == []


def test_extensions_that_cannot_be_read() -> None:
    offer = {"Sec_WebSocket_Extensions": "a; ="}
    assert problems(request(**offer), response(**offer)) == [asks.EXTENSION_SYNTAX.id] * 2
