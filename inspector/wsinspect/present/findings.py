"""Findings as text: one row each, what the rule says, and what a source could not prove."""

from __future__ import annotations

from collections.abc import Iterator

from wirelog.findings import Finding, Report
from wirelog.rules import Rule
from wsinspect.present.safe import fold, safe
from wsinspect.present.tables import Table

MARKS = {"error": "✗", "warning": "!", "note": "·"}
"""What stands before a finding."""


def findings_table(report: Report) -> Table:
    """The findings, in the order of their events."""
    rows = []
    for one in report.findings:
        severity = f"{MARKS[one.severity]} {one.severity}"
        rows.append((f"{one.event:03d}", severity, one.side, one.rule.id, words(one)))
    return Table("Findings", ("#", "severity", "side", "rule", "what"), list(rows), numbers=1)


def not_checked_table(report: Report) -> Table:
    """Rules of which nobody can say whether they were kept, by what is missing."""
    reasons: dict[str, list[str]] = {}
    for rule, why in report.not_checked.items():
        reasons.setdefault(why, []).append(rule)
    rows = [(safe(why), ", ".join(rules)) for why, rules in reasons.items()]
    return Table("Not checked", ("", ""), list(rows))


def left_out_table(report: Report) -> Table:
    """Findings that were counted and not kept."""
    rows = [(rule, f"and {count} more") for rule, count in report.left_out.items()]
    return Table("Left out", ("", ""), list(rows))


def finding_line(finding: Finding) -> str:
    """The finding on one line."""
    lead = f"{finding.event:03d} {finding.severity:<7} {finding.rule} [{finding.side}]"
    return f"{lead} {words(finding)}"


def words(finding: Finding) -> str:
    """The sentence with its paragraph, harmless."""
    return safe(f"{finding.text} ({finding.rfc})")


def rule_lines(rule: Rule, width: int) -> Iterator[str]:
    """Everything that a rule says, on lines of at most `width` columns."""
    yield f"{rule.id}  {rule.severity}, {rule.rfc}"
    yield from fold(rule.summary, width)
    facts = [("The paragraph", rule.gist), ("What to do", rule.remedy)]
    if rule.close_code is not None:
        facts.append(("A strict receiver closes with", f"{rule.close_code}."))
    if rule.needs:
        facts.append(("Needs of a source", ", ".join(rule.needs) + "."))
    for name, text in facts:
        yield from (f"  {line}" for line in fold(f"{name}: {text}", width - 2))
