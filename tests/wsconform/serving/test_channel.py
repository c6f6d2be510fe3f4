"""The command channel as a client sees it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from memory_fuzzer import MemoryFuzzer, Visitor, plan
from wirelog.frames import Frame, Opcode


@pytest.fixture
def visitor(tmp_path: Path) -> Visitor:
    return MemoryFuzzer(plan(tmp_path)).visitor().open("/any/path")


def say(visitor: Visitor, *command: Any) -> Visitor:
    return visitor.send(Frame(Opcode.TEXT, json.dumps(command).encode()))


def test_it_sends_the_frames_that_are_asked_for(visitor: Visitor) -> None:
    say(visitor, "sendframes", [{"opcode": 9, "payload": "a"}, {"opcode": 5, "rsv": 7}])
    say(visitor, "echo", {"payload": "b"})
    assert visitor.frames == [Frame(9, b"a"), Frame(5, rsv=7), Frame(Opcode.TEXT, b"b")]


def test_it_chops_what_is_to_be_chopped(visitor: Visitor) -> None:
    before = len(visitor.transport.writes)
    say(visitor, "sendframe", {"opcode": 1, "payload": "abc", "chopsize": 1})
    for _ in range(6):
        visitor.wait(0.001)
    assert visitor.transport.writes[before:] == [b"\x81", b"\x03", b"a", b"b", b"c"]


def test_a_wrong_command_is_answered_and_the_connection_stays(visitor: Visitor) -> None:
    visitor.send(Frame(Opcode.TEXT, b"no"), Frame(Opcode.BINARY, b'["close"]'))
    say(visitor, "fly")
    assert [list(told) for told in visitor.said] == [["error"]] * 3
    say(visitor, "echo", {"payload": "1"})
    assert visitor.said[-1] == 1


def test_it_closes_with_any_code(visitor: Visitor) -> None:
    say(visitor, "close", {"code": 1005, "reason": "x"})
    assert (visitor.close.code, visitor.close.reason) == (1005, b"x")
    visitor.hang_up()
    assert visitor.transport.ended == "FIN"


def test_it_closes_without_a_code(visitor: Visitor) -> None:
    say(visitor, "close")
    assert visitor.frames[-1] == Frame(Opcode.CLOSE)


def test_no_more_commands_are_read_from_a_client_that_does_not_read(visitor: Visitor) -> None:
    producer = visitor.transport.producer
    producer.pauseProducing()
    assert visitor.transport.producerState == "paused"
    producer.resumeProducing()
    assert visitor.transport.producerState == "producing"


def test_commands_wait_for_a_client_that_has_not_read_what_it_asked_for(visitor: Visitor) -> None:
    producer = visitor.transport.producer
    producer.pauseProducing()
    say(visitor, "echo", {"payload": "a", "payload_len": 1 << 20})
    say(visitor, "echo", {"payload": "b"})
    assert visitor.frames == []
    producer.resumeProducing()
    assert [frame.payload[:1] for frame in visitor.frames] == [b"a", b"b"]


def test_commands_wait_for_the_pieces_of_those_before_them(visitor: Visitor) -> None:
    say(visitor, "sendframe", {"opcode": 1, "payload": "abc", "chopsize": 1})
    say(visitor, "echo", {"payload": "d"})
    assert visitor.transport.producerState == "paused"
    for _ in range(7):
        visitor.wait(0.001)
    assert [frame.payload for frame in visitor.frames] == [b"abc", b"d"]
    assert visitor.transport.producerState == "producing"


def test_a_wrong_command_behind_a_close_frame_is_not_answered(visitor: Visitor) -> None:
    say(visitor, "close", {"code": 1000})
    say(visitor, "fly")
    assert [frame.opcode for frame in visitor.frames] == [Opcode.CLOSE]
    assert visitor.hang_up().transport.ended == "FIN"
