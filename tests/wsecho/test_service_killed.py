"""SIGKILL under load: what the client got an answer to is in the capture."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import threading
from pathlib import Path

import pytest

from connections import Client
from servers import echo_server
from wirelog.capture import Kind, parse_line
from wirelog.frames import Frame, Opcode

CLIENTS = 3


class Talker(threading.Thread):
    """Sends as fast as it gets answers, until the server is gone."""

    def __init__(self, port: int, name: str, sizes: random.Random) -> None:
        super().__init__(daemon=True)
        self.target = name
        self.client = Client.connect(port).open(f"/{name}")
        self.sent = b""
        self.is_answered = threading.Event()
        self._sizes = sizes

    def run(self) -> None:
        with contextlib.suppress(OSError), self.client:
            while True:
                size = self._sizes.choice([0, 16, 1000, 70000])
                message = Frame(Opcode.BINARY, os.urandom(size), mask=os.urandom(4)).serialize()
                self.sent += message
                self.client.send(message)
                octets = self.client.sock.recv(65536)
                if not octets:
                    return
                self.client.received += octets
                self.is_answered.set()


def recorded(path: Path) -> dict[str | None, bytes]:
    """The octets of both directions in a capture that may be cut in its last line."""
    text = path.read_text()
    whole = text[: text.rindex("\n") + 1].splitlines()
    assert whole[0].startswith("#wirelog 1 {")
    streams: dict[str | None, bytes] = {"RX": b"", "TX": b""}
    number = 0
    for line in whole[1:]:
        if line.startswith(" "):
            continue
        record = parse_line(line)
        assert record is not None
        assert (record.n, record.problem) == (number, "")
        number += 1
        if record.kind is Kind.OCTETS:
            streams[record.dir] += record.octets
    assert number > 3
    return streams


def play_and_kill(folder: Path, seconds: float, round_: int) -> None:
    """Kill the server so long after everybody got an answer."""
    with echo_server(folder) as server:
        sizes = [random.Random(f"{round_} {n}") for n in range(CLIENTS)]
        talkers = [Talker(server.port, f"{n}", one) for n, one in enumerate(sizes)]
        for talker in talkers:
            talker.start()
        for talker in talkers:
            assert talker.is_answered.wait(15)
        talkers[0].join(seconds)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(10)
        for talker in talkers:
            talker.join(10)
    for talker in talkers:
        streams = recorded(folder / f"{talker.target}.log")
        assert streams["TX"].startswith(talker.client.received)
        received = streams["RX"].partition(b"\r\n\r\n")[2]
        assert talker.sent.startswith(received)
        answered = sum(frame.length for frame in talker.client.frames(0))
        assert len(received) >= answered
        assert re.search(r"TX FRAME : OPCODE=2", (folder / f"{talker.target}.log").read_text())


@pytest.mark.parametrize("round_", range(4))
def test_a_killed_server_has_recorded_what_it_answered(tmp_path: Path, round_: int) -> None:
    play_and_kill(tmp_path, 0.15 * round_, round_)


@pytest.mark.slow
def test_fifty_killed_servers_have_recorded_what_they_answered(tmp_path: Path) -> None:
    for round_ in range(50):
        play_and_kill(tmp_path / str(round_), random.Random(round_).uniform(0, 0.6), round_)
