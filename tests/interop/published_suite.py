"""Plays the published suite at a real `twistd wsecho`, and holds its reports against the captures.

Each case must be OK or informational, each connection must have left a capture that reads without a
complaint and shows no error of wsecho, and both sides must tell of the same frames and octets (by
count where the suite keeps no log). `--full` adds the sections that move gigabytes; `--snaplen`
keeps their captures small.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from builders import opened
from interop.suite_report import Report
from servers import echo_server
from wirelog.capture import parse_header
from wirelog.conversation import Conversation
from wirelog.findings import check
from wirelog.reader import Capture

AGENT = "wsecho"
GOOD = {"OK", "INFORMATIONAL"}


class Part(NamedTuple):
    """Sections that are played in one go at one server."""

    cases: tuple[str, ...]
    connections: int
    options: tuple[str, ...] = ()


QUICK = Part(("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"), 247)
LONG = Part(("9.*", "12.*", "13.*"), 270, ("--snaplen", "256"))


def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--wstest", default="", help="the suite's command; empty if there is none")
    parser.add_argument("--full", action="store_true", help="all 517 cases, not only 247")
    parser.add_argument(
        "--work", type=Path, default=Path("build/interop"), help="reports, captures"
    )
    args = parser.parse_args()
    if not args.wstest:
        print("SKIPPED: the published suite needs Python 2.7; none found (PYTHON27=… or WSTEST=…)")
        return 0
    shutil.rmtree(args.work, ignore_errors=True)
    bad = 0
    for part in [QUICK, LONG] if args.full else [QUICK]:
        work = args.work / "-".join(case.partition(".")[0] for case in part.cases)
        play(args.wstest, part, work)
        bad += judge(part, work)
    return min(bad, 1)


def play(wstest: str, part: Part, work: Path) -> None:
    work.mkdir(parents=True)
    with echo_server(work / "captures", *part.options) as server:
        spec = {
            "outdir": str(work / "reports"),
            "servers": [{"agent": AGENT, "url": f"ws://127.0.0.1:{server.port}"}],
            "cases": part.cases,
            "exclude-cases": [],
            "exclude-agent-cases": {},
        }
        (work / "spec.json").write_text(json.dumps(spec))
        sections = " ".join(part.cases)
        print(f"{part.connections} cases, {sections}, at twistd wsecho", *part.options)
        command = [wstest, "--mode", "fuzzingclient", "--spec", str(work / "spec.json")]
        with (work / "wstest.log").open("w") as log:
            subprocess.run(command, check=True, stdout=log, stderr=subprocess.STDOUT)


def judge(part: Part, work: Path) -> int:
    """Print what is wrong and a summary; the number of cases with something wrong."""
    reports = reports_of(work / "reports")
    captures = sorted((work / "captures").rglob("*.log"), key=started)
    verdicts = Counter(report.verdict[0] for report in reports)
    print(
        "  verdicts:", ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    )
    print(f"  captures: {len(captures)} of {len(reports)} connections")
    bad = frames = unsent = 0
    for report, path in zip(reports, captures, strict=False):
        capture, seen = opened(path.read_bytes())
        frames += len(seen.frames)
        unsent += bool(report.unsent(seen))
        wrong = [*faults(report, capture, seen), *report.differences(seen)]
        bad += bool(wrong)
        for line in wrong:
            print(f"  {report} {path}: {line}")
    print(f"  {frames} frames compared, {bad} connections differ")
    if unsent:
        print(f"  {unsent} close frames of the suite were never sent: it read our FIN first")
    whole = len(reports) == len(captures) == part.connections
    return bad + (not whole)


def reports_of(folder: Path) -> list[Report]:
    """In the order in which the cases were played, one connection each."""
    index = json.loads((folder / "index.json").read_text())[AGENT]
    reports = [Report(folder / row["reportfile"]) for row in index.values()]
    return sorted(reports, key=lambda report: int(report.facts["case"]))


def started(path: Path) -> str:
    """A capture's wall-clock start; captures without a path in their URL are in order by it."""
    with path.open("rb") as file:
        return str(parse_header(file.readline().decode())["started"])


def faults(report: Report, capture: Capture, seen: Conversation) -> Iterator[str]:
    """What is wrong with the verdict or with the capture by itself."""
    if not GOOD.issuperset(report.verdict):
        yield f"verdict {report.verdict[0]}, closing {report.verdict[1]}: {report.facts['result']}"
    yield from map(str, capture.notices)
    if capture.trailer is None:
        yield "the capture has no trailer"
    for one in seen.frames:
        if not one.has_line and one.arrived:
            yield f"octets hold a frame that has no line, at event {one.n}: {one.frame}"
        yield from (str(problem) for problem in one.problems if problem.rfc == "capture format")
    yield from map(str, check(capture, seen).of("error", "server"))


if __name__ == "__main__":
    sys.exit(main())
