"""A fuzzing server in memory, and visitors that come in by its door: time moves when told."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from connections import on_the_wire, request
from memory_server import Transport
from wirelog.frames import Close, Frame, Opcode
from wirelog.handshake import HEAD_END
from wirelog.parser import FrameParser
from wsconform.cases import select
from wsconform.driver.settings import Settings
from wsconform.report.entry import Entry
from wsconform.serve_plan import ServePlan
from wsconform.serving.door import Doors
from wsconform.serving.results import Results
from wsconform.serving.server import FuzzingServer
from wsconform.serving.site import site

SETTINGS = Settings(opening=5, closing=1)


def at_once(steps: Iterator[Any]) -> Deferred[Any]:
    """Go through all steps now."""
    deque(steps, maxlen=0)
    return succeed(None)


class Notes:
    """A watcher that keeps everything."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def listens(self, web_socket: str, web: str) -> None:
        self.told.append(("listens", web_socket, web))

    def came(self, agent: str, peer: str, case_ids: Sequence[str]) -> None:
        self.told.append(("came", agent, len(case_ids)))

    def case_started(self, agent: str, case_id: str) -> None:
        self.told.append(("started", agent, case_id))

    def case_ended(self, agent: str, case_id: str, entry: Entry | None) -> None:
        self.told.append(("ended", agent, case_id, entry and entry.behavior))

    def updated(self, agent: str) -> None:
        self.told.append(("updated", agent))

    def trouble(self, words: str) -> None:
        self.told.append(("trouble", words))


def plan(out: Path, cases: str = "1.1.1,4.2.3,7.1.1", **more: Any) -> ServePlan:
    """A plan that listens nowhere."""
    selected = tuple(select(cases.split(",")).cases)
    return ServePlan((), selected, SETTINGS, out, **more)


class MemoryFuzzer:
    """All but the endpoints."""

    def __init__(self, made: ServePlan) -> None:
        self.clock = Clock()
        self.notes = Notes()
        self.ends: list[str] = []
        """Why the server is to be stopped."""
        self.results = Results(made, "run", lambda _: None, at_once)
        self.server = FuzzingServer(made, self.results, self.notes, self.clock, self.ends.append)
        self.doors = Doors(self.server, site(self.results, reactor=self.clock), self.clock)

    def visitor(self) -> Visitor:
        """Somebody who connects."""
        return Visitor(self)

    def ask(self, target: str) -> Visitor:
        """Somebody who opens a WebSocket connection there, and answers a close frame."""
        visitor = self.visitor().send(request(target))
        if visitor.transport.value().startswith(b"HTTP/1.1 101"):
            visitor.hang_up()
        return visitor

    def play(self, case_id: str, agent: str = "me") -> Visitor:
        """Somebody who goes through case 1.1.1 and the like as one should."""
        visitor = self.visitor().open(f"/runCase?casetuple={case_id}&agent={agent}")
        for frame in visitor.frames:
            visitor.send(frame)
        return visitor.hang_up()


class Line(Transport):
    """As indifferent as TCP is when somebody unregisters what was never registered."""

    def unregisterProducer(self) -> None:
        if self.producer is not None:
            super().unregisterProducer()


class Visitor:
    """The client's end."""

    def __init__(self, fuzzer: MemoryFuzzer) -> None:
        self.clock = fuzzer.clock
        self.transport = Line(fuzzer.clock)
        self.door = fuzzer.doors.buildProtocol(None)
        self.transport.protocol = self.door
        self.door.makeConnection(self.transport)

    def send(self, *sent: Frame | bytes) -> Self:
        """Frames, masked, or octets as they are."""
        for one in sent:
            self.door.dataReceived(on_the_wire(one))
        return self

    def open(self, target: str) -> Self:
        """Open a WebSocket connection."""
        self.send(request(target))
        assert self.transport.value().startswith(b"HTTP/1.1 101 "), self.transport.value()
        return self

    def hang_up(self) -> Self:
        """Answer the server's close frame, and let TCP end."""
        assert self.frames[-1].opcode == Opcode.CLOSE, self.frames
        self.send(Frame(Opcode.CLOSE, Close(1000).serialize()))
        return self.wait(0)

    def go(self) -> Self:
        """End TCP without a word."""
        self.door.connectionLost(Failure(ConnectionDone()))
        return self

    def wait(self, seconds: float) -> Self:
        """Time passes."""
        self.clock.advance(seconds)
        return self

    @property
    def status(self) -> int:
        """Of the answer to the request."""
        return int(self.transport.value().split(b" ")[1])

    @property
    def body(self) -> str:
        """What stands behind the head of the answer."""
        return self.transport.value().partition(HEAD_END)[2].decode("utf-8", "replace")

    @property
    def frames(self) -> list[Frame]:
        """What came."""
        octets = self.transport.value().partition(HEAD_END)[2]
        return [parsed.frame for parsed in FrameParser().feed(octets)]

    @property
    def said(self) -> list[Any]:
        """The JSON of each text message that came."""
        return [json.loads(one.payload) for one in self.frames if one.opcode == Opcode.TEXT]

    @property
    def close(self) -> Close:
        """The close frame that came last."""
        return Close.parse(self.frames[-1].payload)
