"""Collects findings while a capture is gone through, in bounded memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from wirelog.findings.finding import Finding, Octets
from wirelog.frames import Side
from wirelog.rules import SEVERITIES, Rule, Severity

MAX_EACH = 100
"""Findings kept of one rule and one side; a broken sender may break it in each of a million frames,
and nobody reads on after the first hundred."""
Entry = int
"""What `Docket.add` gives back, to say more about a finding later."""
LEFT_OUT: Entry = -1

_RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


class Docket:
    """The findings so far."""

    def __init__(self) -> None:
        self.not_checked: dict[str, str] = {}
        self.left_out: Counter[tuple[str, Side]] = Counter()
        self._found: list[Finding] = []
        self._counts: Counter[tuple[str, Side]] = Counter()

    def add(
        self, rule: Rule, side: Side, events: tuple[int, ...], text: str, *octets: Octets,
        section: str = "", on_purpose: bool = False,
    ) -> Entry:  # fmt: skip
        """Take a finding, unless there are enough of its kind."""
        self._counts[rule.id, side] += 1
        if self._counts[rule.id, side] > MAX_EACH:
            self.left_out[rule.id, side] += 1
            return LEFT_OUT
        found = Finding(rule, side, events, text, octets, section, on_purpose=on_purpose)
        self._found.append(found)
        return len(self._found) - 1

    def say(self, entry: Entry, more: str) -> None:
        """Add words to a finding."""
        if entry != LEFT_OUT:
            found = self._found[entry]
            self._found[entry] = replace(found, text=found.text + more)

    def cannot_check(self, rules: tuple[Rule, ...], why: str) -> None:
        """Say that rules cannot be proven; the first reason stands."""
        for rule in rules:
            self.not_checked.setdefault(rule.id, why)

    def against(self, side: Side, severity: Severity) -> list[Finding]:
        """The findings of a severity against a side, by event."""
        return [one for one in self.sorted() if (one.side, one.severity) == (side, severity)]

    def sorted(self) -> list[Finding]:
        """The findings by event; of one event the gravest first, then as they were found."""
        return sorted(self._found, key=lambda one: (one.event, _RANK[one.severity]))
