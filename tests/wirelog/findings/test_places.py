import pytest

from builders import opened, text
from judging import keyed, later, server
from wirelog.findings.places import begun, ended, frame_at, head_octets, part_of, payload_octets
from wirelog.rules.rule import Part


@pytest.mark.parametrize(
    ("part", "first", "last"),
    [
        ("bits", 0, 1), ("mask", 1, 2), ("length", 1, 4), ("key", 4, 8), ("payload", 8, 208),
        ("code", 8, 10), ("reason", 10, 208), ("frame", 0, 208),
    ],
)  # fmt: skip
def test_each_part_of_a_frame_has_its_octets(part: Part, first: int, last: int) -> None:
    _, seen = opened(server().rx(keyed(text("a" * 200), 1)).unfinished())
    (one,) = seen.frames
    (octets,) = part_of(one, part)
    assert (octets.start - one.start, octets.end - one.start) == (first, last)
    assert octets.pieces == ((3, first, last),)


def test_a_frame_of_which_only_a_line_is_there_has_no_octets() -> None:
    _, seen = opened(server().frame_line("RX", keyed(text("a"), 1)).unfinished())
    assert part_of(seen.frames[0], "frame") == ()


def test_octets_of_a_message_are_found_in_its_frames() -> None:
    made = server().rx(keyed(text("abc", fin=False), 1))
    made.octets("RX", bytes.fromhex("0083 00000000 646566 8080 00000000"))
    _, seen = opened(made.unfinished())
    message = seen.messages[0]
    found = payload_octets(message, 2, 5)
    assert [one.end - one.start for one in found] == [1, 2]
    assert frame_at(message, 4) == (message.frames[1], 1)
    assert frame_at(message, 6) == (message.frames[2], 0)


def test_all_of_a_head_can_be_pointed_at() -> None:
    _, seen = opened(server().unfinished())
    (octets,) = head_octets(seen.stream("RX"), "RX")
    assert octets.end == len(seen.stream("RX").head)


def test_a_frame_takes_from_its_first_octet_to_its_last() -> None:
    octets = keyed(text("abc"), 1).serialize()
    made = later(server().octets("RX", octets[:3]), 1).octets("RX", octets[3:])
    made.frame_line("TX", text("abc"))
    later(made, 1).octets("TX", text("abc").serialize())
    _, seen = opened(made.unfinished())
    came, left = seen.frames
    assert (begun(came), ended(came)) == (300_000, 1_000_400_000)
    assert (begun(left), ended(left)) == (1_000_500_000, 2_000_600_000)


def test_a_frame_whose_first_octet_is_missing_began_as_its_line_says() -> None:
    frame = keyed(text("abc" * 50), 1)
    made = server().octets("RX", frame.serialize()[:9], 0)
    later(made, 1).octets("RX", frame.serialize()[9:], 0).frame_line("RX", frame)
    _, seen = opened(made.unfinished())
    (one,) = seen.frames
    assert len(one.carried) == 2
    assert begun(one) == ended(one) == one.t == 1_000_500_000
