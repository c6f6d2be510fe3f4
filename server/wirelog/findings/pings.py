"""Pings and their pongs: missing, late, wrong, out of order (RFC 6455 §5.5.2, §5.5.3).

That a ping was not answered is said only if its receiver, with no close frame to think of, began
another frame a second later or more; or if it sent back what came behind the ping (`echoes`), and
ended the connection. Of several pings it may answer the last one only.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from wirelog.capture import Kind, Record
from wirelog.counting import counted
from wirelog.escaping import preview
from wirelog.findings.echoes import Echoes
from wirelog.findings.places import begun, part_of
from wirelog.findings.scene import PATIENCE, Scene, Watch, other
from wirelog.findings.tally import Tally
from wirelog.frames import Opcode, Side
from wirelog.message import WireFrame
from wirelog.rules import ping
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
    oldest: WireFrame | None = None
    """The first waiting ping behind that."""
    overdue: WireFrame | None = None
    """The frame by which the receiver showed that it could have answered the oldest one."""
    echoes: Echoes | None = None
    """What the receiver sent back of what came behind the oldest one."""
    is_blurred: bool = False
    """Whether there was a ping of which the capture does not hold all octets."""
    stray: WireFrame | None = None
    """A pong that answers no ping and came while the oldest one was waiting."""

    def renew(self) -> None:
        """Find the oldest ping anew, and forget what was known of another one."""
        waiting = list(self.waiting)
        if self.covered in waiting:
            del waiting[: waiting.index(self.covered) + 1]
        self.oldest = waiting[0] if waiting else None
        self.echoes = Echoes(waiting[0]) if waiting else None
        self.overdue = self.stray = None


class Pings(Watch):
    """Follows the pings of both sides."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        sides: tuple[Side, Side] = ("client", "server")
        self._pingers = {side: _Pinger() for side in sides}
        self._has_asked = False
        """Whether there was a ping at all."""
        self._closed: dict[Side, int | None] = {}
        """When each side sent its close frame."""
        self._dropper: Side | None = None
        """Who ended TCP."""
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
        if self._has_asked:
            self._look(one)
        if opcode == Opcode.CLOSE:
            self._closed.setdefault(one.sender, one.t)

    def record(self, record: Record) -> None:
        """Take my own verdict that no pong came in time, and the end of TCP."""
        if record.kind is Kind.TIMEOUT and record.text.startswith("PING"):
            self._timeout = record
        elif record.kind is Kind.DROPPED:
            self._dropper = self.scene.me if "BY ME" in record.text else self.scene.peer

    def finish(self) -> None:
        """Report the pings that are still waiting, and what was counted."""
        for side, pinger in self._pingers.items():
            if pinger.oldest is not None:
                self._unanswered(side, pinger, pinger.oldest)
        for side in self._pingers:
            pongs = counted(self._unsolicited[side].count, "pong")
            self._unsolicited[side].tell(self.docket, f"the {side} sent {pongs} without a ping")
            pings = counted(self._closing[side].count, "ping")
            text = f"the {side} sent {pings} behind its own close frame"
            self._closing[side].tell(self.docket, text)
            pings = counted(self._disorder[side].count, "ping")
            text = f"the {side} answered {pings} after a later one"
            self._disorder[side].tell(self.docket, text)

    def _ping(self, ping: WireFrame, pinger: _Pinger) -> None:
        self._has_asked = True
        if not ping.frame.is_complete:
            pinger.is_blurred = True
            return
        pinger.waiting.append(ping)
        if pinger.oldest is None:
            pinger.renew()

    def _pong(self, pong: WireFrame, pinger: _Pinger) -> None:
        partner = pong.partner
        if not pong.frame.is_complete:
            pinger.waiting.clear()  # nobody knows which one it answers
        elif partner is None and pinger.is_blurred:
            return  # it may answer a ping that is not known
        elif partner is None:
            self._unsolicited[pong.sender].add_frame(pong, "frame")
            if pinger.oldest is not None:
                pinger.stray = pinger.stray or pong
            return
        elif partner in pinger.waiting:
            while (first := pinger.waiting.popleft()) is not partner:
                pinger.skipped.append(first)
        elif partner in pinger.skipped:
            self._disorder[pong.sender].add_frame(pong, "frame")
        if partner is not None:
            self._answered(pong, partner, pinger)
        pinger.renew()

    def _answered(self, pong: WireFrame, partner: WireFrame, pinger: _Pinger) -> None:
        """Judge the time; a pong may mean a later ping with the same payload.

        One that means a ping which a later pong has answered may as well be a heartbeat.
        """
        latest = partner
        for waiting in pinger.waiting:
            if waiting.frame.payload == pong.frame.payload:
                latest = pinger.covered = waiting
        if pong.t is None or latest.t is None or latest in pinger.skipped:
            return
        if pong.t - latest.t > PATIENCE:
            late = span(pong.t - latest.t)
            text = f"the {pong.sender} answered ping {latest.n:03d} after {late}"
            octets = part_of(pong, "frame")
            self.docket.add(ping.ANSWERED_LATE, pong.sender, (pong.n, latest.n), text, *octets)

    def _look(self, one: WireFrame) -> None:
        """See what a frame says of the oldest ping of each side that waits for a pong."""
        pinger = self._pingers[other(one.sender)]
        if pinger.oldest and pinger.overdue is None and self._could_answer(one, pinger.oldest):
            pinger.overdue, pinger.echoes = one, None  # there is no need of more proof
        if one.frame.opcode < 8 and not self._closed:
            for pinger in self._pingers.values():
                if pinger.echoes is not None:
                    pinger.echoes.take(one)

    def _could_answer(self, one: WireFrame, waiting: WireFrame) -> bool:
        """Whether the sender of a frame had time to answer a ping before it began the frame."""
        if waiting.t is None:
            return False
        due = waiting.t + PATIENCE
        if any(t is None or t < due for t in self._closed.values()):
            return False
        start = begun(one)
        return start is not None and start >= due

    def _came_back(self, receiver: Side, echoes: Echoes | None) -> WireFrame | None:
        """The echo that came where a pong should have been, if the receiver sends no more."""
        lacks = self.scene.source.lacks
        is_known = not any(need in lacks for need in ping.WRONG_PAYLOAD.needs)
        is_over = receiver in self._closed or receiver == self._dropper
        return echoes.proof if echoes and is_known and is_over else None

    def _unanswered(self, side: Side, pinger: _Pinger, waiting: WireFrame) -> None:
        stray, receiver = pinger.stray, other(side)
        echo = self._came_back(receiver, pinger.echoes)
        asked = f"ping {waiting.n:03d} with {_payload(waiting)}"
        octets = part_of(waiting, "frame")
        if stray is not None and (pinger.overdue or echo or _is_related(stray, waiting)):
            text = f"the {receiver} answered {asked} by a pong with {_payload(stray)}"
            octets = part_of(stray, "payload") or part_of(stray, "frame")
            self.docket.add(ping.WRONG_PAYLOAD, receiver, (stray.n, waiting.n), text, *octets)
        elif pinger.overdue is not None:
            assert waiting.t is not None
            assert pinger.overdue.t is not None
            later = span(pinger.overdue.t - waiting.t)
            text = f"the {receiver} never answered {asked}, but sent another frame {later} later"
            events = (pinger.overdue.n, waiting.n)
            self.docket.add(ping.UNANSWERED, receiver, events, text, *octets)
        elif echo is not None:
            text = f"the {receiver} never answered {asked}, but sent back what came behind it"
            self.docket.add(ping.UNANSWERED, receiver, (echo.n, waiting.n), text, *octets)
        elif self._timeout is not None and side == self.scene.me:
            text = f"the {receiver} did not answer {asked}, and sent nothing any more"
            events = (self._timeout.n, waiting.n)
            self.docket.add(ping.TIMED_OUT, receiver, events, text, *octets)


def _is_related(pong: WireFrame, waiting: WireFrame) -> bool:
    """Whether a pong looks like a try to answer that ping: a part of its payload, or more."""
    got, wanted = pong.frame.payload, waiting.frame.payload
    return bool(got and wanted) and (got in wanted or wanted in got)


def _payload(one: WireFrame) -> str:
    frame = one.frame
    shown = preview(frame.payload, frame.length).decode()
    if not frame.length:
        return "no payload"
    return f"{counted(frame.length, 'octet')} {shown}"
