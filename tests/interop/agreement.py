"""Plays the same cases at real servers with the published suite and with `wsconform run`, and holds
their verdicts against each other, case by case.

Both read the same spec file and leave an `index.json`; the verdicts are compared as they stand
there. What both do not agree on is played a few times more, and must then have a reason that
`REASONS` knows. server/wsconform/README.md explains these reasons ("Where verdicts differ").
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from interop.clients import NODE_MODULES, no_node_ws
from interop.differences import Seen, Verdict, passes, reason_for
from servers import echo_server
from wrong_cases import WRONG
from wsconform.cases import natural_key

CASES = ("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*")
COMPRESSION = ("12.1.3", "12.2.5", "13.3.5", "13.5.5", "13.7.2")
"""A sample: the published suite takes ten minutes for all of 12 and 13, at each server."""
AGAIN = 2
"""How often both play once more what they do not agree on."""
LIMIT = 600
"""Seconds that a run may take; the published suite can hang for ever."""

HERE = Path(__file__).parent
WSCONFORM = Path(sys.executable).with_name("wsconform")


class Peer(NamedTuple):
    """Whom both play with; a server that is to be started, or a client."""

    name: str
    start: Callable[[Path], contextlib.AbstractContextManager[int]]
    """Takes a folder; gives the port."""
    cases: Sequence[str] = (*CASES, *COMPRESSION)
    missing: Callable[[], str] = str
    """Why it cannot run here, or nothing."""


class Played(NamedTuple):
    """What a run has come to."""

    index: dict[str, dict[str, Any]]
    wall: float
    cpu: float
    """Seconds of processor time, of the processes that ended with the run."""

    def verdict(self, case: str) -> Verdict:
        row = self.index[case]
        return Verdict(row["behavior"], row["behaviorClose"])


@contextlib.contextmanager
def wsecho(folder: Path) -> Iterator[int]:
    with echo_server(folder / "wsecho", "--snaplen", "256") as server:
        yield server.port


def program(*command: str | Path) -> Callable[[Path], contextlib.AbstractContextManager[int]]:
    """A server that says its port on its first line."""

    @contextlib.contextmanager
    def running(folder: Path) -> Iterator[int]:
        with (folder / "server.log").open("w") as log, subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True,
            env=os.environ | {"NODE_PATH": str(NODE_MODULES)},
        ) as process:  # fmt: skip
            try:
                assert process.stdout is not None
                yield int(process.stdout.readline())
            finally:
                process.terminate()

    return running


def echoing(name: str) -> Peer:
    return Peer(name, program(sys.executable, HERE / f"echo_servers/{name}_echo.py"))


PEERS = [
    Peer("wsecho", wsecho),
    Peer("autobahn", program(sys.executable, HERE.parent / "bench/plain_server.py")),
    echoing("websockets"),
    echoing("aiohttp"),
    echoing("tornado"),
    echoing("wsproto"),
    Peer("node-ws", program("node", HERE / "echo_servers/node_ws.cjs"), missing=no_node_ws),
]
WRONG_ECHO = HERE / "echo_servers/wrong_echo.py"
SOME = {
    "PongsUnasked": ("1.1.1", "2.1", "2.10", "3.2", "4.1.3", "5.3", "5.15", "6.1.1", "7.1.*"),
}
"""A sample for a server at which both differ everywhere."""
ENDLESS = {"SendsEndlessly"}
"""Servers at which the published suite does not come to an end."""
WRONG_PEERS = [
    Peer(name, program(sys.executable, WRONG_ECHO, name), SOME.get(name, wrong.plays))
    for wrong in WRONG
    if (name := wrong.server.__name__) not in ENDLESS
]


def main() -> int:
    parser = arguments(__doc__ or "", "servers")
    parser.add_argument(
        "--wrong", action="store_true", help="all servers that are wrong on purpose"
    )
    args = parser.parse_args()
    everybody = WRONG_PEERS if args.wrong else PEERS
    chosen = [peer for peer in [*PEERS, *WRONG_PEERS] if peer.name in args.peers] or everybody
    return compare_all(
        "server", args, ((peer, Suites(args.wstest, args.work / peer.name)) for peer in chosen)
    )


def arguments(words: str, peers: str) -> ArgumentParser:
    """What both programs that compare suites can be told."""
    parser = ArgumentParser(description=words)
    parser.add_argument("peers", nargs="*", help=f"some of the {peers}; all if none")
    parser.add_argument("--wstest", default="", help="the suite's command; empty if there is none")
    parser.add_argument("--cases", nargs="+", help=f"patterns, instead of those of the {peers}")
    parser.add_argument("--work", type=Path, default=Path("build/agreement"), help="reports")
    return parser


def compare_all(kind: str, args: Namespace, peers: Iterable[tuple[Peer, Suites]]) -> int:
    """Print what comes of each; the exit status."""
    if not args.wstest:
        print("SKIPPED: the published suite needs Python 2.7; none found (PYTHON27=… or WSTEST=…)")
        return 0
    shutil.rmtree(args.work, ignore_errors=True)
    print(f"{kind:28}{'cases':>6}{'agree':>6}{'fail':>6}{'published':>17}{'wsconform':>17}")
    unexplained = sum(compare(peer, suites, args.cases or peer.cases) for peer, suites in peers)
    print(f"{unexplained} differences without a reason")
    return min(unexplained, 1)


AGENT = "peer"
"""What reports call the one that is played with."""


class Suites:
    """Both suites, and the folder where they leave what they find."""

    modes = "fuzzingclient", "run"
    """What they are told to be."""

    def __init__(self, wstest: str, folder: Path) -> None:
        self.folder = folder
        self._wstest = [wstest, "--mode", self.modes[0]]
        self._wsconform = [str(WSCONFORM), self.modes[1]]

    def published(self, port: int, cases: Sequence[str], name: str = "") -> Played:
        return self._play(self._wstest, port, cases, self.folder / f"published{name}")

    def ours(self, port: int, cases: Sequence[str], name: str = "") -> Played:
        return self._play(self._wsconform, port, cases, self.folder / f"wsconform{name}")

    def as_published(self, port: int, cases: Sequence[str]) -> Played:
        """Ours, without what it does better."""
        command = [*self._wsconform, "--as-published"]
        return self._play(command, port, cases, self.folder / "as-published")

    def where(self, url: str) -> dict[str, Any]:
        """What the spec file says of the other side."""
        return {"servers": [{"agent": AGENT, "url": url}]}

    def run(self, command: Sequence[str | Path], url: str, output: Path) -> None:
        """Play to the end."""
        with output.open("w") as log:
            # wsconform says 1 where a case failed, which is no matter here
            subprocess.run(command, stdout=log, stderr=log, timeout=LIMIT, check=False)

    def _play(self, command: list[str], port: int, cases: Sequence[str], out: Path) -> Played:
        out.mkdir(parents=True)
        url = f"ws://127.0.0.1:{port}"
        spec = {
            "outdir": str(out),
            "cases": list(cases),
            "exclude-cases": [],
            "exclude-agent-cases": {},
        }
        file = out / "spec.json"
        file.write_text(json.dumps(spec | self.where(url)))
        before, began = cpu_of_children(), time.monotonic()
        self.run([*command, "--spec", file], url, out / "output.txt")
        wall, cpu = time.monotonic() - began, cpu_of_children() - before
        return Played(json.loads((out / "index.json").read_text())[AGENT], wall, cpu)


def cpu_of_children() -> float:
    """Seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compare(peer: Peer, suites: Suites, cases: Sequence[str]) -> int:
    """Print a row and what differs; the number of differences without a reason."""
    if why := peer.missing():
        print(f"{peer.name:28}SKIPPED: {why}")
        return 0
    suites.folder.mkdir(parents=True)
    with peer.start(suites.folder) as port:
        published, ours = suites.published(port, cases), suites.ours(port, cases)
        differing = [
            Seen(case, {published.verdict(case)}, {ours.verdict(case)})
            for case in played_by_both(published, ours)
            if published.verdict(case) != ours.verdict(case)
        ]
        print(row(peer, published, ours, len(differing)), flush=True)
        if differing:
            look_again(suites, port, differing)
    reasons = [reason_for(seen) for seen in differing]
    for seen, reason in zip(differing, reasons, strict=True):
        print(f"  {seen}: {reason or 'NO REASON KNOWN'}", flush=True)
    return reasons.count("")


def played_by_both(published: Played, ours: Played) -> list[str]:
    """All cases; raises where one suite has played what the other has not."""
    if missing := published.index.keys() ^ ours.index.keys():
        raise SystemExit(f"played by one suite only: {sorted(missing, key=natural_key)}")
    return sorted(ours.index, key=natural_key)


def look_again(suites: Suites, port: int, differing: list[Seen]) -> None:
    """Add the verdicts of `AGAIN` more runs, and of one by the published rules."""
    cases = [seen.case for seen in differing]
    for turn in range(AGAIN):
        published = suites.published(port, cases, f"-again-{turn}")
        ours = suites.ours(port, cases, f"-again-{turn}")
        for seen in differing:
            seen.published.add(published.verdict(seen.case))
            seen.ours.add(ours.verdict(seen.case))
    as_published = suites.as_published(port, cases)
    for seen in differing:
        seen.as_published.add(as_published.verdict(seen.case))


def row(peer: Peer, published: Played, ours: Played, differing: int) -> str:
    failing = [
        sum(not passes(run.verdict(case)) for case in run.index) for run in (published, ours)
    ]
    times = "".join(f"{run.wall:7.1f} s{run.cpu:4.1f} CPU" for run in (published, ours))
    count = len(ours.index)
    return f"{peer.name:28}{count:6}{count - differing:6}{failing[0]:3}/{failing[1]:<2}{times}"


if __name__ == "__main__":
    sys.exit(main())
