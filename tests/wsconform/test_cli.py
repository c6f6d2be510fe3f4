"""The command line: help that teaches, wrong usage, and one run from end to end."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from commands import index_in, wsconform
from servers import echo_server
from wsconform import cli


def test_without_a_command_it_is_wrong_usage() -> None:
    done = wsconform()
    assert done.returncode == 2
    assert "COMMAND" in done.stderr


@pytest.mark.parametrize("command", ["run", "cases", "case", "report"])
def test_help_has_examples_and_exit_codes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"wsconform {command}" in text.partition("examples:")[2]
    assert "exit codes" in text


def test_help_of_a_run_names_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["run", "--help"])
    codes = capsys.readouterr().out.partition("exit codes:")[2].split("\n")
    assert [line.split()[0] for line in codes if line[:3].strip()] == ["0", "1", "2", "3", "130"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "give either the URL"),
        (["run", "ws://a", "-s", "x.json"], "give either the URL"),
        (["run", "http://a"], "does not begin with ws://"),
        (["run", "ws://a", "--cases", "99"], "'99': no such case"),
        (["run", "ws://a", "--exclude", "2.1.*"], "'2.1.*': no such case"),
        (["run", "ws://a", "--jobs", "0"], "not a number from 1"),
        (["run", "ws://a", "--header", "x"], "'Name: value'"),
        (["run", "ws://a", "--update-baseline"], "needs --baseline"),
        (["run", "ws://a", "--baseline", "none.json"], "none.json: No such file"),
        (["run", "-s", "none.json"], "none.json: No such file"),
        (["run", "wss://127.0.0.1:1", "--cafile", "none.pem"], "none.pem"),
        (["run", "--resume", "--out", "none"], "no run to go on with"),
        (["run", "ws://a", "--out", "file/below"], "Not a directory"),
        (["case", "4.2.99"], "no such case"),
        (["cases", "99.*"], "no such case"),
        (["run", "ws://a", "--junit", "."], ".: Is a directory"),
        (["run", "ws://a", "--junit", "file/below"], "file/below: Not a directory"),
        (["run", "ws://a", "--baseline", "file", "--update-baseline"], "file: neither a baseline"),
        (["run", "ws://a", "--baseline", ".", "--update-baseline"], ".: Is a directory"),
        (["run", "ws://a", "--baseline", "pipe", "--update-baseline"], "pipe: no regular file"),
        (["report", "none"], "no reports"),
        (["report", "none", "--junit", "."], ".: Is a directory"),
    ],
)
def test_wrong_usage_is_told_in_one_line(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (tmp_path / "file").write_text("")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    try:
        code = cli.main(arguments)
    except SystemExit as ended:
        code = int(str(ended.code))
    assert code == 2
    assert words in capsys.readouterr().err


def test_a_quick_run_against_wsecho_passes_and_leaves_everything(tmp_path: Path) -> None:
    out = tmp_path / "reports"
    with echo_server(tmp_path / "theirs") as server:
        url = f"ws://127.0.0.1:{server.port}/{{agent}}/{{case}}"
        done = wsconform("run", url, "--agent", "mine", "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "--profile full plays them" in done.stderr
    assert "244 passed, 3 informational" in done.stdout
    cases = index_in(out)["mine"]
    assert len(cases) == 247
    for case_id, facts in cases.items():
        report = json.loads((out / facts["reportfile"]).read_text())
        assert report["id"] == case_id
        assert (out / report["capture"]).read_bytes().startswith(b"#wirelog 1 ")
        assert (out / facts["reportfile"]).with_suffix(".html").is_file()
    assert (tmp_path / "theirs" / "mine" / "4.2.3.log").is_file()
    assert (out / "index.html").is_file()


@pytest.mark.parametrize(("stream", "code"), [("stdout", 0), ("stderr", 2)])
def test_a_stream_that_the_shell_has_closed_changes_no_exit_code(
    stream: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, stream, None)
    arguments = ["case", "4.2.3" if code == 0 else "4.2.99"]
    try:
        assert cli.main(arguments) == code
    finally:
        getattr(sys, stream).close()


def test_output_that_cannot_be_written_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert cli.main(["cases"]) == 2
    assert capsys.readouterr().err == "wsconform: standard output: No space left on device\n"


def test_a_reader_that_leaves_ends_it_like_sigpipe(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as left:
        monkeypatch.setattr(sys, "stdout", left)
        assert cli.main(["cases"]) == 141
