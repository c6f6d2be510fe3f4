"""The product against itself: the fuzzing client at the echo server, and the echo client at the
fuzzing server. Neither echo peer shares code with the side that judges it; both must pass all."""

from __future__ import annotations

import subprocess
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from commands import COMMAND, environment, index_in
from fuzzing import fuzzing_server
from servers import echo_server

INFORMATIONAL = {"7.1.6", "7.13.1", "7.13.2"}
"""Cases in which any peer gets no better verdict."""
PROFILES = [
    pytest.param("quick", 247, id="quick"),
    pytest.param("full", 517, id="full", marks=pytest.mark.slow),
]
LIMIT = 3600
"""Seconds for all cases on a machine that has much else to do."""


def wsconform(*arguments: str) -> CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, encoding="utf-8", timeout=LIMIT, check=False,
        env=environment(),
    )  # fmt: skip


def not_fine(index: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """The cases that were not judged OK in both ways, apart from those that cannot be."""
    verdicts = {id_: (row["behavior"], row["behaviorClose"]) for id_, row in index.items()}
    usual = dict.fromkeys(INFORMATIONAL, ("INFORMATIONAL", "INFORMATIONAL"))
    return {id_: found for id_, found in verdicts.items() if found != usual.get(id_, ("OK", "OK"))}


@pytest.mark.parametrize(("profile", "count"), PROFILES)
def test_the_echo_client_passes_at_the_fuzzing_server(
    profile: str, count: int, tmp_path: Path
) -> None:
    with fuzzing_server(tmp_path, "--profile", profile) as server:
        url = f"ws://127.0.0.1:{server.port}"
        run = wsconform("testee", url, "--jobs", "4", "--agent", "testee")
        (agent,) = server.index().values()
        assert server.stop() == 143
    assert len(agent) == count
    assert not_fine(agent) == {}
    assert run.returncode == 0, run.stdout + run.stderr
    assert index_in(server.out)["testee"].keys() == agent.keys()


@pytest.mark.parametrize(("profile", "count"), PROFILES)
def test_the_echo_server_passes_at_the_fuzzing_client(
    profile: str, count: int, tmp_path: Path
) -> None:
    out = tmp_path / "reports"
    with echo_server(tmp_path / "captures", "--snaplen", "256") as server:
        url = f"ws://127.0.0.1:{server.port}/{{case}}"
        run = wsconform("run", url, "--profile", profile, "--out", str(out))
    assert run.returncode == 0, run.stdout + run.stderr
    (agent,) = index_in(out).values()
    assert len(agent) == count
    assert not_fine(agent) == {}
