"""What the report page and the JSON report of the Autobahn Testsuite have in common.

Both keep 64 octets of each read or write, and no times. The HTTP heads are printed in full beside
the log, so the first cut row of each direction can be made whole again.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from typing import Any

from wirelog.capture import INFLATED, Direction, Kind, Record
from wirelog.escaping import MORE, PREVIEW_OCTETS, preview
from wirelog.frames import RSV1
from wirelog.reader import NO_TIMES, Capture

CUT = "The source keeps 64 octets of each read and write: what was behind them is not known."
WHOLE = 60
"""Octets that these sources show whole; of a longer payload, 64 and ` ...`."""
NO_REFUSED = (
    "The source logs well-formed received frames only: a frame that was refused shows as octets."
)


def native_preview(text: str, length: int) -> str | None:
    """A payload as these sources show it, in the form of a capture; None if it is empty.

    They show text as it is, control characters included.
    """
    body = text.removesuffix(MORE) if length > WHOLE else text
    digits = re.fullmatch(r"0x((?:[0-9a-f]{2})+)", body)
    if digits and len(digits[1]) == 2 * min(length, PREVIEW_OCTETS):
        octets = unhexlify(digits[1])
    else:
        octets = body.encode(errors="replace")
    return preview(octets, length).decode() if octets else None


def mark_inflated(records: list[Record]) -> None:
    """Say of received frames of compressed messages that their lines tell of what was inflated."""
    compressed = False
    for index, record in enumerate(records):
        line = record.frame
        if line is None or record.dir != "RX" or line.opcode > 7:
            continue
        compressed = bool(line.rsv & RSV1) if line.opcode else compressed
        if compressed:
            marked = line._replace(extras={**line.extras, INFLATED: "True"})
            records[index] = record._replace(frame=marked)


def complete_heads(capture: Capture, request: str, response: str) -> None:
    """Put the octets of the HTTP heads, as the report prints them, where the log cut them."""
    is_server = capture.is_server
    heads: dict[Direction, str] = {
        "RX" if is_server else "TX": request,
        "TX" if is_server else "RX": response,
    }
    for direction, text in heads.items():
        octets = head_octets(text)
        for index, record in enumerate(capture.records):
            if record.kind is Kind.OCTETS and record.dir == direction:
                if record.is_cut and octets.startswith(record.octets):
                    capture.records[index] = _whole(record, octets)
                break


def _whole(record: Record, head: bytes) -> Record:
    """A cut row with the head filled in; frames that came in the same read stay missing."""
    length = len(head) if record.length is None else record.length
    return record._replace(octets=head[:length], length=length)


def head_octets(text: str) -> bytes:
    """A head as it stood on the wire, from text whose line ends may have been changed."""
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def unproven(capture: Capture) -> list[str]:
    """The sentences that are true of this log."""
    cut = [CUT] if any(record.is_cut for record in capture.records) else []
    return [NO_TIMES, *cut, NO_REFUSED]


def facts_header(report: dict[str, Any], is_server: bool) -> dict[str, Any]:
    """A header in the words of a native one."""
    return {
        "version": 1,
        "role": "server" if is_server else "client",
        "recorder": "Autobahn Testsuite",
        **{key: value for key, value in report.items() if value is not None},
    }
