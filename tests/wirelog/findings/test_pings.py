import pytest

from builders import close, ping, pong, text
from judging import client, ids, later, only, server
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
