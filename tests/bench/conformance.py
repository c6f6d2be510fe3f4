"""What a conformance run costs: the published suite, kosoku and `wsconform run` at the same wsecho.

Each plays the same cases at a `twistd wsecho` of its own that records nothing; `wsconform run` does
it a second time at one that records. Wall time is from the start of the program to its end, client
CPU is what the program used, server CPU what wsecho used meanwhile. In quick runs they take turns.

A row is kept in the work directory, so that they can be measured one by one with --only; a table
holds all rows that are there for the same cases. What is not installed is left out, and said.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from statistics import median
from subprocess import Popen
from time import perf_counter

from bench.load import cpu_seconds
from servers import echo_server

AGENT = "wsecho"
BULK = ("9.*", "12.*", "13.*")
WSCONFORM = Path(sys.executable).with_name("wsconform")
CHOICES = ("published", "kosoku", "ours", "recorded")
SNAPLEN = ("--snaplen", "256")
"""For the full run's captures, which would be some twenty gigabytes."""


@dataclass(frozen=True)
class Selection:
    """Which cases are played."""

    title: str
    cases: tuple[str, ...] = ("*",)
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """What one program has needed; the median if it was measured more than once."""

    title: str
    wall: float
    client: float
    server: float
    verdicts: dict[str, tuple[str, str]]

    @property
    def cells(self) -> str:
        return f"{self.title:44}{self.wall:9.1f}{self.client:12.1f}{self.server:12.1f}"


@dataclass(frozen=True)
class Runner:
    """A program that plays the cases of a selection at a port, and leaves reports."""

    title: str
    command: Callable[[Selection, int, Path], list[str]]
    options: tuple[str, ...] = ("--no-captures",)
    """How its server is started."""


def main() -> None:
    args = arguments()
    selection = selected(args)
    work = args.work / ("full" if args.full else "cases" if args.cases else "quick")
    work.mkdir(parents=True, exist_ok=True)
    runners = dict(found(args))
    rounds: dict[str, list[Row]] = {name: [] for name in runners if name in args.only}
    times = "once" if args.rounds == 1 else f"{args.rounds} times, medians below"
    print(f"{selection.title} at twistd wsecho, {times}", flush=True)
    for _ in range(args.rounds):
        for name, rows in rounds.items():
            rows.append(measure(runners[name], selection, work / name))
    for name, rows in rounds.items():
        keep(work / f"{name}.json", selection, typical(rows))
    show({name: row for name in CHOICES if (row := kept(work / f"{name}.json", selection))}, rounds)


def arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--full", action="store_true", help="all 517 cases: a quarter of an hour")
    which.add_argument("--cases", help="patterns, separated by commas; otherwise the quick profile")
    parser.add_argument("--rounds", type=int, help="1 for --full, otherwise 3")
    parser.add_argument("--wstest", help="the published suite's command", default="")
    parser.add_argument("--kosoku", help="kosoku's command", default="")
    parser.add_argument("--jobs", type=int, help="cases side by side for wsconform and kosoku")
    parser.add_argument(
        "--only",
        type=lambda text: text.split(","),
        default=CHOICES,
        help=f"some of {','.join(CHOICES)}",
    )
    parser.add_argument("--work", type=Path, default=Path("build/bench/conformance"))
    args = parser.parse_args()
    unknown = [name for name in args.only if name not in CHOICES]
    if unknown:
        parser.error(f"--only {unknown[0]}: choose from {', '.join(CHOICES)}")
    args.rounds = args.rounds or (1 if args.full else 3)
    return args


def selected(args: Namespace) -> Selection:
    if args.full:
        return Selection("All 517 cases")
    if args.cases:
        return Selection(f"Cases {args.cases}", tuple(args.cases.split(",")))
    return Selection("The quick profile (all cases but 9, 12 and 13)", without=BULK)


def found(args: Namespace) -> Iterator[tuple[str, Runner]]:
    """The programs that are installed; says what is not."""
    wstest, kosoku = shutil.which(args.wstest), shutil.which(args.kosoku or "kosoku")
    if wstest:
        yield "published", Runner("published suite", partial(published, wstest))
    elif "published" in args.only:
        print("SKIPPED: the published suite, which needs Python 2.7 (WSTEST=path/to/wstest)")
    if kosoku:
        width = args.jobs or 4
        yield "kosoku", Runner(f"kosoku, {width} at a time", partial(of_kosoku, kosoku, width))
    elif "kosoku" in args.only:
        print("SKIPPED: kosoku (pip install kosoku, anywhere; KOSOKU=path/to/kosoku)")
    run = partial(ours, args.jobs)
    yield "ours", Runner("wsconform run", run)
    options = SNAPLEN if args.full else ()
    title = " ".join(["wsconform run, recorded", *options])
    yield "recorded", Runner(title, run, options)


def published(wstest: str, selection: Selection, port: int, out: Path) -> list[str]:
    spec = {
        "outdir": str(out),
        "servers": [{"agent": AGENT, "url": f"ws://127.0.0.1:{port}"}],
        "cases": selection.cases,
        "exclude-cases": selection.without,
        "exclude-agent-cases": {},
    }
    path = out.with_suffix(".spec")
    path.write_text(json.dumps(spec))
    return [wstest, "--mode", "fuzzingclient", "--spec", str(path)]


def of_kosoku(kosoku: str, width: int, selection: Selection, port: int, out: Path) -> list[str]:
    chosen = [word for pattern in selection.cases for word in ("--include", pattern)]
    chosen += [word for pattern in selection.without for word in ("--exclude", pattern)]
    more = ["--parallelism", str(width), "--outdir", str(out), f"127.0.0.1:{port}"]
    return [kosoku, "--mode", "fuzzingclient", *chosen, *more]


def ours(jobs: int | None, selection: Selection, port: int, out: Path) -> list[str]:
    chosen = ["--cases", ",".join(selection.cases)]
    if selection.without:
        chosen += ["--exclude", ",".join(selection.without)]
    more = ["--jobs", str(jobs)] if jobs else []
    url = f"ws://127.0.0.1:{port}"
    return [str(WSCONFORM), "run", url, "--agent", AGENT, "--out", str(out), *chosen, *more]


def measure(runner: Runner, selection: Selection, out: Path) -> Row:
    """Play all of it once."""
    shutil.rmtree(out, ignore_errors=True)
    captures = out.with_suffix(".captures")
    with echo_server(captures, *runner.options) as server:
        command = runner.command(selection, server.port, out)
        before, begin = cpu_seconds(server.pid), perf_counter()
        client = cpu_of(command, out.with_suffix(".out"))
        wall, served = perf_counter() - begin, cpu_seconds(server.pid) - before
    shutil.rmtree(captures, ignore_errors=True)
    row = Row(runner.title, wall, client, served, verdicts_in(out / "index.json"))
    print(row.cells, flush=True)
    return row


def cpu_of(command: Sequence[str], output: Path) -> float:
    """Run a program to its end; the seconds of processor time that it has used."""
    with output.open("wb") as file:
        process = Popen(command, stdout=file, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def verdicts_in(index: Path) -> dict[str, tuple[str, str]]:
    if not index.exists():
        sys.exit(f"no reports in {index.parent}; what the program said is in {index.parent}.out")
    (cases,) = json.loads(index.read_text()).values()
    return {case: (row["behavior"], row["behaviorClose"]) for case, row in cases.items()}


def typical(rows: list[Row]) -> Row:
    """The medians, with the verdicts of the last round."""
    middle = [median(getattr(row, name) for row in rows) for name in ("wall", "client", "server")]
    return Row(rows[-1].title, *middle, rows[-1].verdicts)


def keep(path: Path, selection: Selection, row: Row) -> None:
    path.write_text(json.dumps({"selection": selection.title, "row": asdict(row)}))


def kept(path: Path, selection: Selection) -> Row | None:
    """The row that is kept, if it is one of the same cases."""
    if not path.exists():
        return None
    found = json.loads(path.read_text())
    if found["selection"] != selection.title:
        return None
    row = found["row"]
    verdicts = {case: (one, other) for case, (one, other) in row.pop("verdicts").items()}
    return Row(**row, verdicts=verdicts)


def show(rows: dict[str, Row], fresh: Container[str]) -> None:
    print(f"\n{'seconds':44}{'wall':>9}{'client CPU':>12}{'server CPU':>12}")
    for name, row in rows.items():
        print(row.cells, "" if name in fresh else " (measured before)")
    if "ours" in rows:
        mine = rows["ours"]
        for name in ("published", "kosoku"):
            if name in rows:
                print(ratios(mine, rows[name]))
    print()
    for one, other in combinations([rows[name] for name in rows if name != "recorded"], 2):
        print(agreement(one, other))


def ratios(mine: Row, other: Row) -> str:
    of = [mine.wall / other.wall, mine.client / other.client, mine.server / other.server]
    cells = "".join(f"{one:{width}.2f}" for one, width in zip(of, (9, 12, 12), strict=True))
    return f"{'  as a part of ' + other.title:44}{cells}"


def agreement(one: Row, other: Row) -> str:
    both = [case for case in one.verdicts if case in other.verdicts]
    differ = [case for case in both if one.verdicts[case] != other.verdicts[case]]
    more = "".join(
        f"\n  {case}: {' / '.join(one.verdicts[case])}, and {' / '.join(other.verdicts[case])}"
        for case in differ
    )
    alone = len(one.verdicts) + len(other.verdicts) - 2 * len(both)
    lone = f" ({alone} were played by one of them only)" if alone else ""
    same = len(both) - len(differ)
    return f"{one.title} and {other.title}: {same} of {len(both)} verdicts are equal{lone}{more}"


if __name__ == "__main__":
    main()
