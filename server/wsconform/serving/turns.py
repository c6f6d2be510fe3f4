"""Whose turn it is to play: so that many clients at once do not fill the memory.

Nearly every case can be played at any time. Those that move megabytes take as much memory for each
client, and are bound to time limits that a busy machine does not keep; they share a room, and wait
for it in the order of their coming.
"""

from __future__ import annotations

from collections import deque
from functools import cache

from twisted.internet.defer import Deferred, succeed

from wsconform.cases import CASES, Case

MOST = 256
"""Cases at a time, of any kind."""
ROOM = 64 << 20
"""Octets of the messages that are on their way at a time."""
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


class Turns:
    """Gives turns to cases, and takes them back."""

    def __init__(self, most: int = MOST, room: int = ROOM) -> None:
        self._most = most
        self._room = room
        self._playing = 0
        self._taken = 0
        self._queue: deque[tuple[Case, Deferred[None]]] = deque()

    def wait(self, case: Case) -> Deferred[None]:
        """Fires when it is the case's turn, from where on it has to be `done` some time; cancel it
        if the client does not wait."""
        if not self._queue and self._fits(case):
            self._take(case)
            return succeed(None)
        turn: Deferred[None] = Deferred(self._forget)
        self._queue.append((case, turn))
        self._give()
        return turn

    def done(self, case: Case) -> None:
        """A case has been played."""
        self._playing -= 1
        self._taken -= burden(case)
        self._give()

    def _fits(self, case: Case) -> bool:
        needed = burden(case)
        has_room = not needed or not self._taken or self._taken + needed <= self._room
        return has_room and self._playing < self._most

    def _take(self, case: Case) -> None:
        self._playing += 1
        self._taken += burden(case)

    def _give(self) -> None:
        """Give turns to all that wait and fit; nobody with a burden overtakes another one."""
        is_blocked, waiting = False, self._queue
        self._queue = deque()
        given = []
        for case, turn in waiting:
            if self._fits(case) and not (is_blocked and burden(case)):
                self._take(case)
                given.append(turn)
            else:
                is_blocked = is_blocked or burden(case) > 0
                self._queue.append((case, turn))
        for turn in given:
            turn.callback(None)

    def _forget(self, turn: Deferred[None]) -> None:
        self._queue = deque(one for one in self._queue if one[1] is not turn)
