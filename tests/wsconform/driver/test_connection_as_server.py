"""A connection on which a case is played as the server, with time in hand."""

from __future__ import annotations

import zlib
from dataclasses import replace

from connections import request
from memory_client import RESOURCE, MemoryClient
from memory_server import StuckTransport, close, opcodes, ping, pong, text
from wirelog.frames import RSV1, Frame, Opcode
from wsconform.driver.settings import Settings
from wsconform.driver.tcp import State

HELLO = text("Hello World!")


def echoed() -> MemoryClient:
    """Case 7.1.1 has its echo and has closed; it had sent a text message."""
    client = MemoryClient("7.1.1").open()
    assert client.received == [HELLO]
    client.send(HELLO)
    assert client.received == [close(1000)]
    return client


# How it ends


def test_tcp_ends_with_rst_as_soon_as_our_close_is_answered() -> None:
    client = echoed().send(close(1000))
    assert client.transport.ended == "RST"
    assert client.facts.was_clean and client.facts.closed_by_me and client.facts.dropped_by_me
    assert client.verdict == ("OK", "OK")
    assert client.events[0] == "TCP ACCEPTED"
    assert client.events[-1] == "TCP DROPPED BY ME (RST)"


def test_a_client_that_closes_first_gets_a_reply_and_an_orderly_end() -> None:
    client = MemoryClient("7.1.1").open()
    _ = client.received
    client.send(close(1001, "so long"))
    assert client.received == [close(1000)]
    assert client.transport.ended == "FIN"
    assert client.facts.was_clean and not client.facts.closed_by_me
    assert (client.facts.remote_close_code, client.facts.remote_close_reason) == (1001, "so long")
    assert client.verdict == ("FAILED", "FAILED")


def test_a_client_that_does_not_answer_our_close_is_given_a_second() -> None:
    client = MemoryClient("9.1.1").open().send(text("wrong")).wait(0.9)
    assert not client.transport.ended
    client.wait(0.2)
    assert client.transport.ended == "RST"
    assert client.facts.was_close_handshake_timeout and not client.facts.was_clean
    assert client.verdict == ("FAILED", "UNCLEAN")


def test_a_client_that_answers_nothing_is_killed_when_its_time_is_over() -> None:
    client = MemoryClient("1.1.1").open().wait(1.1)
    assert client.received[-1].opcode == Opcode.CLOSE
    assert client.facts.local_close_code == 1001 and client.facts.failed_by_me
    client.wait(1.1)
    assert client.transport.ended == "RST"
    assert client.verdict == ("FAILED", "UNCLEAN")


def test_a_client_that_does_not_read_cannot_keep_the_connection() -> None:
    client = MemoryClient("7.1.1", transport=StuckTransport).open().send(close(1000))
    assert not client.transport.ended
    client.wait(1.1)
    assert client.transport.ended == "RST"
    assert client.clock.getDelayedCalls() == []


def test_a_client_that_never_stops_is_cut_off() -> None:
    client = MemoryClient("3.1").open()
    client.send(Frame(Opcode.BINARY, bytes(5 << 20)))
    assert client.received[-1].opcode == Opcode.CLOSE
    assert client.transport.ended == "FIN"
    assert client.facts.was_not_clean_reason == "the peer sends without end"
    assert client.verdict == ("FAILED", "FAILED")


# Masks


def test_a_server_sends_without_a_mask_and_wants_one() -> None:
    client = MemoryClient("7.1.1").open()
    assert client.transport.writes[1:] == [HELLO.serialize()]
    client.send(replace(HELLO, mask=None).serialize())
    refused = client.received[-1]
    assert refused.opcode == Opcode.CLOSE
    assert refused.payload.startswith((1002).to_bytes(2, "big"))
    assert client.facts.failed_by_me


# The opening handshake


def test_a_request_that_came_before_the_play_keeps_its_times() -> None:
    client = MemoryClient("7.1.1")
    octets = request(RESOURCE)
    client.clock.advance(2)
    client.ask(octets[:20], octets[20:])
    client.send(HELLO, close(1000))
    lines = client.played.capture.decode().splitlines()
    assert lines[1] == "000 +0.000000000 TCP ACCEPTED"
    reads = [line for line in lines if "RX OCTETS" in line][:2]
    assert [line.rpartition(" ")[2] for line in reads] == [octets[:20].hex(), octets[20:].hex()]
    begins = [float(line.split()[1]) for line in lines[1:-1] if line[:1].isdigit()]
    assert begins == sorted(begins)
    assert client.connection.opened_at - client.connection.made_at == 2


def test_time_counts_from_when_tcp_was_accepted() -> None:
    client = MemoryClient("7.1.1")
    client.clock.advance(3)
    client.ask(b"GET / HT").wait(1.9)
    assert not client.transport.ended
    client.wait(0.2)
    assert client.transport.ended == "RST"
    assert client.facts.was_open_handshake_timeout
    assert client.played.attempt.transcript.opening == "no complete request came in 5 s"


def test_time_that_was_over_before_the_play_ends_it_at_once() -> None:
    client = MemoryClient("7.1.1")
    client.clock.advance(9)
    client.ask(b"GET / HT").wait()
    assert client.transport.ended == "RST" and client.facts.was_open_handshake_timeout


def test_frames_right_behind_the_request_are_heard() -> None:
    client = MemoryClient("7.1.1").ask(
        request(RESOURCE) + replace(ping(b"early"), mask=b"abcd").serialize()
    )
    assert client.connection.state is State.OPEN
    assert client.received == [HELLO, pong(b"early")]


def test_a_client_that_leaves_before_the_handshake_is_over_is_named() -> None:
    client = MemoryClient("7.1.1").ask(b"GET / HTTP/1.1\r\n").drop()
    assert client.played.attempt.transcript.opening == (
        "the peer ended TCP before the opening handshake was over"
    )


# Scripts


def test_a_frame_in_pieces_goes_out_unmasked_piece_by_piece() -> None:
    client = MemoryClient("6.4.3").open()
    pieces = len(client.transport.writes)
    client.wait(2.5)
    assert len(client.transport.writes) > pieces
    octets = b"".join(client.transport.writes[1:])
    assert octets[1] & 0x80 == 0 and "\u1f79".encode() in octets
    client.send(close(1007))
    assert opcodes(client.received)[-1] == Opcode.CLOSE


def test_a_loop_of_compressed_messages_is_played_on_the_agreed_terms() -> None:
    settings = Settings(echo=1)
    offer = "permessage-deflate; client_no_context_takeover; client_max_window_bits"
    client = MemoryClient("13.5.1", settings).open(Sec_WebSocket_Extensions=offer)
    inflater = zlib.decompressobj(-15)
    rounds = 0
    while (frame := client.received[0]).opcode != Opcode.CLOSE:
        assert frame.rsv == RSV1
        message = inflater.decompress(frame.payload + b"\x00\x00\xff\xff")
        squeeze = zlib.compressobj(wbits=-9)
        octets = squeeze.compress(message) + squeeze.flush(zlib.Z_SYNC_FLUSH)
        client.send(replace(frame, payload=octets.removesuffix(b"\x00\x00\xff\xff")))
        rounds += 1
    client.send(close(1000))
    assert rounds == 1000
    assert client.verdict == ("OK", "OK")
    flows = client.played.attempt.flows
    opening = client.connection.opening
    assert flows is not None
    assert (flows.head_sent, flows.head_received) == (len(opening.response), len(opening.request))
    assert flows.received.wire == flows.received.websocket + 1000 * 6
