"""The findings: which rules are broken, by whom and where; below the list what one of them says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from wirelog.findings import Finding
from wirelog.rules import Rule
from wsinspect.opened import Opened
from wsinspect.present.findings import MARKS, Entry, entries, places, rule_facts
from wsinspect.present.safe import pad, safe
from wsinspect.widgets.lines import Lines, Span
from wsinspect.widgets.marking import SEVERITIES
from wsinspect.widgets.sheet import COPIED, Line, Sheet, paragraph

WIDE = 100
"""Columns from which on the paragraph stands in the list too."""
SIDE, RFC = 7, 16
UNKNOWN = "?"
"""The mark of a rule that was not checked."""


class FindingList(Lines):
    """A line for each finding; behind them the rules that nobody can speak for."""

    def __init__(self, opened: Opened, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.show(opened)

    def show(self, opened: Opened) -> None:
        """Show those of another capture."""
        self.opened = opened
        self.entries = list(entries(opened.faults.report))
        rules = [one.rule.id for one in self.entries if one.rule is not None]
        self._rule_width = max(map(len, rules), default=0)
        self._number_width = max(3, len(str(opened.index.last_number)))
        self.cursor = self.step_from(0, 0)
        if self.is_mounted:
            self.relayout()

    def follow(self, row: int) -> None:
        """Go to the first finding of a row, unless one of that row is chosen already."""
        rows = self.opened.faults.rows
        if row != self.row and row in rows:
            self.cursor = 1 + rows.index(row)

    @property
    def entry(self) -> Entry:
        """The one that is chosen."""
        return self.entries[self.cursor]

    @property
    def row(self) -> int | None:
        """Row of the log that the chosen finding is about; None for all else."""
        number = self.entry.number
        return self.opened.faults.rows[number] if number >= 0 else None

    def line_count(self) -> int:
        """How many lines there are."""
        return len(self.entries)

    def step_from(self, index: int, count: int) -> int:
        """The next line that is not a heading."""
        last = len(self.entries) - 1
        goal = min(max(index + count, 0), last)
        behind = (at for at in range(goal, last + 1) if self.entries[at].rule)
        before = (at for at in range(goal, -1, -1) if self.entries[at].rule)
        ways = (before, behind) if count < 0 else (behind, before)
        return next((at for way in ways for at in way), goal)

    def _is_cursor(self, index: int) -> bool:
        return index == self.cursor and self.entries[index].rule is not None

    def spans(self, index: int, width: int) -> Sequence[Span]:
        """One line."""
        entry = self.entries[index]
        if entry.rule is None:
            return [(" " + entry.words, self._heading(index))]
        mark = ("▌" if index == self.cursor else " ", "key")
        rule = (pad(entry.rule.id, self._rule_width) + "  ", "")
        if entry.finding is None:
            lead = f"{UNKNOWN} {'':{self._number_width + SIDE + 1}}"
            return [mark, (lead, "faint"), rule, (entry.words, "faint")]
        return [mark, *self._of(entry.finding, rule, width), (entry.words, "")]

    def _of(self, one: Finding, rule: Span, width: int) -> Iterator[Span]:
        colour = SEVERITIES[one.severity]
        yield f"{MARKS[one.severity]} {one.event:0{self._number_width}d} ", colour
        yield pad(one.side, SIDE), "faint"
        yield rule[0], "strong" if one.severity != "note" else ""
        if width >= WIDE:
            yield pad(one.rfc, RFC), "faint"

    def _heading(self, index: int) -> str:
        if index:
            return "title"
        faults = self.opened.faults
        kept = faults.report.verdict and not faults.marks and not faults.report.not_checked
        return "good strong" if kept else "strong"


class Explanation(Sheet):
    """Everything that is known of one finding, or of a rule."""

    entry = Entry("")

    def show(self, entry: Entry) -> None:
        """Explain another one."""
        self.entry = entry
        self.scroll_home(animate=False, immediate=True)
        self.relayout()

    def build(self, width: int) -> Iterable[Line]:
        """What, the paragraph, the remedy, and where."""
        rule, finding = self.entry.rule, self.entry.finding
        if rule is None:
            return
        if finding is None:
            yield [("? ", "faint"), (rule.id, "strong"), (f"   {rule.rfc}", "faint")]
            yield from paragraph([(f"Not known: {self.entry.words}.", "warn")], width)
            yield from paragraph([(rule.summary, "")], width)
        else:
            yield _title(finding)
            yield from paragraph([(self.entry.words + ".", "")], width)
        yield []
        yield from _facts(rule, finding, width)


def _title(one: Finding) -> Line:
    colour = SEVERITIES[one.severity]
    return [
        (f"{MARKS[one.severity]} {one.severity}  ", colour),
        (one.rule.id, "strong"),
        (f"   {one.side}   {one.rfc}   event {', '.join(f'{n:03d}' for n in one.events[:8])}", ""),
    ]


def _facts(rule: Rule, finding: Finding | None, width: int) -> Iterator[Line]:
    code = rule.close_code if finding is None else finding.close_code
    facts = [*rule_facts(rule, code)]
    if finding is not None:
        facts.insert(0, ("The rule", rule.summary))
        if finding.octets:
            facts.append(("Octets", f"{places(finding)}."))
    for name, text in facts:
        yield from paragraph([(f"{name}: ", "title"), (safe(text), "")], width, 2)


class FindingsView(Vertical):
    """The list above, the explanation below."""

    @dataclass
    class RowChosen(Message):
        """The reader chose a finding."""

        row: int
        """The row of the log that it is about."""
        leave: bool
        """Whether to go to the log."""

    def __init__(self, opened: Opened, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.opened = opened

    def compose(self) -> ComposeResult:
        """Lay the two parts out."""
        yield FindingList(self.opened, id="finding-list")
        yield Explanation(id="explanation")

    def show(self, opened: Opened) -> None:
        """Show the findings of another capture."""
        self.query_one(FindingList).show(opened)
        self._explain()

    def follow(self, row: int) -> None:
        """The reader or a replay went to a row of the log."""
        found = self.query_one(FindingList)
        before = found.cursor
        found.follow(row)
        if found.cursor != before:
            self._explain()

    def leave_for_row(self) -> None:
        """Go to the chosen finding's row in the log."""
        self._tell(leave=True)

    def text(self) -> str:
        """Everything in the view, for the clipboard."""
        found = self.query_one(FindingList)
        lines = (
            "".join(text for text, _ in found.spans(at, COPIED)) for at in range(found.line_count())
        )
        listed = "\n".join(line.replace("▌", " ", 1).rstrip() for line in lines)
        return f"{listed}\n\n{self.query_one(Explanation).text()}"

    def _explain(self) -> None:
        self.query_one(Explanation).show(self.query_one(FindingList).entry)

    @on(Lines.Moved)
    def follow_cursor(self, event: Lines.Moved) -> None:
        """The reader chose another line."""
        event.stop()
        self._explain()
        self._tell(leave=False)

    @on(Lines.Chosen)
    def leave(self, event: Lines.Chosen) -> None:
        """A line was clicked twice."""
        event.stop()
        self._tell(leave=True)

    def _tell(self, *, leave: bool) -> None:
        row = self.query_one(FindingList).row
        if row is not None:
            self.post_message(self.RowChosen(row, leave))
        elif leave:
            self.app.bell()
