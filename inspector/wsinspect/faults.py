"""What the findings say of the rows of a wire log: where each one stands, and which are marked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from wirelog.capture import Direction
from wirelog.findings import Finding, Report
from wirelog.rules import Severity
from wsinspect.index import Index
from wsinspect.present.rows import LogRow

MARKED: tuple[Severity, ...] = ("error", "warning")
"""Severities that the wire log marks; a note is no fault."""


@dataclass(slots=True)
class Faults:
    """The findings of a capture, by row."""

    report: Report = field(default_factory=Report)
    """Without a verdict while the capture has not been held against the rules."""
    rows: list[int] = field(default_factory=list)
    """Row of each finding."""
    marks: dict[int, Severity] = field(default_factory=dict)
    """The gravest error or warning of each row that has one."""
    wrong: list[int] = field(default_factory=list)
    """Rows with an error, or that cannot be right in themselves; rising."""
    problems: list[int] = field(default_factory=list)
    """The same and those with a warning; rising."""

    @classmethod
    def of(cls, report: Report, index: Index, rows: Sequence[LogRow]) -> Faults:
        """Find the row of each finding."""
        made = cls(report)
        for one in report.findings:
            row = _row_of(one, index, rows)
            made.rows.append(row)
            if one.severity in MARKED and made.marks.get(row) != "error":
                made.marks[row] = one.severity
        errors = {row for row, severity in made.marks.items() if severity == "error"}
        made.wrong = sorted(errors.union(index.problems).difference(made.marks.keys() - errors))
        made.problems = sorted(made.marks.keys() | set(index.problems))
        return made

    @property
    def first(self) -> int:
        """The row to look at first: what is wrong, then what is doubtful, then the first one."""
        return next(iter(self.wrong), next(iter(self.problems), 0))

    def octets(self, direction: Direction, start: int, end: int) -> list[tuple[int, int]]:
        """The octets at fault among those from `start` to `end` of a direction.

        Each pair is the first one and the one behind the last, counted from `start`.
        """
        return [
            (max(one.start, start) - start, min(one.end, end) - start)
            for finding in self.report.findings
            if finding.severity in MARKED
            for one in finding.octets
            if one.dir == direction and one.start < end and one.end > start
        ]


def _row_of(finding: Finding, index: Index, rows: Sequence[LogRow]) -> int:
    """The row of a finding; of several frames in one event, the one that holds its octets."""
    row = index.row_of(finding.event)
    end = row + 1
    while end < len(rows) and index.numbers[end] == finding.event:
        end += 1
    if end == row + 1 or not finding.octets:
        return row

    def start_of(at: int) -> int:
        frame = rows[at].frame
        return -1 if frame is None else frame.start

    last = finding.octets[-1].end - 1  # what breaks a rule ends it, if it is in several frames
    found = bisect_right(range(row, end), last, key=start_of) - 1
    return row + max(found, 0)
