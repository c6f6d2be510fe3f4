"""`wsconform run`: runs that are resumed, servers that come and go, and what a build is told."""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from twisted.internet.protocol import Protocol

from certificates import self_signed
from commands import begin, cases_in, wsconform
from live import listening
from right_server import RightServer
from wrong_servers import DiesAtThird
from wsconform import cli


class Redirects(Protocol):
    def dataReceived(self, data: bytes) -> None:
        wire: Any = self.transport
        wire.write(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n")


def at(port: int) -> str:
    """An endpoint: that port again."""
    return f"tcp:{port}:interface=127.0.0.1"


def errors_in(path: Path) -> list[tuple[str, str]]:
    """The first word and the reason of each test case that is an error."""
    return [
        (str(case.get("name")).split()[0], str(error.get("message")))
        for case in ET.parse(path).iter("testcase")
        for error in case.iter("error")
    ]


def test_a_run_that_lost_its_server_goes_on_when_it_is_back(tmp_path: Path) -> None:
    DiesAtThird.connections = 0
    known = ["--baseline", "known.json", "--update-baseline"]
    with listening(DiesAtThird) as port:
        url = f"ws://127.0.0.1:{port}/"
        first = wsconform(
            "run", url, "--cases", "1.1.*", "--jobs", "1", "--out", "r", "--junit", "j.xml",
            *known, cwd=tmp_path,
        )  # fmt: skip
    assert first.returncode == 3
    assert "2 passed, 1 failed" in first.stdout
    names = [name for name, _ in errors_in(tmp_path / "j.xml")]
    assert names == [url, "1.1.4", "1.1.5", "1.1.6", "1.1.7", "1.1.8"]
    assert all("refused" in why for _, why in errors_in(tmp_path / "j.xml"))
    assert not (tmp_path / "known.json").exists()
    with listening(RightServer, at(port)):
        again = wsconform("run", "--resume", "--out", "r", cwd=tmp_path)
    assert (again.returncode, "8 passed" in again.stdout) == (0, True), again.stdout
    assert "6 cases, 2 were finished before" in again.stderr
    assert len(json.loads((tmp_path / "known.json").read_text())["right"]) == 8
    assert errors_in(tmp_path / "j.xml") == []


def test_reports_of_a_server_that_had_no_name_yet_give_way(tmp_path: Path) -> None:
    out = tmp_path / "r"
    with listening(Redirects) as port:
        url = f"ws://127.0.0.1:{port}/"
        done = wsconform("run", url, "--cases", "1.1.1", "--out", str(out))
    assert (done.returncode, cases_in(out)) == (3, {"UnknownServer": ["1.1.1"]})
    with listening(RightServer, at(port)):
        assert wsconform("run", "--resume", "--out", str(out)).returncode == 0
    assert cases_in(out) == {"right": ["1.1.1"]}
    names = [path.name for path in out.rglob("*") if path.is_file()]
    assert not [name for name in names if name.startswith("unknown")]
    assert names.count("1.1.1.log") == 1


def test_a_server_that_was_never_there_is_an_error_for_a_build(tmp_path: Path) -> None:
    done = wsconform(
        "run", "ws://127.0.0.1:1/", "--agent", "mine", "--cases", "1.1.1", "--out", "r",
        "--junit", "j.xml", "--baseline", "known.json", "--update-baseline", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 3
    assert [name for name, _ in errors_in(tmp_path / "j.xml")] == ["ws://127.0.0.1:1/", "1.1.1"]
    assert "known.json is left as it was" in done.stderr


class NeverOpens(Protocol):
    pass


def test_a_run_that_a_signal_ended_is_an_error_for_a_build(tmp_path: Path) -> None:
    with listening(NeverOpens) as port:
        url = f"ws://127.0.0.1:{port}/"
        words = ["--cases", "1.1.*", "--out", str(tmp_path), "--junit", f"{tmp_path}/j.xml"]
        with begin("run", url, *words) as run:
            assert run.stderr is not None
            assert "8 cases" in run.stderr.readline()
            run.send_signal(signal.SIGTERM)
            run.communicate(timeout=15)
    assert run.returncode == 143
    assert errors_in(tmp_path / "j.xml") == [(url, "ended by SIGTERM: 8 cases not played")]


# Options of a run that is resumed


@pytest.fixture(scope="module")
def one_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    with listening(RightServer) as port:
        url = f"ws://127.0.0.1:{port}/"
        wsconform("run", url, "--cases", "1.1.1", "--out", str(out), "--header", "Token: old")
    return out


@pytest.fixture
def finished(one_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The directory of a run that is over."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(one_run, "r")
    return "r"


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--cases", "1.1.2"], "--cases: not with --resume"),
        (["--profile", "full", "--agent", "me", "--junit", "j"], "--agent, --profile: not with"),
        (["--as-published"], "--as-published: not with"),
    ],
)
def test_options_that_would_change_what_is_played_do_not_go_with_resume(
    options: list[str], names: str, finished: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", "--resume", "--out", finished, *options]) == 2
    assert names in capsys.readouterr().err


def test_options_about_builds_and_the_connection_may_be_given_anew(finished: str) -> None:
    baseline = Path("known.json")
    baseline.write_text(json.dumps({"right": {}}))
    done = wsconform(
        "run", "--resume", "--out", finished, "--junit", "j.xml", "--strict", "--jobs", "2",
        "--baseline", str(baseline),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert ET.parse("j.xml").getroot().get("tests") == "1"


def test_a_header_that_is_given_anew_takes_the_place_of_the_old_one(finished: str) -> None:
    requests: list[bytes] = []

    class Remembers(RightServer):
        def dataReceived(self, data: bytes) -> None:
            requests.append(data)
            super().dataReceived(data)

    for path in Path(finished).glob("*_case_*.json"):
        path.unlink()
    port = int(
        json.loads(Path(finished, "run.json").read_text())["arguments"][0].split(":")[2][:-1]
    )
    with listening(Remembers, at(port)):
        done = wsconform("run", "--resume", "--out", finished, "--header", "token: new")
    assert done.returncode == 0, done.stderr
    assert b"\r\ntoken: new\r\n" in requests[0] and b"old" not in requests[0]


# Several servers at one place


def three(port: int, **more: Any) -> dict[str, Any]:
    """A spec file for three servers behind one proxy."""
    servers = [{"url": f"ws://127.0.0.1:{port}/{path}"} for path in "abc"]
    return {"servers": servers, "cases": ["1.1.1", "2.1"], "outdir": "r", **more}


def test_servers_of_one_name_at_one_place_keep_their_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with listening(RightServer) as port:
        here = f"127.0.0.1:{port}"
        spec = three(port, **{"exclude-agent-cases": {"right": ["2.1"]}})
        Path("s.json").write_text(json.dumps(spec))
        done = wsconform("run", "-s", "s.json")
        assert "3 passed" in done.stdout
        names = ["right", f"right {here}", f"right {here}/c"]
        assert cases_in(Path("r")) == {name: ["1.1.1"] for name in names}
        next(Path("r").glob("*_c_case_1_1_1.json")).unlink()
        again = wsconform("run", "--resume", "--out", "r")
    assert again.returncode == 0
    assert again.stderr.count("wsconform  ws://") == 1 and "/c  1 case, 8 at a time" in again.stderr
    assert "3 passed" in again.stdout
    assert cases_in(Path("r")) == {name: ["1.1.1"] for name in names}


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ws://a..b/"], "'ws://a..b/': 'a..b' is not the name of a host"),
        (["ws://h:99999"], "'ws://h:99999': Port out of range"),
        (["ws://h/{agent}"], "{agent} needs a name; give --agent"),
        (["ws://h", "--header", "Sec-WebSocket-Extensions: x"], "belongs to the opening handshake"),
        (["ws://h", "--header", "Sec-WebSocket-Protocol: x"], "--protocol offers it"),
        (["ws://h", "--header", "a b: c"], "'a b' cannot be the name"),
        (["ws://h", "--protocol", "a b"], "'a b' cannot be the name"),
        (["-s", "url.json"], "url.json: servers[0].url 'ws://[::1': Invalid IPv6"),
        (["-s", "name.json"], "name.json: servers[0].hostname 'a..b' is not the name of a host"),
        (["-s", "cases.json"], "cases.json: no case is left to play: '99.*' selects no case"),
        (["-s", "out.json"], "out.json: no case is left to play: what is selected is excluded"),
    ],
)
def test_wrong_usage_names_what_is_wrong(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    server = {"url": "ws://a"}
    files: dict[str, dict[str, Any]] = {
        "url": {"servers": [{"url": "ws://[::1"}]},
        "name": {"servers": [{"url": "wss://a", "hostname": "a..b"}]},
        "cases": {"servers": [server], "cases": ["99.*"]},
        "out": {"servers": [server], "cases": ["1.*"], "exclude-cases": ["*"]},
    }
    for name, content in files.items():
        Path(f"{name}.json").write_text(json.dumps(content))
    assert cli.main(["run", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_time_limit_counts_for_the_opening_handshake_too(tmp_path: Path) -> None:
    with listening(NeverOpens) as port:
        done = wsconform(
            "run", f"ws://127.0.0.1:{port}/", "--cases", "1.1.1", "--timeout", "0.3",
            "--out", str(tmp_path),
        )  # fmt: skip
    assert done.returncode == 3
    assert "no complete answer came in 0.3 s" in done.stderr


def test_a_name_that_no_certificate_can_have_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    trusted = self_signed(tmp_path).certificate
    done = wsconform(
        "run", "wss://my_server/", "--cafile", str(trusted), "--out", str(tmp_path / "r")
    )
    assert done.returncode == 2
    assert "wsconform: wss://my_server/: " in done.stderr
    assert str(trusted) not in done.stderr


def test_a_server_whose_name_is_asked_for_is_not_dialled_twice_if_it_is_not_there(
    tmp_path: Path,
) -> None:
    spec = {
        "servers": [{"url": "ws://127.0.0.1:1/"}], "cases": ["1.1.1", "2.1"],
        "exclude-agent-cases": {"x": ["2.1"]},
    }  # fmt: skip
    (tmp_path / "s.json").write_text(json.dumps(spec))
    done = wsconform("run", "-s", "s.json", "--junit", "j.xml", cwd=tmp_path)
    assert done.returncode == 3
    assert "refused" in done.stderr and "at a time" not in done.stderr
    assert len(errors_in(tmp_path / "j.xml")) == 3
