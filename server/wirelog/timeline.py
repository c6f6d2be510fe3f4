"""The closing handshake laid out in time (RFC 6455 §7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wirelog.capture import Direction, Kind, Record
from wirelog.conversation import WireFrame
from wirelog.ending import Ending
from wirelog.frames import Close, Opcode, opcode_name

Way = Literal["frame", "failing", "close", "timer", "timeout", "drop", "refused", "stops"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline."""

    n: int
    """Number of the event."""
    t: int | None
    """Nanoseconds since the connection was made."""
    delta: int | None
    """Nanoseconds since the moment before it; None for the first one, or without times."""
    dir: Direction | None
    """TX goes from me to the peer, RX the other way; None happens on my side only."""
    way: Way
    what: str
    """What went over, such as `CLOSE 1002 "reserved opcode"`."""
    note: str = ""
    """What it means, with the section."""


def timeline(end: Ending) -> list[Moment]:
    """Everything that belongs to the end, in order, with its distances."""
    moments: list[Moment] = []
    for one in dict.fromkeys(filter(None, (end.culprit, end.sent, end.got))):
        moments.append(_frame_moment(end, one))
    for record in [end.failing, end.refused, end.drop, *end.others, *end.timeouts]:
        if record is not None:
            moments.append(_record_moment(end, record))
    moments.sort(key=lambda moment: moment.n)
    last: int | None = None
    timed = []
    for moment in moments:
        delta = moment.t - last if moment.t is not None and last is not None else None
        last = moment.t if moment.t is not None else last
        timed.append(
            Moment(moment.n, moment.t, delta, moment.dir, moment.way, moment.what, moment.note)
        )
    return timed


def _frame_moment(end: Ending, one: WireFrame) -> Moment:
    if one.frame.opcode != Opcode.CLOSE:
        note = "; ".join(map(str, one.problems))
        return Moment(one.n, one.t, None, one.dir, "frame", opcode_name(one.frame.opcode), note)
    close = Close.parse(one.frame.payload)
    return Moment(
        one.n, one.t, None, one.dir, "close", f"CLOSE {close}", _close_note(end, one, close)
    )


def _close_note(end: Ending, one: WireFrame, close: Close) -> str:
    whose = "I" if one.dir == "TX" else "the peer"
    if one is end.first:
        failed = one.dir == "TX" and end.failing is not None
        failed = failed or (one.dir == "RX" and end.culprit is not None)
        return (
            f"{whose} failed the connection (§7.1.7)"
            if failed
            else f"{whose} closed first (§7.1.2)"
        )
    assert end.first is not None
    same = Close.parse(end.first.frame.payload).code == close.code
    return "reply, same code (§5.5.1)" if same else "reply, another code (§5.5.1)"


def _record_moment(end: Ending, record: Record) -> Moment:
    if record.kind is Kind.DROPPED:
        by_me = "BY ME" in record.text
        return Moment(
            record.n,
            record.t,
            None,
            "TX" if by_me else "RX",
            "drop",
            record.text,
            _drop_note(end, by_me),
        )
    way, note = _RECORD_WAYS[record.kind]
    return Moment(record.n, record.t, None, None, way, record.text, note)


def _drop_note(end: Ending, by_me: bool) -> str:
    if end.sent is None or end.got is None:
        return "without a closing handshake (§7.1.5: an API reports 1006)"
    by_server = by_me == end.is_server
    return (
        "the server drops first (§7.1.1)"
        if by_server
        else "the client dropped before the server (§7.1.1)"
    )


_RECORD_WAYS: dict[Kind, tuple[Way, str]] = {
    Kind.FAILING: ("failing", "I fail the connection (§7.1.7)"),
    Kind.CLOSING: ("failing", "I start the closing handshake (§7.1.2)"),
    Kind.TIMER: ("timer", "a timer was set"),
    Kind.TIMEOUT: ("timeout", "a timer fired"),
    Kind.REFUSED: ("refused", "no frames follow (§4.2.2)"),
    Kind.STOPS: ("stops", "what follows was not recorded"),
}
