"""A conformance case that failed: at which event, and what the case wants instead.

What breaks a rule of the RFC the other watchers find, and say better: here something is found only
if they have nothing to hold against the peer but warnings, which are named. So a capture of a case
has an error against the peer exactly if the case has failed.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from wirelog.capture import Kind, Record
from wirelog.counting import counted
from wirelog.ending import Ending, close_of
from wirelog.escaping import disarm
from wirelog.findings.aftermath import with_code
from wirelog.findings.case_report import CaseReport, Event, Gap, in_words
from wirelog.findings.finding import Octets
from wirelog.findings.places import part_of
from wirelog.findings.scene import Scene, Watch
from wirelog.frames import Opcode
from wirelog.message import WireFrame
from wirelog.rules import case as rules
from wirelog.rules.rule import Part, Rule

REMEMBERED = 64
"""Messages and fragments that the case has sent, to know them again."""


class Place(NamedTuple):
    """An event of the peer."""

    n: int
    octets: tuple[Octets, ...] = ()
    length: int | None = None
    """Octets of the message."""
    is_part: bool = False
    """Whether it has the payload of a fragment that the case had sent."""


class Sign(NamedTuple):
    """Stands for a message."""

    opcode: int
    length: int
    content: int
    """Its hash."""


class CaseWatch(Watch):
    """Looks for the event at which a failed case went wrong."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.report = CaseReport.of(scene.report)
        self._gap = self.report.gap
        self._counts = {"message": 0, "pong": 0, "timeout": 0}
        self._place: Place | None = None
        """Where what came leaves what the case wants, by its report."""
        self._strange: Place | None = None
        """The first message that is none of those that the case has sent."""
        self._said: deque[Sign] = deque(maxlen=REMEMBERED)
        """Messages that the case has sent."""
        self._parts: deque[int] = deque(maxlen=REMEMBERED)
        """Hashes of their fragments."""

    def frame(self, one: WireFrame) -> None:
        """Count what the peer sends, and remember what the case does."""
        if one.sender == self.scene.me:
            self._sent(one)
        elif one.frame.opcode == Opcode.PONG:
            self._came("pong", one, "payload")
        elif one.frame.opcode < 8 and one.frame.fin:
            self._took(one)

    def record(self, record: Record) -> None:
        """Count the waits of the case."""
        if record.kind is Kind.TIMEOUT and record.text.startswith("DELAY TIMEOUT"):
            if self._is_next("timeout"):
                self._place = Place(record.n)
            self._counts["timeout"] += 1

    def judge(self, end: Ending) -> None:
        """Say what is wrong, unless that was said already."""
        peer = self.scene.peer
        if not self.report.has_failed or self.docket.against(peer, "error"):
            return
        if not end.opened:
            self._never_opened(end)
        elif self._strange is not None and self._is_first(self._strange):
            self._is_strange(self._strange)
        elif self._gap is not None:
            self._differs(self._gap, end)
        elif self.report.end_failed and self._could_tell:
            self._wrong_end(end)
        else:
            self._other(end)

    # What comes and goes

    def _sent(self, one: WireFrame) -> None:
        frame = one.frame
        if frame.opcode < 8:
            if not frame.fin or frame.opcode == Opcode.CONT:
                self._parts.append(hash(frame.payload))
            if frame.fin:
                self._said.append(_sign(one))

    def _took(self, one: WireFrame) -> None:
        """A message of the peer is complete."""
        sign = _sign(one)
        wanted = self._gap.wanted if self._gap else None
        is_typed = wanted is None or wanted.binary == (sign.opcode == Opcode.BINARY)
        self._came("message", one, "payload" if is_typed else "bits")
        is_known = sign in self._said or not one.frame.is_complete
        if self.report.lists_events and self._strange is None and not is_known:
            self._strange = self._at(one, "payload")

    def _came(self, kind: str, one: WireFrame, part: Part) -> None:
        if self._is_next(kind):
            is_stray = kind == "pong" and one.partner is None
            wanted = self._gap.wanted if self._gap else None
            if is_stray and (wanted is None or wanted.kind != "pong"):
                self._gap = None  # a pong that answers nothing is legal
            else:
                self._place = self._at(one, part)
        self._counts[kind] += 1

    def _is_next(self, kind: str) -> bool:
        got = self._gap.got if self._gap else None
        return got is not None and (got.kind, got.nth) == (kind, self._counts[kind])

    def _at(self, one: WireFrame, part: Part) -> Place:
        octets = part_of(one, part)
        length = one.frame.length if one.message is None else one.message.length
        return Place(one.n, octets, length, hash(one.frame.payload) in self._parts)

    @property
    def _could_tell(self) -> bool:
        """Whether messages that failed would have been found."""
        return self.report.lists_events or not self.report.messages_failed

    def _is_first(self, strange: Place) -> bool:
        """Whether a strange message came before what differs by the report, which does not show
        messages whole."""
        return self.report.messages_failed and (self._place is None or strange.n < self._place.n)

    # What is wrong

    def _never_opened(self, end: Ending) -> None:
        last = end.tls_fault or end.refused or end.failing or next(iter(end.timeouts), end.drop)
        words = "" if last is None else disarm(last.text.removeprefix("NOTE "))
        text = f"the connection never opened{_colon(words)}"
        self._add(rules.NEVER_OPENED, 0 if last is None else last.n, text)

    def _differs(self, gap: Gap, end: Ending) -> None:
        """Something came, or did not come, by the report."""
        place = self._place or Place(_last(end))
        wanted = "no more" if gap.wanted is None else in_words(gap.wanted)
        if gap.got is None:
            n, instead, octets = self._instead(end)
            text = f"the case wants {wanted}; {instead}"
            self._add(rules.MISSING_ANSWER, n, text, *octets)
            return
        rule = rules.EXTRA_ANSWER if gap.wanted is None else rules.WRONG_ANSWER
        got = self._got(gap.got, place)
        self._add(rule, place.n, f"the case wants {wanted}; {got}", *place.octets)

    def _got(self, got: Event, place: Place) -> str:
        if got.kind == "timeout":
            return f"it found {in_words(got)}"
        return f"the {self.scene.peer} sent {in_words(got, place.length)}{_fragment(place)}"

    def _instead(self, end: Ending) -> tuple[int, str, tuple[Octets, ...]]:
        """What happened when the case was still waiting."""
        peer, me = self.scene.peer, self.scene.me
        first, drop, failing = end.first, end.drop, end.failing
        if failing is not None and (first is None or failing.n < first.n):
            why = disarm(failing.text).partition(": ")[2]
            return failing.n, f"nothing like that had come when the {me} gave up{_colon(why)}", ()
        if first is not None and first.sender == peer:
            octets = part_of(first, "frame")
            return first.n, f"instead the {peer} closed {with_code(close_of(first).code)}", octets
        if first is None and drop is not None and not end.dropped_by_me:
            return drop.n, f"instead the {peer} ended TCP", ()
        n = _last(end) if first is None else first.n
        return n, f"nothing like that had come when the {me} ended it", ()

    def _is_strange(self, place: Place) -> None:
        octets = counted(place.length or 0, "octet")
        text = f"the {self.scene.peer} sent a message of {octets} that is no echo"
        text += _fragment(place) + _colon(self.report.result)
        self._add(rules.WRONG_ANSWER, place.n, text, *place.octets)

    def _wrong_end(self, end: Ending) -> None:
        got = end.got
        text = f"the connection did not end as the case wants{_colon(self.report.result_close)}"
        if got is None:
            self._add(rules.WRONG_END, _last(end), text)
        else:
            octets = part_of(got, rules.WRONG_END.at)
            self._add(rules.WRONG_END, got.n, text, *octets)

    def _other(self, end: Ending) -> None:
        """A case that has no list of events, or one of which the capture does not show all."""
        nothing = not self._counts["message"]
        rule = rules.MISSING_ANSWER if nothing else rules.WRONG_ANSWER
        self._add(rule, _last(end), f"the case failed{_colon(self.report.result)}")

    def _add(self, rule: Rule, n: int, text: str, *octets: Octets) -> None:
        known = self.docket.against(self.scene.peer, "warning")
        if known:
            text += f"; see {known[0].rule} at event {known[0].event:03d}"
        self.docket.add(rule, self.scene.peer, (n,), text, *octets, section=self.report.rfc)


def _sign(one: WireFrame) -> Sign:
    """Stands for the message that ends with a frame."""
    message = one.message
    assert message is not None
    return Sign(message.opcode, message.length, hash(message.data))


def _fragment(place: Place) -> str:
    return ", which is one fragment of what it got" if place.is_part else ""


def _colon(words: str) -> str:
    return f": {words}" if words else ""


def _last(end: Ending) -> int:
    """The event that ended the connection, as far as one did."""
    last = end.drop or end.first
    return 0 if last is None else last.n
