"""One sentence on a whole connection."""

from __future__ import annotations

from wirelog.counting import counted
from wirelog.findings.finding import Finding, Report
from wirelog.rules import SEVERITIES, Severity


def verdict(report: Report) -> str:
    """Who did what first, by which paragraph, and how much more there is."""
    counts = report.counts()
    first = report.first()
    if first is not None and first.severity == "error":
        return f"{_blame(first)}; {_count(counts)}"
    sentence = "no rule is broken"
    if report.not_checked:
        sentence = "no rule that could be checked is broken"
    if any(one.on_purpose for one in report.findings):
        sentence += " except on purpose"
    warnings = report.of("warning")
    if warnings:
        sentence += f", but {warnings[0].text} ({warnings[0].rfc})"
    found = _count(counts)
    return f"{sentence}; {found}" if found else sentence


def _blame(first: Finding) -> str:
    if first.rule.subject == "case":
        return f"the case failed at event {first.event:03d}: {first.text}"
    return f"the {first.side} broke {first.rfc} at event {first.event:03d}: {first.text}"


def _count(counts: dict[Severity, int]) -> str:
    """`1 error, 2 warnings`."""
    named = [counted(counts[severity], severity) for severity in SEVERITIES if counts[severity]]
    return ", ".join(named)
