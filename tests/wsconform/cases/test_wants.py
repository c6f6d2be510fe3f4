"""Expectations."""

from __future__ import annotations

from wsconform.cases.events import Message, Pong, Timeout
from wsconform.cases.wants import (
    NORMAL,
    Ending,
    Outcome,
    Rule,
    answers,
    echo,
    fails,
    fails_at_once,
    first_echo,
    holding,
    informs,
    lockstep,
)

HELLO = Message(b"hi", False)


def test_an_echo_leaves_the_close_to_the_case() -> None:
    wants = echo(HELLO)
    assert wants.outcomes == (Outcome("OK", (HELLO,)),)
    assert wants.ending == NORMAL == Ending(True, (1000,), True)


def test_a_failure_leaves_the_close_to_the_peer() -> None:
    wants = fails(1002)
    assert wants.outcomes == (Outcome("OK", ()),)
    assert wants.ending == Ending(False, (1002,), False)
    assert fails(1007, fatal=True).ending.wrong_endpoint_is_fatal


def test_a_failure_after_a_good_message_may_come_before_its_echo() -> None:
    assert [one.grade for one in fails(1002, after=(HELLO,)).outcomes] == ["OK", "NON-STRICT"]


def test_to_notice_later_is_not_strict() -> None:
    a, b = Timeout("A"), Timeout("B")
    heard = [one.heard for one in fails_at_once(1007, (a,), b).outcomes]
    assert heard == [(a,), (a, b)]


def test_an_answer_to_a_close_is_about_its_code() -> None:
    assert answers(1000).wrong_code_fails
    assert not answers(1000).holds_close
    assert holding(answers(1000)).holds_close


def test_rules_without_outcomes() -> None:
    assert first_echo().outcomes == lockstep().outcomes == ()
    assert (first_echo().rule, lockstep().rule) == (Rule.FIRST_ECHO, Rule.LOCKSTEP)


def test_published_outcomes_count_only_when_asked_for() -> None:
    wants = informs((Outcome("OK", (HELLO,)),), NORMAL)
    assert wants.accepted(as_published=True) == wants.accepted() == wants.outcomes


def test_endings_in_words() -> None:
    assert str(NORMAL) == "I close, the peer answers with a close frame, code 1000 or none"
    assert str(Ending(True, (1002, 1007), False)) == (
        "I close, the peer answers with close 1002 or 1007, or drops TCP"
    )
    assert str(fails(1002).ending) == ("the peer fails the connection: close 1002, or TCP dropped")
    assert "code 1000 or none" in str(Ending(True, (1000, 1000), True))


def test_outcomes_in_words() -> None:
    assert str(Outcome("NON-STRICT", ())) == "NON-STRICT: nothing"
    assert str(Outcome("OK", (Pong(b""), HELLO))) == (
        'OK: empty pong, text message of 2 octets "hi"'
    )
