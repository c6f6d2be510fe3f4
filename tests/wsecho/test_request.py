from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connections import KEY, request
from wsecho.request import MAX_HEAD, Refused, check_upgrade, head_end, parse_request


def refusal(octets: bytes) -> tuple[int, str]:
    """Status and reason of the refusal that these octets get."""
    with pytest.raises(Refused) as caught:
        end = head_end(octets)
        if end is not None:
            check_upgrade(parse_request(octets[:end]))
    return caught.value.status, caught.value.reason


def test_a_sound_request_asks_for_an_upgrade() -> None:
    octets = request(
        "/a?b", Sec_WebSocket_Protocol="chat, superchat", Sec_WebSocket_Extensions="x; y=1"
    )
    upgrade = check_upgrade(parse_request(octets))
    assert (upgrade.key, upgrade.protocols) == (KEY, ["chat", "superchat"])
    assert [str(extension) for extension in upgrade.extensions] == ["x; y=1"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "nonsense"},
        {"Connection": "keep-alive, UPGRADE"},
        {"Upgrade": "foo, WebSocket"},
        {"Content-Length": "0"},
        {"Host": "[::1]:9000"},
        {"User-Agent": "\xe9\xff"},
    ],
)
def test_what_an_echo_server_has_no_reason_to_refuse(headers: dict[str, str]) -> None:
    octets = request(**headers)
    assert check_upgrade(parse_request(octets)).key == KEY


def test_several_lines_of_a_list_are_one_list() -> None:
    lines = b"Sec-WebSocket-Extensions: a\r\nsec-websocket-extensions: b; c\r\n"
    lines += b"Sec-WebSocket-Protocol: one\r\nSec-WebSocket-Protocol: two, three\r\n"
    upgrade = check_upgrade(parse_request(request()[:-2] + lines + b"\r\n"))
    assert [extension.name for extension in upgrade.extensions] == ["a", "b"]
    assert upgrade.protocols == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("headers", "status", "reason"),
    [
        ({"Upgrade": ""}, 426, "asks for no upgrade"),
        ({"Upgrade": "h2c"}, 426, "does not name websocket"),
        ({"Connection": "close"}, 400, "does not name Upgrade"),
        ({"Connection": ""}, 400, "does not name Upgrade"),
        ({"Host": ""}, 400, "Host is missing"),
        ({"Host": "a b"}, 400, "not a host"),
        ({"Host": "a\r\nHost: b"}, 400, "Host is there 2 times"),
        ({"Sec_WebSocket_Version": ""}, 426, "missing"),
        ({"Sec_WebSocket_Version": "8"}, 426, "is 8"),
        ({"Sec_WebSocket_Version": "13, 8"}, 426, "is 13, 8"),
        ({"Sec_WebSocket_Key": ""}, 400, "missing"),
        ({"Sec_WebSocket_Key": "short"}, 400, "not base64"),
        ({"Sec_WebSocket_Key": "c2hvcnQ="}, 400, "holds 5 octets"),
        ({"Sec_WebSocket_Key": f"{KEY}\r\nSec-WebSocket-Key: {KEY}"}, 400, "is there 2 times"),
        ({"Sec_WebSocket_Protocol": "a, b, a"}, 400, "twice"),
        ({"Sec_WebSocket_Protocol": "a b"}, 400, "not a token"),
        ({"Content_Length": "5"}, 400, "body"),
        ({"Transfer_Encoding": "chunked"}, 400, "body"),
        ({"X": "a\x00b"}, 400, "line 7"),
        ({"X": "a\nInjected: b"}, 400, "line 7"),
        ({"X": "a\r\n folded"}, 400, "line 8"),
        ({"X y": "z"}, 400, "line 7"),
    ],
)
def test_a_request_is_refused_with_a_reason(
    headers: dict[str, str], status: int, reason: str
) -> None:
    got, words = refusal(request(**headers))
    assert got == status
    assert reason in words


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("POST / HTTP/1.1", 405),
        ("get / HTTP/1.1", 405),
        ("GET / HTTP/1.0", 505),
        ("GET / HTTP/2.0", 505),
        ("PRI * HTTP/2.0", 505),
        ("GET / HTTP/1.1 x", 400),
        ("GET  / HTTP/1.1", 400),
        ("GET /", 400),
        ("GET /\xe9 HTTP/1.1", 400),
        ("GET /#fragment HTTP/1.1", 400),
        ("/ GET HTTP/1.1", 400),
    ],
)
def test_a_bad_request_line_is_refused(line: str, status: int) -> None:
    octets = request().replace(b"GET /test HTTP/1.1", line.encode("latin-1"))
    assert refusal(octets)[0] == status


def test_what_is_no_http_is_refused_at_once() -> None:
    assert "TLS" in refusal(bytes.fromhex("160301020001"))[1]
    assert refusal(b"\x81\x85")[1] == "this is not HTTP"
    assert refusal(b"\r\n\x00")[1] == "this is not HTTP"
    assert "LF" in refusal(b"GET / HTTP/1.1\nHost: x\n\n")[1]


def test_a_head_has_an_end() -> None:
    assert head_end(request()[:-1]) is None
    assert head_end(b"") is None
    assert head_end(request() + b"more") == len(request())
    filler = "x" * (MAX_HEAD - len(request(X="")) - len("X: \r\n"))
    assert head_end(request(X=filler)) == MAX_HEAD
    assert refusal(request(X=filler + "x"))[0] == 431
    assert refusal(b"GET /" + b"x" * MAX_HEAD)[0] == 431


@given(st.binary())
def test_any_octets_are_waited_for_refused_or_accepted(octets: bytes) -> None:
    try:
        end = head_end(octets + b"\r\n\r\n")
        assert end is not None
        check_upgrade(parse_request((octets + b"\r\n\r\n")[:end]))
    except Refused as refused:
        assert refused.status in (400, 405, 426, 431, 505)
