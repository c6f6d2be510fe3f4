"""A run while it goes on: signals, what is left of it, names, servers that are not there."""

from __future__ import annotations

import json
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from certificates import self_signed
from commands import begin, cases_in, index_in, wsconform
from live import listening
from right_server import RightServer
from servers import PLAIN, echo_server, wait_for
from wrong_servers import ClosesInstead, Hangs, SendsEndlessly, SendsGarbage

SLOW = "1.1.1,5.19,5.20,6.4.1"
ALL_SLOW = sorted(SLOW.split(","))


@contextmanager
def http_server(answer: bytes) -> Iterator[int]:
    """A server that gives every connection the same answer; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_ctrl_c_ends_a_run_with_a_report_and_resume_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with echo_server(tmp_path / "theirs") as server:
        url = f"ws://127.0.0.1:{server.port}/"
        with begin("run", url, "--cases", SLOW, "--jobs", "1", "--out", str(out)) as run:
            wait_for(lambda: len(list(out.glob("*_case_*.json"))) == 2, "two reports")
            run.send_signal(signal.SIGINT)
            told, errors = run.communicate(timeout=15)
        assert run.returncode == 130
        assert "2 passed" in told
        assert "--resume" in errors
        assert "Traceback" not in errors
        assert cases_in(out) == {"wsecho": ALL_SLOW[:2]}
        assert (out / "index.html").is_file()
        again = wsconform("run", "--resume", "--out", str(out))
        assert again.returncode == 0, again.stderr
        assert "2 cases, 2 were finished before" in again.stderr
        assert "4 passed" in again.stdout
        assert cases_in(out) == {"wsecho": ALL_SLOW}
        done = wsconform("run", url, "--cases", SLOW, "--resume", "--out", str(out))
        assert (done.returncode, "4 passed" in done.stdout) == (0, True)


def test_sigterm_ends_a_run_with_a_report(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with echo_server(tmp_path / "theirs") as server:
        url = f"ws://127.0.0.1:{server.port}/"
        with begin("run", url, "--cases", SLOW, "--jobs", "1", "--out", str(out)) as run:
            wait_for((out / "index.json").is_file, "the first report")
            run.terminate()
            run.communicate(timeout=15)
    assert run.returncode == 143
    assert (out / "index.html").is_file()


def test_a_killed_run_loses_nothing_that_was_finished(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with echo_server(tmp_path / "theirs") as server:
        url = f"ws://127.0.0.1:{server.port}/"
        with begin("run", url, "--cases", SLOW, "--jobs", "1", "--out", str(out)) as run:
            wait_for(lambda: len(list(out.glob("*_case_*.json"))) == 2, "two reports")
            run.kill()
            run.communicate(timeout=15)
    for path in out.glob("*_case_*.json"):
        report = json.loads(path.read_text())
        assert report["behavior"] == "OK"
        assert b"\n#end " in (out / report["capture"]).read_bytes()
    assert wsconform("report", str(out)).returncode == 0
    assert cases_in(out) == {"wsecho": ALL_SLOW[:2]}


def test_a_new_run_does_not_take_old_results_for_its_own(tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    with echo_server(tmp_path / "theirs") as server:
        url = f"ws://127.0.0.1:{server.port}/"
        wsconform("run", url, "--cases", "1.1.1", "--out", out)
        wsconform("run", url, "--cases", "1.1.2", "--out", out)
        again = wsconform("run", url, "--cases", "1.1.1,1.1.2", "--resume", "--out", out)
    assert "1 case, 1 were finished before" in again.stderr


def test_servers_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    with echo_server(tmp_path / "a", listen=[PLAIN, PLAIN]) as server:
        first, second = server.ports
        servers = [{"url": f"ws://127.0.0.1:{port}"} for port in (first, second)]
        spec = {"servers": servers, "cases": ["1.1.1"], "outdir": str(tmp_path / "out")}
        (tmp_path / "s.json").write_text(json.dumps(spec))
        done = wsconform("run", "-s", str(tmp_path / "s.json"))
        assert done.returncode == 0, done.stderr
    assert cases_in(tmp_path / "out") == {
        "wsecho": ["1.1.1"], f"wsecho 127.0.0.1:{second}": ["1.1.1"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "401"),
        (b"HTTP/1.1 302 Found\r\nLocation: /\x1b[2Jelsewhere\r\n\r\n", "302"),
        (b"SSH-2.0-OpenSSH\r\n", "not HTTP"),
        (b"", "before the opening handshake was over"),
    ],
)
def test_a_server_that_speaks_no_websocket_is_unreachable(
    answer: bytes, words: str, tmp_path: Path
) -> None:
    with http_server(answer) as port:
        done = wsconform("run", f"ws://127.0.0.1:{port}/", "--out", str(tmp_path / "out"))
    assert done.returncode == 3
    assert words in done.stderr
    assert "\x1b" not in done.stderr + done.stdout
    assert set(cases_in(tmp_path / "out")) == {"UnknownServer"}


@contextmanager
def tls_server(folder: Path) -> Iterator[tuple[str, Path]]:
    """A right server with a certificate of its own: its URL, and what to trust."""
    certified = self_signed(folder)
    with echo_server(folder / "theirs", listen=certified.endpoint) as server:
        yield f"wss://127.0.0.1:{server.port}/", certified.certificate


def test_a_certificate_that_nobody_knows_is_said_and_what_helps(tmp_path: Path) -> None:
    out = ("--cases", "1.1.1,7.1.1", "--out", str(tmp_path / "out"))
    with tls_server(tmp_path) as (url, certificate):
        done = wsconform("run", url, *out)
        assert done.returncode == 3
        assert "certificate verify failed" in done.stderr
        assert "--cafile" in done.stderr and "--insecure" in done.stderr
        for help_ in (["--insecure"], ["--cafile", str(certificate)]):
            done = wsconform("run", url, *out, *help_)
            assert (done.returncode, "2 passed" in done.stdout) == (0, True), done.stderr


def test_a_certificate_for_another_name_is_said(tmp_path: Path) -> None:
    with tls_server(tmp_path) as (url, certificate):
        other = url.replace("127.0.0.1", "localhost")
        done = wsconform("run", other, "--cafile", str(certificate), "--out", str(tmp_path / "out"))
    assert done.returncode == 3
    assert "the certificate is for another name" in done.stderr


def test_tls_where_there_is_none_is_said(tmp_path: Path) -> None:
    with echo_server(tmp_path / "theirs") as server:
        url = f"wss://127.0.0.1:{server.port}/"
        done = wsconform("run", url, "--out", str(tmp_path / "out"))
    assert done.returncode == 3
    assert "TLS failed" in done.stderr
    assert "--insecure" not in done.stderr


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_a_server_that_never_answers_is_given_up(scheme: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening_only:
        port = listening_only.getsockname()[1]
        servers = [{"url": f"{scheme}://127.0.0.1:{port}", "agent": "mute"}]
        spec = {"servers": servers, "options": {"openHandshakeTimeout": 0.1}}
        (tmp_path / "s.json").write_text(json.dumps({**spec, "cases": ["2.*", "7.1.*"]}))
        done = wsconform("run", "-s", str(tmp_path / "s.json"), "--out", str(tmp_path / "out"))
    assert done.returncode == 3
    assert "no complete answer came in 0.1 s" in done.stderr


@pytest.mark.parametrize("server", [SendsGarbage, SendsEndlessly, ClosesInstead, Hangs])
def test_a_server_that_misbehaves_after_the_handshake_gets_a_verdict(
    server: type[RightServer], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with listening(server) as port:
        url = f"ws://127.0.0.1:{port}/"
        done = wsconform("run", url, "--cases", "1.1.1", "--timeout", "1", "--out", str(out))
    assert done.returncode == 1
    assert "1 failed" in done.stdout
    assert index_in(out)["right"]["1.1.1"]["behavior"] == "FAILED"


def test_a_refused_port_is_unreachable(tmp_path: Path) -> None:
    done = wsconform("run", "ws://127.0.0.1:1/", "--out", str(tmp_path / "out"))
    assert done.returncode == 3
    assert "refused" in done.stderr
    assert not (tmp_path / "out" / "index.json").exists()


def test_reports_that_cannot_be_written_end_the_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "captures").mkdir(parents=True)
    (out / "captures" / "wsecho").write_text("a file where a folder should be")
    with echo_server(tmp_path / "theirs") as server:
        url = f"ws://127.0.0.1:{server.port}/"
        done = wsconform("run", url, "--cases", "1.1.*", "--out", str(out))
    assert done.returncode == 2
    assert "Not a directory" in done.stderr
    assert "Traceback" not in done.stderr
