"""`wsconform serve` as a user or a build server has it: a process, its lines, its exit code."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from connections import Client
from fuzzing import Fuzzing, fuzzing_server
from outcomes import entry
from wsconform import cli
from wsconform.commands import serve
from wsconform.report.gate import Gate
from wsconform.serving.session import Served

TWO = ("--cases", "1.1.1,2.1")


def ended(server: Fuzzing) -> tuple[int, str]:
    """The exit code of a server that ends by itself, and all that it said."""
    code = server.process.wait(15)
    return code, server.log.read_text()


def test_a_build_has_its_client_tested_and_gets_an_exit_code(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    options = ("--exit-when-done", "--junit", str(junit))
    with fuzzing_server(tmp_path, *TWO, *options) as server:
        assert server.ask("/getCaseCount") == [2]
        for case in ("1.1.1", "2.1"):
            server.play(case)
            assert server.ask(f"/getCaseStatus?casetuple={case}&agent=me")[0]["behavior"] == "OK"
        assert server.ask("/updateReports?agent=me") == []
        assert (server.out / "index.html").is_file()
        code, said = ended(server)
    assert code == 0
    assert "me  from 127.0.0.1:" in said
    assert "2 passed" in said
    assert ET.parse(junit).getroot().get("tests") == "2"


def test_what_fails_and_what_is_left_out_fails_the_build_and_is_named(tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    options = ("--expect-agent", "me", "--update-baseline", "--baseline", str(baseline))
    with fuzzing_server(tmp_path, *TWO, *options) as server:
        with Client.connect(server.port).open("/runCase?case=1&agent=me"):
            pass  # and goes away
        server.play("2.1", "somebody")
        server.ask("/updateReports?agent=me")
        code, said = ended(server)
    assert code == 1
    assert "'me' has not played 2.1\n" in said
    assert said.count("✗ 1.1.1") == 2
    assert "me  1 failed" in said
    assert "somebody  1 passed" in said
    assert json.loads(baseline.read_text())["me"]["1.1.1"]["behavior"] == "FAILED"


def test_who_does_not_come_is_given_up(tmp_path: Path) -> None:
    options = ("--expect-agent", "me", "--give-up-after", "0.2")
    with fuzzing_server(tmp_path, *TWO, *options) as server:
        code, said = ended(server)
    assert code == 3
    assert "'me' has not finished any case" in said
    assert "nothing was played: nothing has happened for 0.2 s" in said


def test_wrong_usage_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for words, message in [
            (["--listen", "nonsense"], "--listen nonsense: this cannot be used"),
            (["--listen", f"tcp:{port}:interface=127.0.0.1"], "Address already in use"),
            (["--listen", "tcp:0", "--out", "file/x"], "cannot write reports to file/x: Not a dir"),
            (["--cases", "99"], "'99': no such case"),
            (["-s", "missing.json"], "missing.json: No such file"),
            (["--update-baseline"], "--update-baseline needs --baseline"),
        ]:
            assert cli.main(["serve", *words]) == 2
            (line,) = capsys.readouterr().err.splitlines()[-1:]
            assert line.startswith("wsconform: ")
            assert message in line


def test_the_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["serve", "--help"])
    told = capsys.readouterr().out
    for words in ("/runCase?case=1&agent=NAME", "--exit-when-done", "exit codes:", "ssl:9443"):
        assert words in told


def test_the_exit_code_says_the_worst() -> None:
    good, bad = entry(), entry("4.2.4", "FAILED")
    for served, code in [
        (Served([good]), 0),
        (Served([good, bad]), 1),
        (Served([good], missing={"x": ["4.2.4"]}), 1),
        (Served([good, bad], absent=["y"]), 3),
        (Served(), 3),
        (Served([good], signal=15), 143),
    ]:
        assert serve._exit_code(served, Gate()) == code
