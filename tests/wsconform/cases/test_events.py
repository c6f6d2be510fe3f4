"""Events in words."""

from __future__ import annotations

from wsconform.cases import CASES
from wsconform.cases.events import Message, Pong, Timeout, events_in_words


def test_events_are_told_apart() -> None:
    assert str(Message(b"hi", False)) == 'text message of 2 octets "hi"'
    assert str(Message(b"hi", True)) == 'binary message of 2 octets "hi"'
    assert str(Message(b"", True)) == "empty binary message"
    assert str(Pong(b"hi")) == 'pong of 2 octets "hi"'
    assert str(Pong(b"")) == "empty pong"
    assert str(Timeout("A")) == "still open after wait A"


def test_a_text_and_a_binary_message_of_the_same_octets_differ() -> None:
    assert Message(b"hi", False) != Message(b"hi", True)


def test_a_list_of_events() -> None:
    assert events_in_words(()) == "nothing"
    assert events_in_words((Pong(b""), Timeout("B"))) == "empty pong, still open after wait B"


def test_of_a_flood_only_the_beginning_is_put_into_words() -> None:
    flood = tuple(Message(b"%d" % number, True) for number in range(540))
    words = events_in_words(flood)
    assert words.endswith('binary message of 1 octet "2", and 537 more')
    assert words.count("message") == 3


def test_no_list_of_what_a_case_wants_is_cut() -> None:
    wanted = [outcome for case in CASES.values() for outcome in case.wants.outcomes]
    assert not any("more" in events_in_words(outcome.heard)[-8:] for outcome in wanted)
