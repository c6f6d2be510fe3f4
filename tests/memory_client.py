"""The client's end of a connection in memory, for tests of the driver as a server."""

from __future__ import annotations

from typing import Self

from connections import request
from memory_server import MemoryPeer, Transport, begun
from wirelog.handshake import HEAD_END, HttpHead
from wsconform.cases import CASES, Case
from wsconform.driver.arrival import Arrival
from wsconform.driver.play import Play
from wsconform.driver.settings import Settings

RESOURCE = "/runCase?case=1&agent=me"


class MemoryClient(MemoryPeer):
    """Talks with the server that plays a case."""

    masks = True

    def __init__(
        self, case: Case | str, settings: Settings | None = None,
        transport: type[Transport] = Transport,
    ) -> None:  # fmt: skip
        clock = begun()
        played = CASES[case] if isinstance(case, str) else case
        play = Play.as_server(played, "me", RESOURCE, settings or Settings(), clock)
        super().__init__(play, clock, transport)
        self.arrival = Arrival(clock)

    def ask(self, *octets: bytes) -> Self:
        """Come in with these octets, chunk by chunk, and be taken over."""
        for chunk in octets:
            self.arrival.take(chunk)
        self.play.take_over(self.transport, self.arrival)
        return self

    def open(self, **headers: str) -> Self:
        """Come in with a sound request; `headers` with underscores for hyphens."""
        self.ask(request(RESOURCE, **headers))
        assert self.connection.opened is not None, self.connection.opening_problem
        return self

    @property
    def answer(self) -> HttpHead:
        """The head of what the server answered."""
        head, _, _ = self.transport.value().partition(HEAD_END)
        return HttpHead.parse(head + HEAD_END)

    @property
    def body(self) -> str:
        """What a refusal says."""
        return self.transport.value().partition(HEAD_END)[2].decode()
