"""The HTML: an index with the agents side by side, and a page for each case.

Each page stands alone: no file beside it is needed, no host is asked. All that comes from a report
is escaped, and so are characters that a reader cannot see; links lead to files that are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from wirelog.closing import FACTS
from wirelog.escaping import disarm
from wsconform.cases import CASES, CATEGORIES, SECTIONS, Case, natural_key, section_of
from wsconform.cases.explain import rfc_url
from wsconform.judge import CLOSED_WELL
from wsconform.report.case_report import GENERATOR
from wsconform.report.directory import Found, ReportDirectory
from wsconform.report.entry import Entry
from wsconform.report.files import CAPTURES, INDEX_PAGE, write
from wsconform.report.page_log import log_lines

LABELS = {
    "passed": "Pass",
    "non-strict": "Non-strict",
    "failed": "Fail",
    "unimplemented": "Unimplemented",
    "informational": "Info",
}
MEANINGS = {
    "passed": "what came back is what should, and the connection ended as it should",
    "non-strict": "legal, and not all that a strict peer answers",
    "failed": "the messages or the end of the connection were wrong",
    "unimplemented": "the peer declined compression",
    "informational": "the specification leaves it open; the page says what was seen",
}
CLOSE_WORDS = {"UNCLEAN": "unclean", "FAILED": "wrong end", "FAILED BY CLIENT": "kept TCP"}
TIMED = ("9", "12", "13")
"""Categories of which the index shows the time."""


def write_pages(directory: ReportDirectory, run: str | None = None) -> list[Entry]:
    """Write the index and the pages of the cases, or of those of one run; all entries."""
    entries = []
    order = {name: (before, after) for before, name, after in _neighbours(directory.names())}
    for found in directory.reports():
        entries.append(found.entry)
        if run in (None, found.entry.run):
            page = case_page(directory.path, found, *order.get(found.entry.file, ("", "")))
            write(directory.path / _page(found.entry.file), page.encode())
    write(directory.path / INDEX_PAGE, index_page(entries).encode())
    return entries


def _neighbours(names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Each name with the one before and the one after it that belong to the same agent."""
    for _, group in groupby(names, key=lambda name: name.partition("_case_")[0]):
        of_agent = ["", *group, ""]
        yield from zip(of_agent, of_agent[1:], of_agent[2:], strict=False)


def _page(file: str) -> str:
    return file.removesuffix(".json") + ".html" if file else ""


# The index


def index_page(entries: Sequence[Entry]) -> str:
    """The index of all agents."""
    agents = sorted({entry.agent for entry in entries})
    cells = {(entry.id, entry.agent): entry for entry in entries}
    ids = sorted({entry.id for entry in entries}, key=natural_key)
    return TEMPLATES.get_template("index.html").render(
        agents=[_agent(agent, entries) for agent in agents],
        categories=list(_categories(ids, agents, cells)),
        labels=LABELS,
        meanings=MEANINGS,
        kinds=Counter(entry.kind for entry in entries),
        several=len(agents) > 1,
        generator=GENERATOR,
    )


def _agent(agent: str, entries: Iterable[Entry]) -> dict[str, Any]:
    mine = [entry for entry in entries if entry.agent == agent]
    counts = Counter(entry.kind for entry in mine)
    return {
        "name": agent,
        "total": len(mine),
        "counts": [(kind, counts[kind], _percent(counts[kind], len(mine))) for kind in LABELS],
        "started": min(entry.started for entry in mine)[:16].replace("T", " "),
        "target": next((entry.target for entry in mine if entry.target), ""),
    }


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.3f}"


def _categories(
    ids: Sequence[str], agents: Sequence[str], cells: dict[tuple[str, str], Entry]
) -> Iterator[dict[str, Any]]:
    for number, group in groupby(ids, key=lambda one: one.partition(".")[0]):
        rows = [
            _row(case_id, [cells.get((case_id, agent)) for agent in agents]) for case_id in group
        ]
        sections = [
            {"section": section, "rows": list(of_section)}
            for section, of_section in groupby(rows, key=lambda row: row["section"])
        ]
        yield {"number": number, "title": CATEGORIES.get(number, "Other"), "sections": sections}


def _row(case_id: str, entries: Sequence[Entry | None]) -> dict[str, Any]:
    there = [entry for entry in entries if entry is not None]
    verdicts = {(entry.behavior, entry.behavior_close) for entry in there}
    return {
        "id": case_id,
        "section": _section_of(case_id),
        "says": there[0].says,
        "cells": [None if entry is None else _cell(entry) for entry in entries],
        "kinds": " ".join(sorted({entry.kind for entry in there})),
        "differs": len(verdicts) > 1,
        "whys": [(entry.agent, entry.why) for entry in there if not entry.passed()],
    }


def _section_of(case_id: str) -> dict[str, str]:
    case = CASES.get(case_id)
    if case is None:
        return {"title": "", "rfc": "", "url": "", "rule": ""}
    section = section_of(case)
    return _section(section.id)


def _section(section_id: str) -> dict[str, str]:
    section = SECTIONS[section_id]
    url = rfc_url(section.rfc)
    return {"title": section.title, "rfc": section.rfc, "url": url, "rule": section.rule}


def _cell(entry: Entry) -> dict[str, Any]:
    is_timed = entry.id.partition(".")[0] in TIMED
    return {
        "kind": entry.kind,
        "label": LABELS[entry.kind],
        "page": quote(_page(entry.file)),
        "close": _close(entry),
        "closed_well": entry.behavior_close in CLOSED_WELL,
        "duration": f"{entry.duration} ms" if is_timed else "",
        "ratios": _ratios(entry),
        "title": f"{entry.result} {entry.result_close}",
    }


def _close(entry: Entry) -> str:
    """The peer's close code, or what was wrong with the end."""
    code = "no code" if entry.code is None else str(entry.code)
    return CLOSE_WORDS.get(entry.behavior_close, code)


def _ratios(entry: Entry) -> str:
    if entry.ratios is None:
        return ""
    received, sent = ("-" if one is None else f"{one:.3f}" for one in entry.ratios)
    return f"[{received}/{sent}]"


# The page of a case


def case_page(directory: Path, found: Found, before: str = "", after: str = "") -> str:
    """The page of a case; `before` and `after` are the names of the reports beside it."""
    entry, report = found
    case = CASES.get(entry.id)
    capture = safe_capture(directory, entry.capture)
    return TEMPLATES.get_template("case.html").render(
        entry=entry,
        label=LABELS[entry.kind],
        section=_section_of(entry.id),
        steps=[] if case is None else [str(step) for step in case.script],
        wanted=_wanted(entry, case),
        events=list(_events(report)),
        facts=[(name, report.get(name), words) for name, words in FACTS.items()],
        heads=[(name, _head(report.get(key))) for name, key in HEADS.items()],
        statistics=list(_statistics(report)),
        attempts=_several(report.get("attempts")),
        log=log_lines(directory, capture, report),
        capture=capture and quote(capture),
        capture_path=capture and str(directory / capture),
        before=quote(_page(before)),
        after=quote(_page(after)),
        generator=GENERATOR,
    )


HEADS = {"Request": "httpRequest", "Response": "httpResponse"}


def safe_capture(directory: Path, capture: str | None) -> str | None:
    """The path of a capture, if it is there and inside of the directory."""
    if capture is None:
        return None
    root = (directory / CAPTURES).resolve()
    path = (directory / capture).resolve()
    return capture if path.is_relative_to(root) and path.is_file() else None


def _wanted(entry: Entry, case: Case | None) -> Sequence[str]:
    if entry.wanted or case is None:
        return entry.wanted
    return case.wanted(as_published=True)


def _events(report: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What was expected, the strict outcome first, and what was received."""
    expected = report.get("expected")
    lists = dict(sorted(expected.items(), reverse=True)) if isinstance(expected, dict) else {}
    if lists:
        lists["received"] = report.get("received")
    for name, events in lists.items():
        yield name, [_event(one) for one in events] if isinstance(events, list) else []


def _event(row: object) -> tuple[str, str]:
    """An event row in words: what it is, and its payload."""
    cells = row if isinstance(row, list) and row else [row]
    if cells[0] == "message" and len(cells) > 2:
        return "binary message" if cells[2] is True else "text message", str(cells[1])
    return str(cells[0]), " ".join(map(str, cells[1:]))


def _head(text: object) -> list[str]:
    return text.rstrip("\r\n").splitlines() if isinstance(text, str) else []


def _several(attempts: object) -> list[Any]:
    given = attempts if isinstance(attempts, list) else []
    return given if len(given) > 1 and all(isinstance(one, dict) for one in given) else []


def _statistics(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for title, key, unit in STATISTICS:
        counts = report.get(key)
        rows = sorted(_counts(counts), reverse=unit == "size") if isinstance(counts, dict) else []
        yield {
            "title": title,
            "unit": unit,
            "rows": rows[:MOST_SIZES],
            "more": len(rows) - MOST_SIZES,
            "count": sum(count for _, count in rows),
            "octets": sum(size * count for size, count in rows),
        }


def _counts(counts: dict[str, Any]) -> Iterator[tuple[int, int]]:
    for key, count in counts.items():
        if key.isascii() and key.isdecimal() and len(key) < 20 and isinstance(count, int):
            yield int(key), count


MOST_SIZES = 12
STATISTICS = (
    ("Octets received", "rxOctetStats", "size"),
    ("Octets sent", "txOctetStats", "size"),
    ("Frames received", "rxFrameStats", "opcode"),
    ("Frames sent", "txFrameStats", "opcode"),
)


# The templates


def _visible(value: object) -> object:
    """What a template prints: text without characters that a reader cannot see."""
    return disarm(value) if type(value) is str else value


def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        finalize=_visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


TEMPLATES = _templates()
