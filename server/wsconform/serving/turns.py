"""Whose turn it is to play: so that many clients at once do not fill the memory.

Nearly every case can be played at any time. Those that move megabytes take as much memory for each
client, and are bound to time limits that a busy machine does not keep; they share a room, and wait
for it in the order of their coming. Clients that are dead keep their part of it until their time is
over, so there is more room for those who have waited for long.
"""

from __future__ import annotations

from collections import deque
from functools import cache
from typing import NamedTuple

from twisted.internet.defer import Deferred, succeed

from wsconform.cases import CASES, Case
from wsconform.driver.clock import Clock, Timers

MOST = 256
"""Cases at a time, of any kind."""
ROOM = 64 << 20
"""Octets of the messages that are on their way at a time."""
MORE_ROOM = 8 * ROOM
"""The same, for those who have waited for long."""
LONG = 10.0
"""Seconds."""
LOOP = ROOM // 8
"""What a loop of a thousand messages counts, which are never on their way together: it keeps the
processor busy instead."""


def burden(case: Case) -> int:
    """How much of the room a case takes."""
    return _burden(case.id)


@cache
def _burden(case_id: str) -> int:
    case = CASES[case_id]  # to make the message takes longer than to remember its size
    if case.loop is not None:
        return LOOP
    return len(case.sent_message().octets) if case.is_bulk else 0


class _Waiting(NamedTuple):
    """A case that is not played yet."""

    case: Case
    turn: Deferred[None]
    since: float


class Turns:
    """Gives turns to cases, and takes them back."""

    def __init__(
        self, clock: Clock, most: int = MOST, room: int = ROOM, more_room: int = MORE_ROOM
    ) -> None:
        self._clock = clock
        self._timers = Timers(clock)
        self._most = most
        self._room = room
        self._more_room = more_room
        self._playing = 0
        self._taken = 0
        self._queue: deque[_Waiting] = deque()

    def wait(self, case: Case) -> Deferred[None]:
        """Fires when it is the case's turn, from where on it has to be `done` some time; cancel it
        if the client does not wait."""
        if not self._queue and self._fits(case, self._room):
            self._take(case)
            return succeed(None)
        turn: Deferred[None] = Deferred(self._forget)
        self._queue.append(_Waiting(case, turn, self._clock.seconds()))
        self._give()
        return turn

    def done(self, case: Case) -> None:
        """A case has been played."""
        self._playing -= 1
        self._taken -= burden(case)
        self._give()

    def _fits(self, case: Case, room: int) -> bool:
        needed = burden(case)
        has_room = not needed or not self._taken or self._taken + needed <= room
        return has_room and self._playing < self._most

    def _take(self, case: Case) -> None:
        self._playing += 1
        self._taken += burden(case)

    def _give(self) -> None:
        """Give turns to all that wait and fit; nobody with a burden overtakes another one."""
        is_blocked, waiting = False, self._queue
        self._queue = deque()
        given = []
        for one in waiting:
            room = self._more_room if self._age(one) >= LONG else self._room
            if self._fits(one.case, room) and not (is_blocked and burden(one.case)):
                self._take(one.case)
                given.append(one.turn)
            else:
                is_blocked = is_blocked or burden(one.case) > 0
                self._queue.append(one)
        self._look_again()
        for turn in given:
            turn.callback(None)

    def _age(self, one: _Waiting) -> float:
        return self._clock.seconds() - one.since

    def _look_again(self) -> None:
        """Look again when the next one has waited for long."""
        ages = [age for age in map(self._age, self._queue) if age < LONG]
        if ages:
            self._timers.set("look", LONG - ages[0], self._give)
        else:
            self._timers.cancel_all()

    def _forget(self, turn: Deferred[None]) -> None:
        self._queue = deque(one for one in self._queue if one.turn is not turn)
        self._give()
