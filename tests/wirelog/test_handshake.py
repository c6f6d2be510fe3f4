import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import request, response
from wirelog.handshake import Handshake, HttpHead, accept_for, head_end
from wirelog.inflate import DeflateParams

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
KEY_HEADER = b"Sec-WebSocket-Key: "


def parsed(asked: bytes = b"", answered: bytes = b"") -> Handshake:
    return Handshake.parse(asked or request(), answered or response())


def test_the_accept_value_of_the_rfc() -> None:
    assert accept_for(KEY) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_a_good_handshake_has_no_problems() -> None:
    shook = parsed(request(Origin="http://example.com"))
    assert shook.problems == []
    assert (shook.status, shook.is_open, shook.accept_ok) == (101, True, True)
    assert shook.request is not None
    assert shook.request.words == ["GET", "/", "HTTP/1.1"]
    assert (shook.protocol, shook.extensions, shook.offered) == (None, [], [])
    assert shook.deflate is None
    assert not shook.is_extended


def test_headers_are_found_in_any_case_and_order() -> None:
    head = HttpHead.parse(b"GET / HTTP/1.1\r\nHOST: a\r\nhost:b \r\nX : y\r\n\r\n")
    assert head.headers == (("HOST", "a"), ("host", "b"), ("X", "y"))
    assert (head.all("Host"), head.get("Host"), head.get("None")) == (["a", "b"], "a", None)
    assert head.complete


def test_items_keep_their_case_and_tokens_lose_it() -> None:
    head = HttpHead.parse(b"GET / HTTP/1.1\r\nC: Keep-Alive, Upgrade\r\nc: X\r\n\r\n")
    assert head.items("C") == ["Keep-Alive", "Upgrade", "X"]
    assert head.tokens("C") == ["keep-alive", "upgrade", "x"]


def test_folded_header_lines_are_joined() -> None:
    head = HttpHead.parse(b"GET / HTTP/1.1\r\n lost\r\nA: one\r\n  two\r\n\tthree\r\nB: x\r\n\r\n")
    assert head.headers == (("A", "one two three"), ("B", "x"))


@pytest.mark.parametrize(
    ("octets", "start", "headers", "complete"),
    [
        (b"", "", (), False),
        (b"\r\n\r\n", "", (), True),
        (b"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1", (), True),
        (b"GET / HTTP/1.1\r\nA: 1\r\nB", "GET / HTTP/1.1", (("A", "1"),), False),
        (b"\x16\x03\x01\x00\xff", "\x16\x03\x01\x00\xff", (), False),
        (b"GET /\r\nno colon\r\n:empty name\r\n\r\n", "GET /", (("", "empty name"),), True),
        (b"GET / HTTP/1.1\nA: 1\n\n", "GET / HTTP/1.1", (("A", "1"),), True),
        (b"GET / HTTP/1.1\nA: 1\r\n", "GET / HTTP/1.1", (("A", "1"),), False),
        (b"GET / HTTP/1.1\nA: 1\r\n\r\n", "GET / HTTP/1.1\nA: 1", (("A", "1"),), True),
    ],
)
def test_odd_heads_are_read_as_far_as_they_go(
    octets: bytes, start: str, headers: tuple[tuple[str, str], ...], complete: bool
) -> None:
    head = HttpHead.parse(octets)
    assert (head.raw, head.start, head.headers, head.complete) == (octets, start, headers, complete)


@pytest.mark.parametrize(
    ("first_line", "status"),
    [
        ("HTTP/1.1 101 Switching Protocols", 101),
        ("HTTP/1.1 101", 101),
        ("HTTP/1.0 404 Not Found", 404),
        ("HTTP/1.1 1011 x", None),
        ("HTTP/1.1 \xb9\xb2\xb3 x", None),
        ("HTTP/1.1 " + "9" * 5000, None),
        ("HTTP/1.1  101", None),
        ("HTTP 101", None),
        ("SSH-2.0-OpenSSH 101 x", None),
        ("", None),
    ],
    ids=lambda value: str(value)[:24],
)
def test_status(first_line: str, status: int | None) -> None:
    shook = Handshake.parse(b"", first_line.encode("latin-1") + b"\r\n\r\n")
    assert shook.status == status
    assert shook.is_open == (status == 101)


@pytest.mark.parametrize(
    ("octets", "end"),
    [
        (b"", -1), (b"A\r\n\r", -1), (b"A\r\n\r\nB\r\n\r\n", 5), (b"A\r\nB\n\nC", -1),
        (b"A\n\nB", 3), (b"A\nB\r\n\r\n", 7), (b"A\nB\n", -1), (b"\n\n", 2),
    ],
)  # fmt: skip
def test_the_first_line_says_how_lines_end(octets: bytes, end: int) -> None:
    assert head_end(octets) == end


@pytest.mark.parametrize("status", [100, 102, 103, 199])
def test_a_response_proper_follows_an_interim_one(status: int) -> None:
    assert HttpHead.parse(b"HTTP/1.1 %d x\r\n\r\n" % status).is_interim


def test_what_is_no_response_and_what_switches_is_not_interim() -> None:
    assert not HttpHead.parse(response()).is_interim
    assert not HttpHead.parse(request()).is_interim


def test_a_response_that_never_ends_opens_nothing() -> None:
    shook = parsed(answered=response()[:-2])
    assert (shook.status, shook.is_open) == (101, False)
    assert "the response head never ends" in [one.text for one in shook.problems]


def test_what_is_missing_is_none() -> None:
    nothing = Handshake.parse(b"", b"")
    assert (nothing.request, nothing.response, nothing.status) == (None, None, None)
    assert (nothing.accept_ok, nothing.accept_expected, nothing.protocol) == (None, None, None)
    assert (nothing.offered, nothing.extensions, nothing.deflate) == ([], [], None)
    assert (nothing.problems, nothing.is_open, nothing.foreign) == ([], False, [])
    assert Handshake.parse(b"", response()).accept_ok is None
    assert Handshake.parse(request(), b"").accept_ok is None


def test_the_key_of_a_head_that_is_cut_proves_nothing() -> None:
    cut = request()[: request().index(KEY_HEADER) + len(KEY_HEADER) + 5]
    assert parsed(cut).accept_ok is None
    assert [one.rule for one in parsed(cut).response_problems] == []


def test_a_wrong_accept_value_is_recomputed() -> None:
    wrong = response().replace(b"Accept: ", b"Accept: x")
    shook = parsed(answered=wrong)
    assert shook.accept_ok is False
    expected = shook.accept_expected
    assert f"Sec-WebSocket-Accept is not {expected}" in [one.text for one in shook.problems]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"GET", b"POST", "method 'POST' is not GET"),
        (b"HTTP/1.1", b"HTTP/1.0", "'HTTP/1.0' is not HTTP/1.1 or higher"),
        (b"Host: localhost:9000\r\n", b"", "not exactly one Host header"),
        (b"Upgrade: websocket\r\n", b"", "no Upgrade: websocket"),
        (b"Connection: Upgrade\r\n", b"", "no Connection: Upgrade"),
        (b"Version: 13", b"Version: 8", "not Sec-WebSocket-Version: 13"),
        (b"Sec-WebSocket-Key: ", b"X-Key: ", "not exactly one Sec-WebSocket-Key"),
        (b"Sec-WebSocket-Key: ", b"Sec-WebSocket-Key: ?", "Sec-WebSocket-Key is not 16 octets"),
        (b"\r\n\r\n", b"\r\n", "the request head never ends"),
        (b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: a b\r\n\r\n", "Extensions cannot be read"),
    ],
)
def test_what_is_wrong_with_a_request_is_said(old: bytes, new: bytes, problem: str) -> None:
    assert old in request()
    shook = parsed(request().replace(old, new))
    assert any(problem in one.text for one in shook.request_problems), shook.problems


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"HTTP/1.1 101", b"SPDY 101", "the response is not HTTP"),
        (b"Upgrade: websocket\r\n", b"", "no Upgrade: websocket"),
        (b"Connection: Upgrade\r\n", b"", "no Connection: Upgrade"),
        (b"Sec-WebSocket-Accept", b"X-Accept", "no Sec-WebSocket-Accept"),
        (b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: foo\r\n\r\n", "an extension that was not"),
        (b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: a b\r\n\r\n", "Extensions cannot be read"),
        (b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: chat\r\n\r\n", "subprotocol 'chat' was not"),
    ],
)
def test_what_is_wrong_with_a_response_is_said(old: bytes, new: bytes, problem: str) -> None:
    assert old in response()
    shook = parsed(answered=response().replace(old, new))
    assert any(problem in one.text for one in shook.response_problems), shook.problems


def test_a_refusal_is_no_problem_of_the_protocol() -> None:
    shook = parsed(answered=b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    assert (shook.status, shook.is_open, shook.response_problems) == (403, False, [])


def test_an_ordinary_request_is_not_judged_as_a_handshake() -> None:
    shook = Handshake.parse(b"GET / HTTP/1.0\r\nHost: a\r\n\r\n", b"")
    assert shook.problems == []


def test_subprotocols_are_compared_as_they_are_written() -> None:
    asked = request(Sec_WebSocket_Protocol="Chat, superchat")
    assert parsed(asked, response(Sec_WebSocket_Protocol="superchat")).problems == []
    shook = parsed(asked, response(Sec_WebSocket_Protocol="chat"))
    assert shook.protocol == "chat"
    assert [one.text for one in shook.problems] == ["subprotocol 'chat' was not asked for"]


def test_deflate_is_agreed_for_both_directions() -> None:
    shook = parsed(
        request(Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits"),
        response(
            Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits=10; "
            "server_no_context_takeover"
        ),
    )
    assert shook.deflate == (DeflateParams(10), DeflateParams(15, True))
    assert [str(one) for one in shook.offered] == ["permessage-deflate; client_max_window_bits"]
    assert shook.problems == []
    assert not shook.is_extended


def test_an_extension_that_nobody_knows_here_may_change_everything() -> None:
    shook = parsed(
        request(Sec_WebSocket_Extensions="x-turbo"), response(Sec_WebSocket_Extensions="x-turbo")
    )
    assert (shook.foreign, shook.is_extended, shook.deflate) == (["x-turbo"], True, None)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_no_octets_make_it_fail(asked: bytes, answered: bytes) -> None:
    for start in (b"", b"HTTP/1.1 101 x\r\n", b"GET / HTTP/1.1\r\nSec-WebSocket-Key:"):
        shook = Handshake.parse(start + asked, start + answered)
        assert isinstance(shook.problems, list)
        assert shook.accept_ok in (True, False, None)
        assert isinstance(shook.deflate, tuple | None)
