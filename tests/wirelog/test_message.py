from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelog.capture import Kind, Record
from wirelog.frames import Frame
from wirelog.inflate import Inflated
from wirelog.message import HELD, Message, WireFrame, pieces
from wirelog.rules.rule import Problem


def wire_frame(frame: Frame, *problems: Problem) -> WireFrame:
    return WireFrame(0, 0, "RX", "client", frame, 0, 0, problems=list(problems))


def test_a_message_is_the_sum_of_its_frames() -> None:
    (problem,) = Frame(9, fin=False).check()
    frames = [wire_frame(Frame(1, b"ab")), wire_frame(Frame(0, b"c", declared=5), problem)]
    message = Message("RX", "client", 1, frames)
    assert (message.wire, message.data) == (b"abc", b"abc")
    assert (message.wire_octets, message.length) == (7, 7)
    assert message.problems == [problem]


def fragments(*payloads: bytes) -> Message:
    message = Message("RX", "client", 1, [])
    for n, payload in enumerate(payloads):
        message.take(WireFrame(n, n, "RX", "client", Frame(0 if n else 1, payload), n, n))
    return message


@given(st.lists(st.binary(max_size=5), min_size=1), st.data())
def test_what_is_forgotten_still_counts(payloads: list[bytes], data: st.DataObject) -> None:
    message, whole = fragments(), fragments(*payloads)
    for one in whole.frames:
        message.take(one)
        if data.draw(st.booleans()):
            message.forget()
    assert (message.wire, message.count) == (whole.wire, whole.count)
    assert (message.wire_octets, message.length) == (whole.wire_octets, whole.length)
    assert (message.frames[0], message.frames[-1]) == (whole.frames[0], whole.frames[-1])
    known = dict(whole.placed)
    assert all(known[one] == at for one, at in message.placed)


@given(st.lists(st.binary(max_size=5), min_size=1))
def test_the_last_octets_before_a_frame_keep_their_frames(payloads: list[bytes]) -> None:
    message = fragments(*payloads)
    end = message.wire_octets
    carried = [one for one, at in message.placed if end - HELD < at + one.frame.length > at]
    message.forget()
    assert [one for one in carried if one not in message.frames] == []
    assert len(message.frames) <= HELD + 2


def test_a_message_that_is_not_whole_is_known_as_such_when_it_is_forgotten() -> None:
    for cut in range(5):
        message = fragments(*[b"abcd"] * 5)
        assert message.is_known
        frame = message.frames[cut].frame
        message.frames[cut].frame = replace(frame, declared=9)
        message.forget()
        assert not message.is_known
        assert message.wire_octets == 25


def test_only_so_much_is_kept_of_what_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wirelog.message.KEPT", 6)
    monkeypatch.setattr("wirelog.message.MAX_MESSAGE", 9)
    message, packed = fragments(*[b"abcd"] * 5), fragments(*[b"abcd"] * 5)
    packed.compressed = True
    for one in (message, packed):
        one.forget()
    assert (message.wire, message.length, message.count) == (b"abcd" + b"abcdab", 20, 5)
    assert (packed.wire, packed.wire_octets) == (b"abcd" + b"abcdabcda", 20)


def test_a_compressed_message_is_what_it_inflates_to() -> None:
    message = Message("RX", "client", 1, [wire_frame(Frame(1, b"xyz"))], compressed=True)
    assert (message.data, message.length) == (b"xyz", 3)
    message.inflated, message.inflated_octets = Inflated(b"long"), 400
    assert (message.wire, message.data) == (b"xyz", b"long")
    assert (message.wire_octets, message.length) == (3, 400)


def test_frames_and_messages_are_told_apart_by_identity() -> None:
    one, other = wire_frame(Frame(1)), wire_frame(Frame(1))
    assert one != other
    assert len({one, other}) == 2


def test_a_frame_knows_what_carried_it() -> None:
    records = [Record(n, n, Kind.OCTETS, "RX", b"abc", 3) for n in (4, 6)]
    one = WireFrame(7, 7, "RX", "client", Frame(1), 1, 5, ((records[0], 0), (records[1], 3)))
    assert one.carriers == (4, 6)
    found = pieces(one.carried, one.start, one.end)
    assert [(record.n, first, last) for record, first, last in found] == [(4, 1, 3), (6, 0, 2)]


def test_a_plain_frame_is_a_message_as_soon_as_somebody_asks() -> None:
    one = wire_frame(Frame(2, b"abc"))
    assert one.message is None
    one.is_plain = True
    message = one.message
    assert message is not None
    assert (message.opcode, message.data, message.complete) == (2, b"abc", True)
    assert one.message is message
    assert message.frames == [one]
