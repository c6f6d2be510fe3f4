"""What came after a violation: the receiver failed the connection, in time and with the right code,
or went on as if nothing were wrong.

Only the first violation of each side counts: whoever has failed a connection reads no further.
That the receiver went on is said only where the order proves it: it answered a ping that came
later, sent the message back, answered a close frame with a code that speaks of no failure, or did
nothing for a second until the other side gave up. A frame that merely comes later may have been on
its way.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from wirelog.capture import Kind, Record
from wirelog.counting import counted
from wirelog.ending import close_of, starts_closing
from wirelog.findings.docket import Entry
from wirelog.findings.places import frame_at, locate, part_of
from wirelog.findings.scene import PATIENCE, SECOND, Scene, Watch, other
from wirelog.frames import Opcode, Side, opcode_name
from wirelog.message import WireFrame
from wirelog.rules import closing, frames, payload
from wirelog.rules.rule import Problem, Rule
from wirelog.times import span

REMEMBERED = 64
"""Messages of each side that are remembered, to know an echo."""

ORDINARY = (None, 1000, 1001)
"""Codes that speak of no failure."""
UNFIT = (*ORDINARY, 1002, 1007, 1011)
"""Codes that say something else than what happened, unless they are the right one."""
TO_VALIDATE = frozenset({
    frames.CONTROL_FRAGMENTED, frames.CONTROL_TOO_LONG, frames.STRAY_CONTINUATION,
    frames.MESSAGE_INSIDE, payload.DOES_NOT_INFLATE, payload.WINDOW_EXCEEDED,
    payload.CONTEXT_USED, payload.TAIL_MISSING,
})  # fmt: skip
"""Rules that oblige the sender only; what a receiver owes them is to validate (§10.7)."""
BAD_CLOSE = frozenset({closing.CODE, closing.ONE_OCTET, closing.REASON})


class Moment(NamedTuple):
    """When somebody noticed a violation."""

    n: int
    t: int | None
    octets: int
    """How many octets the other side had sent before."""


@dataclass(slots=True, eq=False)
class Offence:
    """A violation that its receiver ought to notice."""

    one: WireFrame
    rule: Rule
    what: str
    entry: Entry
    offset: int
    """Where the wrong octet ends in everything that the side sent."""
    t: int | None
    """When that octet went over."""
    n: int
    """The record that carried it."""
    read: int
    """How many octets the side had sent when that record had come."""
    where: WireFrame
    """The frame in which the wrong octet stands."""
    later: set[int] = field(default_factory=set)
    """Pings that the offender sent behind it, by identity."""
    echo: int | None = None
    """Hash of the message it stands in, if no message before it was the same."""
    noticed: Moment | None = None
    """When the recorder noticed."""


class Aftermath(Watch):
    """Waits for what a receiver does about a violation."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.blamed: set[Side] = set()
        """Sides that gave the other one a reason to fail the connection."""
        self.excused: set[Side] = set()
        """Sides whose handshake gave the other one such a reason."""
        self.closes: dict[Side, WireFrame] = {}
        """The first close frame of each side."""
        self.before: dict[Side, WireFrame] = {}
        """The last frame that came from the other side before that."""
        self._last: dict[Side, WireFrame] = {}
        self._offences: dict[Side, Offence] = {}
        """The first violation of each side, until it is known what came of it."""
        self._said: dict[Side, deque[int]] = {
            "client": deque(maxlen=REMEMBERED), "server": deque(maxlen=REMEMBERED)
        }  # fmt: skip

    def is_over(self, side: Side) -> bool:
        """Whether the other side has closed, so that `side` need not finish what it began."""
        return other(side) in self.closes

    def offence(self, one: WireFrame, problem: Problem, entry: Entry) -> None:
        """Note a violation; only the first one of a side matters here."""
        side = one.sender
        if side not in self.blamed and not self.is_over(side):
            self._offences[side] = self._place(Offence(
                one, problem.rule, f"{opcode_name(one.frame.opcode)} frame {one.n:03d}", entry,
                one.end, one.t, one.n, self.scene.stream(one.dir).until(one.n + 1), one,
            ))  # fmt: skip
        self.blamed.add(side)

    def frame(self, one: WireFrame) -> None:
        """See whether it tells what came of a violation."""
        opcode = one.frame.opcode
        if self._offences:
            self._follow(one)
        if opcode == Opcode.CLOSE and starts_closing(one.frame):
            self._closes(one)
        elif opcode < 8 and one.frame.fin:
            self._said[one.sender].append(content_hash(one))
        self._last[one.sender] = one

    def has_closed_with(self, code: int, reply: WireFrame) -> bool:
        """Whether a close frame answers one with this code."""
        asked = self.closes.get(other(reply.sender))
        return asked is not None and close_of(asked).code == code

    def record(self, record: Record) -> None:
        """See whether I noticed, or TCP ended."""
        if not self._offences:
            return
        if record.kind is Kind.FAILING and (mine := self._offences.get(self.scene.peer)):
            mine.noticed = mine.noticed or self._moment(mine, record)
        elif record.kind is Kind.DROPPED:
            dropper = self.scene.me if "BY ME" in record.text else self.scene.peer
            for side in list(self._offences):
                self._ended(side, record, by_receiver=side != dropper)

    def finish(self) -> None:
        """Nothing more comes: what is not settled stays so."""
        self._offences.clear()

    def _closes(self, one: WireFrame) -> None:
        if one.sender not in self.closes:
            self.closes[one.sender] = one
            if other(one.sender) in self._last:
                self.before[one.sender] = self._last[other(one.sender)]

    def _place(self, made: Offence) -> Offence:
        """Where the wrong octet ends: with the frame, unless it is known better."""
        one = made.one
        message = one.message
        if made.rule is payload.NOT_UTF8 and message and message.fault and not message.compressed:
            frame, at = frame_at(message, message.fault.offset)
            if frame.start >= 0:
                behind = at + (message.fault.octet is not None)
                made.offset = frame.start + frame.frame.header_octets + behind
                made.where = frame
        for record, begin in made.where.carried:
            if begin < made.offset <= begin + len(record.octets):
                made.n, made.t = record.n, record.t
                made.read = begin + (record.length or len(record.octets))
        if one.frame.opcode < 8 and one.frame.fin:
            said = content_hash(one)
            made.echo = None if said in self._said[one.sender] else said
        return made

    def _follow(self, one: WireFrame) -> None:
        mine = self._offences.get(one.sender)
        if mine is not None and one.frame.opcode == Opcode.PING and one is not mine.one:
            mine.later.add(id(one))
        theirs = self._offences.get(other(one.sender))
        if theirs is None:
            return
        opcode = one.frame.opcode
        if opcode == Opcode.CLOSE and starts_closing(one.frame):
            self._closed(theirs, one)
        elif opcode == Opcode.PONG and one.partner is theirs.one:
            self._went_on(theirs, one, "answered it")
        elif opcode == Opcode.PONG and id(one.partner) in theirs.later:
            self._went_on(theirs, one, "answered a ping that came behind it")
        elif opcode < 8 and one.frame.fin and theirs.echo == content_hash(one):
            self._went_on(theirs, one, "sent the message back")

    def _closed(self, made: Offence, close: WireFrame) -> None:
        """The receiver has sent its close frame."""
        code = close_of(close).code
        offender = made.one.sender
        asked, fits = self.closes.get(offender), made.rule.close_code
        if made.rule in BAD_CLOSE:
            self._answered_bad_close(made, close, code)
        elif asked is not None and code in {*ORDINARY, close_of(asked).code} - {fits}:
            self._went_on(made, close, f"answered the close frame {with_code(code)}")
        else:
            self._failed(made, close, code)
        self._offences.pop(offender, None)

    def _answered_bad_close(self, made: Offence, close: WireFrame, code: int | None) -> None:
        wrong = close_of(made.one).code
        if code in ORDINARY or code == wrong != made.rule.close_code:
            which = f"the wrong close frame {made.one.n:03d}"
            text = f"the {close.sender} answered {which} {with_code(code)}"
            self._add(closing.BAD_CLOSE_ACCEPTED, made, close, text)

    def _failed(self, made: Offence, close: WireFrame, code: int | None) -> None:
        when = made.noticed or self._moment(made, close)
        self._tell(made, f"closed {with_code(code)}", when)
        wanted = made.rule.close_code
        is_clear = made.rule.must_fail or made.rule in TO_VALIDATE - _INFLATION
        if code != wanted and is_clear and code in UNFIT:
            text = f"the {close.sender} closed {with_code(code)} over {made.what}; {wanted} fits"
            self._add(closing.WRONG_FAIL_CODE, made, close, text)

    def _went_on(self, made: Offence, one: WireFrame, how: str) -> None:
        self._offences.pop(made.one.sender, None)
        if made.rule.must_fail or made.rule in TO_VALIDATE:
            over = f"did not fail the connection over {made.what} ({made.rule})"
            text = f"the {one.sender} {over}: it {how}"
            self._add(closing.VIOLATION_ACCEPTED, made, one, text)

    def _ended(self, side: Side, record: Record, *, by_receiver: bool) -> None:
        """TCP is gone."""
        made = self._offences.pop(side)
        if by_receiver:
            self._tell(made, "dropped TCP", made.noticed or self._moment(made, record))
        elif made.one.arrived and made.t is not None and record.t is not None:
            waited = record.t - made.t
            owes = made.rule.must_fail or made.rule in TO_VALIDATE
            if waited >= PATIENCE and owes and not self.is_over(side):
                receiver = other(side)
                over = f"did nothing about {made.what} ({made.rule})"
                text = f"the {receiver} {over} for {span(waited)}, until the {side} ended TCP"
                octets = part_of(made.one, made.rule.at)
                self.docket.add(
                    closing.VIOLATION_ACCEPTED, receiver, (record.n, made.one.n), text, *octets,
                    section=_section(made.rule),
                )  # fmt: skip

    def _moment(self, made: Offence, event: Record | WireFrame) -> Moment:
        """The event that goes by, at which a receiver has noticed."""
        return Moment(event.n, event.t, self.scene.stream(made.one.dir).until(event.n))

    def _tell(self, made: Offence, how: str, when: Moment) -> None:
        """Say with the violation when and how its receiver noticed."""
        t = when.t
        octets = max(when.octets - made.offset, 0) if made.one.start >= 0 else None
        # A frame can be refused for its header, long before its last octet comes.
        after = [] if made.t is None or t is None or t < made.t else [span(t - made.t)]
        after += [] if octets is None else [counted(octets, "octet")]
        receiver = other(made.one.sender)
        distance = f" {' and '.join(after)} later" if after else ""
        self.docket.say(made.entry, f"; the {receiver} {how}{distance}")
        if made.rule is payload.NOT_UTF8 and octets and t is not None and made.t is not None:
            read_on = when.octets > made.read
            if read_on and (receiver == self.scene.me or t - made.t >= SECOND // 2):
                text = f"the {receiver} noticed that {made.what} is not UTF-8{distance}"
                place = locate(made.where.carried, made.one.dir, made.offset - 1, made.offset)
                self.docket.add(payload.NOTICED_LATE, receiver, (when.n, made.one.n), text, *place)

    def _add(self, rule: Rule, made: Offence, one: WireFrame, text: str) -> None:
        section = _section(made.rule) if rule is closing.VIOLATION_ACCEPTED else ""
        octets = part_of(one, rule.at)
        self.docket.add(rule, one.sender, (one.n, made.one.n), text, *octets, section=section)


_INFLATION = frozenset({
    payload.DOES_NOT_INFLATE, payload.WINDOW_EXCEEDED, payload.CONTEXT_USED, payload.TAIL_MISSING,
})  # fmt: skip
"""For these no close code is prescribed."""


def with_code(code: int | None) -> str:
    """`with 1000`."""
    return "without a code" if code is None else f"with {code}"


def _section(rule: Rule) -> str:
    """The paragraph that a receiver breaks which goes on."""
    return rule.rfc if rule.must_fail else "RFC 6455 §10.7"


def content_hash(one: WireFrame) -> int:
    """Stands for the message that ends with a frame, to know it again when it is sent back."""
    message = None if one.is_plain else one.message
    if message is None or (message.count == 1 and not message.compressed):
        return hash(one.frame.payload)
    return hash(message.data)
