"""Where every connection comes in."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from connections import request
from memory_fuzzer import MemoryFuzzer, plan
from memory_server import Transport
from wirelog.frames import Close, Frame, Opcode
from wsconform.serving import door
from wsconform.serving.door import most_connections
from wsconform.serving.turns import Turns

CASE = "/runCase?case=1&agent=me"


@pytest.fixture
def fuzzer(tmp_path: Path) -> MemoryFuzzer:
    return MemoryFuzzer(plan(tmp_path))


def test_a_case_is_played_from_the_first_octet_on(fuzzer: MemoryFuzzer, tmp_path: Path) -> None:
    visitor = fuzzer.visitor().wait(1)
    octets = request(CASE)
    visitor.send(octets[:20]).wait(1).send(octets[20:])
    assert fuzzer.results.playing() == [("me", "1.1.1")]
    visitor.send(*visitor.frames).wait(0).hang_up()
    (entry,) = fuzzer.results.entries()
    assert (entry.behavior, entry.behavior_close, entry.target) == (
        "OK", "OK", "ws://127.0.0.1:53122",
    )  # fmt: skip
    lines = (tmp_path / str(entry.capture)).read_text().splitlines()
    assert lines[1].endswith("TCP ACCEPTED")
    assert [line.split("OCTETS: ")[1] for line in lines[2:4]] == [
        octets[:20].hex(), octets[20:].hex(),
    ]  # fmt: skip
    assert fuzzer.results.playing() == []


def test_what_comes_behind_the_head_is_not_lost(fuzzer: MemoryFuzzer) -> None:
    visitor = fuzzer.visitor().send(request("/x") + b"\x81\x80\0\0\0\0")
    assert "error" in visitor.said[0]


def test_pages_are_shown_to_those_who_ask_for_them(fuzzer: MemoryFuzzer) -> None:
    visitor = fuzzer.visitor().send(b"GET /results.json HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (visitor.status, visitor.body) == (200, "{}\n")


@pytest.mark.parametrize("host", ["HOST: here", "X-Folded: a\r\n b\r\nhost: here"])
def test_a_page_can_be_asked_for_by_its_whole_url(fuzzer: MemoryFuzzer, host: str) -> None:
    """RFC 9112 §3.2.2; the host of the URL counts, whatever the header says."""
    for target, words in [
        ("http://there.example:7/results.json?agent=x", "{}\n"),
        ("HTTP://there.example:7", "ws://there.example:7"),
    ]:
        visitor = fuzzer.visitor().send(f"GET {target} HTTP/1.1\r\n{host}\r\n\r\n".encode())
        assert visitor.status == 200
        assert words in visitor.body
        assert "ws://here" not in visitor.body


def test_a_connection_for_pages_ends_as_the_next_request_might_be_for_websocket(
    fuzzer: MemoryFuzzer,
) -> None:
    visitor = fuzzer.visitor().send(
        b"GET /results.json HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n"
    )
    assert visitor.transport.ended == "FIN"
    assert b"connection: close" in visitor.transport.value().lower()


@pytest.mark.parametrize(
    ("head", "status", "words"),
    [
        (b"GET /runCase HTTP/1.1\r\nHost: x\r\n\r\n", 426, "use ws:// or wss://"),
        (request("/runCase?case=1"), 400, "/runCase needs agent=NAME"),
        (request("/runCase?case=9&agent=me"), 404, "the numbers 1 to 3"),
        (request("/runCase?case=\x1b[2J&agent=me"), 404, "\\x1b[2J: the selected"),
        (request("/getCaseCount", Sec_WebSocket_Key="x"), 400, "Sec-WebSocket-Key"),
        (request("/getCaseCount", Sec_WebSocket_Version="8"), 426, "Sec-WebSocket-Version"),
        (b"hello\r\n\r\n", 400, "this is not HTTP"),
        (b"\x16\x03\x01\x02\x00", 400, "this looks like TLS"),
        (b"GET / HTTP/1.1\r\nX: " + bytes(70_000), 431, "too long"),
        (b"GET / HTTP/1.1\r\nX: " + bytes(70_000) + b"\r\n\r\n", 431, "too long"),
        (b"GET / HTTP/1.1\r\nX: " + bytes(17_000) + b"\r\n\r\n", 431, "than 16384 octets"),
        (b"GET / HTTP/1.1\r\n" + 600 * b"X: y\r\n" + b"\r\n", 431, "more than 500 headers"),
        (b"GET / HTTP/9.9\r\n\r\n", 505, "HTTP/1.0 and HTTP/1.1"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\x1bcolon\r\n\r\n", 400, "'\\x1bcolon' is no header"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", 400, "'A : b' is no header"),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_served_gets_a_status_and_a_sentence(
    fuzzer: MemoryFuzzer, head: bytes, status: int, words: str
) -> None:
    visitor = fuzzer.visitor().send(head)
    assert visitor.status == status
    assert words in visitor.body
    assert "\x1b" not in visitor.body
    assert visitor.transport.ended == "FIN"
    assert b"Content-Type: text/plain; charset=utf-8\r\n" in visitor.transport.value()
    visitor.send(b"more").wait(5)
    assert not fuzzer.clock.getDelayedCalls()


def test_an_opening_handshake_that_is_wrong_is_judged(fuzzer: MemoryFuzzer) -> None:
    visitor = fuzzer.visitor().send(request(CASE, Sec_WebSocket_Key="x")).wait(0)
    assert visitor.status == 400
    (entry,) = fuzzer.results.entries()
    assert entry.behavior == "FAILED"


def test_a_host_header_may_have_any_port(fuzzer: MemoryFuzzer) -> None:
    for target in (CASE, "/getCaseCount"):
        visitor = fuzzer.visitor().send(request(target, Host="elsewhere.example:4711"))
        assert visitor.status == 101


def test_a_case_waits_for_its_turn_on_an_open_connection(fuzzer: MemoryFuzzer) -> None:
    fuzzer.server.turns = Turns(fuzzer.clock, most=1)
    first, gone, second = (fuzzer.visitor().open(CASE) for _ in range(3))
    assert first.frames
    assert gone.frames == second.frames == []
    gone.go()
    second.wait(7.5)
    first.go()
    assert second.frames == first.frames
    second.send(*second.frames).hang_up()
    assert fuzzer.results.playing() == []
    (entry,) = fuzzer.results.entries()
    assert entry.behavior == "OK"
    assert entry.duration < 1000
    capture = (fuzzer.results.directory.path / str(entry.capture)).read_text()
    assert "NOTE waited 7.500000 sec before the case began" in capture


def test_who_closes_before_the_turn_has_come_is_answered(fuzzer: MemoryFuzzer) -> None:
    fuzzer.server.turns = Turns(fuzzer.clock, most=1)
    playing, waiting = (fuzzer.visitor().open(CASE) for _ in range(2))
    waiting.send(Frame(Opcode.CLOSE)).wait(2)
    assert [frame.opcode for frame in waiting.frames] == [Opcode.CLOSE]
    assert waiting.transport.ended == "FIN"
    playing.go()
    assert len(waiting.frames) == 1


def test_who_waits_for_a_turn_when_the_server_ends_is_dropped(fuzzer: MemoryFuzzer) -> None:
    fuzzer.server.turns = Turns(fuzzer.clock, most=1)
    playing, waiting = (fuzzer.visitor().open(CASE) for _ in range(2))
    fuzzer.server.abort()
    fuzzer.doors.go_down()
    assert (playing.transport.ended, waiting.transport.ended) == ("RST", "RST")
    waiting.wait(0)
    assert fuzzer.notes.told[-1] == ("ended", "me", "1.1.1", None)
    assert not fuzzer.clock.getDelayedCalls()


def test_tcp_looks_whether_clients_are_still_there(fuzzer: MemoryFuzzer) -> None:
    """Who waits for a verdict, or on the command channel, may say nothing for hours."""

    class Line(Transport):
        keeps_alive = False

        def setTcpKeepAlive(self, wanted: bool) -> None:
            self.keeps_alive = wanted

    line = Line(fuzzer.clock)
    fuzzer.doors.buildProtocol(None).makeConnection(line)
    assert line.keeps_alive


def test_half_a_request_is_not_waited_for_for_ever(fuzzer: MemoryFuzzer) -> None:
    visitor = fuzzer.visitor().send(request(CASE)[:50]).wait(4.9)
    assert visitor.transport.value() == b""
    visitor.wait(0.2)
    assert (visitor.status, visitor.transport.ended) == (408, "FIN")


def test_who_says_nothing_is_told_so_and_dropped(fuzzer: MemoryFuzzer) -> None:
    assert fuzzer.visitor().wait(5.1).status == 408


def test_one_connection_too_many_is_refused_in_words_and_very_many_without(
    fuzzer: MemoryFuzzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fuzzer.doors.most = 2
    monkeypatch.setattr(door, "RESERVE", 4)
    inside = [fuzzer.visitor().open(CASE), fuzzer.visitor().open("/x")]
    for _ in range(2):
        refused = fuzzer.visitor().send(request(CASE))
        assert (refused.status, refused.body) == (
            503, "wsconform: there are more than 2 connections already.\n",
        )  # fmt: skip
        refused.wait(0)
    troubles = [told for told in fuzzer.notes.told if told[0] == "trouble"]
    assert len(troubles) == 1
    assert "ulimit" in troubles[0][1]
    silent = [fuzzer.visitor() for _ in range(2)]
    assert fuzzer.visitor().transport.ended == "RST"
    for visitor in (*inside, *silent):
        visitor.go()
    assert fuzzer.visitor().open("/x").status == 101


def test_the_limit_on_open_files_decides_about_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def limited(soft: int) -> int:
        monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, resource.RLIM_INFINITY))
        return most_connections()

    assert limited(256) == 256 - door.RESERVE
    assert limited(10) == 1
    assert limited(1_000_000) == limited(resource.RLIM_INFINITY) == door.MOST


def test_when_the_server_ends_everybody_is_told_and_nothing_stays(fuzzer: MemoryFuzzer) -> None:
    playing, waiting, silent = (fuzzer.visitor() for _ in range(3))
    playing.open(CASE)
    waiting.open("/x")
    fuzzer.server.abort()
    gone: list[None] = []
    fuzzer.doors.go_down().addCallback(gone.append)
    assert (playing.transport.ended, silent.status) == ("RST", 503)
    assert waiting.close.code == 1001
    waiting.send(Frame(Opcode.CLOSE, Close(1001).serialize())).wait(0)
    assert gone == [None]
    assert fuzzer.results.entries() == []
    assert not fuzzer.clock.getDelayedCalls()


def test_without_connections_there_is_nothing_to_wait_for(fuzzer: MemoryFuzzer) -> None:
    gone: list[None] = []
    fuzzer.doors.go_down().addCallback(gone.append)
    assert gone == [None]


def test_tls_agrees_on_http_1_1(fuzzer: MemoryFuzzer) -> None:
    assert fuzzer.doors.acceptableProtocols() == [b"http/1.1"]
