"""A report page of the Autobahn Testsuite: the HTML, or its text as a browser copies it.

Cells of its tables run together (`1621162` is size 162, once, 162 octets) or are parted by TABs,
lines of the wire log are wrapped at 100 characters with 15 spaces before the rest, and octets are
cut with ` ...`.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, BinaryIO, NamedTuple

from wirelog.capture import CaptureError, Kind, Record, parse_line
from wirelog.closing import FACTS
from wirelog.escaping import disarm, escape
from wirelog.formats.autobahn_tables import FRAMES, OCTETS, solve
from wirelog.formats.autobahn_wirelog import (
    complete_heads,
    facts_header,
    mark_inflated,
    native_preview,
    unproven,
)
from wirelog.formats.html_text import is_html, text_of, without_tags
from wirelog.jsonline import is_shallow
from wirelog.reader import Capture, Notice

_TITLE = re.compile(r"(.*) - Case ([0-9]+(?:\.[0-9]+)+) : (\S+) - ([0-9]{1,18}) ms @ (\S+)")
_HEADINGS = frozenset({
    "Case Description", "Case Expectation", "Case Outcome", "Case Closing Behavior",
    "Opening Handshake", "Closing Behavior", "Wire Log",
    "Octets Received by Chop Size", "Octets Transmitted by Chop Size",
    "Frames Received by Opcode", "Frames Transmitted by Opcode",
})  # fmt: skip


class _Section(NamedTuple):
    """The lines under a heading."""

    above: int
    """Number of the line that stands above the first of them."""
    lines: list[str]


_NOTHING = _Section(0, [])


def knows(head: bytes) -> bool:
    """Whether a file that begins so is such a page."""
    words = without_tags(head) if is_html(head) else head
    return re.search(rb" - Case [0-9.]+ : \S+ - [0-9]+ ms @ ", words) is not None


def read(file: BinaryIO, name: str = "", progress: object = None) -> Capture:
    """The page as a capture; raises `CaptureError` if it has no title or no wire log."""
    octets = file.read()
    text = octets.decode("utf-8", "replace")
    shown = text_of(text) if is_html(octets) else text
    lines = [line.rstrip("\r") for line in shown.split("\n")]
    sections = _sections(lines)
    title = next(filter(None, map(_TITLE.fullmatch, sections[""].lines)), None)
    if title is None or "Wire Log" not in sections:
        raise CaptureError("a report page without its title line or without its wire log")
    facts = _closing_facts(sections.get("Closing Behavior", _NOTHING).lines)
    capture = Capture(name, trailer=facts or None)
    head = {"agent": title[1], "case": title[2], "started": title[5]}
    capture.header = facts_header(head, bool(facts.get("isServer")))
    capture.records = list(_events(sections["Wire Log"], capture.notices))
    mark_inflated(capture.records)
    complete_heads(capture, *_heads(sections.get("Opening Handshake", _NOTHING).lines))
    capture.statistics = _statistics(sections, capture.notices)
    capture.report = _report(sections, title)
    capture.unproven = unproven(capture)
    return capture


def _sections(lines: list[str]) -> dict[str, _Section]:
    """The lines under each heading; those above the first one under ``""``."""
    current = _Section(0, [])
    found = {"": current}
    for number, line in enumerate(lines, 1):
        if line.strip() in _HEADINGS and line.strip() not in found:
            current = found[line.strip()] = _Section(number, [])
        else:
            current.lines.append(line)
    return found


def _report(sections: dict[str, _Section], title: re.Match[str]) -> dict[str, Any]:
    text = {heading: _text(section.lines) for heading, section in sections.items()}
    parts = re.split(r"(?:^|\n)(Expected|Observed):\n?", text.get("Case Outcome", ""))
    named = dict(zip(parts[1::2], map(_value, parts[2::2]), strict=False))
    end = text.get("Case Closing Behavior", "")
    verdict = re.search(r"\(([A-Z ]+)\)$", end)
    return {
        "description": text.get("Case Description", ""),
        "expectation": text.get("Case Expectation", ""),
        "behavior": title[3],
        "behaviorClose": verdict[1] if verdict else None,
        "duration": int(title[4]),
        "result": parts[0].strip(),
        "resultClose": end,
        "expected": named.get("Expected"),
        "received": named.get("Observed"),
    }


def _value(shown: str) -> object:
    """Events, which a page shows as Python writes them; as text if they cannot be read."""
    shown = shown.strip()
    try:
        with warnings.catch_warnings(action="ignore"):  # of escapes that Python does not know
            value = _with_lists(ast.literal_eval(shown))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return shown
    return value if is_shallow(value) else shown


def _with_lists(value: object) -> object:
    """As JSON has it."""
    if isinstance(value, list | tuple):
        return [_with_lists(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _with_lists(one) for key, one in value.items()}
    return value if isinstance(value, str | int | None) else str(value)


def _text(lines: list[str]) -> str:
    return "\n".join(line for line in lines if line.strip()).strip()


def _heads(lines: list[str]) -> tuple[str, str]:
    """Request and response, which stand one below the other."""
    whole = [line for line in lines if line.strip()]
    split = next((at for at, line in enumerate(whole) if line.startswith("HTTP/")), len(whole))
    return "\n".join(whole[:split]), "\n".join(whole[split:])


# Each row is key, value and description without anything between them: a value that is not a truth
# ends where the description begins.
_DESCRIBED_BY = {
    "wasNotCleanReason": "When wasClean",
    "localCloseCode": "The close code",
    "localCloseReason": "The close reason",
    "remoteCloseCode": "The close code",
    "remoteCloseReason": "The close reason",
}


def _closing_facts(lines: list[str]) -> dict[str, Any]:
    """What can be read of the table; a row ends where the next one begins."""
    starts = {key: _first_with(key, lines) for key in FACTS}
    begins = sorted({at for at in starts.values() if at is not None} | {len(lines)})
    rows = {begin: "\n".join(lines[begin:end]) for begin, end in pairwise(begins)}
    found: dict[str, Any] = {}
    for key, at in starts.items():
        if at is not None:
            found |= _fact(key, rows[at].removeprefix(key).strip())
    return found


def _first_with(key: str, lines: list[str]) -> int | None:
    return next((at for at, line in enumerate(lines) if line.startswith(key)), None)


def _fact(key: str, row: str) -> dict[str, Any]:
    """The fact that a row tells, without its key; nothing if it cannot be read."""
    if key not in _DESCRIBED_BY:
        return {key: row.startswith("True")} if row.startswith(("True", "False")) else {}
    value, mark, _ = row.rpartition(_DESCRIBED_BY[key])
    value = value.strip()
    if not mark:
        return {}
    if value == "None":
        return {key: None}
    if key.endswith("Reason"):
        return {key: value}
    return {key: int(value)} if re.fullmatch("[0-9]{1,5}", value) else {}


def _statistics(sections: dict[str, _Section], notices: list[Notice]) -> dict[str, Any] | None:
    """The counts of all four tables; None if one is missing or cannot be read."""
    counts: dict[str, Any] = {"octets": {}, "frames": {}}
    for kind, side, heading, columns in _TABLES:
        section = sections.get(heading)
        if section is None:
            return None
        solved = solve(section.lines, columns)
        if solved is None:
            notices.append(Notice(section.above, f"the rows of {heading!r} do not fit their total"))
            return None
        counts[kind][side] = solved
    return counts


_TABLES = [
    ("octets", "rx", "Octets Received by Chop Size", OCTETS),
    ("octets", "tx", "Octets Transmitted by Chop Size", OCTETS),
    ("frames", "rx", "Frames Received by Opcode", FRAMES),
    ("frames", "tx", "Frames Transmitted by Opcode", FRAMES),
]


def _events(section: _Section, notices: list[Notice]) -> Iterator[Record]:
    """The wire log's events, wrapped lines joined."""
    events: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(section.lines, section.above + 1):
        # A payload may hold a line that looks like an event, but hardly the number that is due.
        if line.startswith(f"{len(events):03d} "):
            events.append((number, line, []))
        elif line.strip() and events:
            events[-1][2].append(line.strip())
    for number, line, more in events:
        record = _event(line, more, number)
        if record.kind is Kind.UNKNOWN:
            notices.append(Notice(number, f"cannot be read: {escape(line[:60])}"))
        yield record


def _event(line: str, more: list[str], number: int) -> Record:
    if re.match(r"[0-9]+ [RT]X OCTETS: ", line):
        line += "".join(f" {part}" if part == "..." else part for part in more)
    record = parse_line(disarm(_single_mask(line)), None, number)
    assert record is not None  # it begins with a number
    frame = record.frame
    if frame is None:
        return record
    repeated = frame.extras.get("PAYLOAD-REPEAT-LEN", "")
    length = int(repeated) if re.fullmatch("[0-9]{1,18}", repeated) else frame.length
    shown = ("" if more and more[0].startswith("0x") else " ").join(more)
    preview = native_preview(shown, length)
    return record._replace(frame=frame._replace(length=length, preview=preview))


def _single_mask(line: str) -> str:
    """The page prints the mask of a received frame as hex of hex."""
    match = re.search(r"MASK=((?:3[0-9]|6[1-6]){8})$", line)
    return line[: match.start(1)] + bytes.fromhex(match[1]).decode() if match else line
