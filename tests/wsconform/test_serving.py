"""A crowd at a real `wsconform serve`: clients that are right, slow or dead, or never ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.protocol import Factory

from fuzzing import Fuzzing, fuzzing_server
from live import in_reactor, running_reactor
from right_client import RightClient
from servers import wait_for
from wirelog.frames import Frame

CASES = ("1.1.2", "2.1", "4.2.3")
EACH = {"Right": 140, "Slow": 20, "Dead": 20, "Mute": 20}
MEGABYTES = 40
"""That the server may grow by; it takes 60 when nobody has come."""


class Right(RightClient):
    """Does what it should."""


class Slow(RightClient):
    """Takes its time for each frame."""

    def send(self, frame: Frame) -> None:
        running_reactor().callLater(0.2, super().send, frame)


class Dead(RightClient):
    """Does not even read what comes, and does not see when it is dropped."""

    there: ClassVar[list[Dead]] = []

    def dataReceived(self, data: bytes) -> None:
        self.there.append(self)
        self.wire.pauseProducing()

    @classmethod
    def bury(cls) -> Deferred[Any]:
        """End them all."""
        for one in cls.there:
            one.wire.abortConnection()
        return gatherResults([one.gone for one in cls.there])


class Mute(RightClient):
    """Never finishes its request."""

    def ask(self) -> bytes:
        return super().ask()[:-2]


def visit(port: int, kind: type[RightClient], name: str, case: str) -> Deferred[Any]:
    """One connection; fires when it is gone, or at once for those who do not see that."""
    factory = Factory.forProtocol(lambda: kind(f"/runCase?casetuple={case}&agent={name}"))
    factory.noisy = False
    coming = TCP4ClientEndpoint(running_reactor(), "127.0.0.1", port).connect(factory)
    return coming if kind is Dead else coming.addCallback(lambda client: client.gone)


def crowd(port: int) -> Iterator[Deferred[Any]]:
    """All of them; each goes through the cases one by one."""
    for kind in (Right, Slow, Dead, Mute):
        for number in range(EACH[kind.__name__]):
            yield Deferred.fromCoroutine(go_through(port, kind, f"{kind.__name__}{number}"))


async def go_through(port: int, kind: type[RightClient], name: str) -> None:
    for case in CASES:
        await visit(port, kind, name, case)


def megabytes(server: Fuzzing) -> float:
    """The most memory that the process ever had."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def files(server: Fuzzing) -> int:
    """Open files of the process."""
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="memory is read from /proc")
def test_two_hundred_clients_at_once_are_all_judged_within_bounds(tmp_path: Path) -> None:
    with fuzzing_server(tmp_path, "--cases", ",".join(CASES), "--timeout", "2") as server:
        memory, before = megabytes(server), files(server)
        in_reactor(lambda: gatherResults(crowd(server.port)))
        expected = len(CASES) * (sum(EACH.values()) - EACH["Mute"])
        wait_for(lambda: len(list(server.out.glob("*_case_*.json"))) == expected, "all reports", 30)
        wait_for(lambda: files(server) <= before, "all connections to be gone")
        assert megabytes(server) < memory + MEGABYTES
        in_reactor(Dead.bury)
        server.ask("/updateReports")
        index = server.index()
    assert {name.rstrip("0123456789") for name in index} == {"Right", "Slow", "Dead"}
    for name, cases in index.items():
        for case, row in cases.items():
            passes = row["behavior"] in ("OK", "NON-STRICT") and row["behaviorClose"] == "OK"
            assert passes != name.startswith("Dead"), (name, case, row)
