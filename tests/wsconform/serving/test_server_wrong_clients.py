"""Clients that are wrong on purpose, at a real `wsconform serve`: the cases that must notice do,
and only those; the capture says what the client did; and the server goes on."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator

import pytest
from twisted.internet.defer import Deferred, DeferredSemaphore, gatherResults
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.protocol import Factory

from fuzzing import Fuzzing, fuzzing_server
from live import in_reactor, running_reactor
from right_client import RightClient
from servers import wait_for
from wirelog.findings import check
from wirelog.formats import load
from wirelog.frames import Frame, Opcode
from wrong_clients import PLAYED, WRONG, AsksHalf, Floods, TakesMaskedFrames, Wrong
from wsconform.judge import CLOSED_WELL

SPEC = {
    "url": "ws://127.0.0.1", "outdir": "", "cases": ["*"], "exclude-cases": [],
    "exclude-agent-cases": {}, "options": {"openHandshakeTimeout": 2},
}  # fmt: skip


def visit(port: int, kind: type[RightClient], target: str) -> Deferred[RightClient]:
    """Connect a client; fires with it when TCP is gone."""
    factory = Factory.forProtocol(lambda: kind(target))
    factory.noisy = False
    reaching = TCP4ClientEndpoint(running_reactor(), "127.0.0.1", port).connect(factory)
    return reaching.addCallback(lambda client: client.gone.addCallback(lambda _: client))


def visits(port: int, visitors: Iterable[tuple[type[RightClient], str]], at_once: int) -> None:
    """Have each client play its case."""
    slots = DeferredSemaphore(at_once)

    def target(kind: type[RightClient], case: str) -> str:
        return f"/runCase?casetuple={case}&agent={kind.__name__}"

    in_reactor(
        lambda: gatherResults(
            slots.run(visit, port, kind, target(kind, case)) for kind, case in visitors
        )
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzing]:
    """A server to which all of them have been, and a right one after them.

    Floods come by themselves: a server that is busy with one may be late for the others.
    """
    folder = tmp_path_factory.mktemp("clients")
    spec = folder / "fuzzingserver.json"
    spec.write_text(json.dumps(SPEC))
    wrong = [(one.client, case) for one in WRONG for case in one.played or PLAYED]
    floods = [one for one in wrong if issubclass(one[0], Floods)]
    others = [one for one in wrong if one not in floods]
    others += [(TakesMaskedFrames, case) for case in PLAYED]
    right = [(RightClient, case) for case in PLAYED]
    with fuzzing_server(folder, "--spec", str(spec)) as server:
        visits(server.port, others, at_once=32)
        visits(server.port, floods, at_once=1)
        visits(server.port, right, at_once=8)
        everything = len(others) + len(floods) + len(right)
        wait_for(lambda: sum(map(len, server.index().values())) == everything, "all results")
        yield server
        assert server.stop() == 143
        assert "Traceback" not in server.log.read_text()


def not_ok(server: Fuzzing, kind: type[RightClient]) -> set[str]:
    """The cases that are not OK, neither is NON-STRICT."""
    return {
        case
        for case, row in server.index()[kind.__name__].items()
        if row["behavior"] not in ("OK", "INFORMATIONAL") or row["behaviorClose"] not in CLOSED_WELL
    }


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.client.__name__)
def test_the_cases_that_must_notice_do_and_only_those(server: Fuzzing, wrong: Wrong) -> None:
    assert not_ok(server, wrong.client) == set(wrong.notice)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.client.__name__)
def test_the_first_error_on_the_wire_is_the_true_fault(server: Fuzzing, wrong: Wrong) -> None:
    capture = load(io.BytesIO(server.capture(wrong.client.__name__, wrong.case)))
    errors = [one for one in check(capture).findings if one.severity == "error"]
    assert (errors[0].rule.id, errors[0].side) == (wrong.rule, "client")
    assert wrong.says in errors[0].text


@pytest.mark.parametrize("case", PLAYED)
def test_nothing_is_said_against_the_client_that_comes_after_them(
    server: Fuzzing, case: str
) -> None:
    report = server.report("RightClient", case)
    assert (report["behavior"], report["behaviorClose"]) == ("OK", "OK")
    assert report["findings"] == []
    assert report["attempts"][-1]["capture"] == report["capture"]


def test_a_client_that_never_ends_its_request_is_told_and_not_reported(server: Fuzzing) -> None:
    client = in_reactor(lambda: visit(server.port, AsksHalf, "/runCase?casetuple=1.1.1&agent=half"))
    assert client.head.startswith(b"HTTP/1.1 408 ")
    assert b"no complete request came in 2 s" in client.head
    assert "half" not in server.index()


def test_no_published_case_notices_a_client_that_takes_masked_frames(server: Fuzzing) -> None:
    """None sends any."""
    assert not_ok(server, TakesMaskedFrames) == set()


class AsksForMaskedFrame(RightClient):
    """Has the command channel send one, and keeps what it takes."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.taken: list[bytes] = []

    def begun(self) -> None:
        command = ["sendframe", {"opcode": 1, "payload": "masked", "mask": "01020304"}]
        self.send(Frame(Opcode.TEXT, json.dumps(command).encode()))

    def echo(self, opcode: int, payload: bytes) -> None:
        self.taken.append(payload)
        self.fail(1000)


class AsksForAndTakesIt(AsksForMaskedFrame, TakesMaskedFrames): ...


@pytest.mark.parametrize(
    ("kind", "taken"), [(AsksForMaskedFrame, []), (AsksForAndTakesIt, [b"masked"])]
)
def test_the_command_channel_shows_who_takes_masked_frames(
    server: Fuzzing, kind: type[AsksForMaskedFrame], taken: list[bytes]
) -> None:
    client = in_reactor(lambda: visit(server.port, kind, "/commands"))
    assert client.taken == taken
