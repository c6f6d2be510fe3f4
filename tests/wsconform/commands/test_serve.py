"""`wsconform serve` as a user or a build server has it: a process, its lines, its exit code."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from subprocess import Popen
from xml.etree import ElementTree as ET

import pytest

from commands import index_in
from connections import Client
from fuzzing import WSCONFORM, Fuzzing, fuzzing_server
from memory_fuzzer import plan
from outcomes import entry
from wsconform import cli
from wsconform.commands import serve
from wsconform.report.gate import Gate
from wsconform.serving.session import Served

ANYWHERE = ("--listen", "tcp:0:interface=127.0.0.1")
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
            (["--junit", "file/x.xml"], "Not a directory"),
            (["--out", " "], "--out: the name is empty"),
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
        (Served([good], signal=15, failure="a full disk"), 2),
    ]:
        assert serve._exit_code(served, served.missing, Gate()) == code


def test_a_baseline_wants_what_it_has_for_those_who_came_and_may_play_it(tmp_path: Path) -> None:
    both = {"4.2.3": ("OK", "OK"), "4.2.4": ("OK", "OK"), "9.1.1": ("OK", "OK")}
    gate = Gate(baseline={"x/1.0": both, "old": both, "never came": both})
    played = plan(tmp_path, "4.2.3,4.2.4,7.1.1", exclude_by_agent={"old": ("4.2.4",)})
    served = Served([entry(agent="x/1.0"), entry(agent="old")], came=("x/1.0", "old", "new"))
    assert serve._missing(served, gate, played) == {"x/1.0": ["4.2.4"]}
    assert serve._missing(served, Gate(), played) == {}


def test_what_fails_the_build_without_a_verdict_is_an_error_there() -> None:
    for served, names in [
        (Served([entry()], missing={"x": ["4.2.4", "7.1.1"]}), [("x", "4.2.4"), ("x", "7.1.1")]),
        (Served(absent=["y"]), [("y", "all cases")]),
        (Served(why="nobody came"), [("", "all cases")]),
        (Served([entry()], failure="x: no"), [("", "reports")]),
        (Served([entry()], signal=15, missing={"x": ["7.1.1"]}), []),
    ]:
        assert [one[:2] for one in serve._unplayed(served, served.missing)] == names


def test_case_after_case_is_played_though_nobody_reads_what_is_told(tmp_path: Path) -> None:
    """`(grep -m1 listening <pipe) & wsconform serve … >pipe 2>&1` is how scripts wait for it."""
    reading, writing = os.pipe()
    with Popen(
        [WSCONFORM, "serve", *ANYWHERE, *TWO, "--out", str(tmp_path), "--exit-when-done"],
        stdout=writing, stderr=writing,
    ) as process:  # fmt: skip
        os.close(writing)
        log = tmp_path / "told"
        log.write_bytes(os.read(reading, 4096))
        os.close(reading)
        server = Fuzzing(process, tmp_path, log)
        for case in ("1.1.1", "2.1"):
            server.play(case)
        server.ask("/updateReports?agent=me")
        assert process.wait(15) == 0
    assert set(index_in(tmp_path)["me"]) == {"1.1.1", "2.1"}


def test_pages_that_cannot_be_written_end_it_with_the_totals_and_two(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    (tmp_path / "reports" / "index.html").mkdir(parents=True)
    with fuzzing_server(tmp_path, *TWO, "--exit-when-done", "--junit", str(junit)) as server:
        server.play("1.1.1")
        reason = f"{server.out / 'index.html'}: Is a directory"
        assert server.ask("/updateReports?agent=me") == [{"error": reason}]
        code, said = ended(server)
    assert code == 2
    assert " 1 passed" in said
    assert said.endswith(f"wsconform: {reason}\n")
    root = ET.parse(junit).getroot()
    assert (root.get("tests"), root.get("errors")) == ("2", "1")
