"""What recording costs: `twistd wsecho` with and without it, beside a plain Autobahn echo server.

The servers take turns, so that whatever else the machine does meets all of them. A ratio is the
median of the ratios within each round; throughput and processor time are medians too.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.load import SIZES, Measurement, measure
from servers import echo_server


class Running(NamedTuple):
    """A server that is being measured."""

    name: str
    port: int
    pid: int


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.5, help="per server, size and round")
    parser.add_argument(
        "--window",
        type=int,
        help="messages on the way at once; as many as fit 256 KiB, from 2 to 64",
    )
    args = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=scratch())))
        off = stack.enter_context(echo_server(folder, "--no-captures"))
        on = stack.enter_context(echo_server(folder))
        servers = [
            stack.enter_context(plain_autobahn()),
            Running("recording off", off.port, off.pid),
            Running("recording on", on.port, on.pid),
        ]
        print(heading(servers))
        for label, size in SIZES.items():
            rounds: list[list[Measurement]] = []
            for _ in range(args.rounds):
                rounds.append([])
                for server in servers:
                    measured = measure(server.port, server.pid, size, args.seconds, args.window)
                    rounds[-1].append(measured)
                    forget(folder)
            print(row(label, rounds), flush=True)


def scratch() -> Path:
    """Captures are measured on the disk that the checkout is on, not on one in memory."""
    folder = Path("build/bench")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def plain_autobahn() -> Iterator[Running]:
    command = [sys.executable, str(Path(__file__).with_name("plain_server.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Running("plain Autobahn", int(process.stdout.readline()), process.pid)
        finally:
            process.terminate()


def forget(folder: Path) -> None:
    """Delete what was recorded, which would be gigabytes after a while."""
    for capture in folder.rglob("*.log"):
        capture.unlink()


def heading(servers: list[Running]) -> str:
    columns = "".join(f"{server.name:>26}" for server in servers)
    below = "".join(f"{'msg/s':>12}{'ratio':>7}{'µs CPU':>7}" for _ in servers)
    return f"{'':8}{columns}\n{'':8}{below}"


def row(label: str, rounds: list[list[Measurement]]) -> str:
    cells = []
    for index, of_server in enumerate(zip(*rounds, strict=True)):
        rate = median(one.per_second for one in of_server)
        ratio = median(turn[index].per_second / turn[0].per_second for turn in rounds)
        cpu = median(one.cpu_per_message for one in of_server)
        cells.append(f"{rate:12,.0f}{ratio:7.2f}{cpu:7,.0f}")
    return f"{label:8}{''.join(cells)}"


if __name__ == "__main__":
    main()
