"""Frames as octets, and the order of the writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.task import Clock

from wirelog.frames import Frame, Opcode
from wirelog.parser import FrameParser
from wsconform.cases.steps import fragments
from wsconform.driver.masking import Keys
from wsconform.driver.outgoing import TURN, Packed, WriteQueue, encode

KEY = b"\x06\xce\xf0\x12"


@given(
    opcode=st.integers(0, 15), payload=st.binary(max_size=300), fin=st.booleans(),
    rsv=st.integers(0, 7), key=st.none() | st.binary(min_size=4, max_size=4),
)  # fmt: skip
def test_a_frame_is_encoded_as_the_model_says(
    opcode: int, payload: bytes, fin: bool, rsv: int, key: bytes | None
) -> None:
    frame = Frame(opcode, payload, fin, rsv, key)
    assert encode(frame, key) == frame.serialize()


@pytest.mark.parametrize("length", [0, 125, 126, 65535, 65536, 100_000])
def test_lengths_take_the_shortest_field(length: int) -> None:
    frame = Frame(Opcode.BINARY, bytes(length), mask=KEY)
    assert encode(frame, KEY) == frame.serialize()


@pytest.mark.parametrize("masks", [True, False], ids=["masked", "plain"])
@pytest.mark.parametrize(
    ("length", "size"),
    [
        (0, None),
        (10, None),
        (5000, None),
        (17, 1),
        (1000, 7),
        (70_000, 256),
        (70_000, 4096),
        (512, 256),
    ],
)
def test_a_packed_message_is_its_frames(length: int, size: int | None, masks: bool) -> None:
    frame = Frame(Opcode.BINARY, bytes(range(256)) * (length // 256) + bytes(length % 256), rsv=4)
    packed = Packed(fragments(frame, size), masks=masks)
    keys = Keys()
    for _ in range(2):
        found = [one.frame for one in FrameParser().feed(packed.wire(keys if masks else None))]
        expected = list(fragments(frame, size))
        assert [(one.opcode, one.payload, one.fin, one.rsv) for one in found] == [
            (one.opcode, one.payload, one.fin, one.rsv) for one in expected
        ]
        assert all((one.mask is not None) == masks for one in found)
        assert not masks or len({one.mask for one in found}) == len(found)
    assert sum(packed.opcodes.values()) == len(expected)
    assert packed.octets == length


class Writes:
    def __init__(self) -> None:
        self.clock = Clock()
        self.done: list[bytes] = []
        self.queue = WriteQueue(self.clock, self.done.append)

    def turn(self) -> list[bytes]:
        self.clock.advance(TURN)
        return self.done


def test_writes_leave_at_once_while_nothing_is_queued() -> None:
    writes = Writes()
    writes.queue.send(b"one")
    writes.queue.send(b"two")
    assert writes.done == [b"one", b"two"]
    assert not writes.clock.getDelayedCalls()


def test_a_chopped_write_takes_one_turn_for_each_piece() -> None:
    writes = Writes()
    writes.queue.send(b"abcde", chop=2)
    assert writes.done == [b"ab"]
    assert writes.turn() == [b"ab", b"cd"]
    assert writes.turn() == [b"ab", b"cd", b"e"]


def test_everything_waits_behind_what_is_queued() -> None:
    writes = Writes()
    writes.queue.send(b"ab", chop=1)
    writes.queue.send(b"c")
    writes.queue.send(b"d", alone=True)
    assert writes.done == [b"a"]
    writes.turn()
    writes.turn()
    assert writes.turn() == [b"a", b"b", b"c", b"d"]
    writes.queue.send(b"e")
    assert writes.done[-1] == b"e"


def test_what_is_queued_can_be_forgotten() -> None:
    writes = Writes()
    writes.queue.send(b"ab", chop=1)
    writes.queue.discard()
    assert not writes.clock.getDelayedCalls()
    assert writes.turn() == [b"a"]
