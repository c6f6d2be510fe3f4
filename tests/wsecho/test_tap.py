from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from twisted.internet.testing import MemoryReactorClock

from servers import PLAIN, TWISTD, echo_server
from wsecho.options import Options
from wsecho.tap import makeService


def twistd(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(TWISTD), *words], capture_output=True, text=True, timeout=30, cwd=cwd, check=False
    )


def test_the_service_listens_where_the_options_say(tmp_path: Path) -> None:
    options = Options()
    listens = ["--listen", "tcp:7000", "--listen", "tcp:7001"]
    options.parseOptions([*listens, "--captures", str(tmp_path)])
    reactor = MemoryReactorClock()
    service = makeService(options, reactor)
    service.privilegedStartService()
    service.startService()
    assert [server[0] for server in reactor.tcpServers] == [7000, 7001]


def test_twistd_knows_the_service_and_explains_it() -> None:
    assert "wsecho" in twistd("--help").stdout
    shown = twistd("wsecho", "--help")
    assert shown.returncode == 0
    assert "--max-message" in shown.stdout
    assert "twistd -n --pidfile= wsecho" in shown.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--listen", "nonsense"], "--listen nonsense: "),
        (["--listen", "tcp:nonsense"], "--listen tcp:nonsense: "),
        (["--listen", "ssl:0:privateKey=missing"], "--listen ssl:0:privateKey=missing: "),
        (["--listen", "unix:missing/x"], "cannot listen on unix:missing/x: No such file"),
        (["--listen", PLAIN, "--captures", "file/x"], "cannot write captures to file/x: Not a dir"),
        (["--max-message", "x"], "--max-message: 'x' is not a size"),
    ],
)
def test_what_cannot_be_is_one_line_and_a_status(
    tmp_path: Path, words: list[str], message: str
) -> None:
    (tmp_path / "file").write_text("")
    run = twistd("-n", "wsecho", *words, cwd=tmp_path)
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert line.startswith("wsecho: ")
    assert message in line
    assert "Traceback" not in run.stdout
    assert not (tmp_path / "twistd.pid").exists()


@pytest.mark.parametrize("daemon", [False, True])
def test_a_port_in_use_is_one_line_and_a_status(tmp_path: Path, daemon: bool) -> None:
    with echo_server(tmp_path / "captures") as server:
        words = [] if daemon else ["-n"]
        endpoint = f"tcp:{server.port}:interface=127.0.0.1"
        run = twistd(*words, "--logfile=log", "wsecho", "--listen", endpoint, cwd=tmp_path)
    assert run.returncode == 1
    assert f"cannot listen on {endpoint}: Address already in use" in run.stderr
    assert "Traceback" not in run.stderr + (tmp_path / "log").read_text()
    assert not (tmp_path / "twistd.pid").exists()
