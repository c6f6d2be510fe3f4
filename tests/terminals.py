"""The real program in a real terminal: tmux, for what a user sees, and a pty, for the octets."""

from __future__ import annotations

import fcntl
import itertools
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-m", "wsinspect.cli"]
PATIENCE = 20.0
_NUMBERS = itertools.count()
CSI = re.compile(rb"\x1b\[([0-?]*[ -/]*[@-~])")
"""Control sequences: colours, places, modes, questions."""


def environment(**more: str) -> dict[str, str]:
    """Ours, without the size that readline hides in it as soon as anything imports that."""
    known = {key: value for key, value in os.environ.items() if key not in ("LINES", "COLUMNS")}
    return known | more


class Tmux:
    """One program in a terminal of its own."""

    def __init__(self, socket: str) -> None:
        self._socket = socket

    def run(self, *words: str) -> str:
        command = ["tmux", "-L", self._socket, "-f", "/dev/null", *words]
        run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment())
        return run.stdout

    @property
    def text(self) -> str:
        return self.run("capture-pane", "-p")

    def keys(self, *keys: str) -> None:
        self.run("send-keys", *keys)

    def type(self, text: str) -> None:
        self.run("send-keys", "-l", text)

    def see(self, *words: str) -> str:
        """The screen, as soon as all these words stand on it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            shown = self.text
            if all(word in shown for word in words):
                return shown
            time.sleep(0.05)
        raise AssertionError(f"{words} did not appear:\n{shown}")


@contextmanager
def tmux(paths: Sequence[Path], size: tuple[int, int], env: str = "") -> Iterator[Tmux]:
    """The inspector in tmux; its exit status is shown when it ends."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    # A name that no server has that is still about to end.
    terminal = Tmux(f"wsinspect-test-{os.getpid()}-{next(_NUMBERS)}")
    words = subprocess.list2cmdline([*PROGRAM, *map(str, paths)])
    shell = f"{env} {words}; echo exit status $?; sleep 60"
    width, height = map(str, size)
    terminal.run("new-session", "-d", "-x", width, "-y", height, shell)
    try:
        yield terminal
    finally:
        subprocess.run(["tmux", "-L", terminal._socket, "kill-server"], check=False)


class Pty:
    """One program in a pseudo terminal, octet by octet; it is ended with the test."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], size: tuple[int, int] = (80, 24)
    ) -> None:
        self._pid, self._leader = pty.fork()
        if self._pid == 0:
            _resize(0, size)
            os.execve(command[0], command, env)
        self.exit_code: int | None = None
        """Known when everything has been read."""
        self._seen = b""
        self._typed_at = 0

    def __enter__(self) -> Pty:
        return self

    def __exit__(self, *_: object) -> None:
        if self.exit_code is None:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        os.close(self._leader)

    def type(self, keys: bytes) -> None:
        os.write(self._leader, keys)
        self._typed_at = len(self._seen)

    def see(self, *words: str) -> None:
        """Wait until all these words have come since the last keys."""
        end = time.monotonic() + PATIENCE
        while not all(word in self._shown() for word in words):
            assert time.monotonic() < end, f"{words} did not come: {self._shown()}"
            assert self._read(), f"it ended without {words}: {self._shown()}"

    def rest(self) -> bytes:
        """Everything that came, as soon as the program has ended."""
        end = time.monotonic() + PATIENCE
        while self._read():
            assert time.monotonic() < end, self._seen
        _, status = os.waitpid(self._pid, 0)
        self.exit_code = os.waitstatus_to_exitcode(status)
        return self._seen

    def _read(self) -> bool:
        """Wait a little for more; False if the program has ended."""
        if select.select([self._leader], [], [], 0.5)[0]:
            try:
                octets = os.read(self._leader, 1 << 16)
            except OSError:  # Linux says so when the other end has gone
                return False
            self._seen += octets
            return bool(octets)
        return True

    def _shown(self) -> str:
        """The words that came since the last keys, without their places and colours."""
        return CSI.sub(b"", self._seen[self._typed_at :]).decode(errors="replace")


def octets_of(
    paths: Sequence[Path], steps: Sequence[tuple[bytes, str]], size: tuple[int, int]
) -> bytes:
    """Everything that the inspector sends to a terminal while keys are pressed, each as soon as
    the words have come that the ones before lead to; then it is ended."""
    known = environment(TERM="xterm-256color", COLORTERM="truecolor")
    with Pty([*PROGRAM, *map(str, paths)], known, size) as terminal:
        terminal.see("events")
        for keys, words in steps:
            terminal.type(keys)
            terminal.see(words)
        terminal.type(b"q")
        return terminal.rest()


def _resize(terminal: int, size: tuple[int, int]) -> None:
    width, height = size
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
