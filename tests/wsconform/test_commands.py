"""What each command does, against a real server where one is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from commands import cases_in, index_in, wsconform
from live import listening
from servers import Server, echo_server
from wrong_servers import IgnoresReservedBits, RightServer
from wsconform import cli

TWO = ["--cases", "1.1.1,3.1", "--timeout", "1", "--jobs", "1"]
"""A server that ignores RSV fails the second of these cases."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with echo_server(tmp_path_factory.mktemp("captures")) as running:
        yield running


@pytest.fixture(scope="module")
def right() -> Iterator[str]:
    with listening(RightServer) as port:
        yield f"ws://127.0.0.1:{port}/"


@pytest.fixture(scope="module")
def wrong() -> Iterator[str]:
    with listening(IgnoresReservedBits) as port:
        yield f"ws://127.0.0.1:{port}/"


def url(server: Server) -> str:
    return f"ws://127.0.0.1:{server.port}/"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command prints that needs no network."""
    assert cli.main(arguments) == 0
    return capsys.readouterr().out


def test_cases_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "cases").rstrip().endswith("517 cases")
    some = printed(capsys, "cases", "4.2.*", "1.1.1")
    assert "4.2.3" in some
    assert "RFC 6455 §5.2" in some
    assert some.rstrip().endswith("6 cases")


def test_cases_are_listed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(printed(capsys, "cases", "4.2.*", "--json"))
    assert [case["id"] for case in listed] == [f"4.2.{n}" for n in range(1, 6)]
    assert listed[2]["script"][1]["frame"]["opcode"] == 13


def test_a_case_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(capsys, "case", "4.2.3")
    assert "https://www.rfc-editor.org/rfc/rfc6455#section-5.2" in told
    assert "8d" not in told
    assert "8d  FIN=1 RSV=000 opcode 13" in printed(capsys, "case", "4.2.3", "--octets")


def test_a_failure_ends_with_one_and_says_all_about_it(wrong: str, tmp_path: Path) -> None:
    done = wsconform("run", wrong, *TWO, cwd=tmp_path)
    assert done.returncode == 1
    assert "✗ 3.1" in done.stderr
    for words in ("✗ 3.1", "wanted   OK:", "heard    ", "because  ", "RFC 6455", "1 failed"):
        assert words in done.stdout, words
    capture = done.stdout.partition("wsinspect ")[2].split("\n")[0]
    assert (tmp_path / capture).is_file()
    assert cases_in(tmp_path / "reports" / "servers") == {"right": ["1.1.1", "3.1"]}


def test_junit_tells_the_same(wrong: str, tmp_path: Path) -> None:
    wsconform("run", wrong, *TWO, "--junit", "j.xml", cwd=tmp_path)
    root = ET.parse(tmp_path / "j.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("2", "1")


def test_a_baseline_accepts_what_is_known_and_nothing_else(
    wrong: str, right: str, tmp_path: Path
) -> None:
    known = ["--baseline", "b.json"]
    assert wsconform("run", wrong, *TWO, *known, "--update-baseline", cwd=tmp_path).returncode == 1
    assert wsconform("run", wrong, *TWO, *known, cwd=tmp_path).returncode == 0
    better = wsconform("run", right, *TWO, *known, cwd=tmp_path)
    assert better.returncode == 1
    assert "3.1 of right is OK / OK, the baseline says FAILED" in better.stdout
    by_index = ["--baseline", "reports/servers/index.json"]
    assert wsconform("run", right, *TWO, *by_index, cwd=tmp_path).returncode == 0


def test_an_agent_that_the_baseline_does_not_know_fails(server: Server, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"other": {}}')
    done = wsconform(
        "run", url(server), "--cases", "1.1.1", "--baseline", "b.json", cwd=tmp_path
    )  # fmt: skip
    assert done.returncode == 1
    assert "'wsecho'; --agent names a server" in done.stdout


def test_agents_add_up_in_one_directory_and_a_report_is_made_anew(
    server: Server, tmp_path: Path
) -> None:
    for agent in ("one", "two"):
        wsconform("run", url(server), "--agent", agent, "--cases", "1.1.1,3.1", cwd=tmp_path)
    out = tmp_path / "reports" / "servers"
    assert cases_in(out) == {"one": ["1.1.1", "3.1"], "two": ["1.1.1", "3.1"]}
    before = {path.name: path.read_bytes() for path in out.glob("*.html")}
    index = (out / "index.json").read_bytes()
    for path in (*out.glob("*.html"), out / "index.json"):
        path.unlink()
    done = wsconform("report", str(out.relative_to(tmp_path)), "--junit", "j.xml", cwd=tmp_path)
    assert done.returncode == 0
    assert "4 passed" in done.stdout
    assert {path.name: path.read_bytes() for path in out.glob("*.html")} == before
    assert (out / "index.json").read_bytes() == index
    assert ET.parse(tmp_path / "j.xml").getroot().get("tests") == "4"


def test_a_report_of_damaged_files_says_which(server: Server, tmp_path: Path) -> None:
    wsconform("run", url(server), "--cases", "1.1.1", "--out", "r", cwd=tmp_path)
    (tmp_path / "r" / "x_case_1_1_1.json").write_text("{")
    done = wsconform("report", "r", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr.count("x_case_1_1_1.json is left out") == 1


def test_a_spec_file_runs_its_servers(server: Server, tmp_path: Path) -> None:
    spec = {
        "outdir": "out",
        "servers": [
            {"url": url(server), "agent": "A"},
            {"url": url(server), "options": {"version": 18}},
            {"url": "ws://127.0.0.1:1", "agent": "nobody"},
        ],
        "cases": ["1.1.*", "2.1", "8.*"],
        "exclude-cases": ["1.1.8"],
        "exclude-agent-cases": {"wsecho*": ["1.*"], "nobody": []},
    }
    (tmp_path / "s.json").write_text(json.dumps(spec))
    done = wsconform("run", "-s", "s.json", cwd=tmp_path)
    assert "'8.*' selects no case" in done.stderr
    assert done.returncode == 3
    assert "ws://127.0.0.1:1/: " in done.stderr
    assert cases_in(tmp_path / "out") == {
        "A": [f"1.1.{n}" for n in range(1, 8)] + ["2.1"], "wsecho": ["2.1"],
    }  # fmt: skip
    assert index_in(tmp_path / "out")["wsecho"]["2.1"]["behavior"] == "OK"
