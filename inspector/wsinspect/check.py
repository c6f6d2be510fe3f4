"""`wsinspect check`: holds captures against the rules, for CI and for a first look."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from wirelog.collecting import uncollected
from wirelog.findings import Finding, Keys, Report, check
from wirelog.rules import RULES, SEVERITIES
from wsinspect import check_formats, sources
from wsinspect.paint import painter
from wsinspect.present.safe import safe

DESCRIPTION = """\
Say what is wrong in captures, who did it, and by which paragraph. `wsinspect rules` lists the
rules."""
EPILOG = """\
JSON is one object on each line: rule, severity, rfc, side, event, events, octets, close_code, text,
and the file. JUnit has a test case for each capture; SARIF is version 2.1.0. A baseline names
findings that are accepted, by file, rule and side; --update-baseline writes what is found into it.

examples:
  wsinspect check captures/4.2.3.log
  wsinspect check captures --fail-on warning --ignore shape --ignore close.other-code
  wsinspect check reports/captures --format junit > findings.xml
  wsinspect check captures --baseline accepted.json --update-baseline

exit codes: 0 nothing as grave as --fail-on; 1 findings; 2 wrong usage, or something could not be
read; 3 the paths lead to no capture"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `wsinspect check`."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a capture or a directory of them")
    parser.add_argument(
        "--format", choices=[*check_formats.FORMATS], default="text", help="default: text"
    )
    parser.add_argument(
        "--fail-on", choices=SEVERITIES, default="error",
        help="the least severity that makes the exit code 1; default: error",
    )  # fmt: skip
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="RULE", type=_rule,
        help="leave out a rule, or all of a subject such as `shape`; may be repeated",
    )  # fmt: skip
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="findings that are accepted")
    parser.add_argument(
        "--update-baseline", action="store_true", help="write what is found into the baseline"
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")


@dataclass(slots=True)
class Checked:
    """One capture and what was found in it."""

    file: str
    report: Report
    findings: list[Finding] = field(default_factory=list)
    """Those that are neither ignored nor accepted."""


def run(options: argparse.Namespace) -> int:
    """Check and print; the exit code."""
    if options.update_baseline and options.baseline is None:
        sys.stderr.write("wsinspect: --update-baseline needs --baseline FILE\n")
        return 2
    try:
        accepted = set() if options.update_baseline else _read_baseline(options.baseline)
    except (OSError, ValueError, TypeError, KeyError) as error:
        sys.stderr.write(
            f"wsinspect: {safe(str(options.baseline))}: no baseline: {safe(str(error))}\n"
        )
        return 2
    found = sources.find(options.paths)
    unread = [*found.errors]
    checked = []
    keys = Keys()
    for path in found.files:
        try:
            checked.append(_check(path, keys, options.ignore, accepted))
        except sources.SourceError as error:
            unread.append(error)
    for one in unread:
        sys.stderr.write(f"wsinspect: {one}\n")
    if options.update_baseline:
        _write_baseline(options.baseline, checked)
    paint = painter(options.color, sys.stdout)
    for line in check_formats.FORMATS[options.format](checked, paint):
        sys.stdout.write(line + "\n")
    sys.stdout.flush()
    return _exit_code(checked, unread, options)


def _exit_code(
    checked: list[Checked], unread: list[sources.SourceError], options: argparse.Namespace
) -> int:
    if unread:
        return 2 if checked or any("no captures" not in error.what for error in unread) else 3
    if not checked:
        return 3
    grave = SEVERITIES[: SEVERITIES.index(options.fail_on) + 1]
    fails = any(one.severity in grave for each in checked for one in each.findings)
    return int(fails and not options.update_baseline)


def _rule(word: str) -> str:
    """An id or a subject; anything else is an error on the command line."""
    if word not in RULES and word not in {rule.subject for rule in RULES.values()}:
        raise argparse.ArgumentTypeError(f"no rule is called {word!r}; see `wsinspect rules`")
    return word


Accepted = tuple[str, str, str]
"""File, rule and side."""


def _check(path: Path, keys: Keys, ignored: list[str], accepted: set[Accepted]) -> Checked:
    with uncollected():
        report = check(sources.load(path), keys=keys)
    made = Checked(str(path), report)
    made.findings = [
        one
        for one in report.findings
        if one.rule.id not in ignored
        and one.rule.subject not in ignored
        and _name(made.file, one) not in accepted
    ]
    return made


def _name(file: str, one: Finding) -> Accepted:
    return Path(file).as_posix(), one.rule.id, one.side


def _read_baseline(path: Path | None) -> set[Accepted]:
    if path is None:
        return set()
    rows = json.loads(path.read_text("utf-8"))["accepted"]
    return {(row["file"], row["rule"], row["side"]) for row in rows}


def _write_baseline(path: Path, checked: Iterable[Checked]) -> None:
    names = sorted({_name(each.file, one) for each in checked for one in each.findings})
    rows = [{"file": file, "rule": rule, "side": side} for file, rule, side in names]
    path.write_text(json.dumps({"accepted": rows}, indent=1) + "\n", "utf-8")
