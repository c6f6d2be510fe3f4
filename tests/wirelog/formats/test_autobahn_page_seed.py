"""The page that set the example: everything that it says."""

import pytest

from reference import reference
from wirelog.conversation import Conversation
from wirelog.formats import load
from wirelog.formats.autobahn_wirelog import NO_REFUSED
from wirelog.reader import NO_TIMES, Capture
from wirelog.statistics import Statistics


@pytest.fixture
def seed() -> Capture:
    with reference("seeds/000_63196484a4ae6697.txt").open("rb") as file:
        return load(file, "seed.txt")


def test_header_and_report(seed: Capture) -> None:
    assert seed.header == {
        "version": 1,
        "role": "client",
        "recorder": "Autobahn Testsuite",
        "agent": "go/echoserver",
        "case": "4.2.3",
        "started": "2017-05-01T23:54:59.923Z",
    }
    assert (seed.report["behavior"], seed.report["behaviorClose"]) == ("Pass", "OK")
    assert seed.report["duration"] == 1
    assert seed.report["expected"] == {
        "NON-STRICT": [],
        "OK": [["message", "Hello, world!", False]],
    }
    assert seed.report["received"] == [["message", "Hello, world!", False]]
    assert seed.report["resultClose"] == "Connection was properly closed (OK)"
    assert seed.unproven == [NO_TIMES, NO_REFUSED]
    assert seed.notices == []


def test_facts(seed: Capture) -> None:
    assert seed.trailer == {
        "isServer": False,
        "closedByMe": False,
        "failedByMe": False,
        "droppedByMe": False,
        "wasClean": True,
        "wasNotCleanReason": None,
        "wasServerConnectionDropTimeout": False,
        "wasOpenHandshakeTimeout": False,
        "wasCloseHandshakeTimeout": False,
        "localCloseCode": 1000,
        "localCloseReason": None,
        "remoteCloseCode": 1002,
        "remoteCloseReason": None,
    }


def test_statistics(seed: Capture) -> None:
    assert Statistics.of(seed, Conversation.of(seed)).as_json() == {
        "octets": {
            "rx": {"4": 1, "15": 1, "162": 1},
            "tx": {"6": 2, "8": 1, "19": 1, "240": 1},
        },
        "frames": {"rx": {"1": 1, "8": 1}, "tx": {"1": 1, "8": 1, "9": 1, "13": 1}},
    }


def test_its_log_counts_the_same(seed: Capture) -> None:
    stated, seed.statistics = seed.statistics, None
    assert Statistics.of(seed, Conversation.of(seed)).as_json() == stated


def test_handshake(seed: Capture) -> None:
    shook = Conversation.of(seed).handshake
    assert shook.request is not None
    assert shook.response is not None
    assert shook.request.start == "GET / HTTP/1.1"
    assert shook.request.headers == (
        ("User-Agent", "AutobahnTestSuite/0.7.6-0.10.9"),
        ("Host", "127.0.0.1:9001"),
        ("Upgrade", "WebSocket"),
        ("Connection", "Upgrade"),
        ("Pragma", "no-cache"),
        ("Cache-Control", "no-cache"),
        ("Sec-WebSocket-Key", "4TdNbw70gqpqKJAH+RybUw=="),
        ("Sec-WebSocket-Version", "13"),
    )
    assert shook.response.start == "HTTP/1.1 101 Web Socket Protocol Handshake"
    assert shook.response.headers == (
        ("Server", "go/echoserver"),
        ("Upgrade", "WebSocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", "hrhl8pobJ8qs+fIzuBfENL1xB+Q="),
    )
    assert (shook.is_open, shook.accept_ok, shook.problems) == (True, True, [])


def test_frames(seed: Capture) -> None:
    seen = Conversation.of(seed)
    assert [(one.n, one.dir, one.frame.opcode, one.frame.payload) for one in seen.frames] == [
        (2, "TX", 1, b"Hello, world!"),
        (4, "TX", 13, b""),
        (6, "TX", 9, b""),
        (10, "RX", 1, b"Hello, world!"),
        (12, "RX", 8, b"\x03\xea"),
        (13, "TX", 8, b"\x03\xe8"),
    ]
    assert [one.carriers for one in seen.frames] == [(3,), (5,), (7,), (9,), (11,), (14,)]
    problems = [problem.text for one in seen.frames for problem in one.problems]
    assert problems == ["reserved opcode 13"]
