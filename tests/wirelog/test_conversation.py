import gc
from itertools import pairwise

import pytest

from builders import (
    CaptureBuilder,
    binary,
    case_4_2_3,
    close,
    cont,
    opened,
    ping,
    pong,
    request,
    response,
    text,
)  # fmt: skip
from wirelog.capture import Kind
from wirelog.conversation import Conversation
from wirelog.frames import RSV1, Frame, Opcode
from wirelog.lane import DIFFERS


def conversation(made: CaptureBuilder) -> Conversation:
    return opened(made.unfinished())[1]


def shapes(seen: Conversation) -> list[tuple[str, int, bytes]]:
    return [(one.dir, one.frame.opcode, one.frame.payload) for one in seen.frames]


def test_the_smallest_whole_story() -> None:
    seen = conversation(case_4_2_3())
    assert seen.handshake.is_open
    assert shapes(seen) == [
        ("RX", 1, b"Hello, world!"),
        ("TX", 1, b"Hello, world!"),
        ("RX", 13, b""),
        ("TX", 8, b"\x03\xeareserved opcode"),
        ("RX", 8, b"\x03\xea"),
    ]
    assert [one.n for one in seen.frames] == [4, 5, 8, 10, 13]
    assert [problem.text for one in seen.frames for problem in one.problems] == [
        "reserved opcode 13"
    ]
    assert [one.data for one in seen.messages] == [b"Hello, world!"] * 2


def test_frames_are_found_by_their_octets() -> None:
    seen = conversation(case_4_2_3())
    first, second = seen.frames[:2]
    assert (first.carriers, second.carriers) == ((3,), (6,))
    assert (seen.frames_in[3], seen.frames_in[6]) == ([first], [second])
    assert sorted(seen.frames_in) == sorted({n for one in seen.frames for n in one.carriers})


def test_the_client_records_too() -> None:
    made = CaptureBuilder("client").open().tx(text("Hello")).rx(text("Hello")).tx(ping(b"x"))
    seen = conversation(made.rx(pong(b"x")))
    assert not seen.is_server
    assert seen.handshake.is_open
    assert [one.sender for one in seen.frames] == ["client", "server", "client", "server"]
    assert all(not one.problems for one in seen.frames)
    (one,) = seen.pings
    assert one.partner is seen.frames[3]


def test_octets_alone_are_enough() -> None:
    made = CaptureBuilder().open()
    for direction, frame in [
        ("RX", text("Hello", mask=b"mask")),
        ("TX", ping(b"are you there")),
        ("RX", Frame(Opcode.PONG, b"are you there", mask=b"mask")),
        ("TX", text("one", fin=False)),
        ("TX", cont(" two")),
        ("RX", Frame(Opcode.CLOSE, b"\x03\xe8", mask=b"mask")),
    ]:
        made.octets(direction, frame.serialize())
    seen = conversation(made)
    assert [one.n for one in seen.frames] == [3, 4, 5, 6, 7, 8]
    assert not any(one.has_line for one in seen.frames)
    assert seen.frames[1].partner is seen.frames[2]
    assert [one.data for one in seen.messages] == [b"Hello", b"one two"]


def test_frame_lines_alone_are_enough() -> None:
    lines = [line for line in case_4_2_3().lines if b" OCTETS: " not in line]
    seen = opened(b"".join(lines))[1]
    assert shapes(seen)[:2] == [("RX", 1, b"Hello, world!"), ("TX", 1, b"Hello, world!")]
    assert shapes(seen)[3] == ("TX", 8, b"\x03\xeareserved opcode")
    assert all(one.start == -1 and one.arrived for one in seen.frames)


def test_frames_may_come_in_the_same_octets_as_the_heads() -> None:
    hello = text("Hello", mask=b"mask").serialize()
    made = CaptureBuilder().event("TCP ACCEPTED").octets("RX", request() + hello)
    made.octets("TX", response() + text("welcome").serialize())
    seen = conversation(made)
    assert shapes(seen) == [("RX", 1, b"Hello"), ("TX", 1, b"welcome")]
    assert seen.frames[0].start == len(request())


def test_a_head_may_come_octet_by_octet() -> None:
    made = CaptureBuilder().event("TCP ACCEPTED")
    for octet in request() + text("Hello", mask=b"mask").serialize():
        made.octets("RX", bytes([octet]))
    seen = conversation(made.octets("TX", response()))
    assert shapes(seen) == [("RX", 1, b"Hello")]
    assert seen.frames[0].carriers == tuple(range(1 + len(request()), 1 + len(request()) + 11))


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n\x81\x05Hello", b"", b"HTTP/1.1 101 OK\r\n"]
)
def test_what_follows_a_handshake_that_did_not_succeed_is_no_frame(answer: bytes) -> None:
    made = CaptureBuilder().event("TCP ACCEPTED").octets("RX", request() + b"\x81\x85abcd\x00")
    seen = conversation(made.octets("TX", answer))
    assert not seen.handshake.is_open
    assert seen.frames == []


def test_a_capture_of_nothing_is_a_conversation_of_nothing() -> None:
    seen = opened(b"#wirelog 1 {}\n")[1]
    assert (seen.frames, seen.messages, seen.records) == ([], [], [])
    assert seen.handshake.request is None
    assert (seen.frames_in, seen.pings) == ({}, [])


def test_frames_in_one_read_share_their_octets() -> None:
    sent = [text(word, mask=b"mask") for word in ("one", "two", "three")]
    made = CaptureBuilder().open().octets("RX", b"".join(one.serialize() for one in sent))
    for frame in sent:
        made.frame_line("RX", frame)
    seen = conversation(made)
    assert [one.data for one in seen.messages] == [b"one", b"two", b"three"]
    assert seen.frames_in[3] == seen.frames
    assert all(before.end == after.start for before, after in pairwise(seen.frames))


def test_a_frame_over_many_reads_is_carried_by_all_of_them() -> None:
    frame = binary(bytes(1000), mask=b"mask")
    octets = frame.serialize()
    made = CaptureBuilder().open()
    for at in range(0, len(octets), 300):
        made.octets("RX", octets[at : at + 300])
    seen = conversation(made.frame_line("RX", frame))
    assert seen.frames[0].carriers == (3, 4, 5, 6)
    assert all(seen.frames_in[n] == seen.frames for n in (3, 4, 5, 6))


def test_a_frame_without_a_line_stays_behind_those_before_it_on_the_wire() -> None:
    first, second = text("first", mask=b"mask"), text("second", mask=b"mask")
    made = CaptureBuilder().open().octets("RX", first.serialize() + second.serialize())
    made.frame_line("RX", first).tx(text("between"))
    seen = conversation(made)
    assert [(one.n, one.message and one.message.data) for one in seen.frames] == [
        (4, b"first"),
        (4, b"second"),
        (5, b"between"),
    ]


def test_numbers_that_lie_do_not_change_the_order() -> None:
    lines = case_4_2_3().unfinished().replace(b"\n004 ", b"\n999999999 ", 1)
    seen = opened(lines)[1]
    assert [one.dir for one in seen.frames] == ["RX", "TX", "RX", "TX", "RX"]
    assert seen.frames[0].n == 999999999


def test_lines_that_differ_from_the_octets_say_so_and_the_octets_win() -> None:
    made = CaptureBuilder().open().octets("RX", text("Hello", mask=b"mask").serialize())
    made.frame_line("RX", binary(b"Hello", mask=b"mask"))
    (one,) = conversation(made).frames
    assert one.frame.opcode == Opcode.TEXT
    assert [problem.text for problem in one.problems] == [DIFFERS]
    assert one.problems[0].rfc == "capture format"
    assert not one.is_plain


def test_a_capture_cut_by_snaplen_keeps_the_beginning_of_each_payload() -> None:
    made = CaptureBuilder(snaplen=20).open()
    for size in (10, 250, 70_000):
        frame = binary(bytes(size), mask=b"mask")
        made.octets("RX", frame.serialize(), snaplen=20).frame_line("RX", frame)
    seen = conversation(made.rx(close(1000)))
    assert [(len(one.frame.payload), one.frame.length) for one in seen.frames] == [
        (10, 10),
        (64, 250),  # the preview knows more than the octets
        (64, 70_000),
        (2, 2),
    ]
    assert [problem for one in seen.frames for problem in one.problems] == []


def test_lines_go_on_where_snaplen_cut_a_header() -> None:
    sent = [text(f"message {n}", mask=b"mask") for n in range(9)]
    sent.append(Frame(Opcode.CLOSE, b"\x03\xe9bye", mask=b"mask"))
    octets = b"".join(one.serialize() for one in sent)
    made = CaptureBuilder(snaplen=40).open().octets("RX", octets, snaplen=40)
    for frame in sent:
        made.frame_line("RX", frame)
    made.tx(close(1001))
    seen = conversation(made)
    received = [one for one in seen.frames if one.dir == "RX"]
    assert [one.frame.payload for one in received] == [one.payload for one in sent]
    assert all(one.arrived and one.carriers == (3,) for one in received)
    assert [one.data for one in seen.messages] == [f"message {n}".encode() for n in range(9)]


def test_the_recorder_may_be_killed_between_a_line_and_its_octets() -> None:
    made = CaptureBuilder().open().rx(text("Hello")).tx(text("Hello"))
    lines = made.unfinished().splitlines(keepends=True)
    seen = opened(b"".join(lines[:-1]))[1]
    assert [(one.dir, one.arrived) for one in seen.frames] == [("RX", True), ("TX", False)]
    seen = opened(b"".join(lines[:-3]))[1]
    assert [(one.dir, one.arrived) for one in seen.frames] == [("RX", True)]


def test_what_the_recorder_sent_wrong_is_said_too() -> None:
    made = CaptureBuilder().open().tx(Frame(3)).tx(text("x", mask=b"mask")).tx(text("", rsv=RSV1))
    problems = [one.problems[0].text for one in conversation(made).frames]
    assert problems == [
        "reserved opcode 3",
        "masked frame from a server",
        "RSV=100 without an extension that defines it",
    ]


def test_a_refused_frame_of_which_a_part_came() -> None:
    frame = Frame(3, b"Hello, world!", mask=b"mask")
    made = CaptureBuilder().open().octets("RX", frame.serialize()[:10])
    made.line(
        b"004 +0.000400000 RX FRAME : OPCODE=3, FIN=True, RSV=0, PAYLOAD-LEN=13, MASKED=True, "
        b"MASK=6d61736b, ARRIVED=4\n               Hell ...\n"
    )
    (one,) = conversation(made.event("FAILING CONNECTION: reserved opcode 3 (1002)")).frames
    assert (one.n, one.frame.payload, one.frame.length, one.arrived) == (4, b"Hell", 13, False)


def test_compression_may_be_agreed_behind_frames_that_came_too_early() -> None:
    params = "permessage-deflate"
    early = text("early", mask=b"mask").serialize()
    made = CaptureBuilder().octets("RX", request(Sec_WebSocket_Extensions=params) + early)
    made.octets("TX", response(Sec_WebSocket_Extensions=params))
    made.octets("RX", text(b"\xf2H\xcd\xc9\xc9\x07\x00", rsv=RSV1, mask=b"mask").serialize())
    seen = conversation(made)
    assert [one.data for one in seen.messages] == [b"early", b"Hello"]


def test_records_may_be_fed_one_by_one() -> None:
    capture = opened(case_4_2_3().unfinished())[0]
    seen = Conversation(is_server=True)
    for record in capture.records:
        seen.add(record)
    assert shapes(seen)[:1] == [("RX", 1, b"Hello, world!")]
    seen.finish()
    assert shapes(seen) == shapes(Conversation.of(capture))
    assert seen.records == capture.records
    assert seen.stream("RX").octets_seen == sum(
        len(one.octets) for one in capture.records if one.kind is Kind.OCTETS and one.dir == "RX"
    )


def test_the_collector_is_left_as_it_was() -> None:
    conversation(case_4_2_3())
    assert gc.isenabled()
