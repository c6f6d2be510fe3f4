from collections.abc import Sequence

from builders import cont as more
from builders import opened, ping, text
from judging import client
from wirelog.findings.echoes import REMEMBERED, Echoes
from wirelog.frames import Frame


def echoes(*talk: tuple[str, Frame | str]) -> Echoes:
    """What is known after a ping of the client, and what it (`>`) and the server (`<`) said."""
    made = client().tx(ping(b"1"))
    for who, what in talk:
        frame = text(what) if isinstance(what, str) else what
        (made.tx if who == ">" else made.rx)(frame)
    _, seen = opened(made.unfinished())
    asked, *others = seen.frames
    found = Echoes(asked)
    for one in others:
        found.take(one)
    return found


def trips(*words: str) -> Sequence[tuple[str, str]]:
    return [(who, word) for word in words for who in "><"]


def test_two_round_trips_show_that_a_ping_was_read() -> None:
    assert echoes(*trips("a")).proof is None
    found = echoes(*trips("a", "b", "c"))
    assert found.proof is not None
    assert found.proof.frame == text("b")


def test_messages_that_are_all_sent_at_once_make_one_trip() -> None:
    assert echoes((">", "a"), (">", "b"), ("<", "a"), ("<", "b")).trips == 1


def test_the_same_words_again_and_again_make_a_trip_each() -> None:
    assert echoes(*trips("a", "a")).proof is not None


def test_what_was_sent_before_the_ping_may_come_back_first() -> None:
    assert echoes((">", "a"), ("<", "before"), ("<", "a"), *trips("b")).proof is not None


def test_who_says_something_of_its_own_is_no_echo() -> None:
    assert echoes(*trips("a"), ("<", "hello"), *trips("b")).proof is None


def test_a_message_that_never_came_back_is_left_behind() -> None:
    found = echoes((">", "lost"), *trips("a"), ("<", "lost"), *trips("b"))
    assert found.proof is None


def test_an_echo_may_be_cut_in_other_fragments_but_has_the_same_opcode() -> None:
    parts = ((">", text("ab")), ("<", text("a", fin=False)), ("<", more("b")))
    assert echoes(*parts, *trips("c")).proof is not None
    assert echoes((">", text("a")), ("<", Frame(2, b"a")), *trips("c")).proof is None


def test_no_more_than_the_last_messages_are_remembered() -> None:
    flood = [(">", str(n)) for n in range(REMEMBERED + 1)]
    assert echoes(*flood, ("<", "0")).trips == 0
    assert echoes(*flood, ("<", "1")).trips == 1
