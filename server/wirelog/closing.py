"""The closing handshake: thirteen facts, a timeline, and one sentence that says what happened (RFC
6455 §7).

The facts are those of a conformance report's page. A finished capture states them in its trailer;
for any other source they follow from the events. "Me" is the recorder's side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wirelog.capture import Record
from wirelog.conversation import Conversation, WireFrame
from wirelog.ending import Ending
from wirelog.frames import Close
from wirelog.reader import Capture
from wirelog.timeline import Moment, timeline
from wirelog.times import span

FACTS: dict[str, str] = {
    "isServer": "I was the server; the peer was the client.",
    "closedByMe": "My close frame went out first; a reply does not count.",
    "failedByMe": "I failed the connection, with a close frame or by dropping TCP.",
    "droppedByMe": "I ended the TCP connection.",
    "wasClean": "Close frames went both ways, and the server ended TCP.",
    "wasNotCleanReason": "If it was not clean: why.",
    "wasServerConnectionDropTimeout": "As the client, I waited in vain for the server to end TCP.",
    "wasOpenHandshakeTimeout": "The opening handshake took too long.",
    "wasCloseHandshakeTimeout": "I sent a close frame, and no reply came in time.",
    "localCloseCode": "The code in my close frame.",
    "localCloseReason": "The reason in my close frame.",
    "remoteCloseCode": "The code in the peer's close frame.",
    "remoteCloseReason": "The reason in the peer's close frame.",
}
"""The thirteen facts, spelled as in the reports, and what each means."""


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

    @classmethod
    def of(cls, capture: Capture, conversation: Conversation) -> Closing:
        """Read the end of a conversation."""
        end = Ending(capture, conversation)
        facts = end.facts()
        given = capture.trailer or {}
        facts |= {key: given[key] for key in FACTS if key in given}
        return cls(facts, timeline(end), verdict(end, facts), *end.api_codes())


def verdict(end: Ending, facts: dict[str, Any]) -> str:
    """One sentence."""
    if not end.conversation.handshake.is_open:
        return _handshake_verdict(end)
    if end.first is None:
        return _drop_verdict(end)
    whose, other = ("I", "the peer") if end.first is end.sent else ("peer", "I")
    close = Close.parse(end.first.frame.payload)
    code = "a close frame without code" if close.code is None else str(close.code)
    reason = f' "{close.reason_text}"' if close.reason else ""
    failed = end.culprit is not None or (end.failing is not None and end.first is end.sent)
    sentence = f"{whose} {'failed the connection' if failed else 'closed'} with {code}{reason}"
    if end.culprit is not None:
        sentence += f"{_distance(end.culprit, end.first)} after {describe_culprit(end.culprit)}"
    elif failed and end.failing is not None and ": " in end.failing.text:
        sentence += f": {end.failing.text.split(': ', 1)[1]}"
    return f"{sentence}; {_ending(end, facts, other)}"


def _ending(end: Ending, facts: dict[str, Any], other: str) -> str:
    if not end.finished:
        return "the capture ends before the connection does"
    if facts["wasClean"]:
        return "clean"
    if facts["wasCloseHandshakeTimeout"]:
        return "no reply came in time, not clean"
    reply = end.got if end.first is end.sent else end.sent
    if reply is None:
        return f"{other} sent no close frame back, not clean"
    return f"not clean: {facts['wasNotCleanReason']}"


def _handshake_verdict(end: Ending) -> str:
    status = end.conversation.handshake.status
    if end.timed_out("OPENING HANDSHAKE"):
        return "the opening handshake was not finished in time"
    if status is not None and status != 101:
        response = end.conversation.handshake.response
        assert response is not None
        by = "I" if end.is_server else "the server"
        return f"{by} refused the opening handshake with {' '.join(response.words[1:])}"
    if end.conversation.handshake.request is None:
        return "nothing was sent: TCP ended before the opening handshake"
    return "the opening handshake was never completed"


def _drop_verdict(end: Ending) -> str:
    if end.drop is None:
        return "no close frame in either direction; the capture ends while the connection is open"
    who = "I" if "BY ME" in end.drop.text else "peer"
    sentence = f"{who} dropped TCP without a close frame"
    if end.culprit is not None:
        sentence += f"{_distance(end.culprit, end.drop)} after {describe_culprit(end.culprit)}"
    elif end.timeouts:
        sentence += f": {end.timeouts[-1].text.lower()}"
    return sentence + "; not clean, both applications see 1006"


def describe_culprit(one: WireFrame) -> str:
    """`the frame with reserved opcode 13`."""
    problem = one.problems[0].text
    with_it = problem.startswith(("reserved", "RSV", "length"))
    return f"the frame with {problem}" if with_it else f"frame {one.n:03d}: {problem}"


def _distance(before: WireFrame, after: WireFrame | Record) -> str:
    if before.t is None or after.t is None:
        return ""
    return f" {span(after.t - before.t)}"
