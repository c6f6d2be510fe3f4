"""Joins a connection while its records come: each record and each frame is passed on, in order.

A frame stands behind its line, or, where it has none, behind the octets that ended it. Until it is
known whether one stands there, everything behind waits. In a good capture that is a few records;
where a frame never becomes complete, or lines have no octets, only so many wait, and what turns up
for a place that has gone by is passed on late.

Nothing is passed on before both heads of the handshake are there, because they say how frames have
to be read.
"""

from __future__ import annotations

from collections import deque

from wirelog.assembly import Assembly
from wirelog.capture import Direction, Record, leaves_out
from wirelog.frames import Side
from wirelog.handshake import Handshake
from wirelog.lane import FAR, Lane
from wirelog.message import WireFrame
from wirelog.streams import Stream

MAX_WAITING = 1 << 14
"""Records that wait for a frame which may stand among them."""
MAX_WAITING_OCTETS = 1 << 24
"""Octets in them."""


class Listener:
    """Whoever is told of a connection; by default it takes no notice."""

    def begin(self, handshake: Handshake) -> None:
        """Take the handshake, before anything else; what of it is missing will not come."""

    def record(self, record: Record) -> None:
        """Take the next record."""

    def frame(self, one: WireFrame) -> None:
        """Take the next frame; it stands behind the records that were taken."""


class Joiner:
    """Feed it the records of a capture in order, then `finish` it."""

    def __init__(self, *, is_server: bool, listener: Listener | None = None) -> None:
        me: Side = "server" if is_server else "client"
        peer: Side = "client" if is_server else "server"
        self.listener = listener or Listener()
        self._rx, self._tx = Lane("RX", peer), Lane("TX", me)
        self._lanes: dict[Direction | None, Lane] = {"RX": self._rx, "TX": self._tx}
        self._client = self._lanes["RX" if is_server else "TX"].stream
        self._server = self._lanes["TX" if is_server else "RX"].stream
        self._client.heads.answered_by(self._server.heads)
        self._is_open = False
        self._assembly: Assembly | None = None
        """There as soon as the handshake is known."""
        self._place = 0
        """The place of the record that comes next."""
        self._waiting: deque[Record] = deque()
        self._octets_waiting = 0
        self._is_clear = False
        """Whether nothing waits."""

    def stream(self, direction: Direction) -> Stream:
        """The octets of one direction."""
        return self._lanes[direction].stream

    def add(self, record: Record) -> None:
        """Take the next record."""
        place = self._place
        self._place = place + 1
        lane = self._lanes.get(record.dir)
        if lane is not None:
            lane.add(record, place)
        if not self._is_clear or self._rx.horizon < place or self._tx.horizon < place:
            self._wait(record)
        elif lane is None:
            self._pass_record(record)
        elif not lane.ready:
            self.listener.record(record)
        else:
            # Nothing waits, and so of the other direction nothing is ready.
            while lane.ready and lane.ready[0][0] < place:
                self._pass_frame(lane.ready.popleft()[1])
            self.listener.record(record)
            while lane.ready:
                self._pass_frame(lane.ready.popleft()[1])

    def finish(self) -> None:
        """Say that no more records come: what is incomplete stays so."""
        if self._assembly is None:
            self._begin()
        for lane in (self._rx, self._tx):
            lane.finish(is_open=self._is_open)
        self._pass_until(FAR)

    def forget(self) -> None:
        """Forget the octets of everything that has been passed on, but for the last of a message
        that goes on."""
        n = self._waiting[0].n if self._waiting else FAR
        for lane in (self._rx, self._tx):
            lane.forget(n)
        if self._assembly is not None:
            self._assembly.forget()

    def _meet(self) -> bool:
        """Whether both heads are there, or neither of them will ever be."""
        both = (self._client, self._server)
        never = all(one.lost and not one.head_done for one in both)
        if never or all(one.head_done for one in both):
            self._begin()
        return self._assembly is not None

    def _begin(self) -> None:
        handshake = Handshake.parse(self._client.head, self._server.head)
        self._is_open = handshake.is_open
        self._assembly = Assembly(handshake)
        self.listener.begin(handshake)

    def _wait(self, record: Record) -> None:
        """Put a record behind those that wait, and pass on as many as can be."""
        self._waiting.append(record)
        self._octets_waiting += len(record.octets)
        if self._assembly is None and not self._meet():
            return
        until = min(self._rx.horizon, self._tx.horizon)
        if len(self._waiting) > MAX_WAITING or self._octets_waiting > MAX_WAITING_OCTETS:
            for lane in (self._rx, self._tx):
                lane.settle(is_open=self._is_open)
            until = FAR
        self._pass_until(until)
        self._is_clear = not self._waiting

    def _pass_until(self, until: int) -> None:
        """Pass on the records up to a place, each with its frames."""
        waiting = self._waiting
        place = self._place - len(waiting)
        self._pass_frames(place - 1)
        while waiting and place <= until:
            record = waiting.popleft()
            self._octets_waiting -= len(record.octets)
            self._pass_record(record)
            self._pass_frames(place)
            place += 1

    def _pass_frames(self, until: int) -> None:
        """Pass on the frames that are ready, up to a place."""
        rx, tx = self._rx.ready, self._tx.ready
        while rx or tx:
            queue = tx if not rx or (tx and tx[0][0] < rx[0][0]) else rx
            if queue[0][0] > until:
                return
            self._pass_frame(queue.popleft()[1])

    def _pass_record(self, record: Record) -> None:
        assert self._assembly is not None
        if leaves_out(record):
            self._assembly.lose()
        self.listener.record(record)

    def _pass_frame(self, one: WireFrame) -> None:
        assert self._assembly is not None
        self._assembly.take(one)
        self.listener.frame(one)
