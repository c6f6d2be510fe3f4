import pytest

from builders import CaptureBuilder, close, ping, pong, text
from judging import client, ids, later, only, report_of, server
from wirelog.rules import ping as rules


def test_only_the_last_of_several_pings_need_be_answered() -> None:
    made = server().tx(ping(b"1")).tx(ping(b"2")).rx(pong(b"2"))
    assert ids(later(made, 5).rx(text("a"))) == []


@pytest.mark.parametrize("pongs", [1, 2, 3])
def test_pings_that_look_the_same_may_share_a_pong(pongs: int) -> None:
    made = server().tx(ping()).tx(ping()).tx(ping())
    for _ in range(pongs):
        made.rx(pong())
    assert ids(later(made, 5).rx(text("a"))) == []


def test_who_has_a_close_frame_owes_no_pong() -> None:
    made = server().tx(ping()).tx(close(1000))
    assert rules.UNANSWERED.id not in ids(later(made, 1.5).rx(close(1000)))


def test_who_has_closed_is_not_asked_any_more() -> None:
    made = later(server().tx(ping()).rx(close(1000)), 1.5).rx(pong(b"x"))
    assert rules.UNANSWERED.id not in ids(made)


def test_a_long_frame_that_began_before_does_not_prove_that_a_pong_could_be_sent() -> None:
    octets = bytes.fromhex("8184 01020304 60606060")
    made = server().octets("RX", octets[:7]).tx(ping(b"1"))
    assert rules.UNANSWERED.id not in ids(later(made, 3).octets("RX", octets[7:]))


def test_a_heartbeat_is_no_wrong_answer() -> None:
    made = server().tx(ping(b"abc")).rx(pong(b"beat"))
    assert ids(made) == [rules.UNSOLICITED.id]


def test_another_payload_after_a_second_of_life_is_a_wrong_answer() -> None:
    made = later(client().tx(ping(b"abc")).rx(pong(b"\xff")), 2).rx(text("still here"))
    found = only(made, rules.WRONG_PAYLOAD)
    assert (
        found.text == "the server answered ping 003 with 3 octets abc by a pong with 1 octet 0xff"
    )
    assert found.side == "server"


def test_a_pong_that_was_cut_may_answer_any_ping() -> None:
    made = server().tx(ping(b"0123456789"))
    octets = bytes.fromhex("8a8a 00000001") + b"012345678" + b"8"
    assert rules.WRONG_PAYLOAD.id not in ids(made.octets("RX", octets, snaplen=8))


def test_without_times_nobody_is_late() -> None:
    made = server().tx(ping(b"1")).rx(text("a"))
    made.lines = [b" ".join(line.split(b" ")[:1] + line.split(b" ")[2:]) for line in made.lines]
    assert rules.UNANSWERED.id not in ids(made)


def test_a_frame_whose_beginning_was_cut_shows_life_by_its_end() -> None:
    made = server().tx(ping(b"1"))
    later(made, 2).octets("RX", bytes.fromhex("82fe0100 01020304") + bytes(100), snaplen=0)
    made.octets("RX", bytes(156), snaplen=0)
    assert rules.UNANSWERED.id not in ids(made)


def test_a_pong_behind_one_that_was_cut_answers_too() -> None:
    made = server().tx(ping(b"0123456789"))
    made.octets("RX", bytes.fromhex("8a8a 00000001") + b"012345678" + b"8", snaplen=8)
    assert ids(made.rx(pong(b"0123456789"))) == []


def test_a_ping_that_was_cut_says_nothing_about_pongs() -> None:
    asked = ping(b"abcdef")
    made = server().octets("TX", asked.serialize(), 4).rx(pong(b"abcdef"))
    assert ids(later(made, 5).rx(text("a"))) == []


CLOSED = "TCP DROPPED BY PEER (FIN)"


def echoed(*answer: bytes, trips: int = 2, made: CaptureBuilder | None = None) -> CaptureBuilder:
    """A ping, perhaps a pong with another payload, and messages that come back at once."""
    made = (made or client()).tx(ping(b"abc"))
    for payload in answer:
        made.rx(pong(payload))
    for n in range(trips):
        made.tx(text(f"m{n}")).rx(text(f"m{n}"))
    return made


def about_pings(made: CaptureBuilder) -> list[str]:
    return [one for one in ids(made) if one.startswith("ping.")]


def closed(made: CaptureBuilder) -> CaptureBuilder:
    return made.tx(close(1000)).rx(close(1000)).event(CLOSED)


def test_who_sends_back_what_came_behind_a_ping_has_read_it() -> None:
    found = only(closed(echoed()), rules.UNANSWERED)
    assert (found.side, found.events) == ("server", (12, 3))
    assert found.text == (
        "the server never answered ping 003 with 3 octets abc, but sent back what came behind it"
    )
    assert about_pings(closed(echoed(b"abc"))) == []


def test_a_side_that_answers_no_ping_at_all_is_told_once() -> None:
    made = client()
    for _ in range(5):
        echoed(trips=1, made=made)
    assert about_pings(closed(made)) == [rules.UNANSWERED.id]


def test_who_drops_tcp_behind_the_echoes_has_not_answered_either() -> None:
    assert rules.UNANSWERED.id in about_pings(echoed().event(CLOSED))
    assert rules.UNANSWERED.id not in about_pings(echoed().event("TCP DROPPED BY ME"))


def test_a_pong_may_come_as_long_as_the_connection_is_up() -> None:
    assert about_pings(echoed()) == []
    assert about_pings(closed(echoed().rx(pong(b"abc")))) == []
    assert about_pings(closed(echoed().tx(ping(b"last")).rx(pong(b"last")))) == []


def test_one_message_that_comes_back_does_not_outrun_a_pong_for_certain() -> None:
    assert about_pings(closed(echoed(trips=1))) == []


def test_echoes_behind_a_close_frame_say_nothing_of_a_ping() -> None:
    made = client().tx(ping(b"abc")).tx(text("a")).rx(text("a")).tx(text("b")).tx(close(1000))
    assert about_pings(made.rx(text("b")).rx(close(1000)).event(CLOSED)) == []
    assert about_pings(closed(echoed(trips=1, made=echoed(b"abc")))) == []


def test_where_octets_are_missing_echoes_prove_nothing() -> None:
    made = echoed().octets("RX", text("more").serialize(), 3)
    assert rules.UNANSWERED.id not in about_pings(closed(made))


def test_an_empty_pong_is_the_wrong_answer_to_a_ping_that_gets_no_other() -> None:
    found = only(closed(echoed(b"")), rules.WRONG_PAYLOAD)
    assert found.text == "the server answered ping 003 with 3 octets abc by a pong with no payload"
    assert (found.side, found.event) == ("server", 6)
    assert about_pings(closed(echoed(b"", trips=0))) == [rules.UNSOLICITED.id]


def test_heartbeats_beside_an_answer_are_no_wrong_answers() -> None:
    for answers in ((b"", b"abc"), (b"abc", b""), (b"", b"abc", b"")):
        assert about_pings(closed(echoed(*answers))) == [rules.UNSOLICITED.id]


def test_a_ping_is_not_late_because_one_before_it_shared_a_pong() -> None:
    made = client().tx(ping(b"a")).tx(ping(b"a")).rx(pong(b"a"))
    later(made, 3).rx(text("alive")).tx(text("m")).rx(text("m")).tx(text("n")).rx(text("n"))
    assert about_pings(closed(made.tx(ping(b"b")))) == []


def test_a_ping_behind_one_that_shared_a_pong_is_owed_one() -> None:
    made = client().tx(ping(b"a")).tx(ping(b"a")).rx(pong(b"a")).tx(ping(b"b"))
    assert only(later(made, 2).rx(text("alive")), rules.UNANSWERED).events == (12, 9)


def test_one_of_a_kind_is_told_in_the_singular() -> None:
    made = server().tx(ping(b"1")).tx(ping(b"2")).rx(pong(b"2")).rx(pong(b"1")).rx(pong(b"3"))
    made.tx(close(1000)).tx(ping())
    assert [one.text for one in report_of(made).of("note")] == [
        "the client answered 1 ping after a later one",
        "the client sent 1 pong without a ping",
        "the server sent 1 ping behind its own close frame",
    ]


def test_a_ping_that_a_later_pong_has_answered_is_not_answered_late() -> None:
    made = later(server().tx(ping(b"1")).tx(ping(b"2")).rx(pong(b"2")), 5).rx(pong(b"1"))
    assert ids(made) == [rules.OUT_OF_ORDER.id]
