"""The testee on the wire: how strict it is, what it sends back, and that it always comes to an
end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint

from live import in_reactor, listening, running_reactor
from right_server import RightServer
from wirelog.frames import Close, Frame, Opcode
from wirelog.handshake import HttpHead, accept_for
from wsconform.testee.client import Client, EchoClient, End, Question, factory_of

HELLO = Frame(Opcode.TEXT, b"hello")
PING = Frame(Opcode.PING, b"?")
CLOSE = Frame(Opcode.CLOSE, Close(1000).serialize())


class Sender(RightServer):
    """Sends octets as soon as the connection is open, and keeps the frames that come."""

    octets_to_send = b""
    extensions = ""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Frame] = []
        self.request: HttpHead | None = None

    def take_head(self, head: HttpHead) -> None:
        self.request = head
        answer = self.answer(head)
        if self.extensions:
            answer = answer[:-2] + f"Sec-WebSocket-Extensions: {self.extensions}\r\n\r\n".encode()
        self.wire.write(answer + self.octets_to_send)

    def look(self, frame: Frame) -> None:
        if not self.extensions:
            super().look(frame)

    def take(self, frame: Frame) -> None:
        self.heard.append(frame)
        if frame.opcode == Opcode.CLOSE:
            self.drop()


def converse(
    server: Callable[[], Any], kind: type[Client] = EchoClient, silence: float = 5.0,
    act: Callable[[Client], None] | None = None,
) -> End:  # fmt: skip
    """One connection; what became of it."""
    with listening(server) as port:

        def begin() -> Deferred[End]:
            client = kind("127.0.0.1", port, "/path", silence)
            endpoint = TCP4ClientEndpoint(running_reactor(), "127.0.0.1", port)
            endpoint.connect(factory_of(client, running_reactor()))
            if act is not None:
                act(client)
            return client.ended

        end: End = in_reactor(begin)
        return end


def sent_back(*frames: Frame | bytes, extensions: str = "") -> list[Frame]:
    """What a testee answers to frames of a server."""
    server = Sender()
    octets = (frame if isinstance(frame, bytes) else frame.serialize() for frame in frames)
    server.octets_to_send = b"".join(octets)
    server.extensions = extensions
    end = converse(lambda: server)
    assert end == End(opened=True)
    return server.heard


def in_short(frames: list[Frame]) -> list[tuple[int, bytes]]:
    return [(frame.opcode, frame.payload) for frame in frames]


def test_messages_come_back_with_their_type_and_pings_are_answered() -> None:
    binary = Frame(Opcode.BINARY, bytes(range(256)) * 300)
    pieces = [Frame(Opcode.TEXT, b"\xc3", fin=False), PING, Frame(Opcode.CONT, b"\xa4")]
    heard = sent_back(HELLO, binary, *pieces, CLOSE)
    assert in_short(heard) == [
        (Opcode.TEXT, b"hello"),
        (Opcode.BINARY, binary.payload),
        (Opcode.PONG, b"?"),
        (Opcode.TEXT, "ä".encode()),
        (Opcode.CLOSE, Close(1000).serialize()),
    ]
    assert all(frame.mask for frame in heard)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (Frame(Opcode.TEXT, b"x", rsv=1), 1002),
        (Frame(Opcode.TEXT, b"x", rsv=4), 1002),
        (Frame(3, b"x"), 1002),
        (Frame(11, b"x"), 1002),
        (Frame(Opcode.CONT, b"x"), 1002),
        (Frame(Opcode.PING, b"x", fin=False), 1002),
        (Frame(Opcode.PING, b"x" * 126), 1002),
        (Frame(Opcode.TEXT, b"x", mask=b"abcd"), 1002),
        (b"\x81\x7e\x00\x01x", 1002),
        (Frame(Opcode.CLOSE, b"x"), 1002),
        (Frame(Opcode.CLOSE, Close(1005).serialize()), 1002),
        (Frame(Opcode.CLOSE, b"\x03\xe8\xff"), 1007),
        (Frame(Opcode.TEXT, b"\xff"), 1007),
        (Frame(Opcode.TEXT, b"\xc3"), 1007),
        (Frame(Opcode.TEXT, b"\xed\xa0", fin=False), 1007),
        (b"\x81\x7f\x00\x00\x00\x00\x04\x00\x00\x01", 1009),
    ],
    ids=str,
)
def test_what_is_wrong_is_refused_behind_the_echo_of_what_was_right(
    bad: Frame | bytes, code: int
) -> None:
    echo, close = sent_back(HELLO, bad, PING, HELLO)
    assert (echo.opcode, echo.payload) == (Opcode.TEXT, b"hello")
    assert Close.parse(close.payload).code == code


def test_bad_text_is_refused_before_its_frame_is_complete() -> None:
    _, close = sent_back(HELLO, b"\x81\x7e\x10\x00abc\xff")
    assert Close.parse(close.payload).code == 1007


def test_what_comes_behind_a_close_frame_is_not_echoed() -> None:
    assert in_short(sent_back(CLOSE, HELLO, PING)) == [(Opcode.CLOSE, Close(1000).serialize())]


def test_compression_is_offered_on_all_terms_and_used() -> None:
    server = Sender()
    server.extensions = "permessage-deflate; client_no_context_takeover; client_max_window_bits=9"
    deflated = bytes.fromhex("f248cdc9c90700")
    server.octets_to_send = Frame(Opcode.TEXT, deflated, rsv=4).serialize() + CLOSE.serialize()
    assert converse(lambda: server) == End(opened=True)
    assert server.request is not None
    offer = server.request.get("Sec-WebSocket-Extensions")
    assert offer == "permessage-deflate; client_no_context_takeover; client_max_window_bits"
    assert server.heard[0].rsv == 4
    assert server.heard[0].payload.startswith(bytes.fromhex("f248cdc9c9"))


def test_data_that_does_not_inflate_are_refused() -> None:
    bad = Frame(Opcode.TEXT, b"\xff\xff\xff", rsv=4)
    (close,) = sent_back(bad, extensions="permessage-deflate")
    assert Close.parse(close.payload).code == 1007


def test_a_question_gets_the_first_text() -> None:
    server = Sender()
    frames = [Frame(Opcode.BINARY, b"no"), Frame(Opcode.TEXT, b"517"), HELLO, CLOSE]
    server.octets_to_send = b"".join(frame.serialize() for frame in frames)
    assert converse(lambda: server, Question) == End(opened=True, answer="517")
    assert [frame.opcode for frame in server.heard] == [Opcode.CLOSE]


def answering(octets: bytes) -> Callable[[], Sender]:
    """A server that answers the opening handshake like this."""

    class Answers(Sender):
        def take_head(self, head: HttpHead) -> None:
            self.wire.write(octets)

    return Answers


def test_a_refusal_is_told_in_the_words_of_the_server() -> None:
    head = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\n"
    end = converse(answering(head + b"there is no case 999\nindeed\n"))
    assert end == End(False, "404 Not Found: there is no case 999", refused=True)
    end = converse(answering(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n<html>"))
    assert not end.opened
    assert "302" in end.trouble


@pytest.mark.parametrize(
    ("octets", "trouble"),
    [
        (b"\xff\xfe rubbish\r\n\r\n", "cannot be read"),
        (b"HTTP/1.1 101 \xff\r\n\r\n", "cannot be read"),
        (b"HTTP/1.1 101 Switching\r\n" + b"X: y\r\n" * 20_000, "has no end"),
        (b"HTTP/1.1 101 Switching\r\n", "no answer came within 0.2 s"),
    ],
    ids=["rubbish", "no text", "endless", "half"],
)
def test_an_answer_that_is_none_is_told_and_ends(octets: bytes, trouble: str) -> None:
    end = converse(answering(octets), silence=0.2)
    assert (end.opened, end.refused) == (False, False)
    assert trouble in end.trouble


def test_a_wrong_accept_value_is_refused() -> None:
    answer = RightServer().answer(HttpHead.parse(b"GET / HTTP/1.1\r\n\r\n"))
    assert accept_for("").encode() in answer
    assert "Sec-WebSocket-Accept" in converse(answering(answer)).trouble


def test_a_server_that_falls_silent_is_left() -> None:
    end = converse(Sender, silence=0.2)
    assert end == End(True, "no message came from the server for 0.2 s")


class Pings(Sender):
    """Is alive, and says nothing that anybody wants to know."""

    def begun(self) -> None:
        if not self.is_through:
            self.send(PING)
            running_reactor().callLater(0.05, self.begun)

    def connectionLost(self, reason: object = None) -> None:
        self.is_through = True


def test_nobody_is_kept_waiting_by_a_server_that_is_only_alive() -> None:
    assert converse(Pings, Question, silence=0.3) == End(True, "no answer came within 0.3 s")
    trouble = "no message came from the server for 0.3 s"
    assert converse(Pings, EchoClient, silence=0.3) == End(True, trouble)


class Talks(Pings):
    """Goes on and on with a message of 60,000 octets."""

    part = b"\x82\x7e\xea\x60"

    def begun(self) -> None:
        if not self.is_through:
            self.wire.write(self.part)
            self.part = b"x"
            running_reactor().callLater(0.05, self.begun)


def test_a_case_goes_on_as_long_as_messages_come() -> None:
    def later(client: Client) -> None:
        running_reactor().callLater(1.5, client.abort)

    assert converse(Talks, EchoClient, silence=1.0, act=later) == End(True, "broken off")


def test_no_case_goes_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsconform.testee.client.LONGEST", 0.3)
    assert converse(Talks) == End(True, "the case was not over within 0.3 s")


class Floods(Pings):
    """Sends and sends, and reads nothing, or not before it has sent all."""

    rest = 400 * [Frame(Opcode.BINARY, bytes(60_000))]
    reads = False

    def begun(self) -> None:
        self.wire.pauseProducing()
        if not self.is_through and self.rest:
            self.send(self.rest[0])
            self.rest = self.rest[1:]
            running_reactor().callLater(0, self.begun)
        elif not self.is_through and self.reads:
            self.send(CLOSE)
            self.wire.resumeProducing()


def test_a_server_that_never_reads_does_not_fill_the_memory() -> None:
    clients: list[Any] = []
    end = converse(Floods, silence=0.5, act=clients.append)
    assert end == End(True, "the server read nothing for 0.5 s")
    wire = clients[0].transport
    assert 0 < len(wire.dataBuffer) + wire._tempDataLen < 1_000_000


def test_a_server_that_reads_late_gets_everything_back() -> None:
    server = Floods()
    server.reads = True
    assert converse(lambda: server) == End(opened=True)
    assert sum(frame.opcode == Opcode.BINARY for frame in server.heard) == 400


def test_a_server_that_keeps_tcp_after_the_close_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsconform.testee.client.CLOSING", 0.2)

    class Keeps(Sender):
        octets_to_send = CLOSE.serialize()

        def drop(self) -> None:
            pass

    assert converse(Keeps) == End(opened=True)


def test_a_server_that_ends_tcp_at_once_is_told() -> None:
    class Drops(Sender):
        def take_head(self, head: HttpHead) -> None:
            self.drop()

    end = converse(Drops)
    assert "ended TCP before" in end.trouble
    assert end.vanished


def test_a_connection_can_be_broken_off() -> None:
    def soon(client: Client) -> None:
        running_reactor().callLater(0.1, client.abort)

    assert converse(Sender, act=soon).trouble == "broken off"
