"""Options that several commands have, and what is made of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from wsconform import options as values
from wsconform.plan import PROFILES, PlanError, Wishes
from wsconform.report.baseline import BaselineError, Verdicts, load, update
from wsconform.report.entry import Entry
from wsconform.report.files import check_deliverable, deliver
from wsconform.report.gate import Gate
from wsconform.report.junit import Unplayed, junit
from wsconform.terminal import Outlet, silence

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
    for name, kind, words in (
        ("cases", values.some_patterns, "only these, such as '4.*,7.1.1'"),
        ("exclude", values.patterns, "not these"),
    ):
        group.add_argument(
            f"--{name}", action="extend", type=kind, default=[], metavar="PATTERNS", help=words
        )
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
    """What is asked of a run; raises `PlanError`, and OSError if `write_for_builds` could not write
    what is asked for."""
    if options.junit:
        check_deliverable(options.junit)
    if options.update_baseline:
        _check_update(options.baseline)
    if not options.baseline or options.update_baseline:
        return Gate(options.strict)
    return Gate(options.strict, _load(options.baseline))


def _check_update(baseline: Path | None) -> None:
    if not baseline:
        raise PlanError("--update-baseline needs --baseline FILE")
    check_deliverable(baseline)
    if baseline.exists():
        if not baseline.is_file():
            raise PlanError(f"{baseline}: no regular file, so it cannot be updated")
        _load(baseline)


def _load(baseline: Path) -> Verdicts:
    try:
        return load(baseline)
    except BaselineError as error:
        raise PlanError(str(error)) from None


def write_for_builds(
    options: argparse.Namespace,
    entries: Sequence[Entry],
    gate: Gate,
    unplayed: Sequence[Unplayed] = (),
    *,
    whole: bool = True,
) -> None:
    """JUnit XML and the baseline, if they are asked for; raises `PlanError` and OSError.

    A baseline is not made of a run that is not `whole`, such as an interrupted one.
    """
    if options.junit:
        deliver(options.junit, junit(entries, gate, unplayed))
    if not options.update_baseline:
        return
    if not whole:
        complain(f"{options.baseline} is left as it was: the run did not come to its end")
        return
    try:
        update(options.baseline, entries)
    except BaselineError as error:
        raise PlanError(str(error)) from None


def complain(words: str) -> None:
    """A line about what is wrong or odd."""
    Outlet(sys.stderr).write(f"wsconform: {words}\n")


def tell(lines: Iterable[str]) -> None:
    """Lines of the result; raises OSError."""
    try:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence(sys.stdout)
        error.filename = "standard output"
        raise


def tell_result(lines: Iterable[str]) -> None:
    """Lines that the exit code stands behind: a reader who has gone, as `head` does, does not
    change it."""
    try:
        tell(lines)
    except BrokenPipeError:
        silence(sys.stdout)
