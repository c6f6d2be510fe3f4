"""The opening handshake of a client: what it says, and what it lets a server answer."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from memory_server import TARGET, MemoryServer
from wirelog.handshake import Handshake, accept_for
from wirelog.inflate import DeflateParams
from wsconform.cases import CASES
from wsconform.driver.opening import HandshakeFailed, request_for


def test_the_request_is_sound_and_in_the_order_of_the_published_suite() -> None:
    target = replace(TARGET, origin="http://here", protocols=("one", "two"))
    octets = request_for(target, "12.1.1", CASES["12.1.1"].asks)
    lines = octets.decode().split("\r\n")
    assert lines[0] == "GET / HTTP/1.1"
    assert [line.partition(":")[0] for line in lines[1:-2]] == [
        "User-Agent", "Host", "Upgrade", "Connection", "Pragma", "Cache-Control", "Origin",
        "Sec-WebSocket-Key", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions",
        "Sec-WebSocket-Version",
    ]  # fmt: skip
    handshake = Handshake.parse(octets, b"")
    assert handshake.problems == []
    assert handshake.request is not None
    assert re.fullmatch(r"wsconform/[\d.]+", handshake.request.get("User-Agent") or "")
    assert handshake.request.get("Host") == "test.example:9000"
    assert handshake.request.tokens("Sec-WebSocket-Protocol") == ["one", "two"]


def test_the_terms_of_a_case_are_offered_in_its_order() -> None:
    request = Handshake.parse(request_for(TARGET, "13.7.1", CASES["13.7.1"].asks), b"").request
    assert request is not None
    both = "permessage-deflate; client_no_context_takeover; client_max_window_bits"
    assert request.get("Sec-WebSocket-Extensions") == ", ".join(
        [
            f"{both}; server_no_context_takeover; server_max_window_bits=9",
            f"{both}; server_no_context_takeover",
            both,
        ]
    )


def test_no_case_without_compression_offers_it() -> None:
    assert b"Extensions" not in request_for(TARGET, "1.1.1", CASES["1.1.1"].asks)


def test_headers_of_the_user_are_added_or_replace_ours() -> None:
    target = replace(TARGET, headers=(("Authorization", "Bearer x"), ("user-agent", "me")))
    text = request_for(target, "1.1.1", ()).decode()
    assert "\r\nAuthorization: Bearer x\r\n" in text and "\r\nuser-agent: me\r\n" in text
    assert "User-Agent" not in text


def refusal(server: MemoryServer, octets: bytes) -> str:
    """Why the answer is refused."""
    with pytest.raises(HandshakeFailed) as caught:
        server.connection.opening.take(octets)
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"Upgrade": ""}, "no Upgrade: websocket"),
        ({"Connection": "close"}, "no Connection: Upgrade"),
        ({"Sec_WebSocket_Accept": accept_for("another")}, "Sec-WebSocket-Accept is not"),
        ({"Sec_WebSocket_Accept": ""}, "no Sec-WebSocket-Accept"),
        ({"Sec_WebSocket_Protocol": "chat"}, "was not asked for"),
        ({"Sec_WebSocket_Extensions": "x-unknown"}, "not offered"),
        ({"Sec_WebSocket_Extensions": "permessage-deflate"}, "not offered"),
    ],
)
def test_an_answer_that_breaks_a_rule_is_refused(changes: dict[str, str], why: str) -> None:
    server = MemoryServer("1.1.1")
    assert why in refusal(server, server.response(**changes))


@pytest.mark.parametrize(
    ("extension", "why"),
    [
        ("permessage-deflate; surprise", "no parameter 'surprise'"),
        ("permessage-deflate; server_max_window_bits=7", "not a number"),
        ("permessage-deflate; server_max_window_bits", "not a number"),
        ("permessage-deflate; client_no_context_takeover=1", "takes no value"),
        (
            "permessage-deflate; client_max_window_bits=9; client_max_window_bits=9",
            "more than once",
        ),
        ("permessage-deflate, permessage-deflate", "more than once"),
    ],
)
def test_terms_that_cannot_be_are_refused(extension: str, why: str) -> None:
    server = MemoryServer("12.1.1")
    assert why in refusal(server, server.response(Sec_WebSocket_Extensions=extension))


def test_terms_that_are_not_granted_do_not_fail_the_connection() -> None:
    """As in the published suite; whatever window the server uses can be inflated."""
    server = MemoryServer("13.5.1").open("Sec-WebSocket-Extensions: permessage-deflate")
    opened = server.connection.opened
    assert opened is not None and opened.peers == DeflateParams()


def test_agreed_terms_bind_each_side_by_its_own_parameters() -> None:
    server = MemoryServer("13.7.1")
    terms = "permessage-deflate; server_max_window_bits=9; client_no_context_takeover"
    server.open(f"Sec-WebSocket-Extensions: {terms}")
    opened = server.connection.opened
    assert opened is not None
    assert opened.mine == DeflateParams(15, True) and opened.peers == DeflateParams(9, False)


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "the server answered 404 Not Found"),
        (
            b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere/\r\n\r\n",
            "the server answered 302 Found, to https://elsewhere/",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "the server answered 200 OK"),
        (b"220 mail.example ESMTP\r\n", "the answer is not HTTP"),
        (b"\x16\x03\x01", "the answer is not HTTP"),
        (b"HTTP/1.1 101 Yes\r\n" + b"X: y\r\n" * 20_000, "more than 65536 octets"),
        (b"HTTP/1.1 nonsense\r\n\r\n", "the response is not HTTP"),
    ],
)
def test_an_answer_that_is_no_upgrade_is_named(octets: bytes, why: str) -> None:
    assert why in refusal(MemoryServer("1.1.1"), octets)


@pytest.mark.parametrize("chop", [0, 1])
def test_interim_answers_are_passed_by(chop: int) -> None:
    """RFC 9110 §15.2."""
    server = MemoryServer("1.1.1")
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nServer: other\r\n\r\n"
    final = server.response(Server="me")
    server.send(interim + final, chop=chop)
    assert server.connection.opened is not None
    assert (server.connection.opening.response, server.connection.opening.agent) == (final, "me")


def test_an_interim_answer_alone_opens_nothing_and_may_come_before_a_refusal() -> None:
    server = MemoryServer("1.1.1").send(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert server.connection.opened is None
    assert "403 No" in refusal(server, b"HTTP/1.1 403 No\r\n\r\n")
    assert "not HTTP" in refusal(MemoryServer("1.1.1"), b"HTTP/1.1 100 Go\r\n\r\nSSH-2.0")
