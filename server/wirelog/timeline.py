"""The closing handshake laid out in time (RFC 6455 §7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from wirelog.capture import Direction, Kind, Record
from wirelog.conversation import WireFrame
from wirelog.ending import Ending, close_of
from wirelog.escaping import disarm, escape
from wirelog.frames import opcode_name

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
    frames = dict.fromkeys(filter(None, (end.culprit, end.sent, end.got)))
    moments = [_frame_moment(end, one) for one in frames]
    records = [end.failing, end.refused, end.tls_fault, end.drop, *end.others, *end.timeouts]
    moments += [_record_moment(end, one) for one in records if one is not None]
    moments.sort(key=lambda moment: moment.n)
    last: int | None = None
    timed = []
    for moment in moments:
        if moment.t is not None:
            timed.append(replace(moment, delta=None if last is None else moment.t - last))
            last = moment.t
        else:
            timed.append(moment)
    return timed


def _frame_moment(end: Ending, one: WireFrame) -> Moment:
    if one is not end.sent and one is not end.got:
        note = "; ".join(map(str, one.problems))
        return Moment(one.n, one.t, None, one.dir, "frame", opcode_name(one.frame.opcode), note)
    what = f"CLOSE {escape(str(close_of(one)))}"
    return Moment(one.n, one.t, None, one.dir, "close", what, _close_note(end, one))


def _close_note(end: Ending, one: WireFrame) -> str:
    if one is end.first:
        who = "I" if one.dir == "TX" else "the peer"
        did = "failed the connection (§7.1.7)" if end.is_failure else "closed first (§7.1.2)"
        wrong = one.problems if one is end.culprit else ()
        return "; ".join([f"{who} {did}", *map(str, wrong)])
    if end.first is end.culprit:
        return "I failed the connection (§7.1.7)"
    assert end.first is not None
    same = close_of(end.first).code == close_of(one).code
    return f"reply, {'same' if same else 'another'} code (§5.5.1)"


def _record_moment(end: Ending, record: Record) -> Moment:
    text = disarm(record.text)
    if record is end.drop:
        way: Direction = "TX" if end.dropped_by_me else "RX"
        return Moment(record.n, record.t, None, way, "drop", text, _drop_note(end))
    if record.kind is Kind.TIMEOUT:
        return Moment(record.n, record.t, None, None, "timeout", text, _timeout_note(record.text))
    kind, note = _RECORD_WAYS[record.kind]
    return Moment(record.n, record.t, None, None, kind, text, note)


def _drop_note(end: Ending) -> str:
    if end.tls_fault is not None:
        return "no connection was opened (§7.4.1: an API reports 1015)"
    if not end.opened:
        return "no connection was opened"
    if end.sent is None or end.got is None:
        return "without a closing handshake (§7.1.5: an API reports 1006)"
    if end.dropped_by_me == end.is_server:
        return "the server drops first (§7.1.1)"
    return "the client dropped before the server (§7.1.1)"


def _timeout_note(text: str) -> str:
    return next((note for words, note in _TIMEOUT_NOTES if words in text), "a timer fired")


_TIMEOUT_NOTES = [
    ("OPENING HANDSHAKE", "the opening handshake took too long"),
    ("CLOSING HANDSHAKE", "no close frame came back (§5.5.1)"),
    ("SERVER DROP", "the server did not end TCP (§7.1.1)"),
    ("PING", "no pong came back (§5.5.2)"),
]
_RECORD_WAYS: dict[Kind, tuple[Way, str]] = {
    Kind.FAILING: ("failing", "I fail the connection (§7.1.7)"),
    Kind.CLOSING: ("failing", "I start the closing handshake (§7.1.2)"),
    Kind.TIMER: ("timer", "a timer was set"),
    Kind.NOTE: ("failing", "no request could be sent (§4.1)"),
    Kind.REFUSED: ("refused", "no frames follow (§4.2.2)"),
    Kind.STOPS: ("stops", "what follows was not recorded"),
}
