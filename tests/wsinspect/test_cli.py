"""The command line, most of it as a process of its own."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from builders import CaptureBuilder, case_4_2_3, text
from wsinspect.cli import COMMANDS, main

PROGRAM = [sys.executable, "-m", "wsinspect.cli"]


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "4.2.3.log"
    path.write_bytes(case_4_2_3().finish())
    return path


def run(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONUTF8": "1", **more}
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True, text=True, env=environment, timeout=60, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_without_a_terminal_it_prints(story: Path) -> None:
    done = run(story)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "4.2.3.log  server ⇄ 127.0.0.1:53122  15 events  1.4 ms"
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert run("show", story).stdout == done.stdout


def test_printing_loads_no_screen() -> None:
    program = "import sys, wsinspect.cli; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_missing_file(tmp_path: Path) -> None:
    done = run(tmp_path / "nothing.log")
    assert done.returncode == 2
    assert done.stderr == (
        f"wsinspect: {tmp_path}/nothing.log: no such file or directory; check the path\n"
    )


def test_the_reader_of_a_pipe_may_go(tmp_path: Path) -> None:
    made = CaptureBuilder().open()
    for number in range(3000):
        made.rx(text(f"message {number}"))
    path = tmp_path / "long.log"
    path.write_bytes(made.unfinished())
    with subprocess.Popen(
        [*PROGRAM, "show", path, "--view", "log"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 128 + signal.SIGPIPE


def test_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    path = tmp_path / "long.log"
    path.write_bytes(CaptureBuilder().unfinished() + b"000 +0.000000000 NOTE\n" * 300_000)
    with subprocess.Popen(
        [*PROGRAM, "show", path, "--view", "log"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.stderr.read() == b""
    assert process.returncode == 128 + signal.SIGINT


def test_a_locale_that_knows_ascii_only(story: Path) -> None:
    done = run(story, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "\\u25c0 TEXT" in done.stdout


@pytest.mark.parametrize("name", [[], *([name] for name in COMMANDS)])
def test_help_teaches(name: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*name, "--help"])
    assert ended.value.code == 0
    words = capsys.readouterr().out
    assert "examples:" in words and "exit codes:" in words
    assert all(len(line) <= 100 for line in words.splitlines())


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.startswith("wsinspect 0.")


@pytest.mark.parametrize(
    "arguments", [[], ["show"], ["show", "x", "--view", "nonsense"], ["--nope"]]
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: wsinspect" in capsys.readouterr().err


def test_a_file_that_is_called_like_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("--octets").write_bytes(case_4_2_3().finish())
    assert main(["--", "--octets"]) == 0


def in_a_terminal(*arguments: str | Path, term: str) -> tuple[int, bytes]:
    """What a process that believes to be in a terminal writes, and its exit code."""
    child, leader = pty.fork()
    if child == 0:
        environment = {**os.environ, "TERM": term, "COLUMNS": "90"}
        os.execve(sys.executable, [*PROGRAM, *map(str, arguments)], environment)
    written = b""
    while True:
        try:
            piece = os.read(leader, 1 << 16)
        except OSError:  # Linux says so when the other end has gone
            break
        if not piece:
            break
        written += piece
    os.close(leader)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), written


def test_a_dumb_terminal_gets_the_text(story: Path) -> None:
    code, written = in_a_terminal(story, term="dumb")
    assert code == 0
    assert b"\x1b" not in written
    assert b"TCP DROPPED BY ME" in written


def test_a_terminal_gets_colours_from_show(story: Path) -> None:
    code, written = in_a_terminal("show", story, term="xterm-256color")
    assert code == 0
    assert b"\x1b[36m" in written


def test_no_screen_is_opened_for_nothing(tmp_path: Path) -> None:
    code, written = in_a_terminal(tmp_path / "nothing", term="xterm-256color")
    assert code == 2
    assert written.endswith(b"no such file or directory; check the path\r\n")
    assert b"\x1b" not in written


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("command", ["check", "rules"])
def test_a_full_disk_is_exit_code_2_with_the_reason(command: str, story: Path) -> None:
    paths = [] if command == "rules" else [str(story)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, command, *paths], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "wsinspect: it cannot be printed: No space left on device\n"
