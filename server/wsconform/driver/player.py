"""Plays the script of a case on a connection, and keeps what was heard of the peer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wirelog.frames import Close, Frame, Opcode
from wsconform.cases.case import Case
from wsconform.cases.events import Event, Message, Pong, Timeout
from wsconform.cases.steps import (
    CloseAfter,
    EchoLoop,
    FramePart,
    KillAfter,
    Pause,
    Send,
    SendClose,
    SendMessage,
    StartFrame,
    Step,
)
from wsconform.driver.connection import Connection
from wsconform.driver.incoming import Arrived, Violation
from wsconform.driver.lockstep import Lockstep
from wsconform.driver.outgoing import Packed
from wsconform.driver.settings import Settings
from wsconform.driver.tcp import State
from wsconform.judge import close_due
from wsconform.transcript import Echoes, Transcript

Wait = Callable[[Callable[[], None]], None]
"""Calls what it is given, now or when the time has come."""


class Player:
    """The listener of a connection that plays one case."""

    def __init__(self, case: Case, settings: Settings, wait: Wait) -> None:
        self._case = case
        self._wait = wait
        self._settings = settings
        self._steps = iter(case.script)
        self._events: list[Event] = []
        self._watched = -1
        self.loop: Lockstep | None = None
        self.connection: Connection
        """Set when it is made, before anything is played."""

    def opened(self) -> None:
        """Begin as soon as it is this case's turn."""
        self._wait(self._begin)

    def _begin(self) -> None:
        """Play; a case whose terms were declined closes at once."""
        self.connection.begin()
        self._close_if_due()
        if self.connection.state is State.OPEN:
            self._go_on()

    def arrived(self, what: Arrived) -> None:
        """A message or a pong is here."""
        if what.opcode == Opcode.PONG:
            self._events.append(Pong(what.payload))
        elif self.loop is not None:
            self._loop_arrived(self.loop, what)
            return
        else:
            self._events.append(Message(what.payload, what.opcode == Opcode.BINARY))
        if len(self._events) > MOST_EVENTS:
            self.connection.stem_flood()
        self._close_if_due()

    def transcript(self) -> Transcript:
        """All that was seen so far."""
        connection = self.connection
        opened = connection.opened
        return Transcript(
            events=tuple(self._events),
            closing=connection.facts,
            opened=opened is not None,
            opening=connection.opening_problem,
            deflated=opened is not None and opened.peers is not None,
            echoes=Echoes() if self.loop is None else self.loop.echoes,
            frames_sent=dict(connection.record.sent.frames),
        )

    def _close_if_due(self) -> None:
        published = self._settings.as_published
        code = close_due(self._case, self.transcript(), as_published=published)
        if code is not None:
            self.connection.close(Close(code))

    def _loop_arrived(self, loop: Lockstep, echo: Arrived) -> None:
        if loop.is_over:
            return
        try:
            loop.arrived(echo)
        except Violation as violation:
            self.connection.fail(violation.code, violation.reason)

    # The steps

    def _go_on(self) -> None:
        """Play the steps up to the next wait."""
        for step in self._steps:
            PLAYS[type(step)](self, step)
            if isinstance(step, Pause):
                break

    def _send(self, step: Send) -> None:
        self.connection.sender.frame(step.on_wire(), chop=step.chop, alone=step.alone)

    def _send_message(self, step: SendMessage) -> None:
        if self._case.is_bulk:
            sender = self.connection.sender
            packed = Packed(step.frames(), masks=sender.masks)
            self.connection.write(sender.packed(packed), has_frames=True)
            return
        for frame in step.frames():
            self.connection.sender.frame(frame)

    def _send_close(self, step: SendClose) -> None:
        self.connection.close(step.close)

    def _start_frame(self, step: StartFrame) -> None:
        self.connection.sender.start(Frame(step.opcode, fin=step.fin), step.length)

    def _send_part(self, step: FramePart) -> None:
        self.connection.sender.part(step.octets)

    def _pause(self, step: Pause) -> None:
        tag = step.tag or None
        self.connection.record.event(f"DELAY {step.seconds:f} sec for TAG {tag}")
        self.connection.timers.set("pause", step.seconds, lambda: self._resume(step))

    def _resume(self, step: Pause) -> None:
        self.connection.record.event(f"DELAY TIMEOUT on TAG {step.tag or None}")
        if step.tag:
            if self.connection.state is not State.OPEN:
                return
            self._events.append(Timeout(step.tag))
        self._go_on()

    def _kill_after(self, step: KillAfter) -> None:
        seconds = self._settings.limit(step.seconds)
        self.connection.record.event(f"FAIL CONNECTION AFTER {seconds:f} sec")
        self._limit(seconds, lambda: self.connection.fail(1001, TIME_IS_OVER))

    def _limit(self, seconds: float, end: Callable[[], None]) -> None:
        """End the case after that time, which counts anew while we have not sent everything: a busy
        machine may need long for many small writes."""

        def look() -> None:
            if self.connection.is_sending:
                self._limit(seconds, end)
            else:
                end()

        self.connection.timers.set("case", seconds, look)

    def _close_after(self, step: CloseAfter) -> None:
        seconds = self._settings.limit(step.seconds)
        self.connection.record.event(f"CLOSE CONNECTION AFTER {seconds:f} sec")
        self._limit(seconds, lambda: self._close(TIME_IS_OVER))

    def _close(self, why: str) -> None:
        self.connection.record.event(f"CLOSING CONNECTION: {why}")
        self.connection.close(Close())

    # Loops

    def _play_loop(self, step: EchoLoop) -> None:
        self.loop = Lockstep(self.connection, step, self._close_if_due)
        self._watch(self.loop)
        self.loop.start()

    def _watch(self, loop: Lockstep) -> None:
        """Look now and then whether echoes still come."""
        if loop.is_over:
            return
        if loop.echoes.right == self._watched:
            self._close(f"no echo for {self._settings.echo:g} s")
            return
        self._watched = loop.echoes.right
        self.connection.timers.set("echo", self._settings.echo, lambda: self._watch(loop))


MOST_EVENTS = 1000
"""Messages outside of loops and pongs that a peer may send; the cases want eleven at most."""
TIME_IS_OVER = "the time limit of the case is over"

PLAYS: dict[type[Step], Callable[[Player, Any], None]] = {
    Send: Player._send,
    SendMessage: Player._send_message,
    SendClose: Player._send_close,
    StartFrame: Player._start_frame,
    FramePart: Player._send_part,
    Pause: Player._pause,
    KillAfter: Player._kill_after,
    CloseAfter: Player._close_after,
    EchoLoop: Player._play_loop,
}
