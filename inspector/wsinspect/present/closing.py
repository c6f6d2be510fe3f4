"""The closing handshake as text: two lanes with arrows, the thirteen facts, the codes explained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wirelog.capture import Direction
from wirelog.closing import FACTS, Closing
from wirelog.conversation import Conversation
from wirelog.frames import CLOSE_CODES, close_code_allowed
from wirelog.timeline import Moment
from wirelog.times import span
from wsinspect.present.clock import WIDTH, clock
from wsinspect.present.safe import cells, fit, fold, pad, safe

TIME_WIDTH = WIDTH
NOTE_WIDTH = 40
"""Columns that notes beside the lanes need; with fewer they go between the lanes."""
MIN_LANES = 58
MAX_LANES = 64
HEAD = "head"
NOTE = "note"


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of the drawing."""

    time: str
    """When it happened; empty on a line that belongs to the one above it."""
    lane_text: str
    """The two lanes and what happens between them."""
    note: str
    """The distance and what it means; empty where it stands between the lanes."""
    way: str
    """`Moment.way`; `head` for the line of names, `note` for one that explains the line above."""
    dir: Direction | None
    n: int | None
    """Number of the event; None for the line of names."""

    def text(self) -> str:
        """The whole line."""
        return f"{self.time:>{TIME_WIDTH}} {self.lane_text}  {self.note}".rstrip()


def timeline_lines(closing: Closing, conversation: Conversation, width: int) -> list[TimelineLine]:
    """The timeline drawn in at most `width` columns, the names of the sides above it.

    With little width the notes stand between the lanes, each one below what it explains.
    """
    beside = width - TIME_WIDTH - 3 - NOTE_WIDTH >= MIN_LANES
    room = width - TIME_WIDTH - 1 - (NOTE_WIDTH + 2 if beside else 0)
    lanes = max(min(room, MAX_LANES), 16)
    lines = [TimelineLine("", _names(conversation, lanes), "", HEAD, None, None)]
    for moment in closing.timeline:
        if beside:
            lines += _with_note_beside(moment, lanes, width - TIME_WIDTH - 3 - lanes)
        else:
            lines += _with_note_below(moment, lanes)
    return lines


def _with_note_beside(moment: Moment, lanes: int, room: int) -> Iterator[TimelineLine]:
    first, *rest = fold(_note(moment), room)
    time = "" if moment.t is None else clock(moment.t)
    yield TimelineLine(time, _draw(moment, lanes), first, moment.way, moment.dir, moment.n)
    for piece in rest:
        yield TimelineLine("", _between("", lanes), piece, NOTE, moment.dir, moment.n)


def _with_note_below(moment: Moment, lanes: int) -> Iterator[TimelineLine]:
    time = "" if moment.t is None else clock(moment.t)
    yield TimelineLine(time, _draw(moment, lanes), "", moment.way, moment.dir, moment.n)
    if note := _note(moment):
        for piece in fold(note, lanes - 6):
            yield TimelineLine("", _between(f"    {piece}", lanes), "", NOTE, moment.dir, moment.n)


def verdict_of(closing: Closing) -> str:
    """The sentence that says how it ended, harmless: it may hold a close reason."""
    return safe(closing.verdict)


def facts_rows(closing: Closing) -> list[tuple[str, str, str]]:
    """The thirteen facts: key, value as the report pages print it, meaning."""
    return [(key, safe(str(closing.facts.get(key))), meaning) for key, meaning in FACTS.items()]


def explanation(closing: Closing) -> str:
    """What the two applications are told, with the codes that never stand on the wire explained."""
    mine, theirs = closing.my_code, closing.peer_code
    if mine is None or theirs is None:
        return "No application has been told of an end yet: the connection is open."
    if any(moment.way == "refused" for moment in closing.timeline):
        return "No connection was opened: neither application sees a close code."
    told = [
        f"The peer's application sees {theirs}; mine sees {mine}.",
        _code_words(theirs, closing.facts["localCloseCode"]),
        _code_words(mine, closing.facts["remoteCloseCode"]),
    ]
    return " ".join(filter(None, dict.fromkeys(told)))


def _code_words(code: int, sent: object) -> str:
    """What an application's code means, by the code that stood on the wire, if any did."""
    if code == sent and not close_code_allowed(code):
        return (
            f"No close frame may carry {code} (§7.4.1): the API of an endpoint that refuses the "
            "frame may report 1006 instead, as after no close frame at all."
        )
    if code in _ONLY_IN_APIS:
        return f"{code} ({CLOSE_CODES[code].name}) {_ONLY_IN_APIS[code]}."
    return ""


_ONLY_IN_APIS = {
    1005: "never stands on the wire: an API reports it for a close frame without a code (§7.1.5)",
    1006: "never stands on the wire: an API reports it where TCP ended without a close frame",
    1015: "never stands on the wire: an API reports it for a TLS handshake that failed (§7.4.1); "
    "a browser says 1006",
}


def _names(conversation: Conversation, lanes: int) -> str:
    me, peer = ("server", "client") if conversation.is_server else ("client", "server")
    left, right = f"me ({me})", f"peer ({peer})"
    return left + " " * max(lanes - cells(left) - cells(right), 1) + right


def _note(moment: Moment) -> str:
    distance = f"+{span(moment.delta)}" if moment.delta is not None else ""
    return safe("  ".join(filter(None, (distance, moment.note))))


def _draw(moment: Moment, lanes: int) -> str:
    """One line between the two bars: an arrow with its words, or what happens on my side only."""
    words = safe(f"{moment.n:03d} {moment.what}")
    if moment.dir is None:
        return _between(f"• {words}", lanes)
    rule = "═" if moment.way == "drop" else "─"
    words = " " + fit(words, lanes - 12) + " "
    spare = lanes - 6 - cells(words)
    left = min(spare, 8)
    shaft = rule * left + words + rule * (spare - left)
    return f"│ {shaft}{rule}▶ │" if moment.dir == "TX" else f"│ ◀{rule}{shaft} │"


def _between(words: str, lanes: int) -> str:
    return "│" + pad(words, lanes - 2) + "│"
