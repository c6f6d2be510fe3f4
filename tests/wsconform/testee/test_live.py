"""A run of the testee in the foreground: what is shown, and how it ends."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import pytest

from commands import COMMAND, begin, environment, wsconform
from servers import wait_for
from small_fuzzer import ECHO, Fuzzer, Script, small_fuzzer, text
from terminals import Pty
from wsconform.terminal import HIDE_CURSOR, SHOW_CURSOR

SILENT = Script(text(b"hello"), (b"never",))


@contextmanager
def interrupted(fuzzer: Fuzzer, port: int, sign: signal.Signals) -> Iterator[Popen[str]]:
    """A run that is sent a signal in its second case."""
    with begin("testee", f"ws://127.0.0.1:{port}") as run:
        wait_for(lambda: fuzzer.paths.count("/runCase") == 2, "the second case")
        run.send_signal(sign)
        yield run


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_with_reports_of_what_was_played(
    sign: signal.Signals, code: int
) -> None:
    with (
        small_fuzzer({"1.1.1": ECHO, "1.1.2": SILENT}) as (fuzzer, port),
        interrupted(fuzzer, port, sign) as run,
    ):
        told, errors = run.communicate(timeout=15)
    assert run.returncode == code
    assert "1 passed" in told
    assert "Traceback" not in errors
    assert fuzzer.paths[-1] == "/updateReports"


def test_a_second_ctrl_c_does_not_wait_for_the_reports() -> None:
    with (
        small_fuzzer({"1.1.1": ECHO, "1.1.2": SILENT}, ("/updateReports",)) as (fuzzer, port),
        interrupted(fuzzer, port, signal.SIGINT) as run,
    ):
        wait_for(lambda: fuzzer.paths[-1] == "/updateReports", "the reports to be asked for")
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=15)
    assert run.returncode == 130


def test_cases_that_the_server_does_not_have_are_named() -> None:
    with small_fuzzer() as (_, port):
        run = wsconform("testee", f"ws://127.0.0.1:{port}", "--cases", "1.1.1,1.1.2,3.2")
    assert run.returncode == 0
    assert "not there  1.1.2" in run.stderr
    assert "2 cases, 1 at a time" in run.stderr
    assert "2 passed" in run.stdout


def test_cases_that_the_server_leaves_out_for_this_agent_are_named() -> None:
    with small_fuzzer() as (fuzzer, port):
        fuzzer.leaves_out = frozenset({"1.1.1"})
        run = wsconform("testee", f"ws://127.0.0.1:{port}")
    assert run.returncode == 0
    assert "left out  1.1.1" in run.stderr
    assert "2 passed" in run.stdout


def test_a_file_without_certificates_is_wrong_usage(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    run = wsconform("testee", "wss://127.0.0.1:1", "--cafile", str(empty))
    assert (run.returncode, "empty.pem" in run.stderr) == (2, True)


def test_a_terminal_sees_a_bar_and_gets_its_cursor_back() -> None:
    with small_fuzzer() as (_, port):
        command = [*COMMAND, "testee", f"ws://127.0.0.1:{port}"]
        with Pty(command, environment() | {"TERM": "xterm"}) as terminal:
            shown = terminal.rest().decode()
    assert terminal.exit_code == 0
    assert "3/3  3 passed" in shown
    assert shown.count(HIDE_CURSOR) == shown.count(SHOW_CURSOR) == 1
    assert "\x1b[1m" not in shown, "NO_COLOR is set"
