"""`wsinspect check`: holds captures against the rules, for CI and for a first look."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from wirelog.findings import Finding, Keys, Report, check
from wirelog.findings.verdict import verdict
from wirelog.rules import RULES, SEVERITIES
from wsinspect import check_formats, sources
from wsinspect.paint import painter
from wsinspect.present.safe import safe
from wsinspect.rules import no_such_rule

DESCRIPTION = """\
Say what is wrong in captures, who did it, and by which paragraph. `wsinspect rules` lists the
rules."""
EPILOG = """\
JSON is one object on each line: rule, severity, rfc, side, event, events, octets, close_code, text,
and the file. JUnit has a test case for each capture, which fails if the exit code does. SARIF is
version 2.1.0; a result has the line of its event, where the capture is a text file. A baseline
names findings that are accepted, by file, rule and side; --update-baseline writes what is found
into it.

examples:
  wsinspect check captures/4.2.3.log
  wsinspect check captures --fail-on warning --ignore shape --ignore close.other-code
  wsinspect check reports/servers/captures --quiet
  wsinspect check captures --format junit > findings.xml
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
    parser.add_argument(
        "-q", "--quiet", action="store_true",
        help="as text, print only what is as grave as --fail-on, and the sum",
    )  # fmt: skip
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")


Accepted = tuple[str, str, str]
"""File, rule and side."""


@dataclass(slots=True)
class Checked:
    """One capture and what was found in it."""

    file: str
    report: Report
    """Without what is ignored or accepted."""
    failures: list[Finding] = field(default_factory=list)
    """Those that are as grave as --fail-on."""
    hidden: int = 0
    """How many findings are ignored or accepted."""

    @property
    def findings(self) -> list[Finding]:
        """Those that count."""
        return self.report.findings


class Run:
    """Goes through the captures, once and one by one; what it has seen makes the exit code."""

    def __init__(self, options: argparse.Namespace, accepted: set[Accepted]) -> None:
        self.is_quiet: bool = options.quiet
        self.unread: list[sources.SourceError] = []
        self.found: set[Accepted] = set()
        self.count = 0
        self.has_failed = False
        self._paths: list[str] = options.paths
        self._ignored = frozenset(options.ignore)
        self._accepted = accepted
        self._grave = SEVERITIES[: SEVERITIES.index(options.fail_on) + 1]
        self._keys = Keys()

    def __iter__(self) -> Iterator[Checked]:
        found = sources.find(self._paths)
        for error in found.errors:
            self._complain(error)
        for path in found.files:
            try:
                checked = self._check(path)
            except sources.SourceError as error:
                self._complain(error)
                continue
            self.count += 1
            self.has_failed = self.has_failed or bool(checked.failures)
            self.found.update(_name(checked.file, one) for one in checked.findings)
            yield checked

    @property
    def exit_code(self) -> int:
        """What the whole of it has come to."""
        if self.unread:
            is_there = any("no captures" not in error.what for error in self.unread)
            return 2 if self.count or is_there else 3
        if not self.count:
            return 3
        return int(self.has_failed)

    def _check(self, path: Path) -> Checked:
        with sources.stream(path) as capture:
            report = check(capture, keys=self._keys)
        file = str(path)
        kept = [one for one in report.findings if self._counts(file, one)]
        hidden = len(report.findings) - len(kept)
        if hidden:
            left = {rule: n for rule, n in report.left_out.items() if not self._is_ignored(rule)}
            report = replace(report, findings=kept, left_out=left)
            report.verdict = verdict(report)
        failures = [one for one in kept if one.severity in self._grave]
        return Checked(file, report, failures, hidden)

    def _counts(self, file: str, one: Finding) -> bool:
        return not self._is_ignored(one.rule.id) and _name(file, one) not in self._accepted

    def _is_ignored(self, rule: str) -> bool:
        return not self._ignored.isdisjoint((rule, RULES[rule].subject))

    def _complain(self, error: sources.SourceError) -> None:
        self.unread.append(error)
        sys.stderr.write(f"wsinspect: {error}\n")


def run(options: argparse.Namespace) -> int:
    """Check and print; the exit code."""
    if options.update_baseline and options.baseline is None:
        sys.stderr.write("wsinspect: --update-baseline needs --baseline FILE\n")
        return 2
    try:
        accepted = set() if options.update_baseline else _read_baseline(options.baseline)
    except (OSError, ValueError, TypeError, KeyError) as error:
        return _no_baseline(options.baseline, error)
    captures = Run(options, accepted)
    paint = painter(options.color, sys.stdout)
    for line in check_formats.FORMATS[options.format](captures, paint):
        sys.stdout.write(line + "\n")
    sys.stdout.flush()
    if not options.update_baseline:
        return captures.exit_code
    try:
        _write_baseline(options.baseline, captures.found)
    except OSError as error:
        return _no_baseline(options.baseline, error)
    return 0 if captures.exit_code == 1 else captures.exit_code


def _rule(word: str) -> str:
    """An id or a subject; anything else is an error on the command line."""
    if word not in RULES and word not in {rule.subject for rule in RULES.values()}:
        raise argparse.ArgumentTypeError(no_such_rule(word))
    return word


def _name(file: str, one: Finding) -> Accepted:
    return Path(file).as_posix(), one.rule.id, one.side


def _read_baseline(path: Path | None) -> set[Accepted]:
    if path is None:
        return set()
    rows = json.loads(path.read_text("utf-8"))["accepted"]
    return {(row["file"], row["rule"], row["side"]) for row in rows}


def _write_baseline(path: Path, names: set[Accepted]) -> None:
    rows = [{"file": file, "rule": rule, "side": side} for file, rule, side in sorted(names)]
    path.write_text(json.dumps({"accepted": rows}, indent=1) + "\n", "utf-8")


def _no_baseline(path: Path, error: Exception) -> int:
    """Say why; the exit code."""
    why = f"not a baseline: {error}"
    if isinstance(error, FileNotFoundError):
        why = "no such file; --update-baseline writes it"
    elif isinstance(error, OSError):
        why = error.strerror or str(error)
    sys.stderr.write(f"wsinspect: {safe(f'{path}: {why}')}\n")
    return 2
