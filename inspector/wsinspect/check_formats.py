"""What `wsinspect check` prints: text, and the table of all formats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from wirelog.counting import counted
from wirelog.rules import Severity
from wsinspect.check_junit import junit
from wsinspect.check_run import Checked, Run
from wsinspect.check_sarif import sarif
from wsinspect.paint import Paint
from wsinspect.present.findings import MARKS, count_words, finding_line
from wsinspect.present.safe import safe
from wsinspect.show_json import encode


def text(run: Run, paint: Paint) -> Iterator[str]:
    """A line for each capture, one for each finding below it, and the sum; as they are read."""
    counts: Counter[Severity] = Counter()
    for each in run:
        counts.update(each.report.counts())
        if run.is_quiet and not each.failures:
            continue
        yield paint("title", f"{safe(each.file)}: {safe(each.report.verdict)}{_hidden(each)}")
        for one in each.failures if run.is_quiet else each.findings:
            mark = paint("problem" if one.severity == "error" else "dim", MARKS[one.severity])
            yield f"  {mark} {finding_line(one)}"
        for (rule, side), count in each.report.left_out.items():
            yield f"  … and {count} more of {rule} [{side}]"
        if each.report.not_checked:
            yield f"  {counted(len(each.report.not_checked), 'rule')} not checked: {_why(each)}"
    if run.count:
        captures = counted(run.count, "capture")
        yield f"{captures} checked: {count_words(counts) or 'nothing found'}"


def _hidden(each: Checked) -> str:
    return f"; {each.hidden} ignored or accepted" if each.hidden else ""


def _why(each: Checked) -> str:
    return safe("; ".join(dict.fromkeys(each.report.not_checked.values())))


def json_lines(run: Run, paint: Paint) -> Iterator[str]:
    """One object for each finding, in ASCII."""
    for each in run:
        for one in each.findings:
            yield encode({"file": each.file, **one.as_json()})


FORMATS: dict[str, Callable[[Run, Paint], Iterator[str]]] = {
    "text": text,
    "json": json_lines,
    "junit": junit,
    "sarif": sarif,
}
