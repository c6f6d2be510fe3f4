import zlib
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import binary, close, cont, ping, pong, request, response, text
from strategies import pieces
from wirelog import assembly
from wirelog.assembly import Assembly
from wirelog.capture import Direction
from wirelog.frames import RSV1, Frame, Opcode, Side
from wirelog.handshake import Handshake
from wirelog.inflate import TAIL
from wirelog.message import Message, WireFrame

PLAIN = Handshake.parse(request(), response())


def agreed(params: str = "permessage-deflate") -> Handshake:
    return Handshake.parse(
        request(Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits"),
        response(Sec_WebSocket_Extensions=params),
    )


class Talk:
    """Frames of both sides in order; the client's are masked."""

    def __init__(self, handshake: Handshake = PLAIN) -> None:
        self.assembly = Assembly(handshake)
        self.frames: list[WireFrame] = []

    def client(self, *sent: Frame, arrived: bool = True) -> "Talk":
        return self._say("client", (replace(one, mask=b"mask") for one in sent), arrived)

    def server(self, *sent: Frame, arrived: bool = True) -> "Talk":
        return self._say("server", sent, arrived)

    def _say(self, side: Side, sent: Iterable[Frame], arrived: bool) -> "Talk":
        for frame in sent:
            n = len(self.frames)
            direction: Direction = "RX" if side == "client" else "TX"
            made = WireFrame(n, n, direction, side, frame, 0, 0, arrived=arrived)
            self.frames.append(made)
            self.assembly.take(made)
        return self

    @property
    def said(self) -> list[tuple[bytes, bool]]:
        return [(one.data, one.complete) for one in self.messages]

    @property
    def messages(self) -> list[Message]:
        known = ((one, one.message) for one in self.frames)
        return [message for one, message in known if message and message.frames[0] is one]

    @property
    def unanswering(self) -> list[WireFrame]:
        pongs = (one for one in self.frames if one.frame.opcode == Opcode.PONG)
        return [one for one in pongs if one.partner is None]

    def problems(self, n: int = -1) -> list[str]:
        return [problem.text for problem in self.frames[n].problems]

    def all_problems(self) -> list[str]:
        return [problem.text for one in self.frames for problem in one.problems]


def deflated(*messages: bytes) -> list[bytes]:
    squeeze = zlib.compressobj(wbits=-15)
    return [
        (squeeze.compress(one) + squeeze.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)
        for one in messages
    ]


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


class TestDeflate:
    def test_messages_are_inflated_with_their_context(self) -> None:
        first, second = deflated(b"Hello, Hello", b"Hello, Hello")
        talk = Talk(agreed()).client(text(first, rsv=RSV1), text(second, rsv=RSV1))
        assert talk.said == [(b"Hello, Hello", True)] * 2
        message = talk.messages[1]
        assert (message.compressed, message.wire) == (True, second)
        assert (message.length, message.wire_octets) == (12, len(second))
        assert talk.all_problems() == []

    def test_each_direction_has_its_own_context(self) -> None:
        first, second = deflated(b"Hello, Hello", b"Hello, Hello")
        talk = Talk(agreed()).client(text(first, rsv=RSV1)).server(text(second, rsv=RSV1))
        assert "does not inflate" in talk.problems()[0]

    def test_fragments_are_inflated_together(self) -> None:
        (octets,) = deflated(b"Hello, Hello, Hello")
        talk = Talk(agreed())
        talk.client(text(octets[:3], fin=False, rsv=RSV1), ping(), cont(octets[3:]))
        assert talk.said == [(b"Hello, Hello, Hello", True)]
        assert talk.all_problems() == []

    def test_a_message_may_go_uncompressed(self) -> None:
        talk = Talk(agreed()).client(text("plain"))
        assert (talk.said, talk.messages[0].compressed) == ([(b"plain", True)], False)

    def test_rsv1_without_deflate_is_wrong_and_nothing_is_inflated(self) -> None:
        talk = Talk().client(text(b"\xff\xff", rsv=RSV1))
        assert talk.problems()[0] == "RSV=100 without an extension that defines it"
        assert talk.said == [(b"\xff\xff", True)]

    def test_rsv1_on_a_continuation_is_wrong(self) -> None:
        (octets,) = deflated(b"Hello, Hello, Hello")
        talk = Talk(agreed())
        talk.client(text(octets[:3], fin=False, rsv=RSV1), cont(octets[3:], rsv=RSV1))
        assert talk.problems() == ["RSV1 on a continuation frame"]
        assert talk.said == [(b"Hello, Hello, Hello", True)]

    def test_text_is_checked_after_inflation(self) -> None:
        (octets,) = deflated(b"ab\xff")
        talk = Talk(agreed()).client(text(octets, rsv=RSV1), binary(deflated(b"\xff")[0], rsv=RSV1))
        assert talk.problems(0) == ["octet 0xff at 2 is not UTF-8"]
        assert talk.problems(1) == []

    def test_what_does_not_inflate_is_said_on_the_last_frame(self) -> None:
        talk = Talk(agreed()).client(text(b"\xff", fin=False, rsv=RSV1), cont(b"\xff\xff"))
        assert talk.problems(0) == []
        assert talk.problems(1)[0].startswith("does not inflate")
        assert talk.frames[1].problems[0].close_code == 1007

    def test_a_message_with_missing_octets_loses_the_context(self) -> None:
        first, second = deflated(b"Hello, Hello", b"Hello, Hello")
        cut = replace(text(first[:4], rsv=RSV1), declared=len(first))
        talk = Talk(agreed()).client(cut, text(second, rsv=RSV1))
        inflated = talk.messages[0].inflated
        assert inflated is not None
        assert "missing from the capture" in inflated.fault
        after = talk.messages[1].inflated
        assert after is not None
        assert "does not inflate" in after.fault
        assert talk.all_problems() == []  # nobody is to blame for what was not recorded

    def test_a_message_that_never_ends_is_not_inflated(self) -> None:
        (octets,) = deflated(b"Hello, Hello")
        talk = Talk(agreed()).client(text(octets, fin=False, rsv=RSV1))
        assert talk.messages[0].inflated is None

    def test_only_so_much_is_kept_of_what_was_inflated(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(assembly, "KEPT_INFLATED", 150)
        monkeypatch.setattr(assembly, "KEPT_OF_EACH", 10)
        sent = deflated(*[bytes(100)] * 3)
        talk = Talk(agreed()).client(*(binary(one, rsv=RSV1) for one in sent))
        kept = [(len(one.data), one.length) for one in talk.messages]
        assert kept == [(100, 100), (10, 100), (10, 100)]


def test_what_was_wrong_before_stays_behind_what_is_wrong_by_itself() -> None:
    made = WireFrame(0, 0, "RX", "client", Frame(3), 0, 0)
    Assembly(PLAIN).take(made)
    assert [one.text for one in made.problems] == [
        "reserved opcode 3",
        "frame from a client without a mask",
    ]
