"""The JSON report that the Autobahn Testsuite writes for each case."""

from __future__ import annotations

import json
from binascii import unhexlify
from typing import Any, BinaryIO

from wirelog.capture import CaptureError, Direction, FrameLine, Kind, Record
from wirelog.closing import FACTS
from wirelog.formats.autobahn_wirelog import complete_heads, facts_header, unproven
from wirelog.reader import Capture

Row = list[Any]


def knows(head: bytes) -> bool:
    """Whether a file that begins so is such a report."""
    return head.lstrip()[:1] == b"{" and b'"behavior"' in head


def read(file: BinaryIO, name: str = "", progress: object = None) -> Capture:
    """The report as a capture; raises `CaptureError` if it is JSON of another kind."""
    try:
        report = json.load(file)
        rows = report["wirelog"]
        is_server = bool(report["isServer"])
        records = [record(number, row) for number, row in enumerate(rows)]
        trailer = {key: report[key] for key in FACTS}
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise CaptureError(f"not a case report of the Autobahn Testsuite: {error!r}") from None
    if trailer["droppedByMe"] or report.get("duration") is not None:
        whose = "ME" if trailer["droppedByMe"] else "PEER"
        records.append(Record(len(records), None, Kind.DROPPED, text=f"TCP DROPPED BY {whose}"))
    facts = {key: report.get(key) for key in ("agent", "started")} | {"case": report.get("id")}
    capture = Capture(name, facts_header(facts, is_server), records, trailer)
    complete_heads(capture, report.get("httpRequest") or "", report.get("httpResponse") or "")
    capture.statistics = {
        "octets": {"rx": report["rxOctetStats"], "tx": report["txOctetStats"]},
        "frames": {"rx": report["rxFrameStats"], "tx": report["txFrameStats"]},
    }
    words = ("description", "expectation", "behavior", "behaviorClose", "result", "resultClose")
    capture.report = {key: report.get(key) for key in (*words, "expected", "received")}
    capture.unproven = unproven(capture)
    return capture


def record(n: int, row: Row) -> Record:
    """One row of the report's wire log."""
    tag, *rest = row
    if tag in ("RO", "TO"):
        length, digits = rest[0]
        octets = unhexlify(digits.removesuffix(" ..."))
        return Record(n, None, Kind.OCTETS, _DIRECTION[tag], octets, length)
    if tag == "RF":
        (length, text), opcode, fin, rsv, masked, mask = rest
        line = FrameLine(opcode, fin, rsv, length, masked, _key(mask), preview=text or None)
        return Record(n, None, Kind.FRAME, "RX", frame=line)
    if tag == "TF":
        (length, text), opcode, fin, rsv, mask, repeat, chop, sync = rest
        extras = {"PAYLOAD-REPEAT-LEN": str(repeat), "CHOPSIZE": str(chop), "SYNC": str(sync)}
        size = length if repeat is None else repeat
        line = FrameLine(
            opcode,
            fin,
            rsv,
            size,
            mask is not None,
            _key(mask),
            preview=text or None,
            extras=extras,
        )
        return Record(n, None, Kind.FRAME, "TX", frame=line)
    kind, words = _WORDS[tag]
    return Record(n, None, kind, text=words.format(*rest))


def _key(mask: str | None) -> bytes | None:
    return None if mask is None else unhexlify(mask)


_DIRECTION: dict[str, Direction] = {"RO": "RX", "TO": "TX"}
_WORDS: dict[str, tuple[Kind, str]] = {
    "CT": (Kind.TIMER, "DELAY {0:f} sec for TAG {1}"),
    "CTE": (Kind.TIMEOUT, "DELAY TIMEOUT on TAG {0}"),
    "KL": (Kind.TIMER, "FAIL CONNECTION AFTER {0:f} sec"),
    "KLE": (Kind.FAILING, "FAILING CONNECTION"),
    "TI": (Kind.TIMER, "CLOSE CONNECTION AFTER {0:f} sec"),
    "TIE": (Kind.CLOSING, "CLOSING CONNECTION"),
    "WLM": (Kind.NOTE, "WIRELOG {0}"),
}
