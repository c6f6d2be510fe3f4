"""Pings and their pongs: missing, late, wrong, out of order (RFC 6455 §5.5.2, §5.5.3).

That a ping was not answered is said only if its receiver began another frame a second later or
more, and had no close frame to think of. Of several pings it may answer the last one only.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from wirelog.capture import Kind, Record
from wirelog.escaping import preview
from wirelog.findings.finding import Octets
from wirelog.findings.places import part_of
from wirelog.findings.scene import PATIENCE, Scene, Watch, other
from wirelog.findings.tally import Tally
from wirelog.frames import Opcode, Side
from wirelog.message import WireFrame, pieces
from wirelog.rules import ping
from wirelog.rules.rule import Part
from wirelog.times import span

WAITING = 1000
"""Pings of each side that may wait for a pong; of more, the oldest are forgotten."""


def _queue() -> deque[WireFrame]:
    return deque(maxlen=WAITING)


@dataclass(slots=True)
class _Pinger:
    """One side as the sender of pings."""

    waiting: deque[WireFrame] = field(default_factory=_queue)
    """Pings without a pong, and without a pong for a later ping."""
    skipped: deque[WireFrame] = field(default_factory=_queue)
    """Pings that had no pong when a later one got its."""
    covered: WireFrame | None = None
    """A waiting ping with the same payload as one that was answered after it."""
    overdue: WireFrame | None = None
    """The frame by which the receiver showed that it could have answered the oldest one."""
    is_blurred: bool = False
    """Whether there was a ping of which the capture does not hold all octets."""
    stray: WireFrame | None = None
    """A pong that answers no ping and came while one was waiting."""


class Pings(Watch):
    """Follows the pings of both sides."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        sides: tuple[Side, Side] = ("client", "server")
        self._pingers = {side: _Pinger() for side in sides}
        self._closed: dict[Side, int | None] = {}
        """When each side sent its close frame."""
        self._unsolicited = {side: Tally(ping.UNSOLICITED, side) for side in sides}
        self._closing = {side: Tally(ping.WHILE_CLOSING, side) for side in sides}
        self._disorder = {side: Tally(ping.OUT_OF_ORDER, side) for side in sides}
        self._timeout: Record | None = None

    def frame(self, one: WireFrame) -> None:
        """Take a ping or a pong; any other frame shows that its sender is alive."""
        opcode = one.frame.opcode
        if opcode == Opcode.PONG:
            self._pong(one, self._pingers[other(one.sender)])
        elif opcode == Opcode.PING:
            self._ping(one, self._pingers[one.sender])
            if one.sender in self._closed:
                self._closing[one.sender].add_frame(one, "bits")
        pinger = self._pingers[other(one.sender)]
        if pinger.waiting and pinger.overdue is None and self._could_answer(one, pinger.waiting[0]):
            pinger.overdue = one
        if opcode == Opcode.CLOSE:
            self._closed.setdefault(one.sender, one.t)

    def record(self, record: Record) -> None:
        """Take my own verdict that no pong came in time."""
        if record.kind is Kind.TIMEOUT and record.text.startswith("PING"):
            self._timeout = record

    def finish(self) -> None:
        """Report the pings that are still waiting, and what was counted."""
        for side, pinger in self._pingers.items():
            while pinger.covered in pinger.waiting:
                pinger.waiting.popleft()
            if pinger.waiting:
                self._unanswered(side, pinger)
        for side in self._pingers:
            count = self._unsolicited[side].count
            text = f"{count} pongs from the {side} answer no ping"
            self._unsolicited[side].tell(self.docket, text)
            count = self._closing[side].count
            text = f"the {side} sent {count} pings behind its own close frame"
            self._closing[side].tell(self.docket, text)
            count = self._disorder[side].count
            text = f"the {side} answered {count} pings after later ones"
            self._disorder[side].tell(self.docket, text)

    def _ping(self, ping: WireFrame, pinger: _Pinger) -> None:
        if ping.frame.is_complete:
            pinger.waiting.append(ping)
        else:
            pinger.is_blurred = True

    def _pong(self, pong: WireFrame, pinger: _Pinger) -> None:
        partner = pong.partner
        if not pong.frame.is_complete:
            pinger.waiting.clear()  # nobody knows which one it answers
        elif partner is None and pinger.is_blurred:
            return  # it may answer a ping that is not known
        elif partner is None:
            self._unsolicited[pong.sender].add_frame(pong, "frame")
            if pinger.waiting:
                pinger.stray = pinger.stray or pong
            return
        elif partner in pinger.waiting:
            while (first := pinger.waiting.popleft()) is not partner:
                pinger.skipped.append(first)
        elif partner in pinger.skipped:
            self._disorder[pong.sender].add_frame(pong, "frame")
        pinger.overdue = pinger.stray = None
        if partner is not None:
            self._answered(pong, partner, pinger)

    def _answered(self, pong: WireFrame, partner: WireFrame, pinger: _Pinger) -> None:
        """Judge the time; a pong may mean a later ping with the same payload."""
        latest = partner
        for waiting in pinger.waiting:
            if waiting.frame.payload == pong.frame.payload:
                latest = pinger.covered = waiting
        if pong.t is not None and latest.t is not None and pong.t - latest.t > PATIENCE:
            late = span(pong.t - latest.t)
            text = f"the {pong.sender} answered ping {latest.n:03d} after {late}"
            octets = self._octets(pong, "frame")
            self.docket.add(ping.ANSWERED_LATE, pong.sender, (pong.n, latest.n), text, *octets)

    def _could_answer(self, one: WireFrame, waiting: WireFrame) -> bool:
        """Whether the sender of a frame had time to answer a ping before it began the frame."""
        if waiting.t is None:
            return False
        due = waiting.t + PATIENCE
        if any(t is None or t < due for t in self._closed.values()):
            return False
        begun = self._begun(one)
        return begun is not None and begun >= due

    def _begun(self, one: WireFrame) -> int | None:
        if len(one.carried) < 2:
            return one.t
        first = next(pieces(one.carried, one.start, one.start + 1), None)
        return one.t if first is None else first[0].t

    def _unanswered(self, side: Side, pinger: _Pinger) -> None:
        waiting, stray = pinger.waiting[0], pinger.stray
        receiver = other(side)
        asked = f"ping {waiting.n:03d} with {_payload(waiting)}"
        asked_octets = self._octets(waiting, "frame")
        if stray is not None and (pinger.overdue or _is_related(stray, waiting)):
            text = f"the {receiver} answered {asked} by a pong with {_payload(stray)}"
            octets = self._octets(stray, "payload")
            self.docket.add(ping.WRONG_PAYLOAD, receiver, (stray.n, waiting.n), text, *octets)
        elif pinger.overdue is not None:
            assert waiting.t is not None
            assert pinger.overdue.t is not None
            later = span(pinger.overdue.t - waiting.t)
            text = f"the {receiver} never answered {asked}, but sent another frame {later} later"
            events = (pinger.overdue.n, waiting.n)
            self.docket.add(ping.UNANSWERED, receiver, events, text, *asked_octets)
        elif self._timeout is not None and side == self.scene.me:
            text = f"the {receiver} did not answer {asked}, and sent nothing any more"
            events = (self._timeout.n, waiting.n)
            self.docket.add(ping.TIMED_OUT, receiver, events, text, *asked_octets)

    def _octets(self, one: WireFrame, part: Part) -> tuple[Octets, ...]:
        return part_of(one, part)


def _is_related(pong: WireFrame, waiting: WireFrame) -> bool:
    """Whether a pong looks like a try to answer that ping: a part of its payload, or more."""
    got, wanted = pong.frame.payload, waiting.frame.payload
    return bool(got and wanted) and (got in wanted or wanted in got)


def _payload(one: WireFrame) -> str:
    frame = one.frame
    shown = preview(frame.payload, frame.length).decode()
    if not frame.length:
        return "no payload"
    return f"{frame.length} octet{'' if frame.length == 1 else 's'} {shown}"
