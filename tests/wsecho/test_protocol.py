from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twisted.internet.task import Clock

from connections import Connection, request
from wirelog.capture import parse_header, parse_trailer
from wirelog.frames import RSV1, Frame, Opcode
from wirelog.handshake import Handshake
from wirelog.inflate import TAIL

Connect = Callable[..., Connection]


def test_the_handshake_is_answered_by_the_book(connect: Connect) -> None:
    connection = connect(protocols=("chat",), server_name="mine")
    connection.open(
        Sec_WebSocket_Protocol="superchat, chat", Sec_WebSocket_Extensions="permessage-deflate"
    )
    both = Handshake.parse(
        request(Sec_WebSocket_Protocol="chat", Sec_WebSocket_Extensions="permessage-deflate"),
        connection.response.raw,
    )
    assert both.problems == []
    assert both.accept_ok
    assert both.protocol == "chat"
    assert [str(one) for one in both.extensions] == ["permessage-deflate"]
    assert both.response is not None
    assert both.response.get("Server") == "mine"


def test_frames_may_come_with_the_handshake(connect: Connect) -> None:
    connection = connect().send(request() + Frame(Opcode.TEXT, b"Hello", mask=b"abcd").serialize())
    assert [frame.payload for frame in connection.frames] == [b"Hello"]


def test_a_handshake_may_come_octet_by_octet(connect: Connect) -> None:
    assert connect().send(request(), chop=1).status == 101


def test_no_subprotocol_and_no_extension_is_no_header(connect: Connect) -> None:
    connection = connect(deflate=None).open(
        Sec_WebSocket_Protocol="chat", Sec_WebSocket_Extensions="permessage-deflate"
    )
    assert connection.response.get("Sec-WebSocket-Protocol") is None
    assert connection.response.get("Sec-WebSocket-Extensions") is None


def test_bad_offers_are_declined_and_the_connection_opens(connect: Connect) -> None:
    connection = connect().open(
        Sec_WebSocket_Extensions="permessage-deflate; foo, ;;=, permessage-deflate; server_max_"
        "window_bits=99"
    )
    assert connection.response.get("Sec-WebSocket-Extensions") is None


MESSAGES = st.lists(
    st.tuples(
        st.sampled_from([Opcode.TEXT, Opcode.BINARY]), st.text().map(str.encode), st.integers(1, 9)
    ),
    max_size=5,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None
)
@given(MESSAGES, st.integers(0, 30))
def test_messages_come_back_as_they_were(
    connect: Connect, messages: list[tuple[Opcode, bytes, int]], chop: int
) -> None:
    connection = connect().open()
    for opcode, payload, size in messages:
        parts = [payload[at : at + size] for at in range(0, len(payload), size)] or [b""]
        frames = [
            Frame(opcode if at == 0 else Opcode.CONT, part, fin=at == len(parts) - 1)
            for at, part in enumerate(parts)
        ]
        connection.send(
            *[one for frame in frames for one in (frame, Frame(Opcode.PONG))], chop=chop
        )
    assert [(frame.opcode, frame.payload) for frame in connection.frames] == [
        (opcode, payload) for opcode, payload, _ in messages
    ]
    connection.path.unlink()


@pytest.mark.parametrize("alone", [False, True])
def test_messages_are_sent_back_compressed_if_that_was_agreed(
    connect: Connect, alone: bool
) -> None:
    offer = "permessage-deflate" + "; server_no_context_takeover" * alone
    connection = connect().open(Sec_WebSocket_Extensions=offer)
    deflater = zlib.compressobj(wbits=-15)
    for message in (b"Hello " * 50, b"", b"", b"Hello " * 50):
        payload = (deflater.compress(message) + deflater.flush(zlib.Z_SYNC_FLUSH)).removesuffix(
            TAIL
        )
        connection.send(Frame(Opcode.TEXT, payload or b"\0", rsv=RSV1))
    frames = connection.frames
    assert {frame.rsv for frame in frames} == {RSV1}
    inflater = zlib.decompressobj(wbits=-15)
    assert [inflater.decompress(frame.payload + TAIL) for frame in frames] == [
        b"Hello " * 50, b"", b"", b"Hello " * 50
    ]  # fmt: skip
    assert (frames[3].length < frames[0].length) == (not alone)


def test_a_ping_is_answered_between_fragments(connect: Connect) -> None:
    connection = (
        connect()
        .open()
        .send(
            Frame(Opcode.TEXT, b"a", fin=False), Frame(Opcode.PING, b"p"), Frame(Opcode.CONT, b"b")
        )
    )
    assert [(f.opcode, f.payload) for f in connection.frames] == [(10, b"p"), (1, b"ab")]


def test_a_message_of_the_largest_size_is_taken(connect: Connect) -> None:
    connection = connect(max_message=1000).open()
    connection.send(Frame(Opcode.BINARY, bytes(600), fin=False), Frame(Opcode.CONT, bytes(400)))
    assert [frame.length for frame in connection.frames] == [1000]
    connection.send(Frame(Opcode.BINARY, bytes(600), fin=False), Frame(Opcode.CONT, bytes(401)))
    assert connection.protocol.localCloseCode == 1009


def test_a_refused_handshake_is_recorded_with_its_reason(connect: Connect) -> None:
    connection = connect().send(request("/go/4.2.3", Upgrade=""))
    assert connection.status == 426
    assert connection.path.relative_to(connection.captures).as_posix() == "go/4.2.3.log"
    refused = (
        "HANDSHAKE REFUSED: 426 this is a WebSocket server, and the request asks for no upgrade"
    )
    assert connection.events == ["TCP ACCEPTED", "RX OCTETS", refused, "TX OCTETS"]
    assert connection.transport.ended == "FIN"
    connection.send(b"more")
    facts = parse_trailer(connection.end()[-1])
    assert facts["octets"]["rx"]["count"] == 2
    assert "426" in facts["wasNotCleanReason"]


@pytest.mark.parametrize("octets", [b"", b"GET /slow HTTP/1.1\r\nHost: x"])
def test_a_slow_handshake_is_refused_with_408(
    connect: Connect, clock: Clock, octets: bytes
) -> None:
    connection = connect(open_timeout=2).send(octets)
    clock.advance(2.1)
    assert connection.status == 408
    assert "OPENING HANDSHAKE TIMEOUT AFTER 2.000000 sec" in connection.events
    facts = parse_trailer(connection.end()[-1])
    assert facts["wasOpenHandshakeTimeout"]


def test_a_connection_too_many_is_refused_with_503(connect: Connect) -> None:
    first = connect(max_connections=1).open("/first")
    second = Connection(first.protocol.factory, first.clock, first.captures).send(
        request("/second")
    )
    assert second.status == 503
    first.protocol.connectionLost()
    second.protocol.connectionLost()
    third = Connection(first.protocol.factory, first.clock, first.captures).send(request("/third"))
    assert third.status == 101


def test_the_header_says_who_and_what(connect: Connect) -> None:
    connection = connect(snaplen=10).open("/go/4.2.3?x=\\", User_Agent="me\xe9")
    header = parse_header(connection.lines[0])
    assert header["role"] == "server"
    assert header["recorder"].startswith("wsecho ")
    assert (header["case"], header["url"], header["agent"]) == ("4.2.3", "/go/4.2.3?x=\\", "me\xe9")
    assert (header["local"], header["peer"]) == ("127.0.0.1:9000", "127.0.0.1:53122")
    assert (header["tls"], header["snaplen"]) == (None, 10)
    assert {"python", "twisted", "autobahn"} <= set(header)


def test_a_path_that_cannot_name_a_file_stands_in_the_header(connect: Connect) -> None:
    connection = connect().open("/../../etc/%00")
    assert parse_header(connection.lines[0])["url"] == "/../../etc/%00"
    assert connection.path.name.endswith("Z-127.0.0.1-53122.log")


@pytest.mark.parametrize("octets", [b"", b"\x16\x03\x01", b"GET /x", b"GET /x HTTP/1.1\r\n"])
def test_a_connection_that_never_was_one_is_recorded(connect: Connect, octets: bytes) -> None:
    connection = connect().send(octets)
    lines = connection.reset()
    assert connection.events[0] == "TCP ACCEPTED"
    assert parse_trailer(lines[-1])["octets"]["rx"]["sum"] == len(octets)


def test_a_client_that_sends_nothing_is_pinged_and_dropped(connect: Connect, clock: Clock) -> None:
    connection = connect(auto_ping=10).open()
    clock.advance(10)
    (ping,) = connection.frames
    assert ping.opcode == Opcode.PING
    connection.send(Frame(Opcode.PONG, ping.payload))
    clock.advance(10)
    assert len(connection.frames) == 2
    assert connection.events[-2].startswith("TX FRAME : OPCODE=9")
    clock.advance(10)
    assert connection.transport.ended == "RST"
    assert connection.events[-2:] == ["PING TIMEOUT AFTER 10.000000 sec", "TCP DROPPED BY ME (RST)"]


def test_nobody_is_pinged_while_closing(connect: Connect, clock: Clock) -> None:
    connection = connect(auto_ping=1, close_timeout=30).open().send(Frame(3))
    clock.pump([1.0] * 10)
    assert len(connection.frames) == 1
    assert connection.transport.ended == ""


def test_reading_pauses_while_the_peer_does_not_read(connect: Connect) -> None:
    connection = connect().open()
    assert connection.transport.producer is connection.protocol
    assert connection.transport.streaming
    connection.protocol.pauseProducing()
    assert connection.transport.producerState == "paused"
    connection.protocol.resumeProducing()
    assert connection.transport.producerState == "producing"


def test_a_server_that_goes_down_refuses_who_is_not_through(connect: Connect) -> None:
    connection = connect().send(b"GET /x HTTP/1.1\r\n")
    connection.protocol.go_down()
    assert connection.status == 503
    assert "HANDSHAKE REFUSED: 503 the server is going down" in connection.events


@pytest.mark.parametrize("is_open", [False, True])
def test_an_error_of_ours_is_an_answer_and_not_a_silence(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, is_open: bool
) -> None:
    connection = connect()
    if is_open:
        connection.open()
    name = "sendFrame" if is_open else "succeedHandshake"

    def fail_once(*args: object) -> None:
        monkeypatch.undo()
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(connection.protocol, name, fail_once)
    connection.send(Frame(Opcode.TEXT, b"x") if is_open else request())
    if is_open:
        assert connection.protocol.localCloseCode == 1011
    else:
        assert connection.status == 500
