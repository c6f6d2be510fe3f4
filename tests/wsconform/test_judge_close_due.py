"""When a case has seen enough it closes, and not before."""

from __future__ import annotations

from wsconform.cases.catalogue import CASES
from wsconform.cases.events import Event, Message, Pong
from wsconform.judge import close_due
from wsconform.transcript import Echoes, Fault, Transcript

HELLO = Message(b"Hello, world!", False)


def due(id_: str, *events: Event, as_published: bool = False, **facts: object) -> int | None:
    transcript = Transcript(events, **facts)  # type: ignore[arg-type]
    return close_due(CASES[id_], transcript, as_published=as_published)


def test_the_case_closes_when_its_only_outcome_is_met() -> None:
    assert due("5.6") is None
    assert due("5.6", Pong(b"ping payload")) is None
    assert due("5.6", Pong(b"ping payload"), Message(b"fragment1fragment2", False)) == 1000


def test_the_case_waits_when_the_peer_has_to_close() -> None:
    assert due("4.2.3", HELLO) is None
    assert due("3.1") is None


def test_the_case_does_not_close_twice() -> None:
    assert due("7.1.2") is None
    assert due("7.1.6", *CASES["7.1.6"].wants.outcomes[0].heard) is None
    assert due("2.7") is None
    assert due("2.7", Pong(b"anything")) is None


def test_a_loop_closes_at_its_end_at_a_fault_or_without_compression() -> None:
    assert due("9.7.1", echoes=Echoes(999)) is None
    assert due("9.7.1", echoes=Echoes(1000)) == 1000
    assert due("9.7.1", echoes=Echoes(5, Fault.TYPE)) == 1000
    assert due("12.1.1") == 1000
    assert due("12.1.1", deflated=True) is None


def test_the_first_message_of_a_large_case_closes_it_right_or_wrong() -> None:
    assert due("9.1.1") is None
    assert due("9.1.1", Message(b"something", True)) == 1000


def test_a_heartbeat_does_not_disturb_but_does_in_the_published_suite() -> None:
    beat = Pong(b"beat")
    assert due("1.1.1", beat, Message(b"", False)) == 1000
    assert due("1.1.1", beat, Message(b"", False), as_published=True) is None
    assert due("9.7.1", beat, echoes=Echoes(3)) is None
    assert due("9.7.1", beat, echoes=Echoes(3), as_published=True) == 1000
    assert due("9.1.1", beat) is None
    assert due("9.1.1", beat, as_published=True) == 1000
