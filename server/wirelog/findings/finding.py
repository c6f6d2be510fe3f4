"""What was found: findings with side, events and octets, and the report that collects them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wirelog.capture import Direction
from wirelog.frames import Side
from wirelog.rules import RULES, SEVERITIES, Rule, Severity
from wirelog.rules.request import KEY_REUSED


class Piece(NamedTuple):
    """A part of one record of octets."""

    n: int
    """Number of the record."""
    start: int
    """First octet in it."""
    end: int
    """The octet behind the last one."""


class Octets(NamedTuple):
    """Octets that a finding points at."""

    dir: Direction
    start: int
    """Offset of the first one in everything that went in this direction."""
    end: int
    pieces: tuple[Piece, ...]
    """The same octets in the records that hold them."""

    def as_json(self) -> dict[str, Any]:
        """Offsets in the direction and in the records."""
        records = [{"n": one.n, "start": one.start, "end": one.end} for one in self.pieces]
        return {"dir": self.dir, "start": self.start, "end": self.end, "records": records}


@dataclass(frozen=True, slots=True)
class Finding:
    """One place at which a rule is broken, or at which something is worth knowing."""

    rule: Rule
    side: Side
    """Who did it."""
    events: tuple[int, ...]
    """Numbers of the events, the one to look at first."""
    text: str
    """One sentence with the values; text of a peer in it is escaped."""
    octets: tuple[Octets, ...] = ()
    section: str = ""
    """The paragraph, where it is not the rule's own."""
    code: int | None = None
    """The close code, where it is not the rule's own."""
    on_purpose: bool = False
    """Whether a conformance case sent it to see what the peer does."""

    @property
    def severity(self) -> Severity:
        """How grave it is; what was done on purpose is no fault."""
        return "note" if self.on_purpose else self.rule.severity

    @property
    def rfc(self) -> str:
        """The paragraph that says so, such as `RFC 6455 §5.2`."""
        return self.section or self.rule.rfc

    @property
    def close_code(self) -> int | None:
        """What a strict peer answers it with; None if it need not fail the connection."""
        return self.code or self.rule.close_code

    @property
    def event(self) -> int:
        """Number of the event to look at."""
        return self.events[0]

    def __str__(self) -> str:
        return (
            f"{self.event:03d} {self.severity} {self.rule} [{self.side}] {self.text} ({self.rfc})"
        )

    def as_json(self) -> dict[str, Any]:
        """The finding as the rows of `--view findings` and `wsinspect check` show it."""
        return {
            "rule": self.rule.id,
            "severity": self.severity,
            "rfc": self.rfc,
            "side": self.side,
            "event": self.event,
            "events": list(self.events),
            "octets": [one.as_json() for one in self.octets],
            "close_code": self.close_code,
            "text": self.text,
        }


@dataclass(slots=True)
class Report:
    """Everything that was found in one capture."""

    findings: list[Finding] = field(default_factory=list)
    """In the order of their events, of those with the same event the gravest first."""
    not_checked: dict[str, str] = field(default_factory=dict)
    """Ids of the rules that this source cannot prove, and why. What was found of them stands, but
    that nothing was found says nothing."""
    left_out: dict[tuple[str, Side], int] = field(default_factory=dict)
    """How many findings of a rule, against a side, were counted and not kept."""
    verdict: str = ""
    """One sentence on the whole connection."""
    no_subject: frozenset[str] = frozenset()
    """Ids of the rules about what is not here: a conformance case, other captures."""

    def of(self, severity: Severity, side: Side | None = None) -> list[Finding]:
        """The findings of one severity, of one side if it is given."""
        return [
            one for one in self.findings
            if one.severity == severity and side in (None, one.side)
        ]  # fmt: skip

    @property
    def errors(self) -> list[Finding]:
        """Where a MUST is broken."""
        return self.of("error")

    def first(self, side: Side | None = None) -> Finding | None:
        """The foremost finding, of one side if it is given."""
        return foremost(one for one in self.findings if side in (None, one.side))

    def counts(self) -> dict[Severity, int]:
        """How many findings of each severity, those that were not kept included."""
        found = dict.fromkeys(SEVERITIES, 0)
        for one in self.findings:
            found[one.severity] += 1
        for (rule, _), count in self.left_out.items():
            found[RULES[rule].severity] += count
        return found


def foremost(findings: Iterable[Finding]) -> Finding | None:
    """The first of the gravest kind there is, which everything else may follow from.

    One that another capture has to do with stands back: it explains nothing in this one.
    """
    return min(findings, key=_how_far_back, default=None)


def _how_far_back(one: Finding) -> tuple[int, bool]:
    return SEVERITIES.index(one.severity), one.rule is KEY_REUSED
