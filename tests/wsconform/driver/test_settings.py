"""Servers as URLs, and limits."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from wsconform.driver.settings import Settings, Target


@pytest.mark.parametrize(
    ("url", "host", "port", "resource", "secure"),
    [
        ("ws://127.0.0.1:9001", "127.0.0.1", 9001, "/", False),
        ("ws://localhost/chat?room=1", "localhost", 80, "/chat?room=1", False),
        ("WSS://Example.org", "example.org", 443, "/", True),
        ("wss://[::1]:9443/a b", "::1", 9443, "/a%20b", True),
        ("ws://h:1/{case}?agent={agent}", "h", 1, "/{case}?agent={agent}", False),
        ("ws://my_server.:1", "my_server.", 1, "/", False),
        ("ws://[FE80::1%25lo]:1", "fe80::1%lo", 1, "/", False),
    ],
)
def test_urls_of_websocket_servers(
    url: str, host: str, port: int, resource: str, secure: bool
) -> None:
    assert Target.at(url) == Target(host, port, resource, secure)


@pytest.mark.parametrize(
    "url",
    [
        "http://h/", "h:9000", "ws://", "ws://h/#part", "ws://me:pw@h/", "ws://h:99999/", "",
        "ws://h:0/", "ws://h:abc/", "ws://[::1", "ws://[::g]/", "ws://[v1.x]/", "ws://a..b/",
        "wss://a..b/", "ws://-a/", "ws://a b/", f"ws://{'a' * 64}/", f"ws://{'a.' * 128}/",
    ],
)  # fmt: skip
def test_urls_of_anything_else_are_refused_and_named(url: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(url))):
        Target.at(url)


def test_the_host_header_leaves_out_the_usual_port_and_puts_addresses_in_brackets() -> None:
    assert Target("h", 80).authority == "h"
    assert Target("h", 443, secure=True).authority == "h"
    assert Target("h", 443).authority == "h:443"
    assert Target("::1", 9000).authority == "[::1]:9000"
    assert str(Target.at("wss://h/x")) == "wss://h/x"
    assert Target("bücher.example", 80).authority == "xn--bcher-kva.example"


def test_a_zone_is_part_of_the_url_and_not_of_the_host_header() -> None:
    target = Target.at("ws://[fe80::1%25eth0]:9000/x")
    assert (target.authority, str(target)) == ("[fe80::1]:9000", "ws://[fe80::1%25eth0]:9000/x")


def test_case_and_agent_are_put_into_the_resource() -> None:
    target = replace(Target.at("ws://h/{agent}/{case}"), agent="my server/1")
    assert target.resource_for("4.2.3") == "/my%20server%2F1/4.2.3"


def test_a_header_cannot_smuggle_in_another_one() -> None:
    with pytest.raises(ValueError, match="line break"):
        Target("h", 80, headers=(("X", "a\r\nY: b"),))
    with pytest.raises(ValueError, match="line break"):
        Target("h", 80, origin="a\nb")


def test_a_limit_for_all_cases_only_shortens() -> None:
    assert Settings().limit(480) == 480
    assert Settings(case=10).limit(480) == 10
    assert Settings(case=10).limit(1) == 1


@pytest.mark.parametrize(
    "name", ["Upgrade", "connection", "Sec-WebSocket-Extensions", "sec-websocket-key", "a b", "ä"]
)
def test_headers_of_the_handshake_itself_and_such_as_cannot_be_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Target("h", 80, headers=((name, "x"),))


def test_other_headers_of_ours_may_be_replaced() -> None:
    headers = (("Host", "other"), ("User-Agent", "me"), ("X-Sec-WebSocket-Key", "x"))
    assert Target("h", 80, headers=headers).headers == headers


def test_subprotocols_are_tokens_and_offered_once() -> None:
    for protocols in (("a b",), ("a,b",), ("",), ("a", "a")):
        with pytest.raises(ValueError, match="subprotocol"):
            Target("h", 80, protocols=protocols)
    assert Target("h", 80, protocols=("v1.chat", "v2.chat")).protocols
