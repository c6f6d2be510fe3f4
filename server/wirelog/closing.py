"""The closing handshake: thirteen facts, a timeline, and one sentence that says what happened (RFC
6455 §7).

The facts are those of a conformance report's page. A finished capture states them in its trailer;
for any other source they follow from the events. "Me" is the recorder's side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from wirelog.capture import Record
from wirelog.conversation import Conversation, WireFrame
from wirelog.ending import Ending, close_of
from wirelog.escaping import disarm, escape
from wirelog.frames import close_code_name
from wirelog.reader import Capture
from wirelog.timeline import Moment, timeline
from wirelog.times import span

FACTS: dict[str, str] = {
    "isServer": "Whether I was the server, and the peer the client.",
    "closedByMe": "Whether my close frame went out first; a reply does not count.",
    "failedByMe": "Whether I failed the connection, with or without a close frame.",
    "droppedByMe": "Whether I ended TCP; None if the capture ends before it does.",
    "wasClean": "Whether close frames went both ways, and no time ran out.",
    "wasNotCleanReason": "Why it was not clean; None if it was.",
    "wasServerConnectionDropTimeout": "Whether I, the client, waited in vain for the end of TCP.",
    "wasOpenHandshakeTimeout": "Whether the opening handshake took too long.",
    "wasCloseHandshakeTimeout": "Whether no reply to my close frame came in time.",
    "localCloseCode": "The code in my close frame; None without one.",
    "localCloseReason": "The reason in my close frame; None without one.",
    "remoteCloseCode": "The code in the peer's close frame; None without one.",
    "remoteCloseReason": "The reason in the peer's close frame; None without one.",
}
"""The thirteen facts, spelled as in the reports, and what each tells."""


@dataclass(slots=True)
class Closing:
    """How the connection ended."""

    facts: dict[str, Any]
    """The keys of `FACTS`; None where it is not known."""
    timeline: list[Moment] = field(default_factory=list)
    verdict: str = ""
    my_code: int | None = None
    """The close code that my API reports (§7.1.5): 1005 and 1006 never stood on the wire."""
    peer_code: int | None = None
    """The one that the peer's API reports, as far as the wire shows."""
    went_well: bool = False
    """Whether it ended clean, and nobody failed the connection or complained of anything."""
    is_running: bool = False
    """Whether it is still open as far as the capture goes, and nothing has gone wrong."""

    @classmethod
    def of(cls, capture: Capture, conversation: Conversation) -> Closing:
        """Read the end of a conversation."""
        end = Ending.of(capture, conversation)
        facts = end.facts()
        given = capture.trailer or {}
        facts |= {key: given[key] for key in FACTS if _is_plain(given.get(key, ()))}
        failed = end.is_failure or end.culprit is not None or facts["failedByMe"] is True
        well = facts["wasClean"] is True and not failed and not end.peer_complains
        words = verdict(end, facts)
        return cls(facts, timeline(end), words, *end.api_codes(), well, end.is_running)


def _is_plain(value: object) -> bool:
    """Whether it is something that a fact can be."""
    return value is None or isinstance(value, bool | int | str)


def verdict(end: Ending, facts: dict[str, Any]) -> str:
    """One sentence for people; what a peer wrote is escaped in it."""
    if not end.opened:
        return _handshake_verdict(end)
    if end.first is None:
        return _drop_verdict(end)
    return f"{_first_close(end, end.first, facts)}; {_ending(end, facts)}"


def _first_close(end: Ending, first: WireFrame, facts: dict[str, Any]) -> str:
    """Who closed, with what, and over what."""
    who, other = ("I", "the peer") if first is end.sent else ("peer", "I")
    close = close_of(first)
    code = _code_in_words(close.code)
    if first is end.culprit:  # the peer's own close frame is the wrong one
        return f"peer closed with {code} ({first.problems[0].text}); {_answer(end)}"
    is_mine = first is end.sent and not end.failed_late
    failed = end.is_failure or (is_mine and facts["failedByMe"] is True)
    sentence = f"{who} {'failed the connection' if failed else 'closed'} with {code}"
    if first is end.got and end.culprit is None and end.peer_complains:
        wrong = first.problems[0].text if first.problems else ""
        sentence += f" ({wrong or close_code_name(close.code or 0)})"
    mine_is_said = is_mine and end.culprit is not None
    if close.reason and not mine_is_said:
        sentence += f' "{escape(close.reason_text)}"'
    if end.failed_late:
        return sentence + _late_failure(end)
    if end.culprit is not None:
        return f"{sentence}{_distance(end.culprit, first)} after {describe_culprit(end.culprit)}"
    if failed and not close.reason and first is end.sent and end.failing is not None:
        sentence += _why(end.failing)
    reply = end.got if first is end.sent else end.sent
    answer = close_of(reply).code if reply is not None else close.code
    if answer != close.code and not failed:
        sentence += f", {other} with {_code_in_words(answer)}"
    return sentence


def _late_failure(end: Ending) -> str:
    """What came behind my close frame, and why I failed the connection then."""
    answer = "" if end.got is None else f", the peer with {_code_in_words(close_of(end.got).code)}"
    if end.culprit is not None:
        why = f" over {describe_culprit(end.culprit)}"
    else:
        why = "" if end.failing is None else _why(end.failing)
    return f"{answer}; I failed the connection{why}"


def _code_in_words(code: int | None) -> str:
    return "no code" if code is None else str(code)


def _answer(end: Ending) -> str:
    """What I did about a close frame that was wrong."""
    if end.sent is None:
        return "I did not answer"
    return f"I failed the connection with {_code_in_words(close_of(end.sent).code)}"


def _ending(end: Ending, facts: dict[str, Any]) -> str:
    if not end.finished:
        return f"the {_recording(end)} before the connection does"
    if facts["wasClean"]:
        return "clean"
    if late := end.timed_out("CLOSING HANDSHAKE"):
        return f"no reply came{_in_time(late)}, not clean"
    if late := end.timed_out("SERVER DROP"):
        return f"the server did not end TCP{_in_time(late)}, not clean"
    if end.drop is not None and (end.sent is None or end.got is None):
        return f"{_dropped(end)}, not clean"
    reason = facts["wasNotCleanReason"]
    return "not clean" if reason is None else f"not clean: {escape(str(reason))}"


def _dropped(end: Ending) -> str:
    """How TCP ended with one close frame."""
    if end.dropped_by_me:
        how = "before the peer answered" if end.first is end.sent else "without answering"
        return f"I dropped TCP {how}"
    how = "without answering" if end.first is end.sent else "before I answered"
    return f"the peer dropped TCP {how}"


def _recording(end: Ending) -> str:
    return "recording stops" if end.stops else "capture ends"


def _handshake_verdict(end: Ending) -> str:
    handshake = end.handshake
    if end.tls_fault is not None:
        return disarm(end.tls_fault.text.removeprefix("NOTE "))
    if late := end.timed_out("OPENING HANDSHAKE"):
        return f"the opening handshake was not finished{_in_time(late) or ' in time'}"
    if handshake.status not in (None, 101) and handshake.response is not None:
        by = "I" if end.is_server else "the server"
        status = escape(" ".join(handshake.response.words[1:]))
        return f"{by} refused the opening handshake with {status}"
    if not end.finished:
        return f"the {_recording(end)} before the opening handshake does"
    who = "I" if end.dropped_by_me else "the peer"
    if handshake.request is None:
        return f"{who} ended TCP before anything was sent"
    return f"{who} ended TCP before the opening handshake was complete"


def _drop_verdict(end: Ending) -> str:
    if end.drop is None:
        text = "no close frame in either direction"
        return f"{text}; the {_recording(end)} while the connection is open"
    who = "I" if end.dropped_by_me else "peer"
    sentence = f"{who} dropped TCP without a close frame"
    if end.dropped_by_me and end.failing is not None:
        sentence = "I failed the connection by dropping TCP"
    if end.culprit is not None:
        sentence += f"{_distance(end.culprit, end.drop)} after {describe_culprit(end.culprit)}"
    elif end.failing is not None:
        sentence += _why(end.failing)
    elif late := end.timed_out("PING"):
        sentence += f" because no pong came{_in_time(late)}"
    return sentence + "; not clean, both applications see 1006"


def describe_culprit(one: WireFrame) -> str:
    """`the frame with reserved opcode 13`, `frame 007 (fragmented control frame)`."""
    problem = one.problems[0].text
    if problem.startswith(("reserved", "RSV", "length")):
        return f"the frame with {problem}"
    return f"frame {one.n:03d} ({problem})"


def _distance(before: WireFrame, after: WireFrame | Record) -> str:
    if before.t is None or after.t is None:
        return ""
    return f", {span(after.t - before.t)}"


def _why(failing: Record) -> str:
    """What a `FAILING CONNECTION: why (1009)` says, without the code."""
    why = failing.text.partition(": ")[2]
    why = re.sub(r" \([0-9]{1,5}\)$", "", why)
    return f": {disarm(why)}" if why else ""


def _in_time(late: Record) -> str:
    """How long was waited, if the line says it."""
    match = re.search(r" AFTER ([0-9]{1,9}(?:\.[0-9]{1,9})?) sec", late.text)
    return f" within {span(round(float(match[1]) * 1e9))}" if match else ""
