"""Results of a fuzzing server without the server, and a browser in memory that asks for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

import outcomes
from wsconform.cases import CASES
from wsconform.report.directory import ReportDirectory
from wsconform.report.entry import Entry
from wsconform.result import CaseResult
from wsconform.serving.site import Later, Request, site

LENGTH = "content-length"


class FilledBoard:
    """Two cases to play, and what `add` has put there."""

    def __init__(self, folder: Path) -> None:
        self.directory = ReportDirectory(folder)
        self.cases = [CASES["4.2.3"], CASES["4.2.4"]]
        self.added: list[Entry] = []
        self.now: list[tuple[str, str]] = []

    def add(self, result: CaseResult, agent: str = "x/1.0") -> Entry:
        entry = self.directory.add(result, outcomes.source(agent), [outcomes.capture()])
        self.added.append(entry)
        return entry

    def entries(self) -> list[Entry]:
        return self.added

    def playing(self) -> list[tuple[str, str]]:
        return self.now


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str


class Direct(Request):
    """A request that takes a whole file at once, as no reactor runs here."""

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        self.goes = True
        while self.goes:
            producer.resumeProducing()

    def unregisterProducer(self) -> None:
        self.goes = False


def at_once(function: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
    return maybeDeferred(function, *arguments)


class Browser:
    """Asks one site; each time on a new connection."""

    def __init__(self, board: FilledBoard, later: Later = at_once) -> None:
        self.site = site(board, later, Clock())
        self.site.requestFactory = Direct

    def send(self, head: str) -> StringTransport:
        """Send a request head; what it goes to and comes from."""
        transport = StringTransport()
        channel = self.site.buildProtocol(None)
        assert channel is not None
        channel.makeConnection(transport)
        channel.dataReceived(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        transport.protocol = channel
        return transport

    def ask(self, path: str, method: str = "GET", *headers: str) -> Answer:
        """Ask for a path and take what comes at once."""
        lines = [f"{method} {path} HTTP/1.1", *(headers or ["Host: localhost:9001"])]
        return answer(self.send("\n".join(lines)))


def answer(transport: StringTransport) -> Answer:
    """Read what came."""
    head, _, body = transport.value().partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return Answer(
        int(status.split()[1]), {name.lower(): value for name, value in pairs}, body.decode()
    )
