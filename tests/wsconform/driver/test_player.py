"""Scripts as they are played: what is written when, and what stops them."""

from __future__ import annotations

import pytest

from memory_server import MemoryServer, close, opcodes, ping, pong, text
from wirelog.frames import Frame, Opcode
from wirelog.handshake import HEAD_END
from wirelog.parser import FrameParser
from wsconform.cases.events import Message, Pong, Timeout
from wsconform.driver.settings import Settings
from wsconform.driver.tcp import State


def writes(server: MemoryServer) -> list[int]:
    """Sizes of the writes behind the request."""
    return [len(octets) for octets in server.transport.writes[1:]]


# Frames and writes


def test_frames_without_further_ado_are_written_in_one_turn() -> None:
    """So the system may put them into one segment: that is what case 3.2 is about."""
    server = MemoryServer("3.2").open()
    assert opcodes(server.received) == [Opcode.TEXT, Opcode.TEXT, Opcode.PING]


def test_frames_that_stand_alone_are_written_one_per_turn() -> None:
    server = MemoryServer("3.3").open()
    assert opcodes(server.received) == [Opcode.TEXT]
    server.wait(1e-5)
    assert opcodes(server.received) == [Opcode.TEXT]
    server.wait(1e-5)
    assert opcodes(server.received) == [Opcode.PING]


def test_a_chopped_frame_is_written_in_pieces_header_included() -> None:
    server = MemoryServer("2.6").open()
    assert writes(server) == [1]
    server.wait(0.01)
    assert writes(server) == [1] * 131
    assert server.received[0].payload == b"\xfe" * 125


def test_what_comes_behind_a_chopped_frame_waits_for_its_last_piece() -> None:
    server = MemoryServer("2.11").open().send(ping(b"!")).wait(0.01)
    frames = server.received
    assert opcodes(frames) == [Opcode.PING] * 10 + [Opcode.PONG]


def test_a_time_limit_counts_anew_while_a_busy_machine_is_still_writing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wsconform.driver.outgoing.TURN", 0.1)
    server = MemoryServer("2.6").open()
    for _ in range(132):
        server.wait(0.1)
    assert opcodes(server.received) == [Opcode.PING]
    server.wait(100)
    assert opcodes(server.received) == [Opcode.CLOSE]


def test_a_chopped_frame_ends_with_the_connection() -> None:
    server = MemoryServer("2.6").open().wait(2e-5).drop()
    assert len(writes(server)) == 3
    assert server.clock.getDelayedCalls() == []


def test_every_frame_has_a_mask_of_its_own() -> None:
    server = MemoryServer("2.10").open()
    octets = server.transport.value().partition(HEAD_END)[2]
    masks = {one.frame.mask for one in FrameParser().feed(octets)}
    assert len(masks) == 10 and None not in masks


def test_a_message_in_fragments_is_one_write_per_frame_outside_of_bulk_cases() -> None:
    server = MemoryServer("10.1.1").open()
    assert len(writes(server)) == 51
    assert server.connection.record.sent.frames == {1: 1, 0: 50}


# Closing


def test_the_case_closes_when_its_outcome_is_met() -> None:
    server = MemoryServer("1.1.2").open().send(text(b"*" * 125))
    assert server.received[-1] == close(1000)
    assert server.facts.closed_by_me


def test_an_unasked_pong_closes_only_as_published() -> None:
    ours = MemoryServer("9.1.1").open().send(pong(b"hello"))
    assert ours.connection.state is State.OPEN
    published = MemoryServer("9.1.1", Settings(as_published=True)).open().send(pong(b"hello"))
    assert published.connection.state is State.CLOSING


def test_what_the_script_sends_behind_its_close_frame_is_sent() -> None:
    server = MemoryServer("7.1.3").open()
    assert opcodes(server.received) == [Opcode.CLOSE, Opcode.PING]
    assert server.facts.closed_by_me and server.facts.local_close_code == 1000


def test_the_kill_limit_fails_an_open_connection_with_1001() -> None:
    server = MemoryServer("3.1").open().wait(1.0)
    assert server.received[-1].payload[:2] == (1001).to_bytes(2, "big")
    assert server.facts.failed_by_me and server.facts.closed_by_me
    server.send(close(1001)).drop()
    assert server.verdict == ("OK", "FAILED")
    assert "FAIL CONNECTION AFTER 1.000000 sec" in server.events
    assert "FAILING CONNECTION: the time limit of the case is over (1001)" in server.events


def test_the_kill_limit_drops_a_connection_that_is_closing() -> None:
    server = MemoryServer("7.1.1").open().wait(0.5).send(text(b"Hello World!"), close(1000))
    assert server.facts.was_clean
    server.wait(0.6)
    assert server.transport.ended == "FIN"
    assert server.verdict == ("OK", "FAILED BY CLIENT")


def test_the_close_limit_closes_without_a_code() -> None:
    server = MemoryServer("2.1").open().wait(1.0)
    assert server.received[-1] == close()
    assert server.facts.local_close_code is None and not server.facts.failed_by_me
    server.drop()
    assert "CLOSE CONNECTION AFTER 1.000000 sec" in server.events
    assert "CLOSING CONNECTION: the time limit of the case is over" in server.events


def test_limits_can_be_shortened_for_all_cases() -> None:
    server = MemoryServer("9.1.6", Settings(case=2)).open().wait(2.1)
    assert server.connection.state is State.CLOSING


# Waits


def test_a_wait_is_an_event_if_the_connection_is_still_open() -> None:
    server = MemoryServer("6.4.1").open()
    assert len(server.received) == 1
    server.wait(1)
    assert len(server.received) == 1
    server.send(close(1007)).drop()
    assert server.played.attempt.transcript.events == (Timeout("A"),)
    assert server.verdict == ("OK", "OK")
    assert [one for one in server.events if "TAG" in one] == [
        "DELAY 1.000000 sec for TAG A",
        "DELAY TIMEOUT on TAG A",
        "DELAY 1.000000 sec for TAG B",
    ]


def test_a_wait_that_ends_while_closing_drops_the_rest_of_the_script() -> None:
    server = MemoryServer("6.4.1").open().wait(0.5).send(close(1007))
    _ = server.received
    server.wait(0.6)
    assert server.received == []
    assert not any(isinstance(one, Timeout) for one in server.play._player.transcript().events)


def test_a_wait_without_a_name_goes_on_even_while_closing() -> None:
    server = MemoryServer("5.19").open().wait(0.5).send(close(1000)).wait(0.5)
    assert opcodes(server.received)[-4:] == [Opcode.CONT, Opcode.CONT, Opcode.PING, Opcode.CONT]


# A frame in parts


def parts(server: MemoryServer) -> bytes:
    return b"".join(server.transport.writes[1:])


def test_a_frame_is_written_in_parts_with_waits_between_them() -> None:
    server = MemoryServer("6.4.3").open()
    assert writes(server) == [6, 11]
    server.wait(1)
    assert writes(server) == [6, 11, 4]
    server.wait(1)
    assert writes(server) == [6, 11, 4, 6, 6]
    first, last = server.received
    assert (first.fin, first.length, last.opcode, last.fin) == (False, 21, Opcode.CONT, True)
    assert first.payload.endswith(b"edited")


def test_a_close_reply_never_stands_inside_an_unfinished_frame() -> None:
    """The peer could not read it there; so the frame is filled up first."""
    server = MemoryServer("6.4.3").open().wait(1.2).send(close(1007)).wait()
    frames = server.received
    assert [(one.opcode, one.is_complete) for one in frames] == [
        (Opcode.TEXT, True),
        (Opcode.CLOSE, True),
    ]
    assert frames[0].payload.endswith(bytes(6))
    assert FrameParser().feed(parts(server))[-1].end == len(parts(server))
    server.drop()
    assert server.verdict == ("OK", "OK")
    assert "NOTE the frame in progress is filled up with zeros" in server.events


def test_a_pong_waits_until_the_frame_in_progress_is_complete() -> None:
    server = MemoryServer("6.4.4").open().send(ping(b"now?")).wait(2)
    assert opcodes(server.received) == [Opcode.TEXT, Opcode.PONG, Opcode.CONT]


# What is heard


def test_messages_and_pongs_are_heard_in_their_order() -> None:
    server = MemoryServer("5.6").open()
    server.send(Frame(Opcode.TEXT, b"fragment1", fin=False), pong(b"ping payload"))
    server.send(Frame(Opcode.CONT, b"fragment2")).send(close(1000)).drop()
    assert server.played.attempt.transcript.events == (
        Pong(b"ping payload"),
        Message(b"fragment1fragment2", False),
    )
    assert server.verdict == ("OK", "OK")


def test_messages_behind_the_close_frame_are_heard_too() -> None:
    server = MemoryServer("7.1.4").open().send(text(b"Hello World!"), close(1000)).drop()
    assert server.verdict == ("FAILED", "OK")


def test_a_declined_extension_closes_at_once() -> None:
    server = MemoryServer("12.1.1").open()
    assert server.received == [close(1000)]
    server.send(close(1000)).drop()
    assert server.verdict == ("UNIMPLEMENTED", "OK")
