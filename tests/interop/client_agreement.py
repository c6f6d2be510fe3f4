"""Lets real clients go through the same cases at the published suite's fuzzing server and at
`wsconform serve`, and holds their verdicts against each other, case by case.

Both servers read the same spec file, the client uses the same URLs, and both leave an `index.json`.
What both do not agree on is played a few times more, and must then have a reason, exactly as in
`interop.agreement`. `--full` adds all of 12 and 13 for two clients that compress, for which the
published suite needs most of an hour.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from interop import browser
from interop.agreement import (
    AGENT,
    CASES,
    COMPRESSION,
    LIMIT,
    Peer,
    Suites,
    arguments,
    compare_all,
)
from interop.clients import NODE_MODULES, no_chromium, no_node_ws
from servers import wait_for

EVERYTHING = ("12.*", "13.*")
COMPRESSING = ("autobahn", "websockets")
"""Those that play all of 12 and 13 with `--full`."""
FULL_LIMIT = 3600
"""Seconds that a client may take for these."""

HERE = Path(__file__).parent
Run = Callable[[str, str, float], None]
"""Has a client go through the cases of the server at a URL, under a name, in so many seconds."""


def program(*command: str | Path) -> Run:
    """A client that takes the server's URL and the agent's name as arguments."""

    def run(base: str, agent: str, limit: float) -> None:
        subprocess.run(
            [*command, base, agent], check=True, timeout=limit, cwd=HERE.parent,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | {"NODE_PATH": str(NODE_MODULES)},
        )  # fmt: skip

    return run


def chromium(base: str, agent: str, limit: float) -> None:
    outcome = browser.run(HERE / "echo_client.html", limit, base=base, agent=agent)
    assert outcome == "ok", outcome


IN_PYTHON = ("websockets", "aiohttp", "websocket-client", "autobahn")
RUNS: dict[str, Run] = {
    name: program(sys.executable, "-m", "interop.echo_clients", name) for name in IN_PYTHON
}
RUNS |= {"node-ws": program("node", HERE / "echo_client.cjs"), "chromium": chromium}
MISSING = {"node-ws": no_node_ws, "chromium": no_chromium}


def main() -> int:
    parser = arguments(__doc__ or "", "clients")
    parser.set_defaults(work=Path("build/client-agreement"))
    parser.add_argument("--full", action="store_true", help="all of 12 and 13 for two clients")
    args = parser.parse_args()
    names = [name for name in RUNS if name in args.peers] or RUNS
    return compare_all("client", args, (client(name, args) for name in names))


def client(name: str, args: Namespace) -> tuple[Peer, Suites]:
    """A client, and the two that wait for it."""
    is_full = args.full and name in COMPRESSING
    cases = (*CASES, *(EVERYTHING if is_full else COMPRESSION))
    visit = partial(RUNS[name], agent=AGENT, limit=FULL_LIMIT if is_full else LIMIT)
    return (
        Peer(name, nowhere, cases, MISSING.get(name, str)),
        Servers(args.wstest, args.work / name, visit),
    )


@contextlib.contextmanager
def nowhere(folder: Path) -> Iterator[int]:
    """A client needs no start: it runs once for each server, which can have this port."""
    yield free_port()


class Servers(Suites):
    """Both suites as servers for one client."""

    modes = "fuzzingserver", "serve"

    def __init__(self, wstest: str, folder: Path, visit: Callable[[str], None]) -> None:
        super().__init__(wstest, folder)
        self._wstest += ["--webport", "0"]
        self._visit = visit

    def where(self, url: str) -> dict[str, Any]:
        return {"url": url}

    def run(self, command: Sequence[str | Path], url: str, output: Path) -> None:
        with serving(command, url, output):
            self._visit(url)


def free_port() -> int:
    """A port that nobody listens on now: the published suite wants to be told one."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(command: Sequence[str | Path], base: str, output: Path) -> Iterator[None]:
    """A server that is there."""
    port = int(base.rpartition(":")[2])

    def is_there() -> bool:
        assert process.poll() is None, output.read_text()
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    with output.open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            wait_for(is_there, f"a server at {base}", 30)
            yield
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
