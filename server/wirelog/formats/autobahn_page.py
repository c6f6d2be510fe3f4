"""The text of a report page of the Autobahn Testsuite, as a browser copies it.

Cells of its tables run together (`1621162` is size 162, once, 162 octets), lines of the wire log
are wrapped at 100 characters with 15 spaces before the rest, and octets are cut with ` ...`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from wirelog.capture import CaptureError, Kind, Record, parse_line
from wirelog.closing import FACTS
from wirelog.formats.autobahn_wirelog import complete_heads, facts_header, unproven
from wirelog.reader import Capture, Notice

_TITLE = re.compile(r"(.*) - Case (\d+(?:\.\d+)+) : (\S+) - (\d+) ms @ (\S+)")
_HEADINGS = frozenset({
    "Case Description", "Case Expectation", "Case Outcome", "Case Closing Behavior",
    "Opening Handshake", "Closing Behavior", "Wire Log",
    "Octets Received by Chop Size", "Octets Transmitted by Chop Size",
    "Frames Received by Opcode", "Frames Transmitted by Opcode",
})  # fmt: skip


def knows(head: bytes) -> bool:
    """Whether a file that begins so is such a page."""
    return b"Wire Log" in head and re.search(rb"- Case \d+(\.\d+)+ : ", head) is not None


def read(file: BinaryIO, name: str = "", progress: object = None) -> Capture:
    """The page as a capture; raises `CaptureError` if it has no title or no wire log."""
    lines = [line.rstrip("\r\n") for line in file.read().decode("utf-8", "replace").split("\n")]
    sections = _sections(lines)
    title = next(filter(None, map(_TITLE.fullmatch, sections[""])), None)
    if title is None or "Wire Log" not in sections:
        raise CaptureError("a report page without its title line or without its wire log")
    facts = _closing_facts(sections.get("Closing Behavior", []))
    capture = Capture(name, trailer=facts or None)
    head = {"agent": title[1], "case": title[2], "started": title[5]}
    capture.header = facts_header(head, bool(facts.get("isServer")))
    capture.records = list(_events(sections["Wire Log"], capture.notices))
    complete_heads(capture, *_heads(sections.get("Opening Handshake", [])))
    capture.statistics = _statistics(sections)
    capture.report = _report(sections, title)
    capture.unproven = unproven(capture)
    return capture


def _sections(lines: list[str]) -> dict[str, list[str]]:
    """The lines under each heading; those above the first one under ``""``."""
    found: dict[str, list[str]] = {"": []}
    current = ""
    for line in lines:
        if line.strip() in _HEADINGS and line.strip() not in found:
            current = line.strip()
            found[current] = []
        else:
            found[current].append(line)
    return found


def _report(sections: dict[str, list[str]], title: re.Match[str]) -> dict[str, Any]:
    outcome = _text(sections.get("Case Outcome", []))
    parts = re.split(r"(?:^|\n)(Expected|Observed):\n?", outcome)
    named = dict(zip(parts[1::2], map(str.strip, parts[2::2]), strict=False))
    return {
        "description": _text(sections.get("Case Description", [])),
        "expectation": _text(sections.get("Case Expectation", [])),
        "behavior": title[3],
        "duration": int(title[4]),
        "result": parts[0].strip(),
        "resultClose": _text(sections.get("Case Closing Behavior", [])),
        "expected": named.get("Expected"),
        "received": named.get("Observed"),
    }


def _text(lines: list[str]) -> str:
    return "\n".join(line for line in lines if line.strip()).strip()


def _heads(lines: list[str]) -> tuple[str, str]:
    """Request and response, which stand one below the other."""
    whole = [line for line in lines if line.strip()]
    split = next((at for at, line in enumerate(whole) if line.startswith("HTTP/")), len(whole))
    return "\n".join(whole[:split]), "\n".join(whole[split:])


# Each row is key, value and description without anything between them, so a value ends where the
# description begins.
_TRUTHS = (
    "isServer", "closedByMe", "failedByMe", "droppedByMe", "wasClean",
    "wasServerConnectionDropTimeout", "wasOpenHandshakeTimeout", "wasCloseHandshakeTimeout",
)  # fmt: skip
_VALUES = {
    **dict.fromkeys(_TRUTHS, r"\s*(True|False)"),
    "wasNotCleanReason": r"\s*(.*?)\s*When wasClean",
    "localCloseCode": r"\s*(None|\d+?)\s*The close code",
    "localCloseReason": r"\s*(.*?)\s*The close reason I",
    "remoteCloseCode": r"\s*(None|\d+?)\s*The close code",
    "remoteCloseReason": r"\s*(.*?)\s*The close reason the",
}


def _closing_facts(lines: list[str]) -> dict[str, Any]:
    text = "\n".join(lines)
    found: dict[str, Any] = {}
    for key, pattern in _VALUES.items():
        match = re.search(rf"^{key}{pattern}", text, re.MULTILINE | re.DOTALL)
        if match:
            found[key] = _value(key, match[1])
    return {key: found[key] for key in FACTS if key in found}


def _value(key: str, text: str) -> Any:
    if key in _TRUTHS:
        return text == "True"
    if text == "None":
        return None
    return int(text) if key.endswith("Code") else text


def _statistics(sections: dict[str, list[str]]) -> dict[str, Any] | None:
    names = {"rx": "Received", "tx": "Transmitted"}
    counts: dict[str, Any] = {"octets": {}, "frames": {}}
    for side, word in names.items():
        octets = sections.get(f"Octets {word} by Chop Size")
        frames = sections.get(f"Frames {word} by Opcode")
        if octets is None or frames is None:
            return None
        counts["octets"][side] = _solve(octets, _octet_splits)
        counts["frames"][side] = _solve(frames, _frame_splits)
    return counts


def _octet_splits(digits: str) -> Iterator[tuple[int, int]]:
    """The ways to read `1621162` as size, count and their product."""
    for a in range(1, len(digits) - 1):
        for b in range(a + 1, len(digits)):
            size, count, octets = int(digits[:a]), int(digits[a:b]), int(digits[b:])
            if size * count == octets and count:
                yield size, count


def _frame_splits(digits: str) -> Iterator[tuple[int, int]]:
    """The ways to read `131` as opcode and count."""
    for at in range(1, len(digits)):
        if int(digits[:at]) < 16 and int(digits[at:]):
            yield int(digits[:at]), int(digits[at:])


def _solve(lines: list[str], splits: Any) -> dict[str, int]:
    """Read all rows of a table so that keys rise and the counts add up to the `Total` row."""
    rows = [re.sub(r"\D", "", line) for line in lines if re.fullmatch(r"[\d\s]+", line)]
    total = next((re.sub(r"\D", "", line) for line in lines if line.startswith("Total")), "")

    def search(at: int, above: int, count: int) -> dict[str, int] | None:
        if at == len(rows):
            return {} if total.startswith(str(count)) else None
        for key, times in splits(rows[at]):
            if key > above and (rest := search(at + 1, key, count + times)) is not None:
                return {str(key): times} | rest
        return None

    return search(0, -1, 0) or {}


def _events(lines: list[str], notices: list[Notice]) -> Iterator[Record]:
    """The wire log's events, wrapped lines joined."""
    whole: list[tuple[str, list[str]]] = []
    for line in lines:
        if re.match(r"\d{3,} ", line):
            whole.append((line, []))
        elif line.strip() and whole:
            whole[-1][1].append(line.strip())
    for line, more in whole:
        record = _event(line, more)
        if record is None or record.kind is Kind.UNKNOWN:
            notices.append(Notice(0, f"a line of the wire log that cannot be read: {line[:60]}"))
        if record is not None:
            yield record


def _event(line: str, more: list[str]) -> Record | None:
    if " OCTETS: " in line:
        return parse_line(line + "".join(f" {part}" if part == "..." else part for part in more))
    joined = ("" if more and more[0].startswith("0x") else " ").join(more)
    record = parse_line(_single_mask(line), joined if more else None)
    if record is not None and record.frame is not None:
        repeated = record.frame.extras.get("PAYLOAD-REPEAT-LEN", "None")
        if repeated.isdigit():
            return replace(record, frame=replace(record.frame, length=int(repeated)))
    return record


def _single_mask(line: str) -> str:
    """The page prints the mask of a received frame as hex of hex."""
    match = re.search(r"MASK=([0-9a-f]{16})$", line)
    return line[: match.start(1)] + bytes.fromhex(match[1]).decode("latin-1") if match else line
