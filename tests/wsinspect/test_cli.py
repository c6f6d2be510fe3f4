"""The command line, most of it as a process of its own."""

import os
import signal
import subprocess
import sys
from functools import partialmethod
from pathlib import Path

import pytest

from builders import CaptureBuilder, case_4_2_3, text
from terminals import Pty
from wsinspect.app import Inspector
from wsinspect.app import run as show
from wsinspect.cli import COMMANDS, main

PROGRAM = [sys.executable, "-m", "wsinspect.cli"]
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "4.2.3.log"
    path.write_bytes(case_4_2_3().finish())
    return path


def run(*arguments: str | Path, cwd: Path | None = None, **more: str) -> Done:
    return run_with(b"", *arguments, cwd=cwd, **more)


def run_with(piped: bytes, *arguments: str | Path, cwd: Path | None = None, **more: str) -> Done:
    """Run it with what comes through a pipe."""
    environment = {**os.environ, "PYTHONUTF8": "1", **more}
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        input=piped, capture_output=True, env=environment, cwd=cwd, timeout=60, check=False,
    )  # fmt: skip
    printed = done.stdout.decode(), done.stderr.decode()
    return Done(done.args, done.returncode, *printed)


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


@pytest.mark.parametrize("path", ["-", "/dev/stdin"])
def test_a_capture_from_a_pipe_is_checked(path: str, story: Path) -> None:
    name = "<stdin>" if path == "-" else path
    done = run_with(story.read_bytes(), "check", path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"{name}: the client broke RFC 6455 §5.2 at event 008")


@pytest.mark.parametrize(
    ("form", "name"),
    [("json", '{"file":"<stdin>"'), ("junit", '"&lt;stdin&gt;"'), ("sarif", '"%3Cstdin%3E"')],
)
def test_standard_input_has_a_name_in_each_format(form: str, name: str, story: Path) -> None:
    done = run_with(story.read_bytes(), "check", "-", "--format", form)
    assert (done.returncode, done.stderr) == (1, "")
    assert name in done.stdout


def test_what_comes_through_a_pipe_is_as_long_as_it_is(story: Path) -> None:
    octets = story.read_bytes() + b"# a comment\n" * 100_000
    assert run_with(octets, "check", "-").stdout.endswith("1 capture checked: 1 error\n")


def test_a_capture_from_a_pipe_is_shown(story: Path) -> None:
    done = run_with(story.read_bytes(), "show", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run(story).stdout.replace(story.name, "<stdin>")
    assert run_with(story.read_bytes(), "-").stdout == done.stdout


def test_nothing_from_a_pipe_is_exit_code_2() -> None:
    done = run_with(b"", "check", "-")
    assert done.returncode == 2
    assert done.stderr == "wsinspect: <stdin>: the file is empty; nothing was recorded in it\n"


def test_a_name_that_is_not_utf8_is_no_reason_to_fail(tmp_path: Path, story: Path) -> None:
    story.rename(os.fsdecode(os.fsencode(tmp_path) + b"/z\xff.log"))
    done = run("check", tmp_path.name, "--format", "sarif", cwd=tmp_path.parent)
    assert (done.returncode, done.stderr) == (1, "")
    assert f'"uri":"{tmp_path.name}/z%FF.log"' in done.stdout


FAULTY = """
import sys
from wsinspect import cli
def fail(options):
    raise RuntimeError("a\\nb")
cli.COMMANDS["rules"] = cli.COMMANDS["rules"]._replace(run=fail)
sys.exit(cli.main(["rules"]))
"""


def test_a_fault_of_the_program_is_exit_code_2_and_the_traceback_can_be_had() -> None:
    def fail(**more: str) -> Done:
        return subprocess.run(
            [sys.executable, "-c", FAULTY], env={**os.environ, **more},
            capture_output=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip

    done = fail()
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "a fault of this program, in cli.py, line" in line
    assert "RuntimeError: a␊b; please report it, with what WSINSPECT_TRACEBACK=1 prints" in line
    done = fail(WSINSPECT_TRACEBACK="1")
    assert done.returncode == 2
    assert done.stderr.startswith("Traceback (most recent call last):\n")
    assert done.stderr.endswith(f"{line}\n")


def in_a_terminal(*arguments: str | Path, term: str) -> tuple[int, bytes]:
    """What a process that believes to be in a terminal writes, and its exit code."""
    environment = {**os.environ, "TERM": term, "COLUMNS": "90"}
    with Pty([*PROGRAM, *map(str, arguments)], environment) as terminal:
        written = terminal.rest()
    assert terminal.exit_code is not None
    return terminal.exit_code, written


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


def test_a_screen_that_breaks_is_exit_code_2(
    story: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(self: Inspector) -> None:
        raise RuntimeError("it broke")

    without_screen = partialmethod(Inspector.run, headless=True)
    monkeypatch.setattr(Inspector, "run", without_screen)
    monkeypatch.setattr(Inspector, "on_mount", fail)
    assert show([str(story)]) == 2
    assert "it broke" in capfd.readouterr().err


def test_the_screen_does_not_read_what_can_be_read_once(tmp_path: Path) -> None:
    code, written = in_a_terminal("-", term="xterm-256color")
    assert code == 2
    assert b"<stdin>: the screen needs standard input for its keys; " in written
    os.mkfifo(tmp_path / "fifo")
    code, written = in_a_terminal(tmp_path / "fifo", term="xterm-256color")
    assert code == 2
    assert b"a FIFO can be read once" in written


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
