from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from twisted.internet.address import IPv6Address
from twisted.internet.task import Clock
from twisted.logger import formatEvent, globalLogPublisher

from connections import Connection, Transport, request
from wirelog.capture import parse_header
from wirelog.frames import Close, Frame, Opcode

Connect = Callable[..., Connection]


@pytest.fixture
def logged() -> Iterator[list[dict[str, Any]]]:
    events: list[dict[str, Any]] = []
    globalLogPublisher.addObserver(events.append)
    yield events
    globalLogPublisher.removeObserver(events.append)


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (
            [Frame(Opcode.TEXT, b"x"), Frame(Opcode.CLOSE, Close(1000).serialize())],
            "x.log: closed by peer with 1000; 2 frames in, 2 out",
        ),
        ([Frame(Opcode.CLOSE)], "x.log: closed by peer without code; 1 frame in, 1 out"),
        (
            [Frame(3)],
            "x.log: failed with 1002: data frame using reserved opcode 3; 1 frame in, 1 out",
        ),
        ([], "x.log: the peer dropped TCP without a closing handshake; 0 frames in, 0 out"),
    ],
)
def test_the_end_of_a_connection_is_one_line_in_the_log(
    connect: Connect, logged: list[dict[str, Any]], sent: list[Frame], line: str
) -> None:
    connection = connect().open("/x").send(*sent)
    logged.clear()
    connection.end()
    assert [formatEvent(event) for event in logged] == [line]


def test_a_refused_connection_says_so_in_the_log(
    connect: Connect, logged: list[dict[str, Any]]
) -> None:
    connection = connect().send(request("/x", Host=""))
    logged.clear()
    connection.end()
    assert formatEvent(logged[0]).startswith("x.log: handshake refused: 400 ")


def test_going_down_waits_for_every_connection(connect: Connect, clock: Clock) -> None:
    first = connect(close_timeout=1).open("/first")
    factory = first.protocol.factory
    second = Connection(factory, clock, first.captures).open("/second")
    done: list[object] = []
    factory.go_down().addCallback(done.append)
    first.send(Frame(Opcode.CLOSE, Close(1001).serialize()))
    first.protocol.connectionLost()
    assert done == []
    clock.advance(1.1)
    assert second.transport.ended == "RST"
    second.protocol.connectionLost()
    assert done == [None]


def test_going_down_with_nobody_there_takes_no_time(connect: Connect) -> None:
    connection = connect()
    connection.protocol.connectionLost()
    assert connection.protocol.factory.go_down().called


def test_the_addresses_are_those_at_the_time_of_the_request(
    connect: Connect, captures: Connection
) -> None:
    """A PROXY header comes in before the request, and only then the client's address is known."""
    connection = connect()
    connection.transport.peerAddr = IPv6Address("TCP", "2001:db8::1", 443)
    connection.open("/x")
    assert parse_header(connection.lines[0])["peer"] == "[2001:db8::1]:443"
    assert isinstance(connection.transport, Transport)
