"""The opening handshake, frames and the closing handshake of one connection, with time in hand."""

from __future__ import annotations

import pytest

from memory_server import (
    MemoryServer,
    StuckTransport,
    binary,
    close,
    opcodes,
    ping,
    pong,
    text,
)
from wirelog.frames import Frame, Opcode
from wsconform.driver.settings import Settings
from wsconform.driver.tcp import State

HELLO = text("Hello World!")


def echoed() -> MemoryServer:
    """Case 7.1.1 has its echo and has closed; it had sent a text message."""
    server = MemoryServer("7.1.1").open()
    assert server.received == [HELLO]
    server.send(HELLO)
    assert server.received == [close(1000)]
    return server


# How it closes


def test_a_close_that_is_answered_and_tcp_that_the_server_ends_is_clean() -> None:
    server = echoed().send(close(1000)).drop()
    facts = server.facts
    assert facts.closed_by_me and facts.was_clean and not facts.dropped_by_me
    assert (facts.local_close_code, facts.remote_close_code) == (1000, 1000)
    assert facts.was_not_clean_reason is None
    assert server.verdict == ("OK", "OK")
    assert server.events[-1] == "TCP DROPPED BY PEER (FIN)"


def test_no_answer_to_the_close_frame_ends_tcp_after_a_second() -> None:
    server = MemoryServer("9.1.1").open().send(text("wrong"))
    server.wait(0.9)
    assert server.connection.state is State.CLOSING
    server.wait(0.2)
    assert server.transport.ended == "RST"
    assert server.facts.was_close_handshake_timeout and server.facts.dropped_by_me
    assert not server.facts.was_clean
    assert server.facts.was_not_clean_reason == "the peer did not answer the close frame in time"
    assert "CLOSING HANDSHAKE TIMEOUT AFTER 1.000000 sec" in server.events


def test_a_server_that_keeps_tcp_after_its_answer_is_given_a_second() -> None:
    server = MemoryServer("9.1.1").open().send(text("wrong")).send(close(1000))
    assert server.facts.was_clean
    server.wait(1.1)
    assert server.facts.was_server_connection_drop_timeout and not server.facts.was_clean
    assert server.verdict == ("FAILED", "UNCLEAN")
    assert "SERVER DROP TIMEOUT AFTER 1.000000 sec" in server.events


def test_a_server_that_closes_first_gets_a_reply_and_has_a_second_to_end_tcp() -> None:
    """Without that second a case that closes late would wait for ever."""
    server = MemoryServer("9.1.1").open()
    _ = server.received
    server.send(close(1001, "so long"))
    assert server.received == [close(1000)]
    assert not server.facts.closed_by_me and server.facts.was_clean
    assert (server.facts.remote_close_code, server.facts.remote_close_reason) == (1001, "so long")
    server.wait(1.1)
    assert server.transport.ended == "RST"
    assert server.facts.was_server_connection_drop_timeout


def test_tcp_that_ends_without_a_close_frame_is_not_clean() -> None:
    server = MemoryServer("3.1").open().reset()
    assert not server.facts.was_clean and not server.facts.dropped_by_me
    assert server.facts.was_not_clean_reason == ("the peer dropped TCP without a closing handshake")
    assert server.verdict == ("OK", "OK")
    assert server.events[-1] == "TCP DROPPED BY PEER (RST)"


def test_a_second_close_frame_of_the_peer_changes_no_fact() -> None:
    server = echoed().send(close(1000), close(1001)).drop()
    assert server.facts.remote_close_code == 1000


def test_no_timer_is_left_when_tcp_is_gone() -> None:
    server = MemoryServer("6.4.3").open().send(ping()).drop()
    assert server.clock.getDelayedCalls() == []


# What it refuses


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (Frame(Opcode.TEXT, b"x", rsv=4).serialize(), 1002),
        (Frame(3, b"x").serialize(), 1002),
        (Frame(11).serialize(), 1002),
        (Frame(Opcode.PING, b"x", fin=False).serialize(), 1002),
        (Frame(Opcode.PONG, bytes(126)).serialize(), 1002),
        (Frame(Opcode.TEXT, b"x", mask=b"abcd").serialize(), 1002),
        (Frame(Opcode.TEXT, b"x", length_octets=8).serialize(), 1002),
        (Frame(Opcode.CONT, b"x").serialize(), 1002),
        (Frame(Opcode.TEXT, b"x", fin=False).serialize() * 2, 1002),
        (Frame(Opcode.TEXT, b"\xff").serialize(), 1007),
        (Frame(Opcode.TEXT, b"\xe2\x82").serialize(), 1007),
    ],
    ids=[
        "reserved bit", "reserved opcode", "reserved control opcode", "fragmented ping",
        "long pong", "mask", "length not minimal", "nothing to continue", "new message",
        "not UTF-8", "text ends inside a character",
    ],
)  # fmt: skip
def test_what_breaks_a_rule_fails_the_connection(octets: bytes, code: int) -> None:
    server = MemoryServer("7.1.1").open()
    _ = server.received
    server.send(octets)
    (sent,) = server.received
    assert (sent.opcode, sent.payload[:2]) == (Opcode.CLOSE, code.to_bytes(2, "big"))
    assert server.facts.failed_by_me and server.facts.closed_by_me
    server.send(close(code)).drop()
    assert server.facts.was_clean and server.facts.remote_close_code == code
    assert any(event.startswith("FAILING CONNECTION: ") for event in server.events)


@pytest.mark.parametrize(
    ("length", "code"), [(b"\xff" + bytes(7), 1002), (bytes(3) + b"\xff" + bytes(4), 1009)]
)
def test_a_length_beyond_all_measure_is_refused_at_the_header(length: bytes, code: int) -> None:
    server = MemoryServer("7.1.1").open().send(b"\x81\x7f" + length)
    assert server.facts.local_close_code == code


def test_a_frame_is_refused_at_its_header_and_recorded_as_far_as_it_came() -> None:
    server = MemoryServer("7.1.1").open()
    server.send(Frame(5, b"payload").serialize()[:4])
    assert server.facts.failed_by_me
    server.drop()
    line = b"RX FRAME : OPCODE=5, FIN=True, RSV=0, PAYLOAD-LEN=7, MASKED=False, MASK=None, ARRIVED="
    assert line + b"2\n" in server.played.capture


def test_text_is_refused_inside_a_frame_at_the_octet_that_is_wrong() -> None:
    server = MemoryServer("7.1.1").open()
    server.send(text(b"good \xff bad").serialize()[:8])
    assert server.facts.local_close_code == 1007


def test_bad_text_is_counted_twice_by_the_published_rules_alone() -> None:
    bad = text(b"good \xff bad")
    server = MemoryServer("1.2.2").open().send(bad, close(1007)).drop()
    assert server.facts.was_clean and server.verdict == ("FAILED", "WRONG CODE")
    server = MemoryServer("1.2.2", Settings(as_published=True)).open().send(bad)
    assert server.transport.ended == "FIN"
    assert server.verdict == ("FAILED", "UNCLEAN")


def test_after_a_failure_messages_count_no_more_but_pongs_do() -> None:
    server = MemoryServer("2.2").open().send(Frame(5)).send(text("late"), pong(b"Hello, world!"))
    server.send(close(1000)).drop()
    assert server.verdict == ("OK", "OK")


def test_a_pong_that_is_too_long_is_refused_and_counts_as_an_answer() -> None:
    server = MemoryServer("2.5").open().send(pong(b"\xfe" * 126))
    assert server.facts.failed_by_me
    server.send(close(1002)).drop()
    assert server.verdict == ("FAILED", "FAILED")


def test_a_close_frame_that_breaks_a_rule_ends_the_conversation() -> None:
    server = MemoryServer("7.1.1").open()
    server.send(Frame(Opcode.CLOSE, (1000).to_bytes(2, "big"), rsv=4)).drop()
    assert server.facts.local_close_code == 1002 and server.facts.closed_by_me
    assert server.facts.was_clean and server.facts.remote_close_code == 1000


def test_the_second_rule_that_is_broken_drops_tcp() -> None:
    server = MemoryServer("7.1.1").open().send(Frame(5))
    assert not server.transport.ended
    server.send(Frame(6))
    assert server.transport.ended == "FIN"
    assert server.facts.dropped_by_me and not server.facts.was_clean


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000])
def test_a_close_code_that_must_not_be_sent_is_noted_and_refused(code: int) -> None:
    server = MemoryServer("9.1.1").open().send(close(code))
    assert server.facts.remote_close_code == code
    assert server.facts.local_close_code == 1002 and server.facts.closed_by_me


@pytest.mark.parametrize("code", [1012, 1013, 1014])
def test_a_close_code_that_the_published_suite_does_not_know_is_refused_by_its_rules(
    code: int,
) -> None:
    server = MemoryServer("3.1", Settings(as_published=True)).open().send(close(code)).drop()
    assert server.facts.closed_by_me and server.verdict == ("OK", "FAILED")
    server = MemoryServer("3.1").open().send(close(code)).drop()
    assert server.verdict == ("OK", "WRONG CODE")


def test_the_second_of_two_close_frames_counts_by_the_published_rules_alone() -> None:
    twice = [close(1000), close(1001)]
    assert MemoryServer("7.1.2").open().send(*twice).facts.remote_close_code == 1000
    published = MemoryServer("7.1.2", Settings(as_published=True)).open().send(*twice)
    assert published.facts.remote_close_code == 1001


@pytest.mark.parametrize("code", [1000, 1010, 1012, 1013, 1014, 3000, 4999])
def test_a_close_code_that_may_be_sent_is_answered_with_1000(code: int) -> None:
    """1012 to 1014 are registered with IANA; the published suite does not know them."""
    server = MemoryServer("9.1.1").open().send(close(code))
    assert (server.facts.local_close_code, server.facts.closed_by_me) == (1000, False)


def test_a_close_frame_of_one_octet_is_refused() -> None:
    server = MemoryServer("9.1.1").open().send(close(stray=b"x"))
    assert server.facts.local_close_code == 1002 and server.facts.remote_close_code is None


def test_a_close_reason_that_is_not_utf8_is_refused_with_1007() -> None:
    server = MemoryServer("9.1.1").open().send(Frame(Opcode.CLOSE, b"\x03\xe8\xff"))
    assert server.facts.local_close_code == 1007


def test_a_refused_code_in_the_answer_drops_tcp_and_spoils_the_end() -> None:
    server = echoed().send(close(1005))
    assert server.facts.dropped_by_me and not server.facts.was_clean
    assert server.verdict == ("OK", "UNCLEAN")


# Pings, floods, and peers that do not read


def test_pings_are_answered_while_the_connection_is_open_and_no_longer() -> None:
    server = MemoryServer("7.1.1").open()
    _ = server.received
    server.send(ping(b"one"))
    assert server.received == [pong(b"one")]
    server.send(HELLO, ping(b"two"))
    assert opcodes(server.received) == [Opcode.CLOSE]


@pytest.mark.parametrize(
    "flood",
    [pong().serialize() * 2000, ping().serialize() * 4000, binary(bytes(3 << 20)).serialize()],
    ids=["pongs", "pings", "octets"],
)
def test_a_flood_ends_the_connection(flood: bytes) -> None:
    server = MemoryServer("7.1.1").open().send(flood)
    assert server.received[-1] == close(1008, "the peer sends without end")
    assert server.transport.ended == "FIN"
    assert server.facts.was_not_clean_reason == "the peer sends without end"
    assert server.verdict[1] in ("FAILED", "UNCLEAN")


def test_a_message_that_is_longer_than_allowed_fails_with_1009() -> None:
    server = MemoryServer("7.1.1", Settings(message=100)).open().send(text("x" * 101))
    assert server.facts.local_close_code == 1009


def test_a_peer_that_does_not_read_does_not_keep_the_connection() -> None:
    server = MemoryServer("7.1.1", transport=StuckTransport).open().send(Frame(5), Frame(6))
    assert not server.transport.ended
    server.wait(1.1)
    assert server.transport.ended == "RST"
    assert server.played.attempt.transcript.closing.dropped_by_me


# The opening handshake


def test_the_answer_may_come_octet_by_octet_and_with_the_first_frame() -> None:
    server = MemoryServer("7.1.1")
    server.send(server.response() + ping(b"early").serialize(), chop=1)
    assert server.connection.state is State.OPEN
    assert opcodes(server.received) == [Opcode.TEXT, Opcode.PONG]


def test_no_answer_at_all_is_given_five_seconds() -> None:
    server = MemoryServer("7.1.1").wait(4.9)
    assert not server.transport.ended
    server.wait(0.2)
    assert server.transport.ended == "RST"
    assert server.facts.was_open_handshake_timeout
    assert server.verdict == ("FAILED", "FAILED")
    assert "OPENING HANDSHAKE TIMEOUT AFTER 5.000000 sec" in server.events
    assert server.played.attempt.transcript.opening == "no complete answer came in 5 s"


def test_a_refusal_is_recorded_in_the_words_of_the_server() -> None:
    server = MemoryServer("7.1.1").send(b"HTTP/1.1 401 Unauthorized\r\n\r\n")
    assert server.transport.ended == "RST"
    assert not server.facts.failed_by_me
    assert "HANDSHAKE REFUSED: 401 Unauthorized" in server.events
    transcript = server.played.attempt.transcript
    assert not transcript.opened and transcript.opening == "the server answered 401 Unauthorized"


def test_an_answer_that_is_not_http_is_refused_at_its_first_octets() -> None:
    server = MemoryServer("7.1.1").send(b"SSH")
    assert server.transport.ended == "RST" and server.facts.failed_by_me
    assert "FAILING CONNECTION: the answer is not HTTP" in server.events


def test_a_server_that_drops_tcp_instead_of_answering_is_named() -> None:
    server = MemoryServer("7.1.1").drop()
    assert server.played.attempt.transcript.opening == (
        "the peer ended TCP before the opening handshake was over"
    )
    assert server.verdict == ("FAILED", "FAILED")
