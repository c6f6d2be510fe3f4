"""What `wsinspect check` prints: text, JSON lines, JUnit XML, SARIF 2.1.0."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape as xml_text
from xml.sax.saxutils import quoteattr

from wirelog.rules import RULES
from wsinspect.paint import Paint
from wsinspect.present.findings import MARKS, count_words, finding_line, words
from wsinspect.present.safe import safe

if TYPE_CHECKING:
    from wsinspect.check import Checked


def text(checked: Sequence[Checked], paint: Paint) -> Iterator[str]:
    """A line for each capture, one for each finding below it, and the sum."""
    for each in checked:
        yield paint("title", f"{safe(each.file)}: {safe(each.report.verdict)}")
        for one in each.findings:
            mark = paint("problem" if one.severity == "error" else "dim", MARKS[one.severity])
            yield f"  {mark} {finding_line(one)}"
        for rule, count in each.report.left_out.items():
            yield f"  … and {count} more of {rule}"
        if each.report.not_checked:
            yield f"  {len(each.report.not_checked)} rules not checked: {_why(each)}"
    yield _sum(checked)


def _why(each: Checked) -> str:
    return safe("; ".join(dict.fromkeys(each.report.not_checked.values())))


def _sum(checked: Sequence[Checked]) -> str:
    counts = Counter(one.severity for each in checked for one in each.findings)
    captures = f"{len(checked)} capture{'' if len(checked) == 1 else 's'} checked"
    return f"{captures}: {count_words(counts) or 'nothing found'}"


def json_lines(checked: Sequence[Checked], paint: Paint) -> Iterator[str]:
    """One object for each finding, in ASCII."""
    for each in checked:
        for one in each.findings:
            yield _ascii({"file": each.file, **one.as_json()})


def junit(checked: Sequence[Checked], paint: Paint) -> Iterator[str]:
    """A test case for each capture; errors and warnings are its failures."""
    failed = sum(any(one.severity != "note" for one in each.findings) for each in checked)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<testsuite name="wsinspect check" tests="{len(checked)}" failures="{failed}">'
    for each in checked:
        yield f'  <testcase classname="wsinspect" name={quoteattr(safe(each.file))}>'
        grave = [one for one in each.findings if one.severity != "note"]
        if grave:
            lines = [
                f"{one.event:03d} {one.severity} {one.rule} [{one.side}] {words(one)}"
                for one in grave
            ]
            message = f"{grave[0].rule}: {words(grave[0])}"
            yield f"    <failure type={quoteattr(grave[0].rule.id)} message={quoteattr(message)}>"
            yield xml_text("\n".join(lines)) + "</failure>"
        yield "  </testcase>"
    yield "</testsuite>"


def sarif(checked: Sequence[Checked], paint: Paint) -> Iterator[str]:
    """A log of one run; events are told as properties, because a capture has no source lines."""
    used = {one.rule.id for each in checked for one in each.findings}
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": rule.gist},
            "help": {"text": rule.remedy},
            "properties": {"rfc": rule.rfc},
        }
        for rule in RULES.values()
        if rule.id in used
    ]
    results = [_result(each, one) for each in checked for one in each.findings]
    tool = {"driver": {"name": "wsinspect", "rules": rules}}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": tool, "results": results}],
    }
    yield _ascii(log)


def _result(each: Checked, one: Any) -> dict[str, Any]:
    artifact = {"artifactLocation": {"uri": Path(each.file).as_posix()}}
    return {
        "ruleId": one.rule.id,
        "level": one.severity,
        "message": {"text": words(one)},
        "locations": [{"physicalLocation": artifact}],
        "properties": {key: value for key, value in one.as_json().items() if key != "text"},
    }


def _ascii(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":")).replace("\x7f", "\\u007f")


FORMATS: dict[str, Callable[[Sequence[Checked], Paint], Iterator[str]]] = {
    "text": text,
    "json": json_lines,
    "junit": junit,
    "sarif": sarif,
}
