"""The views of `wsinspect show` as JSON; the shapes are promised to programs that read them.

Everything is escaped to ASCII, DEL included, so the output is harmless in a terminal too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from wirelog.capture import Kind
from wirelog.frames import Opcode
from wirelog.handshake import HttpHead
from wirelog.message import Message
from wirelog.utf8 import find_fault
from wsinspect.present.case import PLACED, CaseSheet
from wsinspect.present.closing import explanation
from wsinspect.present.rows import LogRow
from wsinspect.shown import Shown

Facts = dict[str, Any]


def encode(value: Facts, indent: int | None = None) -> str:
    """One JSON object, on one line unless there is an indent."""
    separators = None if indent else (",", ":")
    return json.dumps(value, indent=indent, separators=separators).replace("\x7f", "\\u007f")


def log(shown: Shown) -> Iterator[Facts]:
    """Every event: `n`, `t` in seconds, `dir`, `kind`, `problems`, and what its kind adds."""
    return map(_row, shown.rows)


def frames(shown: Shown) -> Iterator[Facts]:
    """The frames, as they stand in the log."""
    return (_row(row) for row in shown.rows if row.frame is not None)


def messages(shown: Shown) -> Iterator[Facts]:
    """The data messages."""
    return map(_message, shown.conversation.messages)


def findings(shown: Shown) -> Iterator[Facts]:
    """What is wrong, in the order of the events."""
    return (one.as_json() for one in shown.report.findings)


def handshake(shown: Shown) -> Facts:
    """The opening handshake."""
    found = shown.conversation.handshake
    return {
        "request": _head(found.request),
        "response": _head(found.response),
        "accept_ok": found.accept_ok,
        "extensions": [str(one) for one in found.extensions],
        "offered": [str(one) for one in found.offered],
        "protocol": found.protocol,
        "problems": [str(one) for one in found.problems],
    }


def closing(shown: Shown) -> Facts:
    """The thirteen facts, the timeline and the verdict."""
    found = shown.closing
    timeline = [
        {
            "n": one.n, "t": _seconds(one.t), "dir": one.dir,
            "way": one.way, "what": one.what, "note": one.note,
        }
        for one in found.timeline
    ]  # fmt: skip
    return {
        **found.facts,
        "timeline": timeline,
        "verdict": found.verdict,
        "explanation": explanation(found),
    }


def stats(shown: Shown) -> Facts:
    """Octets by chop size and frames by opcode."""
    return shown.statistics.as_json()


def case(shown: Shown) -> Facts:
    """What was expected in a conformance case, and what was observed, as the report has it; null
    where that says nothing."""
    capture = shown.capture
    sheet = CaseSheet.of(capture, shown.closing) or CaseSheet()
    return {
        **{key: capture.header.get(key) for key in ("case", "agent")},
        **{key: capture.report.get(key) for key in PLACED},
        **{key: capture.report.get(key) for key in ("expected", "received")},
        "met": sheet.met,
        "nearest": sheet.nearest,
        "differs": sheet.differs,
        "ended": shown.closing.verdict,
    }


def header(shown: Shown) -> Facts:
    """What the capture says of itself, and what is to be said of it."""
    capture = shown.capture
    return {
        "header": capture.header,
        "report": capture.report,
        "trailer": capture.trailer,
        "notices": [{"line": one.line, "text": one.text} for one in capture.notices],
        "unproven": capture.unproven,
    }


def everything(shown: Shown) -> Facts:
    """All of it in one object."""
    return {
        **header(shown),
        "log": list(log(shown)),
        "messages": list(messages(shown)),
        "handshake": handshake(shown),
        "closing": closing(shown),
        "case": case(shown) if shown.capture.report else None,
        "stats": stats(shown),
    }


def _row(row: LogRow) -> Facts:
    made: Facts = {"n": row.n, "t": _seconds(row.t), "dir": row.dir, "kind": row.kind.value}
    if row.frame is not None:
        frame = row.frame.frame
        made |= {
            "opcode": frame.opcode, "fin": frame.fin, "rsv": frame.rsv,
            "masked": frame.mask is not None, "mask": frame.mask.hex() if frame.mask else None,
            "length": frame.length, "payload_hex": frame.payload.hex(),
        }  # fmt: skip
    elif row.kind is Kind.OCTETS:
        made |= {"length": row.record.length, "octets_hex": row.record.octets.hex()}
    else:
        made["text"] = row.record.text
    return made | {"problems": row.problems}


def _message(message: Message) -> Facts:
    data = message.data
    made: Facts = {
        "n": message.frames[0].n, "t": _seconds(message.frames[0].t), "dir": message.dir,
        "opcode": message.opcode, "frames": [one.n for one in message.frames],
        "complete": message.complete, "compressed": message.compressed,
        "wire_length": message.wire_octets, "length": message.length,
    }  # fmt: skip
    if message.opcode == Opcode.TEXT and message.complete and find_fault(data) is None:
        made["text"] = data.decode()
    else:
        made["data_hex"] = data.hex()
    return made | {"problems": [str(one) for one in message.problems]}


def _head(head: HttpHead | None) -> Facts | None:
    return None if head is None else {"line": head.start, "headers": list(head.headers)}


def _seconds(t: int | None) -> float | None:
    return None if t is None else t / 1e9


ROWS: dict[str, Callable[[Shown], Iterator[Facts]]] = {
    "log": log,
    "frames": frames,
    "messages": messages,
    "findings": findings,
}
"""Views of which each row is one object."""

OBJECTS: dict[str, Callable[[Shown], Facts]] = {
    "handshake": handshake,
    "closing": closing,
    "stats": stats,
    "case": case,
    "header": header,
    "all": everything,
}
