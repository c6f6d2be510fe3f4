"""The JSON report that the Autobahn Testsuite writes for each case."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, BinaryIO

from wirelog.capture import CaptureError, Kind, Record, parse_line
from wirelog.closing import FACTS
from wirelog.escaping import disarm
from wirelog.formats.autobahn_wirelog import (
    complete_heads,
    facts_header,
    mark_inflated,
    native_preview,
    unproven,
)
from wirelog.jsonline import is_shallow
from wirelog.reader import Capture

Row = list[Any]
_PUBLISHED = (
    "description", "expectation", "behavior", "behaviorClose", "result", "resultClose",
    "expected", "received",
)  # fmt: skip
"""Keys of a report that are kept with the capture."""
_BEYOND = ("expectedClose", "rfc", "heard")
"""Those that not every program writes."""


_STRING = rb'\s*"(?:[^"\\]|\\.)*"\s*'
_INDEX = re.compile(rb"\s*\{%b:\s*\{%b:\s*\{" % (_STRING, _STRING))
"""How an `index.json` begins, which has verdicts by agent and case, and no wire log."""


def knows(head: bytes) -> bool:
    """Whether a file that begins so is such a report."""
    is_object = head.lstrip()[:1] == b"{"
    return is_object and b'"behavior"' in head and not _INDEX.match(head)


def read(file: BinaryIO, name: str = "", progress: object = None) -> Capture:
    """The report as a capture; raises `CaptureError` if it is JSON of another kind."""
    try:
        return _capture(json.load(file), name)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        words = disarm(repr(error))
        raise CaptureError(f"not a case report of the Autobahn Testsuite: {words}") from None


def _capture(report: dict[str, Any], name: str) -> Capture:
    records = [record(number, row) for number, row in enumerate(report["wirelog"])]
    mark_inflated(records)
    trailer = {key: report[key] for key in FACTS}
    if trailer["droppedByMe"] or report.get("duration") is not None:
        whose = "ME" if trailer["droppedByMe"] else "PEER"
        records.append(Record(len(records), None, Kind.DROPPED, text=f"TCP DROPPED BY {whose}"))
    facts = {key: report.get(key) for key in ("agent", "started")} | {"case": report.get("id")}
    capture = Capture(name, facts_header(facts, bool(report["isServer"])), records, trailer)
    complete_heads(capture, report.get("httpRequest") or "", report.get("httpResponse") or "")
    capture.statistics = {
        "octets": {"rx": report["rxOctetStats"], "tx": report["txOctetStats"]},
        "frames": {"rx": report["rxFrameStats"], "tx": report["txFrameStats"]},
    }
    capture.report = {key: report.get(key) for key in _PUBLISHED}
    capture.report |= {key: report[key] for key in _BEYOND if key in report}
    if not is_shallow(capture.report):
        raise ValueError("nested too deep")
    capture.unproven = unproven(capture)
    return capture


def record(n: int, row: Row) -> Record:
    """One row of the report's wire log, read as the line that a capture would have for it."""
    words, below = _WORDS.get(row[0], _unknown)(row)
    made = parse_line(f"{n:03d} {disarm(words)}", below)
    assert made is not None
    return made


def _octets(row: Row) -> tuple[str, None]:
    tag, (length, digits), *_ = row
    cut = f" LEN={length}" if digits.endswith(" ...") else ""
    return f"{_DIRECTION[tag]} OCTETS: {digits}{cut}", None


def _received(row: Row) -> tuple[str, str | None]:
    _, (length, text), opcode, fin, rsv, masked, mask = row
    fields = f"OPCODE={opcode}, FIN={fin}, RSV={rsv}, PAYLOAD-LEN={length}"
    return f"RX FRAME : {fields}, MASKED={masked}, MASK={mask}", native_preview(text, length)


def _sent(row: Row) -> tuple[str, str | None]:
    _, (length, text), opcode, fin, rsv, mask, repeat, chop, sync = row
    size = length if repeat is None else repeat
    fields = f"OPCODE={opcode}, FIN={fin}, RSV={rsv}, PAYLOAD-LEN={size}, MASK={mask}"
    extras = f"PAYLOAD-REPEAT-LEN={repeat}, CHOPSIZE={chop}, SYNC={sync}"
    return f"TX FRAME : {fields}, {extras}", native_preview(text, size)


def _unknown(row: Row) -> tuple[str, None]:
    return " ".join(map(str, row)), None


_DIRECTION = {"RO": "RX", "TO": "TX"}
_WORDS: dict[str, Callable[[Row], tuple[str, str | None]]] = {
    "RO": _octets,
    "TO": _octets,
    "RF": _received,
    "TF": _sent,
    "CT": lambda row: (f"DELAY {row[1]:f} sec for TAG {row[2]}", None),
    "CTE": lambda row: (f"DELAY TIMEOUT on TAG {row[1]}", None),
    "KL": lambda row: (f"FAIL CONNECTION AFTER {row[1]:f} sec", None),
    "KLE": lambda row: ("FAILING CONNECTION", None),
    "TI": lambda row: (f"CLOSE CONNECTION AFTER {row[1]:f} sec", None),
    "TIE": lambda row: ("CLOSING CONNECTION", None),
    "WLM": lambda row: (f"WIRELOG {'ENABLED' if row[1] else 'DISABLED'}", None),
}
