from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembling import PLAIN, Talk
from builders import binary, close, cont, ping, pong, request, response, text
from strategies import pieces
from wirelog import assembly
from wirelog.assembly import Assembly
from wirelog.frames import Frame, Opcode
from wirelog.handshake import Handshake
from wirelog.message import WireFrame


def test_a_message_of_one_frame() -> None:
    talk = Talk().client(text("Hello")).server(binary(b"\x00"))
    hello, zero = talk.messages
    assert (hello.dir, hello.sender, hello.opcode, hello.complete) == ("RX", "client", 1, True)
    assert (hello.data, hello.wire, hello.length, hello.wire_octets) == (b"Hello", b"Hello", 5, 5)
    assert (zero.dir, zero.sender, zero.opcode, zero.data) == ("TX", "server", 2, b"\x00")
    assert talk.frames[0].message is hello
    assert talk.all_problems() == []


def test_a_whole_message_with_nothing_wrong_about_it_is_plain() -> None:
    talk = Talk().client(text("Hello"), binary(b"\xff")).server(text(b"\xc3\xa9"))
    assert all(one.is_plain for one in talk.frames)
    talk = Talk().client(text("", fin=False), cont(""), text(b"\xff"), text("", rsv=2), ping())
    talk.client(text("", length_octets=8), close(1000), text("late"))
    talk.server(text("", mask=b"mask"), Frame(3), text("", declared=1))
    talk.server(text("", declared=1), arrived=False)
    assert not any(one.is_plain for one in talk.frames)


def test_where_an_extension_may_change_frames_none_is_plain() -> None:
    other = Handshake.parse(
        request(Sec_WebSocket_Extensions="x-other"), response(Sec_WebSocket_Extensions="x-other")
    )
    talk = Talk(other).client(text(b"\xff"))
    assert (talk.frames[0].is_plain, talk.all_problems()) == (False, [])
    assert talk.said == [(b"\xff", True)]


def test_fragments_with_control_frames_between_are_one_message() -> None:
    talk = Talk().client(text("one, ", fin=False), ping(b"?"), cont("two, ", fin=False))
    talk.server(pong(b"?"), text("other")).client(pong(b"x"), cont("three"))
    assert talk.said == [(b"one, two, three", True), (b"other", True)]
    assert [len(one.frames) for one in talk.messages] == [3, 1]
    assert talk.all_problems() == []


def test_empty_messages_and_empty_fragments_count() -> None:
    talk = Talk().client(text(""), text("", fin=False), cont("", fin=False), cont(""))
    assert talk.said == [(b"", True), (b"", True)]


def test_a_message_that_never_ends_is_not_complete() -> None:
    talk = Talk().client(text("one", fin=False))
    assert talk.said == [(b"one", False)]
    talk = Talk().client(replace(text("Hel"), declared=9), arrived=False)
    assert talk.said == [(b"Hel", False)]


def test_a_continuation_of_nothing_is_a_message_of_its_own_and_wrong() -> None:
    talk = Talk().client(cont("lost"))
    assert talk.problems() == ["continuation without a message to continue"]
    assert talk.messages[0].opcode == Opcode.CONT
    assert talk.said == [(b"lost", True)]


def test_a_message_inside_another_one_is_wrong() -> None:
    talk = Talk().client(text("one", fin=False), text("two"), cont("three"))
    assert talk.problems(1) == ["new message inside a fragmented one"]
    assert talk.problems(2) == ["continuation without a message to continue"]
    assert talk.said == [(b"one", False), (b"two", True), (b"three", True)]


def test_the_two_sides_do_not_mix() -> None:
    talk = Talk().client(text("one", fin=False)).server(cont("two"))
    assert talk.problems() == ["continuation without a message to continue"]


def test_data_behind_a_close_frame_is_wrong_and_control_frames_are_not() -> None:
    talk = Talk().client(close(1000), ping(b""), text("late")).server(text("in time"))
    assert talk.problems(1) == []
    assert talk.problems(2) == ["data frame after a close frame"]
    assert talk.problems(3) == []


class TestPings:
    def test_a_pong_answers_the_ping_with_its_payload(self) -> None:
        talk = Talk().client(ping(b"a"), ping(b"b")).server(pong(b"b"), pong(b"a"))
        a, b, second, first = talk.frames
        assert (a.partner, b.partner) == (first, second)
        assert (first.partner, second.partner) == (a, b)
        assert talk.unanswering == []

    def test_pings_with_the_same_payload_are_answered_in_order(self) -> None:
        talk = Talk().client(ping(), ping()).server(pong(), pong(), pong())
        pings, pongs = talk.frames[:2], talk.frames[2:]
        assert [one.partner for one in pings] == pongs[:2]
        assert talk.unanswering == pongs[2:]

    def test_of_very_many_pings_the_oldest_find_no_pong(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(assembly, "MAX_PINGS", 2)
        talk = Talk().client(ping(b"a"), ping(b"b")).server(pong(b"b"))
        talk.client(ping(b"c"), ping(b"d")).server(pong(b"a"), pong(b"c"), pong(b"d"))
        a, b, b_pong, c, d, a_pong, c_pong, d_pong = talk.frames
        assert (a.partner, b.partner, c.partner, d.partner) == (None, b_pong, c_pong, d_pong)
        assert talk.unanswering == [a_pong]

    def test_pongs_that_nobody_asked_for(self) -> None:
        talk = Talk().client(pong(b"beat"), ping(b"x")).client(pong(b"x"))
        assert talk.unanswering == [talk.frames[0], talk.frames[2]]
        assert talk.frames[1].partner is None
        assert talk.all_problems() == []

    def test_both_sides_may_ping_at_once(self) -> None:
        talk = Talk().client(ping(b"x")).server(ping(b"x"), pong(b"x")).client(pong(b"x"))
        mine, theirs, first, second = talk.frames
        assert (mine.partner, theirs.partner) == (first, second)


class TestText:
    @given(st.data(), st.text(max_size=12).map(lambda words: words.encode(errors="ignore")))
    def test_characters_may_be_cut_by_fragments(self, data: st.DataObject, octets: bytes) -> None:
        parts = data.draw(pieces(octets, 4))
        talk = Talk().client(text(parts[0], fin=False))
        talk.client(*(cont(part, fin=False) for part in parts[1:]), cont(b""))
        assert talk.said == [(octets, True)]
        assert talk.all_problems() == []

    def test_a_fault_is_said_on_the_frame_where_it_stands(self) -> None:
        talk = Talk().client(text(b"costs 6 \xe2", fin=False), cont(b"\x28", fin=False), cont("x"))
        assert talk.problems(0) == []
        assert talk.problems(1) == ["octet 0x28 at 9 after e2 is not UTF-8"]
        assert talk.problems(2) == []
        fault = talk.messages[0].fault
        assert fault is not None
        assert fault.offset == 9
        assert talk.frames[1].problems[0].close_code == 1007

    def test_text_that_ends_inside_a_character(self) -> None:
        talk = Talk().client(text(b"\xe2", fin=False), cont(b"\x82"))
        assert talk.problems() == ["text ends at octet 2 inside a character after e2 82"]

    def test_a_frame_that_is_not_complete_is_judged_as_far_as_it_came(self) -> None:
        talk = Talk().client(replace(text(b"a\xff"), declared=9), arrived=False)
        assert talk.problems() == ["octet 0xff at 1 is not UTF-8"]
        talk = Talk().client(replace(text(b"a\xe2"), declared=9), arrived=False)
        assert talk.problems() == []

    def test_what_stands_behind_a_gap_is_not_judged(self) -> None:
        talk = Talk().client(replace(text(b"a", fin=False), declared=9), cont(b"\xff"))
        assert talk.all_problems() == []

    def test_octets_are_not_text(self) -> None:
        talk = Talk().client(binary(b"\xff"), ping(b"\xff"), Frame(3, b"\xff"))
        assert talk.all_problems() == ["reserved opcode 3"]


def test_what_was_wrong_before_stays_behind_what_is_wrong_by_itself() -> None:
    made = WireFrame(0, 0, "RX", "client", Frame(3), 0, 0)
    Assembly(PLAIN).take(made)
    assert [one.text for one in made.problems] == [
        "reserved opcode 3",
        "frame from a client without a mask",
    ]
