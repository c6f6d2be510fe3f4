"""The wire log of a case page: the lines of the capture, long rows of octets cut."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from wirelog.capture import CaptureError
from wirelog.formats import load
from wirelog.writer import to_octets

MOST_LINES = 600
"""Lines of a page; the capture has them all."""
_EVENT = re.compile(r"(?P<n>[0-9]+)(?: \+(?P<t>[0-9]+\.[0-9]+))? (?P<words>.*)")
_OCTETS = re.compile(r"(?P<head>[RT]X OCTETS: [0-9a-f]{96})(?P<rest>[0-9a-f]+)(?P<tail>.*)")
_KINDS = (
    ("RX OCTETS", "rx"),
    ("TX OCTETS", "tx"),
    ("RX FRAME", "rx frame"),
    ("TX FRAME", "tx frame"),
    ("TCP DROPPED", "drop"),
    ("FAILING", "drop"),
)


class LogLine(NamedTuple):
    """A line of the log."""

    kind: str
    """Its CSS classes."""
    number: str
    time: str
    """Milliseconds since the connection was made, or nothing."""
    words: str


def log_lines(directory: Path, capture: str | None, report: dict[str, Any]) -> list[LogLine]:
    """The log of a case, from its capture, or from its report if there is no capture."""
    path = None if capture is None else directory / capture
    try:
        content = path.read_bytes() if path else _from_report(report)
    except OSError:
        content = _from_report(report)
    lines = content.decode(errors="backslashreplace").split("\n")
    return _bounded(list(_lines(lines)))


def _from_report(report: dict[str, Any]) -> bytes:
    """The rows that the report keeps, as a capture."""
    try:
        return to_octets(load(io.BytesIO(json.dumps(report).encode())))
    except CaptureError:
        return b""


def _lines(lines: Iterable[str]) -> Iterator[LogLine]:
    kind = ""
    for line in lines:
        event = _EVENT.fullmatch(line)
        if event:
            words = event["words"]
            kind = next((kind for begin, kind in _KINDS if words.startswith(begin)), "event")
            yield LogLine(kind, event["n"], _milliseconds(event["t"]), _cut(words))
        elif line.startswith(" "):
            yield LogLine(f"{kind} preview", "", "", line.strip(" "))


def _milliseconds(seconds: str | None) -> str:
    return "" if seconds is None else f"{float(seconds) * 1000:.3f}"


def _cut(words: str) -> str:
    octets = _OCTETS.fullmatch(words)
    if octets is None:
        return words
    return f"{octets['head']}… {len(octets['rest']) // 2} octets more{octets['tail']}"


def _bounded(lines: list[LogLine]) -> list[LogLine]:
    if len(lines) <= MOST_LINES:
        return lines
    half = MOST_LINES // 2
    left_out = f"{len(lines) - 2 * half} lines are left out here; the capture has them"
    return [*lines[:half], LogLine("gap", "", "", left_out), *lines[-half:]]
