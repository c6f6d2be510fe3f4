"""A run of `wsinspect check`: the captures one by one, and what it has come to."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from wirelog.findings import Finding, Keys, Report, check
from wirelog.findings.verdict import verdict
from wirelog.rules import RULES, SEVERITIES
from wsinspect import sources
from wsinspect.check_baseline import Accepted, place_of


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

    def __init__(self, options: argparse.Namespace, accepted: Collection[Accepted] = ()) -> None:
        self.is_quiet: bool = options.quiet
        self.unread: list[sources.SourceError] = []
        self.found: set[Accepted] = set()
        self.count = 0
        self.places: set[str] = set()
        """Where the captures are that were checked."""
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
            yield checked

    def has_looked_at(self, one: Accepted) -> bool:
        """Whether it would have found these findings."""
        return one.place in self.places and not self._ignores(one.rule)

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
        place = place_of(str(path))
        self.places.add(place)
        report, hidden = self._sift(place, report)
        self.found.update(Accepted(place, one.rule.id, one.side) for one in report.findings)
        failures = [one for one in report.findings if one.severity in self._grave]
        return Checked(str(path), report, failures, hidden)

    def _sift(self, place: str, report: Report) -> tuple[Report, int]:
        """The report without what is ignored or accepted, and how much that is."""

        def counts(rule: str, side: str) -> bool:
            return not self._ignores(rule) and Accepted(place, rule, side) not in self._accepted

        kept = [one for one in report.findings if counts(one.rule.id, one.side)]
        hidden = len(report.findings) - len(kept)
        if not hidden:
            return report, 0
        left = {kind: n for kind, n in report.left_out.items() if counts(*kind)}
        hidden += sum(report.left_out.values()) - sum(left.values())
        sifted = replace(report, findings=kept, left_out=left)
        sifted.verdict = verdict(sifted)
        return sifted, hidden

    def _ignores(self, rule: str) -> bool:
        known = RULES.get(rule)
        return known is not None and not self._ignored.isdisjoint((rule, known.subject))

    def _complain(self, error: sources.SourceError) -> None:
        self.unread.append(error)
        sys.stderr.write(f"wsinspect: {error}\n")
