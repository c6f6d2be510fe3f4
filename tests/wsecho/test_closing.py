from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest
from OpenSSL.SSL import Error as TLSError
from twisted.internet.task import Clock

from connections import Connection
from wirelog.capture import parse_trailer
from wirelog.frames import RSV1, Close, Frame, Opcode

Connect = Callable[..., Connection]

HELLO = Frame(Opcode.TEXT, b"Hello")
PING = Frame(Opcode.PING, b"late")
REPLY = Frame(Opcode.CLOSE, Close(1000).serialize())


def close(code: int | None = None, reason: bytes = b"") -> Frame:
    return Frame(Opcode.CLOSE, Close(code, reason).serialize())


def unmasked(frame: Frame) -> bytes:
    return frame.serialize()


VIOLATIONS = {
    "RSV": (Frame(Opcode.TEXT, b"x", rsv=5), 1002),
    "RSV on a control frame": (Frame(Opcode.PING, b"x", rsv=1), 1002),
    "reserved data opcode": (Frame(3, b"x"), 1002),
    "reserved control opcode": (Frame(13), 1002),
    "everything at once": (Frame(11, bytes(126), fin=False, rsv=7), 1002),
    "everything at once, and no mask": (unmasked(Frame(11, bytes(126), fin=False, rsv=7)), 1002),
    "no mask": (unmasked(HELLO), 1002),
    "control frame too long": (Frame(Opcode.PING, bytes(126)), 1002),
    "close frame too long": (Frame(Opcode.CLOSE, bytes(126)), 1002),
    "fragmented ping": (Frame(Opcode.PING, fin=False), 1002),
    "continuation of nothing": (Frame(Opcode.CONT, b"x"), 1002),
    "length not minimal": (Frame(Opcode.TEXT, b"x", length_octets=2), 1002),
    "length not minimal, 8 octets": (Frame(Opcode.TEXT, b"x", length_octets=8), 1002),
    "length beyond 2**63": (Frame(Opcode.BINARY, b"", declared=1 << 63), 1002),
    "no UTF-8": (Frame(Opcode.TEXT, b"abc\xff"), 1007),
    "a character too few": (Frame(Opcode.TEXT, "ü".encode()[:1]), 1007),
    "too big": (Frame(Opcode.BINARY, b"", declared=1001), 1009),
    "close frame of one octet": (Frame(Opcode.CLOSE, b"x"), 1002),
    "close code below 1000": (close(999), 1002),
    "close code 1005": (close(1005), 1002),
    "close code 5000": (close(5000), 1002),
    "close reason no UTF-8": (close(1000, b"\xff"), 1007),
    "close code and reason bad": (close(0, b"\xff"), 1002),
}


@pytest.mark.parametrize("chop", [0, 1])
@pytest.mark.parametrize(("wrong", "code"), VIOLATIONS.values(), ids=VIOLATIONS)
def test_a_violation_is_answered_with_one_close_frame_behind_all_echoes(
    connect: Connect, wrong: Frame | bytes, code: int, chop: int
) -> None:
    connection = connect(max_message=1000).open().send(HELLO, wrong, HELLO, PING, chop=chop)
    echo, answer = connection.frames
    assert (echo.opcode, echo.payload) == (Opcode.TEXT, b"Hello")
    said = Close.parse(answer.payload)
    assert (answer.opcode, said.code) == (Opcode.CLOSE, code)
    assert said.check("server") == []
    assert connection.protocol.failedByMe
    events = connection.events
    failing = next(n for n, event in enumerate(events) if event.startswith("FAILING CONNECTION"))
    assert events[failing].endswith(f"({code})")
    assert events[failing - 1].startswith("RX FRAME")
    assert events[failing + 1].startswith("TX FRAME : OPCODE=8")


def count(connection: Connection, words: str) -> int:
    return sum(words in event for event in connection.events)


@pytest.mark.parametrize("chop", [0, 1, 3])
@pytest.mark.parametrize(
    "wrong",
    [Frame(5, b"abcdef"), Frame(Opcode.TEXT, b"abc\xffdef"), Frame(Opcode.PING, bytes(200))],
)
def test_the_refused_frame_is_recorded_once(connect: Connect, wrong: Frame, chop: int) -> None:
    connection = connect().open().send(wrong, PING, chop=chop)
    assert count(connection, f"RX FRAME : OPCODE={wrong.opcode}, ") == 1 + (wrong.opcode == 9)
    assert count(connection, "RX FRAME : OPCODE=9, FIN=True, RSV=0, PAYLOAD-LEN=4") == 1


def test_a_refused_frame_is_recorded_as_far_as_it_arrived(connect: Connect) -> None:
    connection = connect().open()
    connection.send(Frame(5, b"abcdef").serialize()[:1] + b"\x86")
    assert connection.events[-4] == (
        "RX FRAME : OPCODE=5, FIN=True, RSV=0, PAYLOAD-LEN=6, MASKED=True, MASK=, ARRIVED=0"
    )
    connection = connect()
    connection.captures /= "2"
    text = Frame(Opcode.TEXT, b"abc\xff", declared=1000)
    connection.open("/2/x").send(text)
    assert connection.events[-4].endswith("PAYLOAD-LEN=1000, MASKED=True, MASK=06cef012, ARRIVED=4")
    assert " " * 15 + "0x616263ff ..." in connection.lines


def test_text_is_refused_where_it_breaks(connect: Connect) -> None:
    connection = connect().open()
    connection.send(Frame(Opcode.TEXT, b"ab", fin=False), Frame(Opcode.CONT, b"c\xed\xa0\x80"))
    (answer,) = connection.frames
    assert Close.parse(answer.payload).reason == b"octet 0xa0 at 4 after ed is not UTF-8"


def test_after_the_reply_our_direction_ends_with_fin(connect: Connect) -> None:
    connection = connect().open().send(Frame(3))
    assert connection.transport.ended == ""
    connection.send(REPLY)
    assert connection.transport.ended == "FIN"
    assert connection.protocol.wasClean


def test_a_refused_close_frame_is_the_peers_close_frame(connect: Connect) -> None:
    for wrong, code in ((close(999), 999), (Frame(Opcode.CLOSE, b"x"), None)):
        connection = connect().open(f"/{code}").send(wrong)
        assert connection.transport.ended == "FIN"
        assert connection.protocol.remoteCloseCode == code
        assert len(connection.frames) == 1


def test_without_a_reply_it_is_over_after_the_close_timeout(connect: Connect, clock: Clock) -> None:
    connection = connect(close_timeout=1.5).open().send(Frame(3))
    clock.advance(1.4)
    assert connection.transport.ended == ""
    clock.advance(0.2)
    assert connection.transport.ended == "RST"
    connection.end()
    assert connection.events[-2:] == [
        "CLOSING HANDSHAKE TIMEOUT AFTER 1.500000 sec",
        "TCP DROPPED BY ME (RST)",
    ]
    facts = parse_trailer(connection.lines[-1])
    assert (facts["wasClean"], facts["wasCloseHandshakeTimeout"]) == (False, True)


def test_corrupt_compressed_data_is_refused_after_what_was_sound(connect: Connect) -> None:
    connection = connect().open(Sec_WebSocket_Extensions="permessage-deflate")
    deflater = zlib.compressobj(wbits=-15)
    sound = (deflater.compress(b"Hello") + deflater.flush(zlib.Z_SYNC_FLUSH))[:-4]
    wrong = Frame(Opcode.TEXT, b"\x07\x07", rsv=RSV1)
    connection.send(Frame(Opcode.TEXT, sound, rsv=RSV1), wrong, PING, REPLY)
    echo, answer = connection.frames
    assert (echo.payload, echo.rsv) == (sound, RSV1)
    assert Close.parse(answer.payload).code == 1007
    assert connection.protocol.wasClean
    assert count(connection, "RX FRAME") == 4
    assert " " * 15 + r"\x07\x07" in connection.lines


@pytest.mark.parametrize("rsv", [Frame(Opcode.PING, rsv=RSV1), Frame(Opcode.CONT, b"x", rsv=RSV1)])
def test_compressed_control_and_continuation_frames_are_refused(
    connect: Connect, rsv: Frame
) -> None:
    connection = connect().open(Sec_WebSocket_Extensions="permessage-deflate")
    connection.send(Frame(Opcode.TEXT, b"x", fin=False), rsv)
    assert Close.parse(connection.frames[0].payload).code == 1002


def test_a_deflate_bomb_is_too_big(connect: Connect) -> None:
    connection = connect(max_message=1000).open(Sec_WebSocket_Extensions="permessage-deflate")
    deflater = zlib.compressobj(wbits=-15)
    bomb = (deflater.compress(bytes(1 << 20)) + deflater.flush(zlib.Z_SYNC_FLUSH))[:-4]
    connection.send(Frame(Opcode.BINARY, bomb, rsv=RSV1), REPLY)
    assert [Close.parse(frame.payload).code for frame in connection.frames] == [1009]
    assert connection.protocol.wasClean


@pytest.mark.parametrize(
    "code", [1000, 1001, 1002, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]
)
def test_a_close_frame_is_answered_with_its_code(connect: Connect, code: int) -> None:
    connection = connect().open().send(close(code, "tschüß".encode()))
    assert [frame.payload for frame in connection.frames] == [Close(code).serialize()]
    assert connection.transport.ended == "FIN"
    connection.protocol.writeConnectionLost()
    connection.end()
    facts = parse_trailer(connection.lines[-1])
    assert facts["octets"]["rx"]["count"] == 2
    assert {key: facts[key] for key in list(facts)[:13]} == {
        "isServer": True,
        "closedByMe": False,
        "failedByMe": False,
        "droppedByMe": True,
        "wasClean": True,
        "wasNotCleanReason": None,
        "wasServerConnectionDropTimeout": False,
        "wasOpenHandshakeTimeout": False,
        "wasCloseHandshakeTimeout": False,
        "localCloseCode": code,
        "localCloseReason": None,
        "remoteCloseCode": code,
        "remoteCloseReason": "tschüß",
    }


def test_a_code_that_only_a_client_may_send_is_answered_with_1000(connect: Connect) -> None:
    connection = connect().open().send(close(1010))
    assert [frame.payload for frame in connection.frames] == [Close(1000).serialize()]


def test_an_empty_close_frame_is_answered_with_an_empty_one(connect: Connect) -> None:
    connection = connect().open().send(close())
    assert [frame.payload for frame in connection.frames] == [b""]


def test_what_comes_behind_a_close_frame_is_recorded_and_not_answered(connect: Connect) -> None:
    connection = connect().open().send(close(1000), HELLO, PING).send(HELLO, close(1000))
    assert len(connection.frames) == 1
    assert count(connection, "RX FRAME") == 5
    assert connection.protocol.remoteCloseCode == 1000


def test_a_close_frame_ends_a_fragmented_message(connect: Connect) -> None:
    connection = connect().open().send(Frame(Opcode.TEXT, b"x", fin=False), close(1000))
    assert [frame.opcode for frame in connection.frames] == [Opcode.CLOSE]
    assert connection.protocol.wasClean


def test_the_peer_that_does_not_end_tcp_is_left_after_the_close_timeout(
    connect: Connect, clock: Clock
) -> None:
    connection = connect(close_timeout=1).open().send(close(1000))
    connection.protocol.writeConnectionLost()
    connection.transport.ended = ""
    clock.advance(1.1)
    assert connection.transport.ended == "closed"
    assert connection.events[-1] == "TCP DROPPED BY ME (FIN)"


def test_the_peer_that_does_not_read_is_dropped_after_the_close_timeout(
    connect: Connect, clock: Clock
) -> None:
    connection = connect(close_timeout=1).open().send(close(1000))
    clock.advance(1.1)
    assert connection.transport.ended == "RST"
    assert connection.events[-1] == "TCP DROPPED BY ME (RST)"


def test_the_peers_fin_lets_our_last_octets_out(connect: Connect) -> None:
    connection = connect().open().send(HELLO)
    connection.protocol.readConnectionLost()
    assert connection.transport.ended == "closed"
    lines = connection.end()
    assert connection.events[-1] == "TCP DROPPED BY PEER (FIN)"
    facts = parse_trailer(lines[-1])
    assert (facts["wasClean"], facts["droppedByMe"]) == (False, False)
    assert facts["wasNotCleanReason"] == "the peer dropped TCP without a closing handshake"


def test_the_peers_rst_is_told_from_its_fin(connect: Connect) -> None:
    connection = connect().open()
    connection.reset()
    assert connection.events[-1] == "TCP DROPPED BY PEER (RST)"


@pytest.mark.parametrize("ends", ["fin", "rst"])
@pytest.mark.parametrize("arrived", [2, 5, 6, 9])
def test_a_frame_that_tcp_cuts_off_is_recorded(connect: Connect, arrived: int, ends: str) -> None:
    octets = Frame(Opcode.TEXT, b"Hello", mask=b"abcd").serialize()
    connection = connect().open().send(octets[:arrived])
    if ends == "fin":
        connection.protocol.readConnectionLost()
    connection.reset()
    assert count(connection, "RX FRAME") == 1
    assert connection.events[-2].endswith(f"ARRIVED={max(arrived - 6, 0)}")


def test_going_down_closes_with_1001_even_inside_a_frame(connect: Connect) -> None:
    octets = Frame(Opcode.TEXT, b"Hello", mask=b"abcd").serialize()
    connection = connect().open().send(octets[:8])
    connection.protocol.go_down()
    (answer,) = connection.frames
    assert Close.parse(answer.payload) == Close(1001, b"going down")
    assert "CLOSING CONNECTION: going down (1001)" in connection.events
    connection.send(octets[8:], close(1001))
    assert connection.protocol.wasClean
    assert len(connection.frames) == 1
    assert count(connection, "RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=5") == 1


def test_what_is_wrong_early_in_a_long_read_leaves_the_rest_to_be_recorded(
    connect: Connect,
) -> None:
    long = Frame(Opcode.BINARY, bytes(5000))
    connection = connect().open().send(HELLO, Frame(3), *[long] * 10, REPLY, HELLO)
    assert [frame.opcode for frame in connection.frames] == [Opcode.TEXT, Opcode.CLOSE]
    assert count(connection, "RX FRAME : OPCODE=2") == 10
    assert count(connection, "RX FRAME : OPCODE=1") == 2
    assert connection.protocol.wasClean


def test_a_tls_fault_is_told_in_words(connect: Connect) -> None:
    connection = connect()
    connection.end(TLSError([("SSL routines", "", "http request")]))
    assert connection.events[-2:] == ["NOTE TLS failed: http request", "TCP DROPPED BY ME (RST)"]
    assert parse_trailer(connection.lines[-1])["wasNotCleanReason"] == "TLS failed: http request"
