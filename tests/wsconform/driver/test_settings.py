"""Servers as URLs, and limits."""

from __future__ import annotations

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
    ],
)
def test_urls_of_websocket_servers(
    url: str, host: str, port: int, resource: str, secure: bool
) -> None:
    assert Target.at(url) == Target(host, port, resource, secure)


@pytest.mark.parametrize(
    "url", ["http://h/", "h:9000", "ws://", "ws://h/#part", "ws://me:pw@h/", "ws://h:99999/", ""]
)
def test_urls_of_anything_else(url: str) -> None:
    with pytest.raises(ValueError):
        Target.at(url)


def test_the_host_header_leaves_out_the_usual_port_and_puts_addresses_in_brackets() -> None:
    assert Target("h", 80).authority == "h"
    assert Target("h", 443, secure=True).authority == "h"
    assert Target("h", 443).authority == "h:443"
    assert Target("::1", 9000).authority == "[::1]:9000"
    assert str(Target.at("wss://h/x")) == "wss://h/x"


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
