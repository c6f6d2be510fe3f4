from __future__ import annotations

import pytest

from connections import request
from wirelog.handshake import HttpHead
from wsecho.page import refusal
from wsecho.request import Refused


def answer(
    status: int, reason: str = "because", octets: bytes | None = None, *, is_tls: bool = False
) -> tuple[HttpHead, str]:
    asked = HttpHead.parse(octets) if octets else None
    head, _, body = refusal(Refused(status, reason), asked, "wsecho", is_tls=is_tls).partition(
        b"\r\n\r\n"
    )
    return HttpHead.parse(head + b"\r\n\r\n"), body.decode()


@pytest.mark.parametrize("status", [400, 405, 408, 426, 431, 500, 503, 505])
def test_an_answer_is_whole(status: int) -> None:
    head, body = answer(status)
    assert head.start.startswith(f"HTTP/1.1 {status} ")
    assert head.get("Content-Length") == str(len(body))
    assert "close" in head.tokens("Connection")
    assert body == "wsecho: because\n"


def test_an_answer_says_what_would_be_right() -> None:
    assert answer(405)[0].get("Allow") == "GET"
    head, _ = answer(426)
    assert head.get("Upgrade") == "websocket"
    assert "upgrade" in head.tokens("Connection")
    assert head.get("Sec-WebSocket-Version") == "13"


def test_a_browser_gets_a_page_that_says_how_to_connect() -> None:
    head, body = answer(426, octets=request(Upgrade="", Host="echo.example:9000"))
    assert head.get("Content-Type") == "text/html; charset=utf-8"
    assert "ws://echo.example:9000/my-test" in body
    _, body = answer(426, octets=request(Upgrade="", Host="echo.example:9000"), is_tls=True)
    assert "wss://echo.example:9000/my-test" in body


def test_nothing_of_the_request_is_read_as_markup_or_header() -> None:
    _, body = answer(426, octets=request(Upgrade="", Host='"><script>alert(1)</script>'))
    assert "<script>" not in body
    head, body = answer(400, "x\r\nSet-Cookie: a\x1b[2J")
    assert head.get("Set-Cookie") is None
    assert "\x1b" not in body


def test_a_head_request_gets_no_body() -> None:
    head, body = answer(405, octets=b"HEAD / HTTP/1.1\r\n\r\n")
    assert head.get("Content-Length") == "16"
    assert body == ""
