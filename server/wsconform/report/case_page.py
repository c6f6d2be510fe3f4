"""The page of a case: verdict, what was wanted and heard, wire log, handshakes, figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from wirelog.closing import FACTS
from wsconform.cases import CASES, Case, section_of
from wsconform.cases.explain import rfc_url
from wsconform.report.case_report import GENERATOR
from wsconform.report.directory import Found
from wsconform.report.entry import Entry
from wsconform.report.files import CAPTURES
from wsconform.report.page_log import log_lines
from wsconform.report.templating import environment

TEMPLATES = environment()


def case_page(directory: Path, found: Found, before: str = "", after: str = "") -> str:
    """The page of a case; `before` and `after` are the names of the reports beside it."""
    entry, report = found
    case = CASES.get(entry.id)
    capture = safe_capture(directory, entry.capture)
    return TEMPLATES.get_template("case.html").render(
        entry=entry,
        label=entry.label,
        section=section_words(entry.id),
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
        before=quote(page_name(before)),
        after=quote(page_name(after)),
        generator=GENERATOR,
    )


def page_name(file: str) -> str:
    """The name of the page that belongs to a report; nothing for no report."""
    return file.removesuffix(".json") + ".html" if file else ""


def section_words(case_id: str) -> dict[str, str]:
    """What a page says of the section of a case, even of a case that nobody knows."""
    case = CASES.get(case_id)
    if case is None:
        return {"title": "", "rfc": "", "url": "", "rule": ""}
    section = section_of(case)
    url = rfc_url(section.rfc)
    return {"title": section.title, "rfc": section.rfc, "url": url, "rule": section.rule}


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
