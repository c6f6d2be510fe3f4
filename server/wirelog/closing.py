"""The closing handshake: thirteen facts, a timeline, and one sentence that says what happened (RFC 6455 §7).

The facts are those of a conformance report's page. A finished capture states them in its trailer; for
any other source they follow from the events. "Me" is the recorder's side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from wirelog.capture import Direction, Kind, Record
from wirelog.conversation import Conversation, WireFrame
from wirelog.frames import Close, Opcode, opcode_name
from wirelog.reader import Capture
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
        end = _End(capture, conversation)
        facts = end.facts()
        if capture.trailer is not None:
            facts |= {key: capture.trailer[key] for key in FACTS if key in capture.trailer}
        return cls(facts, end.timeline(), end.verdict(facts), *end.api_codes())


class _End:
    """What matters for the end of a connection, picked out of the conversation."""

    def __init__(self, capture: Capture, conversation: Conversation) -> None:
        self.conversation = conversation
        self.is_server = conversation.is_server
        closes = [
            one for one in conversation.frames if one.frame.opcode == Opcode.CLOSE and one.arrived
        ]
        self.sent = next((one for one in closes if one.dir == "TX"), None)
        self.got = next((one for one in closes if one.dir == "RX"), None)
        self.first = closes[0] if closes else None
        of_kind: dict[Kind, list[Record]] = {}
        for record in capture.records:
            of_kind.setdefault(record.kind, []).append(record)
        self.failing = next(iter(of_kind.get(Kind.FAILING, [])), None)
        self.timeouts = of_kind.get(Kind.TIMEOUT, [])
        self.drop = next(iter(of_kind.get(Kind.DROPPED, [])), None)
        self.refused = next(iter(of_kind.get(Kind.REFUSED, [])), None)
        self.others = [
            one for kind in (Kind.TIMER, Kind.CLOSING, Kind.STOPS) for one in of_kind.get(kind, [])
        ]
        self.culprit = self._find_culprit()
        self.records = {record.n: record for record in capture.records}
        self.finished = capture.trailer is not None or self.drop is not None

    def _find_culprit(self) -> WireFrame | None:
        """The wrong frame that the connection was failed over: the last one before the failing or the close."""
        if self.failing is not None:
            before, direction = self.failing.n, "RX"
        elif self.got is not None and self.first is self.got:
            before, direction = self.got.n, "TX"
        elif self.first is None and self.drop is not None and "PEER" in self.drop.text:
            before, direction = self.drop.n, "TX"
        else:
            return None
        frames = [
            one for one in self.conversation.frames if one.n < before and one.dir == direction
        ]
        wrong = [one for one in frames if one.problems]
        # My own refusal is about the last frame; the peer may have been sent more behind the wrong one.
        if direction == "RX":
            return frames[-1] if frames and frames[-1].problems else None
        return wrong[0] if wrong else None

    def _timed_out(self, words: str) -> bool:
        return any(words in record.text for record in self.timeouts)

    def facts(self) -> dict[str, Any]:
        """The thirteen facts as the events show them."""
        dropped = self.drop is not None and "BY ME" in self.drop.text
        local, remote = _close_facts(self.sent), _close_facts(self.got)
        clean = self.got is not None and self.sent is not None and not self.timeouts
        return {
            "isServer": self.is_server,
            "closedByMe": self.first is not None and self.first is self.sent,
            "failedByMe": self.failing is not None,
            "droppedByMe": dropped if self.finished else None,
            "wasClean": clean if self.finished else None,
            "wasNotCleanReason": None if clean else self._unclean(dropped),
            "wasServerConnectionDropTimeout": self._timed_out("SERVER DROP"),
            "wasOpenHandshakeTimeout": self._timed_out("OPENING HANDSHAKE"),
            "wasCloseHandshakeTimeout": self._timed_out("CLOSING HANDSHAKE"),
            "localCloseCode": local[0],
            "localCloseReason": local[1],
            "remoteCloseCode": remote[0],
            "remoteCloseReason": remote[1],
        }

    def _unclean(self, dropped: bool) -> str | None:
        if not self.finished:
            return "the capture ends while the connection is open"
        if self.timeouts:
            return self.timeouts[-1].text.lower()
        if self.refused is not None:
            return "the opening handshake was refused"
        return "I dropped TCP" if dropped else "the peer dropped TCP without a close frame"

    def timeline(self) -> list[Moment]:
        """Everything that belongs to the end, in order, with its distances."""
        moments: list[Moment] = []
        for one in dict.fromkeys(filter(None, (self.culprit, self.sent, self.got))):
            moments.append(self._frame_moment(one))
        for record in [self.failing, self.refused, self.drop, *self.others, *self.timeouts]:
            if record is not None:
                moments.append(self._record_moment(record))
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

    def _frame_moment(self, one: WireFrame) -> Moment:
        if one.frame.opcode != Opcode.CLOSE:
            note = "; ".join(map(str, one.problems))
            return Moment(one.n, one.t, None, one.dir, "frame", opcode_name(one.frame.opcode), note)
        close = Close.parse(one.frame.payload)
        return Moment(
            one.n, one.t, None, one.dir, "close", f"CLOSE {close}", self._close_note(one, close)
        )

    def _close_note(self, one: WireFrame, close: Close) -> str:
        whose = "I" if one.dir == "TX" else "the peer"
        if one is self.first:
            failed = one.dir == "TX" and self.failing is not None
            failed = failed or (one.dir == "RX" and self.culprit is not None)
            return (
                f"{whose} failed the connection (§7.1.7)"
                if failed
                else f"{whose} closed first (§7.1.2)"
            )
        assert self.first is not None
        same = Close.parse(self.first.frame.payload).code == close.code
        return "reply, same code (§5.5.1)" if same else "reply, another code (§5.5.1)"

    def _record_moment(self, record: Record) -> Moment:
        if record.kind is Kind.DROPPED:
            by_me = "BY ME" in record.text
            return Moment(
                record.n,
                record.t,
                None,
                "TX" if by_me else "RX",
                "drop",
                record.text,
                self._drop_note(by_me),
            )
        way, note = _RECORD_WAYS[record.kind]
        return Moment(record.n, record.t, None, None, way, record.text, note)

    def _drop_note(self, by_me: bool) -> str:
        if self.sent is None or self.got is None:
            return "without a closing handshake (§7.1.5: an API reports 1006)"
        by_server = by_me == self.is_server
        return (
            "the server drops first (§7.1.1)"
            if by_server
            else "the client dropped before the server (§7.1.1)"
        )

    def api_codes(self) -> tuple[int | None, int | None]:
        """What each side's API reports (§7.1.5); None while the connection is open."""
        if not self.finished:
            return None, None
        return _api_code(self.got), _api_code(self.sent)

    def verdict(self, facts: dict[str, Any]) -> str:
        """One sentence."""
        if not self.conversation.handshake.is_open:
            return self._handshake_verdict()
        if self.first is None:
            return self._drop_verdict()
        whose, other = ("I", "the peer") if self.first is self.sent else ("peer", "I")
        close = Close.parse(self.first.frame.payload)
        code = "a close frame without code" if close.code is None else str(close.code)
        reason = f' "{close.reason_text}"' if close.reason else ""
        failed = self.culprit is not None or (self.failing is not None and self.first is self.sent)
        sentence = f"{whose} {'failed the connection' if failed else 'closed'} with {code}{reason}"
        if self.culprit is not None:
            sentence += (
                f"{_distance(self.culprit, self.first)} after {describe_culprit(self.culprit)}"
            )
        elif failed and self.failing is not None and ": " in self.failing.text:
            sentence += f": {self.failing.text.split(': ', 1)[1]}"
        return f"{sentence}; {self._ending(facts, other)}"

    def _ending(self, facts: dict[str, Any], other: str) -> str:
        if not self.finished:
            return "the capture ends before the connection does"
        if facts["wasClean"]:
            return "clean"
        if facts["wasCloseHandshakeTimeout"]:
            return "no reply came in time, not clean"
        reply = self.got if self.first is self.sent else self.sent
        if reply is None:
            return f"{other} sent no close frame back, not clean"
        return f"not clean: {facts['wasNotCleanReason']}"

    def _handshake_verdict(self) -> str:
        status = self.conversation.handshake.status
        if self._timed_out("OPENING HANDSHAKE"):
            return "the opening handshake was not finished in time"
        if status is not None and status != 101:
            response = self.conversation.handshake.response
            assert response is not None
            by = "I" if self.is_server else "the server"
            return f"{by} refused the opening handshake with {' '.join(response.words[1:])}"
        if self.conversation.handshake.request is None:
            return "nothing was sent: TCP ended before the opening handshake"
        return "the opening handshake was never completed"

    def _drop_verdict(self) -> str:
        if self.drop is None:
            return (
                "no close frame in either direction; the capture ends while the connection is open"
            )
        who = "I" if "BY ME" in self.drop.text else "peer"
        sentence = f"{who} dropped TCP without a close frame"
        if self.culprit is not None:
            sentence += (
                f"{_distance(self.culprit, self.drop)} after {describe_culprit(self.culprit)}"
            )
        elif self.timeouts:
            sentence += f": {self.timeouts[-1].text.lower()}"
        return sentence + "; not clean, both applications see 1006"


def describe_culprit(one: WireFrame) -> str:
    """`the frame with reserved opcode 13`."""
    problem = one.problems[0].text
    with_it = problem.startswith(("reserved", "RSV", "length"))
    return f"the frame with {problem}" if with_it else f"frame {one.n:03d}: {problem}"


_RECORD_WAYS: dict[Kind, tuple[Way, str]] = {
    Kind.FAILING: ("failing", "I fail the connection (§7.1.7)"),
    Kind.CLOSING: ("failing", "I start the closing handshake (§7.1.2)"),
    Kind.TIMER: ("timer", "a timer was set"),
    Kind.TIMEOUT: ("timeout", "a timer fired"),
    Kind.REFUSED: ("refused", "no frames follow (§4.2.2)"),
    Kind.STOPS: ("stops", "what follows was not recorded"),
}


def _close_facts(one: WireFrame | None) -> tuple[int | None, str | None]:
    if one is None:
        return None, None
    close = Close.parse(one.frame.payload)
    return close.code, close.reason_text if close.reason else None


def _api_code(received: WireFrame | None) -> int:
    if received is None:
        return 1006
    code = Close.parse(received.frame.payload).code
    return 1005 if code is None else code


def _distance(before: WireFrame, after: WireFrame | Record) -> str:
    if before.t is None or after.t is None:
        return ""
    return f" {span(after.t - before.t)}"
