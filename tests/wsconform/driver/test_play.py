"""One case from the first octet to its verdict: what it leaves behind."""

from __future__ import annotations

import json
from dataclasses import replace

from twisted.internet.task import Clock

from memory_client import RESOURCE, MemoryClient
from memory_server import TARGET, MemoryServer, binary, close, text
from wsconform.cases import CASES
from wsconform.driver.play import Play, quota_for, record_for
from wsconform.driver.settings import Settings
from wsconform.partial_record import LargeRecord, LoopRecord
from wsconform.record import CaseRecord


def test_an_attempt_has_what_a_report_tells() -> None:
    server = MemoryServer("7.1.1").open("Server: me/1").wait(0.25)
    attempt = server.send(text("Hello World!"), close(1000)).drop().played.attempt
    assert attempt.agent == "me/1"
    assert attempt.milliseconds == 250
    assert attempt.request.startswith(b"GET / HTTP/1.1\r\n")
    assert attempt.response.endswith(b"Server: me/1\r\n\r\n")
    assert attempt.sent.frames == {1: 1, 8: 1} and attempt.received.frames == {1: 1, 8: 1}
    assert attempt.sent.sizes[18] == 1
    assert attempt.flows is None


def test_the_header_names_the_agent_that_the_user_gave() -> None:
    target = replace(TARGET, agent="mine", resource="/{case}/{agent}")
    server = MemoryServer("7.1.1", target=target).open("Server: other").drop()
    first_line = server.played.capture.split(b"\n", 1)[0].decode()
    header = json.loads(first_line.removeprefix("#wirelog 1 "))
    assert (header["agent"], header["url"]) == ("mine", "/7.1.1/mine")
    assert header["report"]["behavior"] == "FAILED"


def test_a_client_is_called_by_the_name_that_its_url_gives() -> None:
    client = MemoryClient("7.1.1").open(User_Agent="other").send(text("Hello World!"), close(1000))
    first_line = client.played.capture.split(b"\n", 1)[0].decode()
    header = json.loads(first_line.removeprefix("#wirelog 1 "))
    assert (header["role"], header["agent"], header["url"]) == ("server", "me", RESOURCE)
    assert client.played.attempt.agent == "other"
    assert client.played.attempt.response.startswith(b"HTTP/1.1 101 ")


def test_a_play_that_is_given_up_ends_tcp_at_once() -> None:
    client = MemoryClient("7.1.1").open()
    client.play.abort()
    assert client.transport.ended == "RST"
    MemoryClient("7.1.1").play.abort()


def test_large_messages_are_judged_and_not_kept() -> None:
    server = MemoryServer("9.2.1").open()
    (sent,) = server.received
    server.send(binary(sent.payload), close(1000)).drop()
    assert server.verdict == ("OK", "OK")
    assert server.played.attempt.transcript.events == ()
    assert len(server.played.capture) < 300_000


def test_the_content_of_large_messages_counts() -> None:
    server = MemoryServer("9.2.1").open()
    (sent,) = server.received
    server.send(binary(sent.payload[:-1] + b"?"), close(1000)).drop()
    assert server.verdict == ("FAILED", "OK")


def test_a_play_knows_whether_there_is_tcp() -> None:
    case, clock = CASES["1.1.1"], Clock()
    assert not Play.as_client(case, TARGET, Settings(), clock).is_connected
    server = MemoryServer("1.1.1").open()
    assert server.play.is_connected
    assert not server.drop().play.is_connected


def test_cases_that_move_much_data_are_recorded_in_part_and_may_take_more() -> None:
    kinds = {"1.1.1": CaseRecord, "9.1.6": LargeRecord, "9.7.1": LoopRecord, "12.1.1": LoopRecord}
    assert {id_: type(record_for(CASES[id_])) for id_ in kinds} == kinds
    assert quota_for(CASES["9.1.6"]).octets > 16 << 20
    assert quota_for(CASES["12.5.10"]).octets > 131072
    assert quota_for(CASES["1.1.1"]).octets < 8 << 20
