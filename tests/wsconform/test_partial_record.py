"""Records that leave something out say so, and stay readable."""

from __future__ import annotations

import io

from wirelog.capture import Kind
from wirelog.conversation import Conversation
from wirelog.formats import load
from wirelog.frames import Frame, Opcode
from wirelog.reader import Capture
from wsconform.partial_record import LargeRecord, LoopRecord
from wsconform.record import RX, TX, CaseRecord

HEADS = (
    b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
)


def begun(record: CaseRecord) -> None:
    record.begin("TCP CONNECTED")
    record.octets(TX, HEADS[0])
    record.octets(RX, HEADS[1])


def read(record: CaseRecord) -> Capture:
    capture = load(io.BytesIO(record.finish({"role": "client"}, {"isServer": False})), "case")
    assert [str(one) for one in capture.notices] == []
    return capture


def exchanged(record: LoopRecord, number: int) -> None:
    record.next_exchange()
    frame = Frame(Opcode.TEXT, b"%03d" % number)
    record.octets(TX, Frame(1, frame.payload, mask=b"abcd").serialize(), has_frames=True)
    record.octets(RX, frame.serialize())
    record.frame(RX, (1, True, 0), 3, None, frame.payload)


def test_a_loop_keeps_its_first_exchanges_and_the_last() -> None:
    record = LoopRecord()
    begun(record)
    for number in range(100):
        exchanged(record, number)
    record.event("TCP DROPPED BY PEER (FIN)")
    capture = read(record)
    messages = Conversation.of(capture).messages
    assert [one.data for one in messages] == [b"000", b"000", b"001", b"001", b"099", b"099"]
    notes = [one.text for one in capture.records if one.kind is Kind.NOTE]
    assert notes == [
        "WIRELOG DISABLED: 97 exchanges are left out, 873 octets sent and 485 received",
        "WIRELOG ENABLED",
    ]
    assert record.received.octets == 500 + len(HEADS[1])


def test_a_short_loop_is_kept_whole() -> None:
    record = LoopRecord()
    begun(record)
    for number in range(3):
        exchanged(record, number)
    capture = read(record)
    assert len(Conversation.of(capture).messages) == 6
    assert not [one for one in capture.records if one.kind is Kind.NOTE]


def test_the_exchange_in_which_something_happens_is_kept() -> None:
    record = LoopRecord()
    begun(record)
    for number in range(20):
        exchanged(record, number)
    record.event("FAILING CONNECTION: why (1002)")
    exchanged(record, 20)
    data = [one.data for one in Conversation.of(read(record)).messages]
    assert data[-4:] == [b"019", b"019", b"020", b"020"]


def test_a_large_message_keeps_its_beginning_and_its_length() -> None:
    record = LargeRecord(keep=1000)
    begun(record)
    frame = Frame(Opcode.BINARY, b"x" * 100_000).serialize()
    for at in range(0, len(frame), 4096):
        record.octets(RX, frame[at : at + 4096])
    record.frame(RX, (2, True, 0), 100_000, None, b"x" * 64)
    record.octets(RX, Frame(Opcode.CLOSE, b"\x03\xe8").serialize())
    record.frame(RX, (8, True, 0), 2, None, b"\x03\xe8")
    capture = read(record)
    (message,) = Conversation.of(capture).messages
    assert message.length == 100_000
    octets = [one for one in capture.records if one.kind is Kind.OCTETS and one.dir == "RX"]
    assert sum(one.length or 0 for one in octets) == len(frame) + 4 + len(HEADS[1])
    assert sum(len(one.octets) for one in octets) < 2000
    assert octets[-1].octets == b"\x88\x02\x03\xe8"
    assert capture.statistics is not None and capture.statistics["octets"]["rx"]["4096"] == 24


def test_of_many_frames_the_first_are_kept() -> None:
    record = LargeRecord(keep=1000)
    begun(record)
    octets = Frame(Opcode.TEXT, b"y" * 90, fin=False).serialize() * 50
    record.octets(TX, octets, has_frames=True)
    frames = [one for one in read(record).records if one.kind is Kind.FRAME]
    assert 5 < len(frames) < 15
