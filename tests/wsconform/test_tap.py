"""`twistd wsconform`."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from subprocess import Popen

import pytest
from twisted.internet.testing import MemoryReactorClock

from commands import not_left_behind
from fuzzing import Fuzzing
from servers import PLAIN, TWISTD, wait_for
from wsconform.tap import Options, makeService


def options(*words: str) -> Options:
    made = Options()
    made.parseOptions(words)
    return made


def test_the_service_listens_where_the_options_say(tmp_path: Path) -> None:
    reactor = MemoryReactorClock()
    service = makeService(
        options("--listen", "tcp:7000", "--listen", "tcp:7001", "--out", str(tmp_path / "out")),
        reactor,
    )
    service.privilegedStartService()
    service.startService()
    assert [server[0] for server in reactor.tcpServers] == [7000, 7001]
    assert (tmp_path / "out").is_dir()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--cases", "99"], "'99': no such case"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["--timeout", "x"], "argument --timeout: 'x' is not a number of seconds"),
        (["-s", "missing.json"], "missing.json: No such file"),
    ],
)
def test_wrong_usage_is_one_line(words: list[str], message: str) -> None:
    with pytest.raises(SystemExit) as left:
        options(*words)
    assert str(left.value).startswith(f"wsconform: {message}")
    assert str(left.value).endswith("see twistd wsconform --help")


def test_an_endpoint_that_cannot_be_is_one_line() -> None:
    with pytest.raises(SystemExit, match="wsconform: --listen nonsense: this cannot be used"):
        makeService(options("--listen", "nonsense"), MemoryReactorClock())


def test_the_help_has_what_a_service_can_have(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options("--help")
    told = capsys.readouterr().out
    assert "usage: twistd wsconform" in told
    assert "--as-published" in told
    assert "twistd -n --pidfile= wsconform" in told
    assert "/runCase?case=1&agent=NAME" in told
    assert "--junit" not in told


def test_it_runs_until_it_is_stopped_and_leaves_pages(tmp_path: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "log"
    words = ["--listen", PLAIN, "--cases", "1.1.1", "--out", str(out)]
    with log.open("wb") as file:
        process = Popen(
            [TWISTD, "-n", "--pidfile=", "wsconform", *words], stdout=file, stderr=subprocess.STDOUT
        )
    server = Fuzzing(process, out, log)
    with not_left_behind(process):
        wait_for(
            lambda: "Listening on" in log.read_text() or process.poll() is not None, "a listener"
        )
        server.play("1.1.1")
        wait_for((out / "me_case_1_1_1.json").is_file, "a report")
        assert server.stop() == -signal.SIGTERM
    assert (out / "index.html").is_file()
    assert "'me' has come from 127.0.0.1:" in log.read_text()
    assert "Traceback" not in log.read_text()


def test_it_ends_with_one_where_reports_cannot_be_written(tmp_path: Path) -> None:
    out, log, pid_file = tmp_path / "out", tmp_path / "log", tmp_path / "pid"
    (out / "me_case_1_1_1.json").mkdir(parents=True)
    words = ["--listen", PLAIN, "--cases", "1.1.1", "--out", str(out)]
    with log.open("wb") as file:
        process = Popen(
            [TWISTD, "-n", f"--pidfile={pid_file}", "wsconform", *words],
            stdout=file, stderr=subprocess.STDOUT,
        )  # fmt: skip
    wait_for(lambda: "Listening on" in log.read_text() or process.poll() is not None, "a listener")
    Fuzzing(process, out, log).play("1.1.1")
    assert process.wait(15) == 1
    why = f"reports cannot be written: {out / 'me_case_1_1_1.json'}: Is a directory"
    assert f"critical] Stopping: {why}" in log.read_text()
    assert "Server Shut Down" in log.read_text()
    assert not pid_file.exists()
