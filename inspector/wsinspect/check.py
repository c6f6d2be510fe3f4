"""`wsinspect check`: holds captures against the rules, for CI and for a first look."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from wirelog.rules import RULES, SEVERITIES
from wsinspect import check_formats, sources
from wsinspect.check_baseline import Baseline, BaselineError
from wsinspect.check_run import Run
from wsinspect.paint import painter
from wsinspect.present.safe import safe
from wsinspect.rules import no_such_rule

DESCRIPTION = """\
Say what is wrong in captures, who did it, and by which paragraph. `wsinspect rules` lists the
rules."""
EPILOG = """\
JSON is one object on each line: rule, severity, rfc, side, event, events, octets, close_code, text,
and the file. JUnit has a test case for each capture, which fails if the exit code does. SARIF is
version 2.1.0; a result has the line of its event, where the capture is a text file.

A baseline names findings that are accepted, by file, rule and side; its paths are relative to the
folder that it stands in. --update-baseline writes what is found into it. What this run has not
looked at stays in it: captures that were not named or could not be read, and rules left out by
--ignore. Entries go whose capture is gone, or which were not found again.

`-` is a capture from standard input, called <stdin> in what is printed.

examples:
  wsinspect check captures/4.2.3.log
  wsinspect check captures --fail-on warning --ignore shape,close.other-code
  wsinspect check reports/servers/captures --quiet
  wsinspect check captures --format junit > findings.xml
  wsinspect check captures --baseline accepted.json --update-baseline
  zcat 4.2.3.log.gz | wsinspect check -

exit codes: 0 nothing as grave as --fail-on; 1 findings; 2 wrong usage, or something could not be
read; 3 the paths lead to no capture"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `wsinspect check`."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help=sources.PATH_HELP)
    parser.add_argument(
        "--format", choices=[*check_formats.FORMATS], default="text", help="default: text"
    )
    parser.add_argument(
        "--fail-on", choices=SEVERITIES, default="error",
        help="the least severity that makes the exit code 1; default: error",
    )  # fmt: skip
    parser.add_argument(
        "--ignore", action="extend", default=[], metavar="RULE,…", type=_rules,
        help="leave out rules, or all of a subject such as `shape`; may be repeated",
    )  # fmt: skip
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="findings that are accepted")
    parser.add_argument(
        "--update-baseline", action="store_true", help="write what is found into the baseline"
    )
    parser.add_argument(
        "-q", "--quiet", action="store_true",
        help="as text, print only what is as grave as --fail-on, and the sum",
    )  # fmt: skip
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")


def run(options: argparse.Namespace) -> int:
    """Check and print; the exit code."""
    try:
        return _run(options)
    except BaselineError as error:
        sys.stderr.write(f"wsinspect: {safe(f'{options.baseline}: {error}')}\n")
        return 2


def _run(options: argparse.Namespace) -> int:
    is_update = options.update_baseline
    if options.baseline is None:
        if is_update:
            sys.stderr.write("wsinspect: --update-baseline needs --baseline FILE\n")
            return 2
        return _print(Run(options), options)
    baseline = Baseline.load(options.baseline, may_be_new=is_update)
    if not is_update:
        return _print(Run(options, baseline.accepted), options)
    captures = Run(options)
    code = _print(captures, options)
    if captures.count:
        change = baseline.update(captures.found, captures.has_looked_at)
        sys.stderr.write(f"wsinspect: {safe(str(baseline.path))}: {change}\n")
    return 0 if code == 1 else code


def _print(captures: Run, options: argparse.Namespace) -> int:
    """All of the output; the exit code."""
    paint = painter(options.color, sys.stdout)
    for line in check_formats.FORMATS[options.format](captures, paint):
        sys.stdout.write(line + "\n")
    sys.stdout.flush()
    return captures.exit_code


def _rules(words: str) -> list[str]:
    """Ids and subjects, parted by commas; anything else is an error on the command line."""
    known = {*RULES, *(rule.subject for rule in RULES.values())}
    named = [word.strip() for word in words.split(",") if word.strip()] or [words]
    for word in named:
        if word not in known:
            raise argparse.ArgumentTypeError(no_such_rule(word))
    return named
