"""What a terminal shows when a run is over: the failures once more, each with all that helps, and
the totals."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from wirelog.escaping import disarm
from wsconform.progress import counts_in_words, seconds_in_words
from wsconform.report.entry import Entry
from wsconform.report.files import INDEX_PAGE
from wsconform.report.gate import NAMING, Gate
from wsconform.terminal import Look, cells, cut


def failure(entry: Entry, look: Look) -> str:
    """A failed case as one line."""
    mark = look.paint("bad", look.marks["failed"])
    room = look.width - cells(entry.id) - cells(entry.rfc) - 9
    says = cut(disarm(entry.says), room, look.marks["more"])
    gap = " " * max(room - cells(says), 0)
    return f" {mark} {look.paint('strong', entry.id)}  {says}{gap}  {look.paint('dim', entry.rfc)}"


def failure_in_full(entry: Entry, gate: Gate, directory: Path | None, look: Look) -> Iterator[str]:
    """The line, and what was wanted and heard, why that fails, what the wire
    shows, and which capture to open."""
    yield failure(entry, look)
    for number, wanted in enumerate(entry.wanted):
        yield from look.wrapped("     wanted   " if not number else "              ", wanted)
    yield from look.wrapped("     heard    ", entry.heard or "see the report")
    yield from look.wrapped("     because  ", gate.objection(entry))
    if entry.findings:
        yield from look.wrapped("     on wire  ", entry.findings[0])
    if entry.capture and directory:
        path = shlex.quote(disarm(str(directory / entry.capture)))
        yield look.paint("dim", f"     {look.marks['to']} wsinspect {path}")


def closing(
    entries: Sequence[Entry], gate: Gate, directory: Path | None, seconds: float | None, look: Look
) -> Iterator[str]:
    """The end of a run: failures, what else should be known, totals; no directory if somebody else
    has the reports."""
    several = len({entry.agent for entry in entries}) > 1
    agent = ""
    for entry in gate.failing(entries):
        if several and entry.agent != agent:
            agent = entry.agent
            yield look.paint("strong", disarm(agent))
        yield from failure_in_full(entry, gate, directory, look)
        yield ""
    yield from _remarks(entries, gate, look)
    counts = Counter(entry.kind for entry in entries)
    words = ", ".join([*reversed(counts_in_words(counts, look)), *_gate_in_words(entries, gate)])
    time = "" if seconds is None else f"   in {seconds_in_words(seconds)}"
    where = f"   {directory / INDEX_PAGE}" if directory and entries else ""
    yield f" {words or 'nothing was played'}{time}{where}"


def _gate_in_words(entries: Sequence[Entry], gate: Gate) -> Iterator[str]:
    """What the counts do not say of why the run fails, or does not."""
    failing = gate.failing(entries)
    if gate.baseline is None:
        lax = sum(entry.kind == "non-strict" for entry in failing)
        if lax:
            yield f"--strict fails {lax}"
    elif failing:
        yield f"{len(failing)} differ{'s' if len(failing) == 1 else ''} from the baseline"
    elif gate.strangers(entries):
        yield "not in the baseline"
    elif entries:
        yield "as the baseline says"


def _remarks(entries: Sequence[Entry], gate: Gate, look: Look) -> Iterator[str]:
    lists = {
        "non-strict": [entry.id for entry in entries if entry.kind == "non-strict"],
        "wavering": [entry.id for entry in entries if entry.differed],
    }
    for word, ids in lists.items():
        if ids:
            names = ", ".join(dict.fromkeys(ids))  # several agents may have the same
            yield from look.wrapped(f" {word}  ", REMARKS[word].format(names))
    if any(entry.kind == "unimplemented" for entry in entries):
        yield from look.wrapped(" unimplemented  ", UNIMPLEMENTED)
    for agent in gate.strangers(entries):
        yield from look.wrapped(" baseline  ", f"it knows no agent {agent!r}; {NAMING}")


REMARKS = {
    "non-strict": "{} (legal; --strict fails them)",
    "wavering": "{} (not judged alike when played again; the second time counts)",
}
UNIMPLEMENTED = (
    "the peer declines compression; if that is meant, leave the cases out with "
    "--exclude '12.*,13.*'"
)
