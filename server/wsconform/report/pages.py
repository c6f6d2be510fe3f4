"""The HTML: an index with the agents side by side, and a page for each case.

Each page stands alone: no file beside it is needed, no host is asked. All that comes from a report
is escaped, and so are characters that a reader cannot see; links lead to files that are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

from wsconform.cases import CATEGORIES, natural_key
from wsconform.judge import CLOSED_WELL
from wsconform.report.case_page import case_page, page_name, section_words
from wsconform.report.case_report import GENERATOR
from wsconform.report.directory import ReportDirectory
from wsconform.report.entry import LABELS, Entry
from wsconform.report.files import INDEX_PAGE, write
from wsconform.report.templating import environment

TEMPLATES = environment()
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
    order = neighbours(directory.names())
    for found in directory.reports():
        entries.append(found.entry)
        if run in (None, found.entry.run):
            page = case_page(directory.path, found, *order.get(found.entry.file, ("", "")))
            write(directory.path / page_name(found.entry.file), page.encode())
    write(directory.path / INDEX_PAGE, index_page(entries).encode())
    return entries


def page_of(directory: ReportDirectory, page: str) -> str | None:
    """The page of that name as the reports are now, whether or not it was ever written; None if
    there is no report for it."""
    if page == INDEX_PAGE:
        return index_page([found.entry for found in directory.reports()])
    file = f"{page.removesuffix('.html')}.json"
    order = neighbours(directory.names())
    found = directory.report(file) if file in order else None
    return None if found is None else case_page(directory.path, found, *order[file])


def neighbours(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """For each name the one before and the one after it that belong to the same agent."""
    found = {}
    for _, group in groupby(names, key=lambda name: name.partition("_case_")[0]):
        of_agent = ["", *group, ""]
        for before, name, after in zip(of_agent, of_agent[1:], of_agent[2:], strict=False):
            found[name] = before, after
    return found


def index_page(entries: Sequence[Entry]) -> str:
    """The index of all agents."""
    by_agent: dict[str, list[Entry]] = {}
    for entry in entries:
        by_agent.setdefault(entry.agent, []).append(entry)
    agents = sorted(by_agent)
    cells = {(entry.id, entry.agent): entry for entry in entries}
    ids = sorted({entry.id for entry in entries}, key=natural_key)
    return TEMPLATES.get_template("index.html").render(
        agents=[_agent(agent, by_agent[agent]) for agent in agents],
        categories=list(_categories(ids, agents, cells)),
        labels=LABELS,
        meanings=MEANINGS,
        kinds=Counter(entry.kind for entry in entries),
        several=len(agents) > 1,
        generator=GENERATOR,
    )


def _agent(agent: str, mine: Sequence[Entry]) -> dict[str, Any]:
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
        "section": section_words(case_id),
        "says": there[0].says,
        "cells": [None if entry is None else _cell(entry) for entry in entries],
        "kinds": " ".join(sorted({entry.kind for entry in there})),
        "differs": len(verdicts) > 1,
        "whys": [(entry.agent, entry.why) for entry in there if not entry.passed()],
    }


def _cell(entry: Entry) -> dict[str, Any]:
    is_timed = entry.id.partition(".")[0] in TIMED
    return {
        "kind": entry.kind,
        "label": entry.label,
        "page": quote(page_name(entry.file)),
        "close": _close(entry),
        "closed_well": entry.behavior_close in CLOSED_WELL,
        "duration": f"{entry.duration} ms" if is_timed else "",
        "ratios": _ratios(entry),
        "title": " ".join(entry.sentences),
    }


def _close(entry: Entry) -> str:
    """The peer's close code, or what was wrong with the end."""
    if entry.opening:
        return "never opened"
    code = "no code" if entry.code is None else str(entry.code)
    return CLOSE_WORDS.get(entry.behavior_close, code)


def _ratios(entry: Entry) -> str:
    if entry.ratios is None:
        return ""
    received, sent = ("-" if one is None else f"{one:.3f}" for one in entry.ratios)
    return f"[{received}/{sent}]"
