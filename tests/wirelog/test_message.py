from wirelog.capture import Kind, Record
from wirelog.frames import Frame
from wirelog.inflate import Inflated
from wirelog.message import Message, WireFrame, pieces
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
