"""Findings as text: one row each, what the rule says, and what a source could not prove."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from wirelog.counting import counted
from wirelog.findings import Finding, Report
from wirelog.rules import RULES, SEVERITIES, Rule, Severity
from wsinspect.present.safe import fold, safe
from wsinspect.present.tables import Table

MARKS: dict[Severity, str] = {"error": "✗", "warning": "!", "note": "·"}
"""What stands before a finding."""
MAX_PLACES = 4
"""Ranges of octets that are named of one finding."""


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
    rows = [(rule, side, f"and {n} more") for (rule, side), n in report.left_out.items()]
    return Table("Left out", ("", "", ""), list(rows))


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
    for name, text in rule_facts(rule, rule.close_code):
        yield from (f"  {line}" for line in fold(f"{name}: {text}", width - 2))


def rule_facts(rule: Rule, close_code: int | None) -> Iterator[tuple[str, str]]:
    """What a rule says beside its summary; `close_code` is what a strict receiver answers."""
    yield "The paragraph", rule.gist
    yield "What to do", rule.remedy
    if close_code is not None:
        yield "A strict receiver closes with", f"{close_code}."
    if rule.needs:
        yield "Needs of a source", ", ".join(rule.needs) + "."


class Entry(NamedTuple):
    """One line of the list of findings."""

    words: str
    """Harmless."""
    rule: Rule | None = None
    """None for a heading."""
    finding: Finding | None = None
    number: int = -1
    """Which one of the findings it is."""


NOT_YET = "The rules are looked at when all of the file has been read."


def entries(report: Report) -> Iterator[Entry]:
    """The sum, the findings, and behind them what was left out and what could not be checked."""
    if not report.verdict:
        yield Entry(NOT_YET)
        return
    yield Entry(summary(report))
    for number, one in enumerate(report.findings):
        yield Entry(safe(one.text), one.rule, one, number)
    for (rule, side), count in report.left_out.items():
        yield Entry(f"{count} more against the {side} were counted and not kept", RULES[rule])
    if report.not_checked:
        yield Entry("Not checked")
    for rule, why in report.not_checked.items():
        yield Entry(safe(why), RULES[rule])


def summary(report: Report) -> str:
    """How many findings there are, and how many rules the capture was held against."""
    found = report.counts()
    said = count_words(found)
    unknown = len(report.not_checked)
    if not found["error"] and not found["warning"]:
        said = f"no rule {'that could be checked ' * bool(unknown)}is broken{said and ', '}{said}"
    there = len(RULES) - len(report.no_subject)
    checked = f"all {there} rules that apply were checked"
    if unknown:
        checked = f"{there - unknown} of the {there} rules that apply were checked, {unknown} not"
    return f"{said[:1].upper()}{said[1:]}; {checked}"


def count_words(counts: Mapping[Severity, int]) -> str:
    """`1 error, 2 warnings`; empty if there are none."""
    named = [(counts[one], one) for one in SEVERITIES if counts[one]]
    return ", ".join(counted(count, one) for count, one in named)


def places(finding: Finding) -> str:
    """`RX 195, octet 19 of event 003`: each range of octets, as far as a few lines hold them."""
    shown = []
    for one in finding.octets[:MAX_PLACES]:
        parts = (
            f"octet {_range(part.start, part.end)} of event {part.n:03d}" for part in one.pieces
        )
        pieces = list(islice(parts, MAX_PLACES))
        shown.append(f"{one.dir} {_range(one.start, one.end)} ({', '.join(pieces)})")
    return "; ".join(shown)


def _range(start: int, end: int) -> str:
    return str(start) if end - start <= 1 else f"{start}-{end - 1}"
