"""Everything that is a table: handshake, wire statistics, the header's facts, notices.

A `Table` holds harmless text only; `table_lines` lays one out for a given width.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wirelog.capture import Direction
from wirelog.conversation import Conversation
from wirelog.frames import opcode_name
from wirelog.handshake import DEFLATE, Handshake, HttpHead
from wirelog.reader import Capture
from wirelog.rules.rule import Problem
from wirelog.statistics import Statistics
from wsinspect.present.safe import cells, fold, pad, safe

Row = tuple[str, ...]
HEAD_LIMIT = 16 << 10
"""Octets of a request or response that are shown."""
PROBLEM_LIMIT = 300
"""Characters of a problem that are shown: it may quote what a peer sent."""


@dataclass(frozen=True, slots=True)
class Table:
    """A title, the heads of the columns (or none), and rows."""

    title: str
    columns: Row
    """Heads of the columns; empty strings where a column needs none."""
    rows: list[Row]
    numbers: int = 0
    """How many columns, from the first one, hold numbers, which stand at the right."""
    total: Row | None = None


def table_lines(table: Table, width: int) -> list[str]:
    """The table in lines of at most `width` columns; the last column takes what room there is.

    A cell of the last column that is too wide goes on in the next line.
    """
    heads = [table.columns] if any(table.columns) else []
    total = [table.total] if table.total else []
    every = [*heads, *table.rows, *total]
    if not every:
        return []
    count = len(table.columns)
    widths = [max(cells(row[at]) for row in every) for at in range(count)]
    for at in range(count - 1):
        widths[at] = min(widths[at], max(width * 2 // 5, 12))
    room = max(width - sum(widths[:-1]) - 2 * (count - 1), 16)
    widths[-1] = min(widths[-1], room)
    return [line for row in every for line in _row_lines(row, widths, table.numbers)]


def _row_lines(row: Row, widths: Sequence[int], numbers: int) -> Iterator[str]:
    *front, last = row
    lead = "".join(
        pad(cell, size, right=at < numbers) + "  "
        for at, (cell, size) in enumerate(zip(front, widths, strict=False))
    )
    for piece in fold(last, widths[-1]):
        yield (lead + pad(piece, widths[-1], right=len(front) < numbers)).rstrip()
        lead = " " * cells(lead)


def statistics_tables(statistics: Statistics) -> list[Table]:
    """Octets by chop size and frames by opcode, received and transmitted, as on a report page."""
    return [
        _sizes("Octets Received by Chop Size", statistics.octets["rx"]),
        _sizes("Octets Transmitted by Chop Size", statistics.octets["tx"]),
        _opcodes("Frames Received by Opcode", statistics.frames["rx"]),
        _opcodes("Frames Transmitted by Opcode", statistics.frames["tx"]),
    ]


def _sizes(title: str, counts: Counter[int]) -> Table:
    rows: list[Row] = [
        (str(size), str(count), str(size * count)) for size, count in sorted(counts.items())
    ]
    octets = sum(size * count for size, count in counts.items())
    total = ("Total", str(counts.total()), str(octets))
    return Table(title, ("Chop Size", "Count", "Octets"), rows, 3, total)


def _opcodes(title: str, counts: Counter[int]) -> Table:
    rows: list[Row] = [
        (str(opcode), str(count), _opcode_name(opcode)) for opcode, count in sorted(counts.items())
    ]
    total = ("Total", str(counts.total()), "")
    return Table(title, ("Opcode", "Count", "Name"), rows, 2, total)


def _opcode_name(opcode: int) -> str:
    name = opcode_name(opcode) if 0 <= opcode <= 15 else "out of range"
    return "reserved" if name.startswith("opcode") else name


def handshake_tables(conversation: Conversation) -> list[Table]:
    """The opening handshake: both heads as sent, and what follows from them."""
    handshake = conversation.handshake
    lacks = dict(_lacks(conversation))
    tables = [
        _head("Request", handshake.request, lacks),
        _head("Response", handshake.response, lacks),
        Table("Result", ("", ""), list(_result(handshake, lacks))),
        Table("Extensions", ("", "", ""), list(_extensions(handshake))),
        Table("Problems", ("", ""), [_problem(one) for one in handshake.problems]),
    ]
    return [table for table in tables if table.rows]


def _lacks(conversation: Conversation) -> Iterator[tuple[str, str]]:
    """The heads that are not whole, and why."""
    requests: Direction = "RX" if conversation.is_server else "TX"
    for title, head, way in (
        ("Request", conversation.handshake.request, requests),
        ("Response", conversation.handshake.response, _OPPOSITE[requests]),
    ):
        if head is None:
            yield title, "is not in the capture"
        elif not head.complete:
            is_cut = conversation.stream(way).head_is_cut
            yield title, "is cut in the capture" if is_cut else "does not come to its end"


_OPPOSITE: dict[Direction, Direction] = {"RX": "TX", "TX": "RX"}


def _problem(problem: Problem) -> Row:
    return problem.rfc, safe(problem.text[:PROBLEM_LIMIT])


def _head(title: str, head: HttpHead | None, lacks: Mapping[str, str]) -> Table:
    if head is None:
        return Table(title, ("",), [("nothing of it is in the capture",)])
    text = head.raw[:HEAD_LIMIT].decode("latin-1").rstrip("\r\n")
    rows = [(safe(line),) for line in text.split("\r\n")]
    if len(head.raw) > HEAD_LIMIT:
        rows.append((f"… the first {HEAD_LIMIT} of {len(head.raw)} octets are shown",))
    if title in lacks:
        rows.append((f"… the {title.lower()} {lacks[title]}",))
    return Table(title, ("",), list(rows))


def _result(handshake: Handshake, lacks: Mapping[str, str]) -> Iterator[Row]:
    if handshake.status is not None:
        yield "Status", f"{handshake.status}, {_status(handshake.status, lacks)}"
    yield "Accept key", _accept(handshake, lacks)
    asked = handshake.request.all("Sec-WebSocket-Protocol") if handshake.request else []
    if asked or handshake.protocol is not None:
        chosen = "none chosen" if handshake.protocol is None else f"{handshake.protocol} chosen"
        yield "Subprotocol", safe(f"{chosen}, of {', '.join(asked) or 'none asked for'}")


def _status(status: int, lacks: Mapping[str, str]) -> str:
    if status == 101 and "Response" in lacks:
        return f"but the response {lacks['Response']}"
    return _STATUS.get(status, "refused")


_STATUS = {101: "the connection is open", 426: "refused: the client has to upgrade"}


def _accept(handshake: Handshake, lacks: Mapping[str, str]) -> str:
    expected = handshake.accept_expected
    if handshake.accept_ok:
        return f"right: {expected}"
    for title, why in lacks.items():
        return f"cannot be checked: the {title.lower()} {why}"
    if handshake.accept_ok is None:
        missing = "request has no key" if expected is None else "response has none"
        return f"cannot be checked: the {missing}"
    got = handshake.response.get("Sec-WebSocket-Accept") if handshake.response else None
    return safe(f"wrong: got {got}, the key calls for {expected}")


def _extensions(handshake: Handshake) -> Iterator[Row]:
    for word, extensions in (("offered", handshake.offered), ("agreed", handshake.extensions)):
        if not extensions:
            yield word, "none", ""
        for one in extensions:
            yield word, safe(one.name), _EXTENSIONS.get(one.name, _UNKNOWN_EXTENSION)
            for name, value in one.params:
                shown = name if value is None else f"{name}={value}"
                meaning = _explain(name, value, agreed=word == "agreed")
                yield "", safe(f"  {shown}"), safe(meaning) if one.name == DEFLATE else ""


_EXTENSIONS = {DEFLATE: "messages are compressed; RSV1 marks them (RFC 7692)"}
_UNKNOWN_EXTENSION = "not known here: RSV bits and payloads are shown as they are"


def _explain(name: str, value: str | None, *, agreed: bool) -> str:
    """What a parameter of permessage-deflate means (RFC 7692 §7.1)."""
    side, _, what = name.partition("_")
    if side not in ("client", "server"):
        return f"{name} is not a parameter of RFC 7692"
    if what == "no_context_takeover":
        may = "starts" if agreed else "may be asked to start" if side == "client" else "must start"
        return f"the {side} {may} each message with an empty window"
    if what != "max_window_bits":
        return f"{name} is not a parameter of RFC 7692"
    if value is None:
        return f"the {side} can limit its window"
    if value not in _WINDOW_BITS:
        return f"{value} is no window size"
    return f"the {side} uses a window of {1 << int(value)} octets"


_WINDOW_BITS = {str(bits) for bits in range(8, 16)}


def header_table(capture: Capture) -> Table:
    """The facts of the header line, in the order in which they stand there."""
    shown = ((key, value) for key, value in capture.header.items() if key not in _ELSEWHERE)
    return Table("Capture", ("", ""), [(safe(key), one_line(value)) for key, value in shown])


_ELSEWHERE = ("unproven", "report")


def notices_table(capture: Capture) -> Table:
    """What is wrong with the file itself, with the line."""
    rows = [(f"line {one.line}" if one.line else "", safe(one.text)) for one in capture.notices]
    return Table("Notices", ("", ""), list(rows))


def unproven_table(capture: Capture) -> Table:
    """What this source cannot prove."""
    return Table("Not proven by this source", ("",), [(safe(text),) for text in capture.unproven])


def one_line(value: object) -> str:
    """A header's value, harmless; text as it is, everything else as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return safe(" ".join(text.split("\n")))
