"""Starts real `twistd wsecho` processes on free ports, for all tests that talk to one."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

TWISTD = Path(sys.executable).with_name("twistd")
PLAIN = "tcp:0:interface=127.0.0.1"


@dataclass
class Server:
    """A wsecho process."""

    process: Popen[bytes]
    captures: Path
    log: Path

    @property
    def addresses(self) -> list[str]:
        """Where it listens, in the order of the endpoints."""
        return re.findall(r"Listening on (\S+) ", self.log.read_text())

    @property
    def ports(self) -> list[int]:
        """The TCP ports, in the order of the endpoints."""
        numbers = (address.rpartition(":")[2] for address in self.addresses)
        return [int(number) for number in numbers if number.isdigit()]

    @property
    def port(self) -> int:
        """The first TCP port."""
        return self.ports[0]

    @property
    def pid(self) -> int:
        """The process."""
        return self.process.pid

    def capture(self, name: str) -> str:
        """The capture of that name, as soon as it is finished."""
        path = self.captures / f"{name}.log"
        wait_for(lambda: path.exists() and b"\n#end " in path.read_bytes(), f"the end of {path}")
        return path.read_text()

    def stop(self, sig: signal.Signals = signal.SIGTERM) -> int:
        """End it; its exit status."""
        self.process.send_signal(sig)
        return self.process.wait(20)


@contextlib.contextmanager
def echo_server(
    captures: Path, *options: str, listen: str | Sequence[str] = PLAIN
) -> Iterator[Server]:
    """A server that listens and is stopped in the end; options as for `twistd wsecho`."""
    endpoints = [listen] if isinstance(listen, str) else listen
    listens = [word for endpoint in endpoints for word in ("--listen", endpoint)]
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        server = launch(captures, Path(log.name), *listens, *options)
        try:
            wait_for(
                lambda: len(server.addresses) == len(endpoints) or not is_alive(server),
                "wsecho to listen",
            )
            assert is_alive(server), server.log.read_text()
            yield server
        finally:
            if is_alive(server):
                server.stop()


def launch(captures: Path, log: Path, *options: str) -> Server:
    """Start a server without waiting for anything."""
    command = [str(TWISTD), "-n", "--pidfile=", "wsecho", "--captures", str(captures), *options]
    with log.open("wb") as out:
        process = Popen(command, stdout=out, stderr=subprocess.STDOUT)
    return Server(process, captures, log)


def is_alive(server: Server) -> bool:
    """Whether the process runs."""
    return server.process.poll() is None


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.01)
