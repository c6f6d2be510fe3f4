"""Runs `wsconform` as a user does: as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess, Popen
from typing import Any

COMMAND = [sys.executable, "-m", "wsconform.cli"]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}


def wsconform(*arguments: str, cwd: Path | None = None) -> CompletedProcess[str]:
    """Run it to the end."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, encoding="utf-8", timeout=60, check=False,
        cwd=cwd, env=environment(),
    )  # fmt: skip


@contextmanager
def begin(*arguments: str) -> Iterator[Popen[str]]:
    """Start it; it is ended with the test."""
    run = Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        env=environment(),
    )  # fmt: skip
    with not_left_behind(run):
        yield run


@contextmanager
def not_left_behind(process: Popen[Any]) -> Iterator[None]:
    """The process has gone when this is left, whatever has become of the test."""
    with process:
        try:
            yield
        finally:
            process.kill()


def index_in(directory: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """The index of a report directory."""
    index: dict[str, dict[str, dict[str, Any]]] = json.loads((directory / "index.json").read_text())
    return index


def cases_in(directory: Path) -> dict[str, list[str]]:
    """The cases of each agent."""
    return {agent: sorted(cases) for agent, cases in index_in(directory).items()}
