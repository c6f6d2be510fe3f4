"""Spec files of the published suite's server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.endpoints import serverFromString
from twisted.internet.testing import MemoryReactorClock

from wsconform import serve_spec
from wsconform.serve_spec import ServeSpec
from wsconform.spec_table import Selection, SpecError

PUBLISHED = {
    "url": "ws://127.0.0.1:9001",
    "outdir": "./reports/clients",
    "options": {"failByDrop": False, "requireMaskedClientFrames": True},
    "cases": ["*"],
    "exclude-cases": ["9.*"],
    "exclude-agent-cases": {"Old*": ["6.*"]},
}


def parsed(**changes: Any) -> ServeSpec:
    return serve_spec.parse({**PUBLISHED, **changes}, "s.json")


def test_a_published_file_is_taken_without_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "fuzzingserver.json"
    path.write_text(json.dumps({**PUBLISHED, "protocols": ["a"], "webport": 0}))
    assert serve_spec.load(path) == ServeSpec(
        "tcp:9001:interface=127.0.0.1",
        (("*",), ("9.*",), {"Old*": ("6.*",)}, str(path)),
        "./reports/clients",
    )


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("ws://localhost:9001", "tcp:9001:interface=127.0.0.1"),
        ("ws://0.0.0.0:9001/x", "tcp:9001:interface=0.0.0.0"),
        ("ws://fuzzingserver:9001", "tcp:9001:interface="),
        ("ws://127.0.0.1", "tcp:80:interface=127.0.0.1"),
        ("ws://[::1]:9001", "tcp6:9001:interface=\\:\\:1"),
    ],
)
def test_the_url_says_where_to_listen(url: str, endpoint: str) -> None:
    assert parsed(url=url).endpoint == endpoint
    assert serverFromString(MemoryReactorClock(), endpoint)


def test_tls_takes_the_key_and_the_certificate() -> None:
    assert parsed(url="wss://127.0.0.1:9443", key="k:1.pem", cert="c.pem").endpoint == (
        "ssl:9443:interface=127.0.0.1:privateKey=k\\:1.pem:certKey=c.pem"
    )
    assert str(parsed(url="wss://a", key="both.pem").endpoint).endswith("certKey=both.pem")


def test_limits_are_taken_over_and_the_rest_is_said() -> None:
    spec = parsed(
        options={"openHandshakeTimeout": 7, "maskServerFrames": True, "maxConnections": 0},
        webport=8080, servers=[],
    )  # fmt: skip
    assert spec.limits == {"opening": 7}
    assert spec.warnings == (
        "s.json: options.maskServerFrames: true is not taken over",
        "s.json: webport: the pages are on the port of the url",
        "s.json: servers: means nothing here and is left out",
    )


def test_a_file_may_say_nothing() -> None:
    assert serve_spec.parse({}, "s.json") == ServeSpec(selection=Selection(source="s.json"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "http://a"}, "url does not begin with ws:// or wss://"),
        ({"url": "ws://"}, "url does not begin with"),
        ({"url": "ws://a:x"}, "url is no URL"),
        ({"url": "wss://a"}, "key is missing, and wss:// needs it"),
        ({"options": {"versoins": []}}, "options.versoins no such option"),
        ({"cases": "1.1.1"}, "cases is not a list of texts"),
    ],
)
def test_what_cannot_be_meant_is_an_error(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError) as wrong:
        parsed(**changes)
    assert words in str(wrong.value)
    assert str(wrong.value).startswith("s.json: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"missing.json: No such file"):
        serve_spec.load(tmp_path / "missing.json")
