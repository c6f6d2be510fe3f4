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

    def __init__(self, port: int, name: str) -> None:
        super().__init__(daemon=True)
        self.target = name
        self.client = Client.connect(port).open(f"/{name}")
        self.sent = b""

    def run(self) -> None:
        with contextlib.suppress(OSError), self.client:
            octets = b"any"
            while octets:
                size = random.choice([0, 16, 1000, 70000])
                message = Frame(Opcode.BINARY, os.urandom(size), mask=os.urandom(4)).serialize()
                self.sent += message
                self.client.send(message)
                octets = self.client.sock.recv(65536)
                self.client.received += octets


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


def play_and_kill(folder: Path, seconds: float) -> None:
    with echo_server(folder) as server:
        talkers = [Talker(server.port, f"{n}") for n in range(CLIENTS)]
        for talker in talkers:
            talker.start()
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
    play_and_kill(tmp_path, 0.05 + 0.15 * round_)


@pytest.mark.slow
def test_fifty_killed_servers_have_recorded_what_they_answered(tmp_path: Path) -> None:
    for round_ in range(50):
        play_and_kill(tmp_path / str(round_), random.uniform(0.02, 0.6))
