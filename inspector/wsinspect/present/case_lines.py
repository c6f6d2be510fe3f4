"""The Case view, laid out: verdicts, description and expectation, and what was expected beside what
was observed.

Lines are made of spans, text with the names of what it is, so that the screen and the headless
program show the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from wsinspect.present.case import OBSERVED, CaseSheet, Events, Verdict
from wsinspect.present.safe import cells, fit, fold, pad

Span = tuple[str, str]
"""Harmless text, and what it is: `good`, `warn`, `bad`, `strong`, `title`, `faint`, or nothing."""
Line = list[Span]

MARKS = {"good": "✓", "warn": "~", "bad": "✗", "strong": "·"}
INDENT = 2
NUMBER = 6
"""Columns for the number of an event, with its mark."""
COLUMN = 18
"""Columns that the events of an outcome need beside those of another."""
WIDEST = 44
MOST_EVENTS = 60
"""Events that are shown; of more, those around the first difference."""
BEFORE = 10
"""Of those, events before it."""
NONE_LISTED = "Every message is compared with its echo; none is listed."
NOT_A_CASE = "Nothing is said of a conformance case: this capture has no report."


def case_lines(sheet: CaseSheet, width: int) -> Iterator[Line]:
    """All lines, for so many columns."""
    return (_cut(line, width) for line in _lines(sheet, width))


def _cut(line: Line, width: int) -> Line:
    cut = []
    for text, kind in line:
        cut.append((fit(text, width), kind))
        width -= cells(cut[-1][0])
    return cut


def _lines(sheet: CaseSheet, width: int) -> Iterator[Line]:
    yield _title(sheet)
    yield []
    room = max((cells(one.word) for one in sheet.verdicts), default=0)
    for verdict in sheet.verdicts:
        yield from _verdict(verdict, min(room, 20), width)
    for title, texts in (
        ("Description", [sheet.description]),
        ("Expectation", sheet.expectation),
        ("Outcome", [sheet.heard]),
    ):
        yield from _section(title, texts, width)
    yield from _events(sheet, width)
    yield from _end(sheet, width)
    yield from _section("Also said", [f"{key}: {value}" for key, value in sheet.others], width)


def _title(sheet: CaseSheet) -> Line:
    line: Line = [(f"Case {sheet.id}" if sheet.id else "A case", "title")]
    line += [(f"   {sheet.agent}", "strong")] if sheet.agent else []
    return line + ([(f"   {sheet.rfc}", "faint")] if sheet.rfc else [])


def _verdict(verdict: Verdict, room: int, width: int) -> Iterator[Line]:
    head: Line = [
        (f"{MARKS[verdict.tone]} ", verdict.tone),
        (f"{verdict.about:<8}  ", "faint"),
        (pad(verdict.word, room), verdict.tone),
        ("  ", ""),
    ]
    indent = sum(cells(text) for text, _ in head)
    for piece in fold(verdict.sentence, max(width - indent, 16)):
        yield [*head, (piece, "")]
        head = [(" " * indent, "")]


def _section(title: str, texts: Sequence[str], width: int) -> Iterator[Line]:
    """Paragraphs under a title; nothing if there are none."""
    if any(texts):
        yield []
        yield [(title, "title")]
        for text in filter(None, texts):
            yield from _folded(text, "", width)


def _folded(text: str, kind: str, width: int) -> Iterator[Line]:
    for piece in fold(text, max(width - INDENT, 16)):
        yield [(" " * INDENT, ""), (piece, kind)]


# Expected beside observed


def _events(sheet: CaseSheet, width: int) -> Iterator[Line]:
    if sheet.observed is None:
        return
    yield []
    yield [("Expected and observed", "title")]
    if not sheet.outcomes and not sheet.observed.words:
        yield from _folded(NONE_LISTED, "faint", width)
        return
    yield from _table(sheet, width)
    if sheet.gap is not None and sheet.differs is not None:
        expected, came = sheet.gap
        where = f"event {sheet.differs + 1} is the first that differs from {sheet.nearest}"
        yield from _folded(f"✗ {where}: expected {expected}, observed {came}", "bad", width)


def _table(sheet: CaseSheet, width: int) -> Iterator[Line]:
    columns, left_out = _columns(sheet, width)
    size = min((width - NUMBER) // len(columns) - 2, WIDEST)
    yield [
        (" " * NUMBER, ""),
        *((pad(_head(sheet, one), size) + "  ", "strong") for one in columns),
    ]
    count = max(len(one.words) for one in columns)
    first = 0 if count <= MOST_EVENTS else max((sheet.differs or 0) - BEFORE, 0)
    last = min(first + MOST_EVENTS, count)
    if first:
        yield [(f"{'':{NUMBER}}… {first} before", "faint")]
    for at in range(first, max(last, 1)):
        yield from _row(sheet, columns, at, size)
    if last < count:
        yield [(f"{'':{NUMBER}}… {count - last} more", "faint")]
    if left_out:
        yield from _folded(f"no room for {', '.join(left_out)}", "faint", width)


def _columns(sheet: CaseSheet, width: int) -> tuple[list[Events], list[str]]:
    """Outcomes as many as there is room for, the nearest one among them, and what was observed;
    names of the others."""
    assert sheet.observed is not None
    room = max((width - NUMBER) // (COLUMN + 2) - 1, 1)
    nearest_first = sorted(sheet.outcomes, key=lambda one: one.name != sheet.nearest)
    shown = nearest_first[:room]
    left_out = [one.name for one in nearest_first[room:]]
    return [*(one for one in sheet.outcomes if one in shown), sheet.observed], left_out


def _head(sheet: CaseSheet, events: Events) -> str:
    return f"{events.name} ✓" if events.name == sheet.met else events.name


def _row(sheet: CaseSheet, columns: Sequence[Events], at: int, size: int) -> Iterator[Line]:
    """One event of each; a long payload goes on below."""
    folded = [fold(_cell(one, at), size) for one in columns]
    mark, kind = ("✗", "bad") if at == sheet.differs else (" ", "faint")
    lead: Span = (f"{mark}{at + 1:>{NUMBER - 3}}  ", kind)
    parted = (sheet.nearest, OBSERVED) if at == sheet.differs else ()
    kinds = [_kind(one, at, is_wrong=one.name in parted) for one in columns]
    for pieces in zip_longest(*folded, fillvalue=""):
        cut = (pad(text, size) + "  " for text in pieces)
        yield [lead, *zip(cut, kinds, strict=True)]
        lead = (" " * NUMBER, "")


def _cell(events: Events, at: int) -> str:
    """The event; that there is none is said once."""
    return events.at(at) if at <= len(events.words) else ""


def _kind(events: Events, at: int, *, is_wrong: bool) -> str:
    if is_wrong:
        return "bad"
    return "" if at < len(events.words) else "faint"


def _end(sheet: CaseSheet, width: int) -> Iterator[Line]:
    yield []
    yield [("The end of the connection", "title")]
    tone = next((one.tone for one in sheet.verdicts if one.about == "closing"), "")
    for name, words, kind in (
        ("expected", sheet.end_expected, ""),
        ("observed", sheet.end_observed, "bad" if tone == "bad" else ""),
    ):
        if words:
            lead = f"{'':{INDENT}}{name}  "
            for piece in fold(words, max(width - cells(lead), 16)):
                yield [(lead, "faint"), (piece, kind)]
                lead = " " * cells(lead)
