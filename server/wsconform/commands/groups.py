"""Options that several commands have, and what is made of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from wsconform import options as values
from wsconform.plan import PROFILES, PlanError, Wishes
from wsconform.report.baseline import BaselineError, load, update
from wsconform.report.entry import Entry
from wsconform.report.files import write
from wsconform.report.gate import Gate
from wsconform.report.junit import junit

PATTERNS = """\
profiles: quick leaves out 9, 12 and 13, which take longest; it is taken where neither --profile nor
--cases is given. full leaves out nothing. In a pattern, * stands for any run of characters, and the
whole id must fit."""


def add_spec(parser: argparse.ArgumentParser) -> None:
    """`--spec`."""
    parser.add_argument(
        "-s", "--spec", type=Path, metavar="FILE", help="a spec file of the Autobahn Testsuite"
    )


def add_selection(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Which cases; the group, for more."""
    group = parser.add_argument_group("which cases")
    for name, words in (("cases", "only these, such as '4.*,7.1.1'"), ("exclude", "not these")):
        group.add_argument(
            f"--{name}", action="extend", type=values.patterns, default=[], metavar="PATTERNS",
            help=words,
        )  # fmt: skip
    group.add_argument("--profile", choices=list(PROFILES), help="see below")
    return group


def add_judging(group: argparse._ArgumentGroup) -> None:
    """How long a case may take, and by whose rules it is judged."""
    group.add_argument(
        "--timeout", type=values.seconds, metavar="S", help="no case gets more seconds than this"
    )
    group.add_argument(
        "--as-published", action="store_true",
        help="judge as the Autobahn Testsuite does where that is known to be wrong",
    )  # fmt: skip


def add_out(group: argparse._ArgumentGroup, default: str) -> None:
    """`--out`."""
    group.add_argument(
        "--out", metavar="DIR", help=f"where reports and captures go; default: {default}"
    )


def add_gate(group: argparse._ArgumentGroup) -> None:
    """What makes the exit code, and what a build server reads."""
    add = group.add_argument
    add("--junit", type=Path, metavar="FILE", help="write JUnit XML, too")
    add("--strict", action="store_true", help="NON-STRICT fails")
    add("--baseline", type=Path, metavar="FILE", help="only what differs from this file fails")
    add("--update-baseline", action="store_true", help="write the verdicts into --baseline")


def wishes_of(options: argparse.Namespace) -> Wishes:
    """What `add_selection` and `add_judging` were given."""
    return Wishes(
        cases=tuple(options.cases),
        exclude=tuple(options.exclude),
        profile=options.profile,
        timeout=options.timeout,
        as_published=options.as_published,
    )


def gate_of(options: argparse.Namespace) -> Gate:
    """What is asked of a run; raises `PlanError`."""
    if options.update_baseline and not options.baseline:
        raise PlanError("--update-baseline needs --baseline FILE")
    if not options.baseline or options.update_baseline:
        return Gate(options.strict)
    try:
        return Gate(options.strict, load(options.baseline))
    except BaselineError as error:
        raise PlanError(str(error)) from None


def write_for_builds(options: argparse.Namespace, entries: Sequence[Entry], gate: Gate) -> None:
    """JUnit XML and the baseline, if they are asked for; raises `PlanError` and OSError."""
    if options.junit:
        write(options.junit, junit(entries, gate))
    if options.update_baseline:
        try:
            update(options.baseline, entries)
        except BaselineError as error:
            raise PlanError(str(error)) from None


def complain(words: str) -> None:
    """A line about what is wrong or odd."""
    sys.stderr.write(f"wsconform: {words}\n")
    sys.stderr.flush()


def tell(lines: Iterable[str]) -> None:
    """Lines of the result."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
