"""Starts real `wsconform serve` processes on free ports, and reads what they leave."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any
from urllib.request import urlopen

from connections import Client
from servers import wait_for
from wirelog.frames import Frame, Opcode

ANSWERS = {Opcode.PING: Opcode.PONG}
"""Opcode -> that of the answer, where it is another one."""
WSCONFORM = Path(sys.executable).with_name("wsconform")


@dataclass
class Fuzzing:
    """A process that waits for clients."""

    process: Popen[bytes]
    out: Path
    """The directory of its reports."""
    log: Path

    @property
    def port(self) -> int:
        (port,) = re.findall(r"(?i)listening on ws://127\.0\.0\.1:(\d+)/", self.log.read_text())
        return int(port)

    def index(self) -> dict[str, dict[str, dict[str, Any]]]:
        """What has come of the cases so far: agent -> case -> verdict."""
        with urlopen(f"http://127.0.0.1:{self.port}/results.json") as answer:
            index: dict[str, dict[str, dict[str, Any]]] = json.load(answer)
        return index

    def report(self, agent: str, case: str) -> dict[str, Any]:
        """The whole report of a case."""
        row = self.index()[agent][case]
        report: dict[str, Any] = json.loads((self.out / row["reportfile"]).read_text())
        return report

    def capture(self, agent: str, case: str) -> bytes:
        """Its capture."""
        return (self.out / self.report(agent, case)["capture"]).read_bytes()

    def play(self, case: str, agent: str = "me") -> None:
        """Go through a case as an echo client should."""
        with Client.connect(self.port).open(f"/runCase?casetuple={case}&agent={agent}") as client:
            echoed = 0
            while True:
                frame = client.frames(echoed + 1)[echoed]
                client.send(Frame(ANSWERS.get(frame.opcode, frame.opcode), frame.payload))
                echoed += 1
                if frame.opcode == Opcode.CLOSE:
                    break
            with contextlib.suppress(ConnectionResetError):
                client.rest()

    def ask(self, target: str) -> list[Any]:
        """Open a WebSocket connection there, and close it when the server does; what was said."""
        with Client.connect(self.port).open(target) as client:
            while not any(one.opcode == Opcode.CLOSE for one in client.frames(1)):
                client.frames(len(client.frames(1)) + 1)
            *said, close = client.frames(1)
            client.send(Frame(Opcode.CLOSE, close.payload)).rest()
            return [json.loads(one.payload) for one in said]

    def stop(self) -> int:
        """End it; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@contextlib.contextmanager
def fuzzing_server(folder: Path, *options: str) -> Iterator[Fuzzing]:
    """A server that listens and is stopped in the end; options as for `wsconform serve`."""
    out, log = folder / "reports", folder / "serve.log"
    where = ["--listen", "tcp:0:interface=127.0.0.1", "--out", str(out)]
    with log.open("wb") as file:
        process = Popen(
            [WSCONFORM, "serve", *where, *options], stdout=file, stderr=subprocess.STDOUT
        )
    server = Fuzzing(process, out, log)
    try:
        wait_for(
            lambda: "listening on" in log.read_text() or process.poll() is not None, "a listener"
        )
        assert process.poll() is None, log.read_text()
        yield server
    finally:
        if process.poll() is None:
            server.stop()
