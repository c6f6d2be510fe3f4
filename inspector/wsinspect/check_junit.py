"""Findings as JUnit XML: a test case for each capture, which fails if the exit code does."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from wirelog.findings import foremost
from wsinspect.check_run import Checked, Run
from wsinspect.paint import Paint
from wsinspect.present.findings import finding_line, words
from wsinspect.present.safe import safe


def junit(run: Run, paint: Paint) -> Iterator[str]:
    """The whole report; what could not be read is an error."""
    checked = list(run)
    failed = sum(bool(each.failures) for each in checked)
    tests, errors = len(checked) + len(run.unread), len(run.unread)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    counts = f'tests="{tests}" failures="{failed}" errors="{errors}"'
    yield f'<testsuite name="wsinspect check" {counts}>'
    for each in checked:
        yield from _case(each)
    for error in run.unread:
        yield from _element(error.path, "error", "unreadable", safe(str(error)), "")
    yield "</testsuite>"


def _case(each: Checked) -> Iterator[str]:
    lines = "\n".join(map(finding_line, each.findings))
    first = foremost(each.failures)
    if first is not None:
        yield from _element(
            each.file, "failure", first.rule.id, f"{first.rule}: {words(first)}", lines
        )
        return
    yield f"  {_open(each.file)}"
    if lines:
        yield f"    <system-out>{escape(lines)}</system-out>"
    yield "  </testcase>"


def _element(file: str, tag: str, kind: str, message: str, text: str) -> Iterator[str]:
    """A test case that did not pass."""
    yield f"  {_open(file)}"
    yield f"    <{tag} type={quoteattr(kind)} message={quoteattr(message)}>{escape(text)}</{tag}>"
    yield "  </testcase>"


def _open(file: str) -> str:
    return f'<testcase classname="wsinspect" name={quoteattr(safe(file))}>'
