"""Loops in which every message waits for the echo of the one before, against a peer in memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from memory_server import MemoryServer, binary, close, opcodes, pong, text
from wirelog.frames import RSV1, Frame, Opcode
from wirelog.inflate import TAIL, DeflateParams, Inflater
from wsconform.cases import CASES, Case
from wsconform.cases.steps import CloseAfter, EchoLoop, Send, Slices
from wsconform.driver.settings import Settings
from wsconform.transcript import Echoes, Fault

DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate"


def looped(
    count: int, corpus: str = "json", length: int = 4096, fragment: int | None = None
) -> Case:
    slices = Slices(corpus, length, fragment)
    return replace(CASES["12.1.5"], script=(CloseAfter(480), EchoLoop(count, slices)))


def plain(count: int) -> Case:
    send = Send(text(b"*"), repeat=16)
    return replace(CASES["9.7.2"], script=(CloseAfter(60), EchoLoop(count, send)))


class Deflater:
    """A peer that inflates what it gets, and compresses what it says."""

    def __init__(self) -> None:
        self._inflater = Inflater(DeflateParams())
        self._state = zlib.compressobj(wbits=-15)

    def inflated(self, frames: list[Frame]) -> bytes:
        """The message that came in these frames."""
        assert frames[0].rsv == RSV1 and not any(one.rsv for one in frames[1:])
        found = self._inflater.inflate(b"".join(one.payload for one in frames))
        assert not found.fault
        return found.data

    def deflated(self, octets: bytes, opcode: int = Opcode.TEXT) -> Frame:
        packed = self._state.compress(octets) + self._state.flush(zlib.Z_SYNC_FLUSH)
        return Frame(opcode, packed.removesuffix(TAIL), rsv=RSV1)


def messages(server: MemoryServer, deflater: Deflater) -> Iterator[bytes]:
    """What is sent, until the loop is over."""
    while True:
        frames = server.received
        if not frames or frames[-1].opcode == Opcode.CLOSE:
            return
        yield deflater.inflated(frames)


@pytest.mark.parametrize("corpus", ["json", "bitmap", "prose", "html", "pdf"])
@pytest.mark.parametrize("fragment", [None, 256])
def test_all_messages_are_those_of_the_corpus_and_their_echoes_right(
    corpus: str, fragment: int | None
) -> None:
    case = looped(80, corpus, 16384, fragment)
    assert case.loop is not None
    server, deflater = MemoryServer(case).open(DEFLATE), Deflater()
    sent = case.loop.messages()
    for octets in messages(server, deflater):
        expected = next(sent)
        assert octets == expected.octets
        opcode = Opcode.BINARY if expected.binary else Opcode.TEXT
        server.send(deflater.deflated(octets, opcode), chop=5000)
    server.send(close(1000)).drop()
    assert server.played.attempt.transcript.echoes == Echoes(80)
    assert server.verdict == ("OK", "OK")


def test_what_went_through_is_counted() -> None:
    server, deflater = MemoryServer(looped(60)).open(DEFLATE), Deflater()
    for octets in messages(server, deflater):
        server.send(deflater.deflated(octets))
    server.send(close(1000)).drop()
    flows = server.played.attempt.flows
    assert flows is not None
    assert flows.sent.application == flows.received.application == 60 * 4096
    assert flows.sent.messages == flows.received.messages == 60
    assert flows.sent.wire == flows.sent.websocket + 60 * 8
    assert flows.received.wire == flows.received.websocket + 60 * 4
    assert flows.head_sent == len(server.play._opening.request)


@pytest.mark.parametrize("wrong_one", [0, 3, 130])
def test_one_octet_that_differs_is_noticed_in_every_period(wrong_one: int) -> None:
    server, deflater = MemoryServer(looped(200, length=16384)).open(DEFLATE), Deflater()
    for number, octets in enumerate(messages(server, deflater)):
        wrong = octets[:99] + b"#" + octets[100:]
        server.send(deflater.deflated(wrong if number == wrong_one else octets))
    transcript = server.play._player.transcript()
    assert transcript.echoes == Echoes(wrong_one, Fault.CONTENT)
    assert server.facts.closed_by_me and server.facts.local_close_code == 1000


def test_wrong_type_and_wrong_length_are_noticed() -> None:
    server = MemoryServer(plain(10)).open().send(text(b"*" * 16), binary(b"*" * 16))
    assert server.play._player.transcript().echoes == Echoes(1, Fault.TYPE)
    server = MemoryServer(plain(10)).open().send(text(b"*" * 15))
    assert server.play._player.transcript().echoes == Echoes(0, Fault.LENGTH)


def test_an_echo_that_is_not_utf8_fails_the_connection() -> None:
    server = MemoryServer(plain(10)).open().send(text(b"\xff" * 16))
    assert server.facts.local_close_code == 1007
    assert server.play._player.transcript().echoes == Echoes(0, Fault.CONTENT)


def test_an_echo_that_does_not_inflate_fails_the_connection() -> None:
    server = MemoryServer(looped(10)).open(DEFLATE)
    server.send(Frame(Opcode.TEXT, b"\xff\xff\xff\xff", rsv=RSV1))
    assert server.facts.local_close_code == 1007


def test_pongs_do_not_disturb_a_loop() -> None:
    server = MemoryServer(plain(3)).open()
    for _ in range(3):
        server.send(pong(b"still here"), text(b"*" * 16))
    server.send(close(1000)).drop()
    assert server.verdict == ("OK", "OK")


def test_messages_behind_the_last_echo_are_ignored() -> None:
    server = MemoryServer(plain(2)).open().send(*[text(b"*" * 16)] * 3).send(close(1000)).drop()
    assert server.verdict == ("OK", "OK")


def test_each_message_is_one_write_with_fresh_masks() -> None:
    server = MemoryServer(plain(3)).open().send(*[text(b"*" * 16)] * 3)
    assert opcodes(server.received) == [1, 1, 1, 8]
    assert len({octets[2:6] for octets in server.transport.writes[1:4]}) == 3


def test_a_peer_that_stops_echoing_is_closed_before_the_limit_of_the_case() -> None:
    server = MemoryServer(looped(10), Settings(echo=30)).open(DEFLATE).wait(31)
    assert "CLOSING CONNECTION: no echo for 30 s" in server.events
    assert server.verdict[0] == "FAILED"


def test_a_peer_that_echoes_slowly_is_not() -> None:
    server = MemoryServer(plain(3), Settings(echo=30)).open()
    for _ in range(3):
        server.wait(19).send(text(b"*" * 16))
    assert server.play._player.transcript().echoes == Echoes(3)
