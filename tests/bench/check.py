"""What a check costs: `wsinspect check` of many small frames, beside `tshark` on the same traffic.

tshark gets the octets as packets and tells its expert infos, which is the nearest to a check that
it does. Times and memory are those of the whole process, start included; of several rounds, the
median. The ratio is that of the processor times, which other programs on the machine disturb less:
2.00 means that tshark takes twice as long.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.echo import scratch
from bench.traffic import Traffic

MEGABYTES = (25, 100, 200)
CHECK = [sys.executable, "-c", "import sys; from wsinspect.cli import main; sys.exit(main())"]


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    cpu: float
    """Seconds of processor time."""
    memory: float
    """Its peak, in megabytes."""


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, nargs="+", default=MEGABYTES)
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    tshark = shutil.which("tshark")
    print(heading())
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        for size in args.megabytes:
            for chopped in (False, True):
                traffic = Traffic(size * 1_000_000, chopped)
                print(row(Path(folder), traffic, tshark, args.rounds), flush=True)
    if tshark is None:
        print("There is no tshark here to compare with; on Debian and Ubuntu: apt install tshark")


def heading() -> str:
    columns = f"{'frames/s':>10}{'/CPU s':>10}{'MB':>6}"
    programs = f"{'wsinspect check':^26}{'tshark -z expert':^26}"
    return f"{'':29}{programs}\n{'':19}{'frames':>10}{columns * 2}{'ratio':>7}"


def row(folder: Path, traffic: Traffic, tshark: str | None, rounds: int) -> str:
    capture, packets = folder / "traffic.log", folder / "traffic.pcap"
    frames = traffic.write_capture(capture)
    check = cost_of([*CHECK, "check", str(capture)], rounds)
    name = f"{traffic.size // 1_000_000} MB{', chopped' if traffic.chopped else ''}"
    told = f"{name:19}{frames:10,}{cells(frames, check)}"
    if tshark is None:
        return f"{told}{'no tshark':>16}"
    traffic.write_packets(packets)
    other = cost_of([tshark, "-q", "-z", "expert", "-r", str(packets)], rounds)
    return f"{told}{cells(frames, other)}{other.cpu / check.cpu:7.2f}"


def cells(frames: int, cost: Cost) -> str:
    return f"{frames / cost.seconds:10,.0f}{frames / cost.cpu:10,.0f}{cost.memory:6,.0f}"


def cost_of(command: Sequence[str], rounds: int) -> Cost:
    costs = [run(command) for _ in range(rounds)]
    return Cost(*(median(each) for each in zip(*costs, strict=True)))


def run(command: Sequence[str]) -> Cost:
    """Run a program to its end; Linux says what one child took at most."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    seconds = time.perf_counter() - begin
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000)


if __name__ == "__main__":
    main()
