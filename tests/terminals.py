"""The real program in a real terminal: tmux, for what a user sees, and a pty, for the octets."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-m", "wsinspect.cli"]
PATIENCE = 20.0


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
            if all(word in self.text for word in words):
                return self.text
            time.sleep(0.05)
        raise AssertionError(f"{words} did not appear:\n{self.text}")


@contextmanager
def tmux(paths: Sequence[Path], size: tuple[int, int], env: str = "") -> Iterator[Tmux]:
    """The inspector in tmux; its exit status is shown when it ends."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    terminal = Tmux(f"wsinspect-test-{os.getpid()}")
    words = subprocess.list2cmdline([*PROGRAM, *map(str, paths)])
    shell = f"{env} {words}; echo exit status $?; sleep 60"
    width, height = map(str, size)
    terminal.run("new-session", "-d", "-x", width, "-y", height, shell)
    try:
        yield terminal
    finally:
        subprocess.run(["tmux", "-L", terminal._socket, "kill-server"], check=False)


def octets_of(paths: Sequence[Path], keys: Sequence[bytes], size: tuple[int, int]) -> bytes:
    """Everything that the program sends to a terminal while these keys are pressed; the last one
    has to end it."""
    pid, terminal = pty.fork()
    if pid == 0:
        known = environment(TERM="xterm-256color", COLORTERM="truecolor")
        os.execve(PROGRAM[0], [*PROGRAM, *map(str, paths)], known)
    try:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        seen = _until(terminal, b"events")
        for key in keys:
            os.write(terminal, key)
            seen += _quiet(terminal)
        return seen + _rest(terminal)
    finally:
        os.kill(pid, signal.SIGKILL)  # if it has not ended, nothing else may end it
        os.close(terminal)
        os.waitpid(pid, 0)


def _until(terminal: int, words: bytes) -> bytes:
    seen = b""
    end = time.monotonic() + PATIENCE
    while words not in seen:
        assert time.monotonic() < end, seen
        if select.select([terminal], [], [], 0.5)[0]:
            seen += os.read(terminal, 1 << 16)
    return seen + _quiet(terminal)


def _rest(terminal: int) -> bytes:
    """What comes until the program has ended."""
    seen = b""
    end = time.monotonic() + PATIENCE
    while True:
        assert time.monotonic() < end, seen
        try:
            if select.select([terminal], [], [], 0.5)[0]:
                seen += os.read(terminal, 1 << 16)
        except OSError:  # the program has ended
            return seen


def _quiet(terminal: int) -> bytes:
    """What comes until nothing comes for a while."""
    seen = b""
    try:
        while select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 1 << 16)
    except OSError:  # the program has ended
        pass
    return seen
