"""A small fuzzing server with the published URL API and nothing else, for tests of the testee.

It plays scripts instead of cases: octets that it sends, messages that must come back, and the code
of the close frame that it wants to see.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from live import listening
from right_server import RightServer
from servers import PLAIN
from wirelog.frames import Close, Frame, Opcode
from wirelog.handshake import HttpHead

REFUSED = "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\n{}\n"


@dataclass(frozen=True)
class Script:
    """One case."""

    sends: bytes
    echoes: tuple[bytes, ...] = ()
    """Payloads that must come back; when they are there, the connection is closed with 1000."""
    code: int | None = 1000
    """The code of the client's close frame, whether it is a reply or not."""


def text(payload: bytes) -> bytes:
    return Frame(Opcode.TEXT, payload).serialize()


ECHO = Script(text(b"hello"), (b"hello",))
RESERVED = Script(text(b"hello") + Frame(Opcode.TEXT, b"", rsv=2).serialize(), (b"hello",), 1002)
UNFORGIVING = Script(text(b"hello"), (b"something else",))
"""No echo is right."""
CASES = {"1.1.1": ECHO, "3.2": RESERVED, "7.1.1": ECHO}


@dataclass
class Fuzzer:
    """What is known beyond one connection."""

    cases: Mapping[str, Script]
    verdicts: dict[tuple[str, str], str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    """What was asked for, in order."""
    queries: list[dict[str, list[str]]] = field(default_factory=list)
    deaf: tuple[str, ...] = ()
    """Paths to which nothing is ever said once the connection is open."""
    leaves_out: frozenset[str] = frozenset()
    """Cases that nobody plays."""
    objection: str = ""
    """Why it does not write reports."""
    calls_all: str = ""
    """The id that it gives every case, if it has none of their own."""
    dies_on: str = ""
    """A path at which TCP is ended without a word."""

    def connection(self) -> Connection:
        return Connection(self)

    def case_of(self, query: Mapping[str, list[str]]) -> str | None:
        if "casetuple" in query:
            return query["casetuple"][0] if query["casetuple"][0] in self.cases else None
        place = int(query.get("case", ["0"])[0])
        return list(self.cases)[place - 1] if 0 < place <= len(self.cases) else None


class Connection(RightServer):
    """One connection with the fuzzer."""

    def __init__(self, fuzzer: Fuzzer) -> None:
        super().__init__()
        self.fuzzer = fuzzer
        self.script: Script | None = None
        self.heard: list[bytes] = []
        self.code: int | None = None

    def take_head(self, head: HttpHead) -> None:
        parts = urlsplit(head.words[1])
        self.path, self.query = parts.path, parse_qs(parts.query)
        self.case = self.fuzzer.case_of(self.query)
        self.fuzzer.paths.append(self.path)
        self.fuzzer.queries.append(self.query)
        if self.path == self.fuzzer.dies_on:
            self.drop()
        elif self.case is None and self.path not in ("/getCaseCount", "/updateReports"):
            self.wire.write(REFUSED.format("no such case").encode())
            self.drop()
        else:
            super().take_head(head)

    def begun(self) -> None:
        if self.path not in self.fuzzer.deaf and not self.is_through:
            getattr(self, self.path.strip("/"))()

    def getCaseCount(self) -> None:
        self.say(len(self.fuzzer.cases))

    def getCaseInfo(self) -> None:
        info = {"id": self.fuzzer.calls_all or self.case, "description": "one of them"}
        self.say(info | ({"excluded": True} if self.case in self.fuzzer.leaves_out else {}))

    def getCaseStatus(self) -> None:
        agent = self.query["agent"][0]
        behavior = self.fuzzer.verdicts.get((agent, str(self.case)))
        if behavior is not None:  # otherwise whoever asks waits, as published
            self.say({"behavior": behavior})

    def updateReports(self) -> None:
        if self.fuzzer.objection:
            self.say({"error": self.fuzzer.objection})
        else:
            self.end(1000)

    def runCase(self) -> None:
        self.script = self.fuzzer.cases[str(self.case)]
        self.wire.write(self.script.sends)

    def say(self, value: Any) -> None:
        self.send(Frame(Opcode.TEXT, json.dumps(value).encode()))
        self.end(1000)

    def end(self, code: int) -> None:
        self.send(Frame(Opcode.CLOSE, Close(code).serialize()))

    def echo(self, opcode: int, payload: bytes) -> None:
        assert self.script is not None
        self.heard.append(payload)
        if tuple(self.heard) == self.script.echoes and self.script.code == 1000:
            self.end(1000)

    def reply(self, close: Close) -> None:
        self.code = close.code
        self.drop()

    def connectionLost(self, reason: Any = None) -> None:
        if self.script is not None:
            right = self.script.echoes, self.script.code
            verdict = "OK" if (tuple(self.heard), self.code) == right else "FAILED"
            self.fuzzer.verdicts[self.query["agent"][0], str(self.case)] = verdict


@contextmanager
def small_fuzzer(
    cases: Mapping[str, Script] | None = None, deaf: tuple[str, ...] = (), endpoint: str = PLAIN
) -> Iterator[tuple[Fuzzer, int]]:
    """A fuzzing server in the reactor of the tests, and its port."""
    fuzzer = Fuzzer(CASES if cases is None else cases, deaf=deaf)
    with listening(fuzzer.connection, endpoint) as port:
        yield fuzzer, port
