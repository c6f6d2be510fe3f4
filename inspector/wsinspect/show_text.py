"""The views of `wsinspect show` as text; the table of them stands at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from wirelog.capture import Kind
from wirelog.closing import FACTS
from wirelog.counting import counted
from wirelog.message import Message, WireFrame
from wirelog.times import span
from wsinspect.paint import Paint, Role
from wsinspect.present.case import CaseSheet
from wsinspect.present.case_lines import NOT_A_CASE, case_lines
from wsinspect.present.clock import clock
from wsinspect.present.closing import explanation, facts_rows, timeline_lines
from wsinspect.present.decode import Decoded, decode_frame, decode_message
from wsinspect.present.findings import findings_table, left_out_table, not_checked_table
from wsinspect.present.headline import ending_of, headline
from wsinspect.present.hexdump import fields_of, frame_octets, hex_lines, octets_note
from wsinspect.present.rows import ARROWS, LogRow, LogRows
from wsinspect.present.safe import cells, fit, fold, safe
from wsinspect.present.tables import (
    Table,
    handshake_tables,
    header_table,
    notices_table,
    statistics_tables,
    table_lines,
    unproven_table,
)
from wsinspect.show_rows import RowLines
from wsinspect.shown import Shown


@dataclass(frozen=True, slots=True)
class Look:
    """How it is printed."""

    paint: Paint
    width: int
    octets: bool | None = None
    """True: dump all octets. False: leave out the rows of octets."""


Lines = Iterator[str]
ROLES: dict[str, Role] = {
    "good": "good",
    "warn": "event",
    "bad": "problem",
    "strong": "title",
    "title": "title",
    "faint": "dim",
}
"""What a piece of a line is -> how it is painted."""
KEY_WIDTH = max(map(len, FACTS))
WIDE = KEY_WIDTH + 8 + max(map(len, FACTS.values())) - len(".")
"""Columns from which on every fact has room for its meaning."""


def log(shown: Shown, look: Look) -> Lines:
    """Every event."""
    rows = shown.rows
    lines = RowLines(look.paint, look.width, rows, timed=_timed(shown))
    yield lines.head()
    if look.octets is None:
        yield from lines.lines(rows)
    elif not look.octets:
        yield from lines.lines(row for row in rows if row.frame or row.kind is not Kind.OCTETS)
    else:
        yield from _dumped(lines, rows)


def frames(shown: Shown, look: Look) -> Lines:
    """The frames only; with all octets also their fields."""
    lines = RowLines(look.paint, look.width, shown.rows, timed=_timed(shown))
    yield lines.head()
    rows = (row for row in shown.rows if row.frame is not None)
    if not look.octets:
        yield from lines.lines(rows)
        return
    for row in rows:
        yield from lines.lines([row])
        yield from _frame_lines(shown, row, look)


def messages(shown: Shown, look: Look) -> Lines:
    """Every message and every control frame, decoded."""
    for at, one in enumerate(_told(shown)):
        if at:
            yield ""
        first = one.frames[0] if isinstance(one, Message) else one
        decoded = (
            decode_message(one)
            if isinstance(one, Message)
            else decode_frame(shown.conversation, one)
        )
        time = "" if first.t is None else f"  at {clock(first.t)}"
        title = fit(f"{ARROWS[first.dir]} {first.n:03d} {decoded.title}{time}", look.width)
        yield look.paint(first.dir, title)
        yield from _decoded_lines(decoded, look)


def handshake(shown: Shown, look: Look) -> Lines:
    """Both heads and what was agreed."""
    yield from _tables(handshake_tables(shown.conversation), look)


def closing(shown: Shown, look: Look) -> Lines:
    """Verdict, timeline and the thirteen facts."""
    yield from _verdict(shown, look)
    yield ""
    for line in timeline_lines(shown.closing, shown.conversation, look.width):
        role: Role = line.dir or ("dim" if line.way in ("head", "note") else "event")
        yield look.paint(role, fit(line.text(), look.width))
    yield ""
    yield from fold(explanation(shown.closing), look.width)
    yield ""
    for key, value, meaning in facts_rows(shown.closing):
        fact = f"{key:<{KEY_WIDTH}} {value:<5}"
        words = meaning.removesuffix(".")
        if look.width >= WIDE and cells(fact) + 2 + cells(words) <= look.width:
            yield f"{fact}  {look.paint('dim', words)}"
        else:
            yield from fold(fact.rstrip(), look.width)


def findings(shown: Shown, look: Look) -> Lines:
    """The verdict, each finding, and what could not be checked."""
    report = shown.report
    role: Role = "problem" if report.errors else "good"
    yield from (look.paint(role, line) for line in fold(safe(report.verdict), look.width))
    yield ""
    tables = [findings_table(report), left_out_table(report), not_checked_table(report)]
    yield from _tables(tables, look)


def case(shown: Shown, look: Look) -> Lines:
    """What was expected in a conformance case, and what was observed."""
    sheet = CaseSheet.of(shown.capture, shown.closing)
    if sheet is None:
        yield NOT_A_CASE
        return
    for line in case_lines(sheet, look.width):
        yield "".join(_painted(look, text, kind) for text, kind in line).rstrip()


def _painted(look: Look, text: str, kind: str) -> str:
    return look.paint(ROLES[kind], text) if kind in ROLES else text


def stats(shown: Shown, look: Look) -> Lines:
    """Octets by chop size and frames by opcode."""
    yield from _tables(statistics_tables(shown.statistics), look)


def header(shown: Shown, look: Look) -> Lines:
    """What the capture says of itself, and what is to be said of it."""
    yield from _tables([header_table(shown.capture)], look)
    yield from _remarks(shown, look)


def summary(shown: Shown, look: Look) -> Lines:
    """What a first look needs: one line of verdict, the log, what is amiss, and the closing."""
    report = shown.report
    yield look.paint("title", fit(_subject(shown), look.width))
    odd = bool(report.errors or report.of("warning"))
    first = headline(report, shown.closing, wrong=bool(report.errors), odd=odd)
    yield from _marked(first.mark, first.words, ROLES[first.tone], look)
    yield ""
    yield from log(shown, look)
    if odd:
        yield ""
        yield from _tables([findings_table(report), left_out_table(report)], look)
    yield ""
    yield look.paint("title", "Closing")
    yield from closing(shown, look)
    yield from _remarks(shown, look)


def everything(shown: Shown, look: Look) -> Lines:
    """All views, one below the other."""
    yield look.paint("title", fit(_subject(shown), look.width))
    case_if_any = ["case"] if shown.capture.report else []
    for name in ("header", *case_if_any, *ALL):
        yield ""
        yield look.paint("title", f"── {name} ──")
        yield from VIEWS[name](shown, look)


def _subject(shown: Shown) -> str:
    """Which capture this is, on one line."""
    capture = shown.capture
    me, other = ("server", "client") if capture.is_server else ("client", "server")
    peer = capture.header.get("peer") or capture.header.get("agent") or other
    parts = [f"{Path(capture.name).name}  {me} ⇄ {peer}", counted(len(capture.records), "event")]
    times = [record.t for record in capture.records[-1:] if record.t is not None]
    return safe("  ".join([*parts, *map(span, times)]))


def _verdict(shown: Shown, look: Look) -> Lines:
    end = ending_of(shown.closing)
    yield from _marked(end.mark, end.words, ROLES[end.tone], look)


def _marked(mark: str, words: str, role: Role, look: Look) -> Lines:
    for line in fold(words, look.width - 2):
        yield look.paint(role, f"{mark} {line}")
        mark = " "


def _timed(shown: Shown) -> bool:
    return any(record.t is not None for record in shown.capture.records)


def _told(shown: Shown) -> Iterator[Message | WireFrame]:
    """Messages and control frames, in the order in which they began."""
    for one in shown.conversation.frames:
        if one.message is None:
            yield one
        elif one.message.frames[0] is one:
            yield one.message


def _dumped(lines: RowLines, rows: LogRows) -> Lines:
    for row in rows:
        yield from lines.lines([row])
        if row.kind is Kind.OCTETS and row.frame is None:
            yield from (f"      {line}" for line in hex_lines(row.record.octets).texts())


def _frame_lines(shown: Shown, row: LogRow, look: Look) -> Lines:
    """The fields of a frame with their places, and its octets with the payload unmasked."""
    assert row.frame is not None
    rows = [
        (f"      {one.place}", one.name, f"{one.value}  {one.meaning}".rstrip())
        for one in fields_of(row.frame)
    ]
    yield from table_lines(Table("", ("", "", ""), list(rows)), look.width)
    if note := octets_note(shown.conversation, row.frame):
        yield look.paint("dim", fit(f"      {note}", look.width))
    unmasked = frame_octets(shown.conversation, row.frame)[1]
    yield from (f"      {line}" for line in hex_lines(unmasked).texts())


def _decoded_lines(decoded: Decoded, look: Look) -> Lines:
    for name, value in decoded.facts:
        role: Role = "problem" if name in ("wrong", "not UTF-8") else "dim"
        for line in fold(f"{name}: {value}", look.width - 2):
            yield look.paint(role, f"  {line}")
    for line in decoded.lines:
        yield from (f"    {piece}" for piece in fold(line, look.width - 4))


def _tables(tables: list[Table], look: Look) -> Lines:
    for at, table in enumerate(one for one in tables if one.rows):
        if at:
            yield ""
        yield look.paint("title", table.title)
        yield from table_lines(table, look.width)


def _remarks(shown: Shown, look: Look) -> Lines:
    for table in (notices_table(shown.capture), unproven_table(shown.capture)):
        if table.rows:
            yield ""
            yield from _tables([table], look)


ALL = ("handshake", "log", "messages", "closing", "findings", "stats")
"""Views that everything has, behind the header."""
VIEWS: dict[str, Callable[[Shown, Look], Lines]] = {
    "summary": summary,
    "log": log,
    "frames": frames,
    "messages": messages,
    "handshake": handshake,
    "closing": closing,
    "findings": findings,
    "stats": stats,
    "case": case,
    "header": header,
    "all": everything,
}
