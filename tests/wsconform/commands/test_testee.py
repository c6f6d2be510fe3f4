"""`wsconform testee` as a user runs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from certificates import self_signed
from commands import wsconform
from small_fuzzer import ECHO, Script, small_fuzzer, text
from wsconform import cli

FAILS = Script(text(b"hello") + b"\x88\x00", (b"hello", b"never"))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server with one case that passes and one that does not."""
    with small_fuzzer({"1.1.1": ECHO, "1.1.2": FAILS}) as (_, port):
        yield f"ws://127.0.0.1:{port}/"


def test_cases_that_pass_make_zero(url: str) -> None:
    run = wsconform("testee", url, "--cases", "1.1.1")
    assert (run.returncode, run.stdout.split()[:2]) == (0, ["1", "passed"])


def test_a_case_that_fails_makes_one_and_is_told_with_what_is_known_of_it(
    url: str, tmp_path: Path
) -> None:
    junit = tmp_path / "junit.xml"
    run = wsconform("testee", url, "--agent", "me", "--junit", str(junit))
    assert run.returncode == 1
    assert "x 1.1.2" in run.stdout or "✗ 1.1.2" in run.stdout
    assert "RFC 6455 §5.2" in run.stdout
    assert "1 passed, 1 failed" in run.stdout
    suite = ET.parse(junit).getroot()[0]
    assert suite.attrib.items() >= {"name": "me", "tests": "2", "failures": "1"}.items()


def test_a_server_that_is_not_there_makes_three(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    run = wsconform("testee", "ws://127.0.0.1:1", "--junit", str(junit))
    assert (run.returncode, run.stdout) == (3, "")
    assert ET.parse(junit).getroot().get("errors") == "1"
    assert "ws://127.0.0.1:1/: Connection was refused" in run.stderr


def test_a_server_without_tls_makes_three(url: str) -> None:
    run = wsconform("testee", url.replace("ws:", "wss:"), "--insecure", "--timeout", "0.5")
    assert run.returncode == 3
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["http://127.0.0.1"], "does not begin with ws://"),
        (["ws://127.0.0.1/?agent=me"], "without a query"),
        (["ws://127.0.0.1", "--agent", " "], "--agent"),
        (["ws://127.0.0.1", "--cases", "99.*"], "'99.*': no such case"),
        (["ws://127.0.0.1", "--cases", "1.1.1", "--exclude", "1.*"], "no case is left"),
        (["wss://127.0.0.1", "--cafile", "nowhere.pem"], "nowhere.pem: there is no such file"),
    ],
)
def test_wrong_usage_makes_two(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["testee", *arguments]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore:Passing pyOpenSSL:DeprecationWarning")
def test_a_certificate_that_nobody_signed_is_refused_with_a_remedy(tmp_path: Path) -> None:
    certified = self_signed(tmp_path)
    with small_fuzzer(endpoint=certified.endpoint) as (_, port):
        url = f"wss://127.0.0.1:{port}"
        refused = wsconform("testee", url)
        assert refused.returncode == 3
        assert "certificate" in refused.stderr
        assert "--cafile" in refused.stderr
        for trust in (["--insecure"], ["--cafile", str(certified.certificate)]):
            assert wsconform("testee", url, "--cases", "1.1.1", *trust).returncode == 0
