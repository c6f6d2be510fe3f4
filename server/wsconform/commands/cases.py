"""`wsconform cases` lists the cases, `wsconform case` explains one."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby

from wirelog.counting import counted
from wsconform.cases import CASES, CATEGORIES, Case, case_as_json, explain, section_of, select
from wsconform.commands.groups import tell
from wsconform.options import patterns
from wsconform.plan import PlanError
from wsconform.terminal import Look

DESCRIPTION = """\
List the conformance cases: their ids, what they send, and the paragraphs that decide.

In a pattern, * stands for any run of characters, and the whole id must fit: 7.1.* are the six cases
of 7.1, and 7.1* are those of 7.13, too."""
EPILOG = """\
examples:
  wsconform cases                     all 517
  wsconform cases '6.*' '7.1.*'       some of them
  wsconform cases '12.*' --json       as JSON: script, what is wanted, compression offers

exit codes: 0 listed; 2 wrong usage, or a pattern that selects no case"""
ONE_DESCRIPTION = """\
Explain one case: what is sent, what must come back, and what the RFC says about it."""
ONE_EPILOG = """\
examples:
  wsconform case 4.2.3
  wsconform case 4.2.3 --octets       each frame, octet by octet

exit codes: 0 explained; 2 wrong usage, or no such case"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `wsconform cases`."""
    parser.add_argument("patterns", nargs="*", metavar="PATTERN", help="ids or patterns of ids")
    parser.add_argument("--json", action="store_true", help="print a JSON array")


def run(options: argparse.Namespace) -> int:
    """List; the exit code."""
    wanted = [one for text in options.patterns for one in patterns(text)]
    selection = select(wanted or ("*",))
    if selection.idle:
        raise PlanError(f"{', '.join(map(repr, selection.idle))}: no such case")
    if options.json:
        tell([json.dumps([case_as_json(one) for one in selection.cases], indent=2)])
    else:
        tell(_listing(selection.cases, Look.of(sys.stdout)))
    return 0


def _listing(cases: Sequence[Case], look: Look) -> Iterator[str]:
    for section, group in groupby(cases, key=section_of):
        category = CATEGORIES[section.id.partition(".")[0]]
        yield look.paint("strong", f"{category}: {section.title}") + look.paint(
            "dim", f"  {section.rfc}"
        )
        for case in group:
            yield from look.wrapped(f"  {case.id:8s} ", case.says)
        yield ""
    yield counted(len(cases), "case")


def add_arguments_of_one(parser: argparse.ArgumentParser) -> None:
    """The options of `wsconform case`."""
    parser.add_argument("id", metavar="ID", help="such as 4.2.3")
    parser.add_argument("--octets", action="store_true", help="spell out what is sent")


def run_one(options: argparse.Namespace) -> int:
    """Explain; the exit code."""
    case = CASES.get(options.id)
    if case is None:
        raise PlanError(f"{options.id!r}: no such case; `wsconform cases` lists them")
    tell([explain(case, octets=options.octets).removesuffix("\n")])
    return 0
