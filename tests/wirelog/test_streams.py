import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import MASK, request
from strategies import frames, pieces
from wirelog.capture import INFLATED, FrameLine, Kind, Record
from wirelog.frames import Frame
from wirelog.heads import MAX_HEAD
from wirelog.parser import Parsed
from wirelog.streams import Stream

HEAD = request()


def octets(n: int, held: bytes, length: int | None = -1) -> Record:
    """A record of octets; with `length` it holds fewer than there were."""
    return Record(n, n, Kind.OCTETS, "RX", held, len(held) if length == -1 else length)


def stream(*held: bytes) -> Stream:
    """A stream behind its HTTP head, which is record 0."""
    made = Stream()
    for n, piece in enumerate([HEAD, *held]):
        made.add(octets(n, piece))
    return made


def carriers(made: Stream, start: int, end: int) -> tuple[int, ...]:
    """Numbers of the records that hold octets."""
    return tuple(record.n for record, _ in made.carriers(start, end))


def line(opcode: int = 1, length: int = 5, **more: Any) -> FrameLine:
    return FrameLine(opcode, True, 0, length, False)._replace(**more)


@given(st.data(), st.lists(frames(60), max_size=4))
def test_head_and_frames_are_found_in_any_chunking(data: st.DataObject, sent: list[Frame]) -> None:
    whole = HEAD + b"".join(frame.serialize() for frame in sent)
    for chunks in (data.draw(pieces(whole)), [bytes([octet]) for octet in whole], [whole]):
        made = Stream()
        found = [one for n, chunk in enumerate(chunks) for one in made.add(octets(n, chunk))]
        assert (made.head, made.head_done) == (HEAD, True)
        assert [one.frame for one in found] == sent
        assert made.octets_seen == len(whole)
        for one in found:
            assert made.octets(one.start, one.end) == one.frame.serialize()
            carried = b"".join(chunks[n] for n in carriers(made, one.start, one.end))
            assert one.frame.serialize() in carried


def test_a_head_that_never_ends_is_kept_as_far_as_it_came() -> None:
    made = Stream()
    assert made.add(octets(0, HEAD[:-2])) == []
    assert (made.head, made.head_done, made.lost) == (HEAD[:-2], False, False)
    assert made.pending() is None


def test_an_endless_head_is_given_up_and_takes_no_more_than_its_time() -> None:
    made = Stream()
    begin = time.process_time()
    for n in range(MAX_HEAD // 50):
        made.add(octets(n, b"x" * 64))
    assert time.process_time() - begin < 5
    assert made.lost
    assert len(made.head) <= MAX_HEAD + 64
    assert made.octets_seen == MAX_HEAD // 50 * 64


def test_a_cut_head_is_lost() -> None:
    made = Stream()
    made.add(octets(0, HEAD[:20], len(HEAD)))
    assert made.lost
    assert made.add(octets(1, HEAD[20:] + b"\x81\x00")) == []
    assert (made.head, made.head_done) == (HEAD[:20], False)


def test_a_head_that_is_cut_is_told_from_one_that_never_ends() -> None:
    cut, endless = Stream(), Stream()
    cut.add(octets(0, HEAD[:20], len(HEAD)))
    endless.add(octets(0, b"x" * (MAX_HEAD + 1)))
    assert (cut.head_is_cut, endless.head_is_cut, stream().head_is_cut) == (True, False, False)
    assert (cut.head_end, stream(b"\x81\x00").head_end) == (20, len(HEAD))


def test_the_beginning_of_a_cut_payload_is_kept() -> None:
    frame = Frame(1, b"Hello, world!", mask=MASK)
    made = stream()
    (parsed,) = made.add(octets(1, frame.serialize()[:10], len(frame.serialize())))
    assert parsed.frame == Frame(1, b"Hell", mask=MASK, declared=13)
    assert parsed.end == len(HEAD) + 19
    assert made.octets(parsed.start, parsed.end) == frame.serialize()[:10]
    (after,) = made.add(octets(2, b"\x81\x01x"))
    assert after == Parsed(Frame(1, b"x"), len(HEAD) + 19, len(HEAD) + 22)
    assert carriers(made, parsed.start, parsed.end) == (1,)
    assert made.octets(parsed.start, after.end) == frame.serialize()[:10]  # up to the gap


def test_a_header_that_is_missing_is_lost_and_offsets_stay_true() -> None:
    made = stream()
    assert made.add(octets(1, b"\x81", 1000)) == []
    assert made.lost
    assert made.pending() is None
    assert made.octets_seen == len(HEAD) + 1000


@pytest.mark.parametrize("missing", [1, 10**18])
def test_a_gap_behind_a_whole_frame_is_a_header_that_is_missing(missing: int) -> None:
    made = stream()
    (parsed,) = made.add(octets(1, b"\x81\x01x", 3 + missing))
    assert parsed.frame.payload == b"x"
    assert made.lost


def test_a_gap_of_unknown_size_ends_all_offsets() -> None:
    made = stream()
    assert made.add(octets(1, b"\x81\x05He", None)) == []
    assert made.lost
    assert made.line_end(line()) == -1
    assert made.from_line(line(preview="Hello")) == Parsed(Frame(1, b"Hello"), -1, -1)


class TestFromLine:
    """Frames of which a line tells, where the octets do not."""

    def lost(self) -> Stream:
        made = stream()
        made.add(octets(1, b"\x81\x03abc\x81", 5 + 7 + 7))
        assert made.lost
        return made

    def test_lines_go_on_where_the_octets_stopped(self) -> None:
        made = self.lost()
        assert made.line_end(line()) == len(HEAD) + 5 + 7
        assert made.from_line(line()) == Parsed(
            Frame(1, b"", declared=5), len(HEAD) + 5, len(HEAD) + 12
        )
        second = made.from_line(line(preview="Hello"))
        assert second == Parsed(Frame(1, b"Hello"), len(HEAD) + 12, len(HEAD) + 19)

    def test_octets_that_come_later_are_used(self) -> None:
        made = self.lost()
        made.from_line(line())
        made.from_line(line())
        made.add(octets(2, Frame(1, b"later", mask=MASK).serialize()))
        masked = line(masked=True, mask=MASK, preview="la ...")
        assert made.from_line(masked).frame == Frame(1, b"later", mask=MASK)

    def test_a_preview_that_knows_more_than_the_octets_wins(self) -> None:
        made = self.lost()
        made.from_line(line())
        made.from_line(line())
        made.add(octets(2, b"\x82\x05H", 7))
        binary = line(2, preview="Hello")
        assert made.from_line(binary).frame == Frame(2, b"Hello")

    def test_a_preview_of_the_beginning_is_the_beginning(self) -> None:
        found = self.lost().from_line(line(2, 100, preview="0xffff ...")).frame
        assert found == Frame(2, b"\xff\xff", declared=100)

    def test_lines_that_do_not_fit_the_octets_end_all_offsets(self) -> None:
        made = self.lost()
        assert made.from_line(line(opcode=2)).start == -1  # 0x81 stands there
        assert made.from_line(line()).start == -1

    def test_a_key_that_the_line_does_not_tell_still_takes_its_place(self) -> None:
        made = self.lost()
        parsed = made.from_line(line(masked=True))
        assert (parsed.frame.mask, parsed.end - parsed.start) == (b"", 2 + 4 + 5)

    def test_a_frame_that_never_became_complete_ends_where_it_ended(self) -> None:
        made = self.lost()
        parsed = made.from_line(line(length=100, arrived=2, preview="ab ..."))
        assert (parsed.frame.payload, parsed.end - parsed.start) == (b"ab", 4)

    def test_lengths_after_inflation_say_nothing_of_the_wire(self) -> None:
        made = self.lost()
        inflated = line(extras={INFLATED: "True"}, preview="Hello")
        assert made.from_line(inflated) == Parsed(Frame(1, b"", declared=5), -1, -1)
        assert made.line_end(line()) == -1

    def test_without_a_head_there_are_no_offsets(self) -> None:
        assert Stream().from_line(line(preview="Hello")) == Parsed(Frame(1, b"Hello"), -1, -1)


def test_what_has_begun_is_pending() -> None:
    made = stream(b"\x81\x05He")
    assert made.pending() == Parsed(Frame(1, b"He", declared=5), len(HEAD), len(HEAD) + 4)


def test_carriers_of_octets_that_never_came_are_none() -> None:
    made = stream(b"\x81\x00")
    assert made.carriers(made.octets_seen, made.octets_seen + 9) == ()
    assert Stream().carriers(0, 5) == ()


def test_records_without_octets_carry_nothing_and_break_nothing() -> None:
    made = stream(b"", b"\x81\x02", b"", b"ab", b"")
    at = len(HEAD)
    assert made.octets(at, at + 4) == b"\x81\x02ab"
    assert set(carriers(made, at, at + 2)) == {2}
    assert {2, 4} <= set(carriers(made, at, at + 4))
    assert carriers(made, at + 2, at + 4) == (4,)


def test_records_that_carry_octets_know_where_they_begin() -> None:
    made = stream(b"\x81\x02", b"ab")
    at = len(HEAD)
    assert [(record.n, start) for record, start in made.carriers(at, at + 4)] == [
        (1, at), (2, at + 2)
    ]  # fmt: skip


class TestForgetting:
    """Records of which nobody asks any more."""

    def test_what_ends_before_the_next_frame_is_forgotten_and_the_head_is_not(self) -> None:
        made = stream(b"\x81\x01", b"a", b"\x81\x01b\x81", b"\x00\x82", b"\x00")
        made.forget(made.next_start, 99)
        assert carriers(made, 0, made.octets_seen) == (0, 1, 5)
        assert made.head == HEAD
        assert made.octets(made.octets_seen - 1, made.octets_seen) == b"\x00"
        assert made.until(5) == made.octets_seen - 1

    def test_what_stands_behind_an_event_that_is_to_come_is_kept(self) -> None:
        made = stream(b"\x81\x00", b"\x81\x00", b"\x81\x00")
        made.forget(made.next_start, 2)
        assert carriers(made, 0, made.octets_seen) == (0, 1, 2, 3)
        made.forget(made.next_start, 3)
        assert carriers(made, 0, made.octets_seen) == (0, 1, 3)
        assert (made.until(3), made.until(4)) == (len(HEAD) + 4, len(HEAD) + 6)

    def test_nothing_is_forgotten_before_the_head_is_there(self) -> None:
        made = Stream()
        for n, octet in enumerate(HEAD[:-1]):
            made.add(octets(n, bytes([octet])))
        made.forget(made.next_start, 999)
        assert carriers(made, 0, 3) == (0, 1, 2)

    def test_what_a_line_may_still_find_is_kept(self) -> None:
        made = stream(b"\x81\x00")
        made.add(octets(2, b"\x82", 5))
        made.add(octets(3, b"\x81\x01x"))
        assert made.lost
        made.forget(made.next_start, 99)
        assert carriers(made, 0, made.octets_seen) == (0, 1, 2, 3)
        made.from_line(line(2, 3))
        made.forget(made.next_start, 99)
        assert carriers(made, 0, made.octets_seen) == (0, 1, 3)

    def test_octets_that_nobody_can_place_are_not_waited_for(self) -> None:
        made = stream(b"\x81\x00")
        made.add(octets(2, b"\x82", None))
        made.add(octets(3, b"\x82", None))
        assert made.next_start == made.octets_seen
        made.forget(made.next_start, 99)
        assert carriers(made, 0, made.octets_seen) == (0, 1, 3)


def test_octets_that_are_not_there_are_none() -> None:
    made = stream(b"\x81\x00")
    assert made.octets(made.octets_seen, made.octets_seen + 5) == b""
    assert made.octets(5, 5) == b""
    assert Stream().octets(0, 9) == b""


def test_records_with_the_same_number_keep_their_own_places() -> None:
    made = Stream()
    records = [octets(7, HEAD), octets(7, b"\x81\x00"), octets(7, b"\x81\x00")]
    for record in records:
        made.add(record)
    assert [made.start_of(record) for record in records] == [0, len(HEAD), len(HEAD) + 2]
    more = octets(7, b"x")
    made.add(more)
    assert made.start_of(more) == len(HEAD) + 4
