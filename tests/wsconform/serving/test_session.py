"""How a server in the foreground ends when somebody ends it; `test_serve` has the other ends."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from commands import cases_in
from connections import Client
from fuzzing import fuzzing_server
from servers import wait_for

TWO = ("--cases", "1.1.1,2.1")


def test_ctrl_c_leaves_reports_of_what_was_finished(tmp_path: Path) -> None:
    with fuzzing_server(tmp_path, *TWO) as server:
        server.play("1.1.1")
        with Client.connect(server.port).open("/runCase?case=2&agent=me") as stuck:
            stuck.frames(1)
            server.process.send_signal(signal.SIGINT)
            code, said = server.process.wait(15), server.log.read_text()
    assert code == 130
    assert "1 passed" in said
    assert "Traceback" not in said
    assert cases_in(server.out) == {"me": ["1.1.1"]}
    assert (server.out / "me_case_1_1_1.html").is_file()


def test_a_second_ctrl_c_does_not_wait_for_anybody(tmp_path: Path) -> None:
    with (
        fuzzing_server(tmp_path, *TWO) as server,
        Client.connect(server.port).open("/anything") as stuck,  # it answers no close frame
    ):
        server.process.send_signal(signal.SIGINT)
        stuck.frames(1)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(15) == 130
    assert not (server.out / "index.html").exists(), "it has waited for the client"


def test_a_killed_server_has_lost_nothing_that_was_finished(tmp_path: Path) -> None:
    with fuzzing_server(tmp_path, *TWO) as server:
        for case in ("1.1.1", "2.1"):
            server.play(case)
        wait_for(lambda: len(list(server.out.glob("*_case_*.json"))) == 2, "two reports")
        server.process.kill()
        server.process.wait(5)
    for path in server.out.glob("*_case_*.json"):
        report = json.loads(path.read_text())
        assert report["behavior"] == "OK"
        assert b"\n#end " in (server.out / report["capture"]).read_bytes()
