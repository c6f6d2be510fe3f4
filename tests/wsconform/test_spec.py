"""Spec files of the published suite."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wsconform import spec
from wsconform.spec_table import SpecError

PUBLISHED = {
    "outdir": "./reports/servers",
    "options": {"failByDrop": False, "version": 18},
    "servers": [
        {"agent": "AutobahnServer", "url": "ws://127.0.0.1:9001", "options": {"version": 18}}
    ],
    "cases": ["*"],
    "exclude-cases": ["9.*"],
    "exclude-agent-cases": {"Old*": ["6.*", "7.1.1"]},
}


def parsed(**changes: Any) -> spec.Spec:
    return spec.parse({**PUBLISHED, **changes}, "s.json")


def test_a_published_file_is_taken_without_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "fuzzingclient.json"
    path.write_text(json.dumps(PUBLISHED))
    loaded = spec.load(path)
    assert loaded.warnings == ()
    assert loaded.outdir == "./reports/servers"
    assert [(one.url, one.agent) for one in loaded.servers] == [
        ("ws://127.0.0.1:9001", "AutobahnServer")
    ]
    assert loaded.selection == (("*",), ("9.*",), {"Old*": ("6.*", "7.1.1")}, str(path))


def test_a_server_says_how_it_wants_to_be_reached() -> None:
    server = parsed(
        servers=[{
            "url": "wss://x", "hostname": "example.net", "origin": "http://o",
            "protocols": ["a", "b"],
        }],
    ).servers[0]  # fmt: skip
    assert (server.hostname, server.origin, server.protocols) == (
        "example.net", "http://o", ("a", "b"),
    )  # fmt: skip
    assert server.agent is None


def test_options_of_a_server_go_before_those_of_the_file() -> None:
    both = parsed(
        options={"openHandshakeTimeout": 9, "closeHandshakeTimeout": 3},
        servers=[{"url": "ws://a", "options": {"openHandshakeTimeout": 2.5}}, {"url": "ws://b"}],
    )
    assert [dict(one.limits) for one in both.servers] == [
        {"opening": 2.5, "closing": 3}, {"opening": 9, "closing": 3},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"options": {"utf8validateIncoming": False}}, "options.utf8validateIncoming: false"),
        ({"options": {"version": 10}}, "options.version: 10"),
        ({"options": {"openHandshakeTimeout": 0}}, "openHandshakeTimeout: 0 is not taken over"),
        ({"webport": 8080}, "s.json: webport: means nothing"),
        ({"servers": [{"url": "ws://a", "agnet": "x"}]}, "servers[0].agnet"),
    ],
)
def test_what_is_not_done_is_said(changes: dict[str, Any], words: str) -> None:
    warnings = parsed(**changes).warnings
    assert len(warnings) == 1
    assert words in warnings[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"servers": []}, "servers names no server"),
        ({"servers": {"url": "ws://a"}}, "servers is not a list"),
        ({"servers": [{"agent": "x"}]}, "servers[0].url is missing"),
        ({"servers": [3]}, "servers[0] is not a JSON object"),
        ({"cases": "*"}, "cases is not a list of texts"),
        ({"cases": [1]}, "cases is not a list of texts"),
        ({"options": {"openHandshakeTimout": 3}}, "options.openHandshakeTimout no such option"),
        ({"options": {"closeHandshakeTimeout": "3"}}, "is not a positive number"),
        ({"options": {"closeHandshakeTimeout": True}}, "is not a positive number"),
        ({"exclude-agent-cases": {"a": "*"}}, "exclude-agent-cases.a is not a list"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(SpecError) as caught:
        parsed(**changes)
    assert words in str(caught.value)
    assert str(caught.value).startswith("s.json: ")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"[" * 100_000])
def test_what_is_no_spec_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(content)
    with pytest.raises(SpecError, match=r"s\.json"):
        spec.load(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="No such file"):
        spec.load(tmp_path / "none.json")
