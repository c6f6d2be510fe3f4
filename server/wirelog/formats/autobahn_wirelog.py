"""What the report page and the JSON report of the Autobahn Testsuite have in common.

Both keep 64 octets of each read or write, and no times. The HTTP heads are printed in full beside
the log, so the first cut row of each direction can be made whole again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wirelog.capture import Direction, Kind, Record
from wirelog.reader import Capture

NO_TIMES = "The source has no times: order is known, distances are not."
CUT = "The source keeps 64 octets of each read and write: what was behind them is not known."
NO_REFUSED = (
    "The source logs well-formed received frames only: a frame that was refused shows as octets."
)


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
    return replace(record, octets=head[:length], length=length)


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
