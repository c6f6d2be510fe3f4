"""Each rule of the judge, with peers that are right, tolerable and wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wirelog.frames import Opcode
from wsconform.cases.catalogue import CASES
from wsconform.cases.events import Event, Message, Pong, Timeout
from wsconform.judge import Behavior, BehaviorClose, Verdict, judge
from wsconform.transcript import ClosingFacts, Echoes, Fault, Transcript

HELLO = Message(b"Hello, world!", False)
CLEAN = ClosingFacts(
    closed_by_me=True, was_clean=True, local_close_code=1000, remote_close_code=1000
)
REFUSED = ClosingFacts(was_clean=True, local_close_code=1000, remote_close_code=1002)
REFUSED_TEXT = replace(REFUSED, remote_close_code=1007)
DROPPED = ClosingFacts(was_not_clean_reason="the peer dropped TCP")
KILLED = ClosingFacts(
    closed_by_me=True, failed_by_me=True, was_clean=True,
    local_close_code=1001, remote_close_code=1001,
)  # fmt: skip
CLOSED_BY_PEER = ClosingFacts(was_clean=True, local_close_code=1000, remote_close_code=1000)


def verdict(id_: str, *events: Event, closing: ClosingFacts = CLEAN, **facts: object) -> Verdict:
    return judge(CASES[id_], Transcript(events, closing, **facts))  # type: ignore[arg-type]


def both(id_: str, *events: Event, closing: ClosingFacts = CLEAN) -> tuple[str, str]:
    seen = verdict(id_, *events, closing=closing)
    return str(seen.behavior), str(seen.behavior_close)


def published(id_: str, *events: Event, closing: ClosingFacts = CLEAN) -> tuple[str, str]:
    seen = judge(CASES[id_], Transcript(events, closing), as_published=True)
    return str(seen.behavior), str(seen.behavior_close)


# The messages


def test_an_echo_and_a_clean_close_are_ok() -> None:
    seen = verdict("1.1.1", Message(b"", False))
    assert (seen.behavior, seen.behavior_close) == ("OK", "OK")
    assert seen.passed()
    assert seen.passed(strict=True)


@pytest.mark.parametrize(
    "events",
    [
        (),
        (Message(b"", True),),
        (Message(b"x", False),),
        (Message(b"", False), Message(b"", False)),
        (Timeout("A"), Message(b"", False)),
    ],
    ids=["nothing", "wrong type", "wrong content", "twice", "something before"],
)
def test_anything_but_the_echo_fails(events: tuple[Event, ...]) -> None:
    assert both("1.1.1", *events) == ("FAILED", "OK")


def test_pongs_must_keep_the_order_of_the_pings() -> None:
    pongs = [Pong(b"payload-%d" % n) for n in range(10)]
    assert both("2.10", *pongs) == ("OK", "OK")
    assert both("2.10", *reversed(pongs)) == ("FAILED", "OK")


def test_a_wrong_pong_fails() -> None:
    assert both("2.2", Pong(b"Hello, world?")) == ("FAILED", "OK")
    assert both("2.2", Pong(b"Hello")) == ("FAILED", "OK")
    assert both("2.2", Pong(b"")) == ("FAILED", "OK")


def test_a_pong_before_the_message_it_was_sent_within_is_wanted() -> None:
    whole = Message(b"fragment1fragment2", False)
    assert both("5.6", Pong(b"ping payload"), whole) == ("OK", "OK")
    assert both("5.6", whole, Pong(b"ping payload")) == ("FAILED", "OK")


def test_to_refuse_before_the_good_message_was_echoed_is_not_strict() -> None:
    assert both("4.2.3", HELLO, closing=REFUSED) == ("OK", "OK")
    assert both("4.2.3", closing=REFUSED) == ("NON-STRICT", "OK")
    assert both("4.2.3", closing=DROPPED) == ("NON-STRICT", "OK")


def test_non_strict_passes_unless_strictness_is_asked_for() -> None:
    seen = verdict("4.2.3", closing=REFUSED)
    assert seen.passed()
    assert not seen.passed(strict=True)


def test_to_go_on_reading_after_a_reserved_opcode_fails() -> None:
    assert both("4.2.3", HELLO, Pong(b""), closing=KILLED) == ("FAILED", "FAILED")


def test_to_ignore_a_lone_bad_frame_shows_in_the_close() -> None:
    assert both("3.1", closing=KILLED) == ("OK", "FAILED")
    assert not verdict("3.1", closing=KILLED).passed()


def test_to_answer_a_bad_ping_fails_whatever_part_of_it_comes_back() -> None:
    assert both("2.5", Pong(b"\xfe" * 126), closing=KILLED) == ("FAILED", "FAILED")
    assert both("2.5", Pong(b"\xfe" * 125), closing=KILLED) == ("FAILED", "FAILED")
    assert both("5.1", Pong(b"fragment1fragment2"), closing=KILLED) == ("FAILED", "FAILED")


def test_bad_text_must_be_refused_by_the_peer_itself() -> None:
    assert both("6.3.1", closing=REFUSED_TEXT) == ("OK", "OK")
    assert both("6.3.1", closing=DROPPED) == ("OK", "OK")
    assert both("6.3.1", closing=KILLED) == ("FAILED", "FAILED")
    assert both("6.3.1", closing=REFUSED) == ("OK", "WRONG CODE")
    bad = Message(bytes.fromhex("cebae1bdb9cf83cebcceb5eda080656469746564"), False)
    assert both("6.3.1", bad, closing=KILLED) == ("FAILED", "FAILED")


@pytest.mark.parametrize("id_", ["6.4.1", "6.4.2", "6.4.3", "6.4.4"])
def test_bad_text_is_to_be_noticed_when_it_comes(id_: str) -> None:
    a, b = Timeout("A"), Timeout("B")
    assert both(id_, a, closing=REFUSED_TEXT) == ("OK", "OK")
    assert both(id_, a, b, closing=REFUSED_TEXT) == ("NON-STRICT", "OK")
    assert both(id_, a, b, closing=KILLED) == ("FAILED", "FAILED")
    assert both(id_, closing=REFUSED_TEXT) == ("FAILED", "OK")


def test_large_echoes_are_compared_by_type_length_and_content() -> None:
    sent = CASES["9.1.1"].sent_message()
    changed = Message(sent.octets[:-1] + b"?", False)
    assert both("9.1.1", sent) == ("OK", "OK")
    assert both("9.1.1", changed) == ("FAILED", "OK")
    assert "octet 65535 differs" in verdict("9.1.1", changed).result
    assert both("9.1.1", Message(sent.octets, True)) == ("FAILED", "OK")
    assert both("9.1.1", Message(sent.octets[:-1], False)) == ("FAILED", "OK")
    assert both("9.1.1") == ("FAILED", "OK")


def test_a_loop_must_run_to_its_end() -> None:
    assert verdict("9.7.1", echoes=Echoes(1000)).behavior is Behavior.OK
    slow = verdict("9.7.1", echoes=Echoes(999))
    assert slow.behavior is Behavior.FAILED
    assert "999 of 1000" in slow.result
    wrong = verdict("9.8.6", echoes=Echoes(3, Fault.LENGTH))
    assert wrong.behavior is Behavior.FAILED
    assert "Echo 4 has the wrong length" in wrong.result


def test_without_compression_the_cases_about_it_are_unimplemented() -> None:
    seen = verdict("12.1.1", echoes=Echoes(0))
    assert (seen.behavior, seen.behavior_close) == ("UNIMPLEMENTED", "OK")
    assert not seen.passed()
    assert seen.heard.startswith("compression was not agreed on")
    assert verdict("13.7.18", echoes=Echoes(1000), deflated=True).behavior is Behavior.OK


def test_the_sender_of_the_automatic_fragments_is_tested_too() -> None:
    echo = Message(b"*" * 65536, False)
    right = {Opcode.TEXT: 1, Opcode.CONT: 50, Opcode.CLOSE: 1}
    assert verdict("10.1.1", echo, frames_sent=right).behavior is Behavior.OK
    seen = verdict("10.1.1", echo, frames_sent={Opcode.TEXT: 1, Opcode.CONT: 51})
    assert seen.behavior is Behavior.FAILED
    assert "Not the peer's fault" in seen.result


def test_what_is_left_open_only_informs() -> None:
    big, small = CASES["7.1.6"].wants.outcomes[0].heard
    informed = ("INFORMATIONAL", "INFORMATIONAL")
    assert both("7.1.6", big, small) == informed
    assert both("7.1.6") == informed
    assert both("7.13.1", closing=DROPPED) == informed
    assert verdict("7.13.2", closing=KILLED).passed(strict=True)


def test_a_connection_that_never_opened_fails_every_case() -> None:
    refused = Transcript(opened=False, opening="the server answered 401", closing=DROPPED)
    for case in CASES.values():
        seen = judge(case, refused)
        assert (seen.behavior, seen.behavior_close) == ("FAILED", "FAILED"), case.id
        assert seen.heard == "the connection never opened: the server answered 401"


# The end of the connection


def test_the_peer_must_not_close_when_it_is_mine_to_close() -> None:
    assert both("1.1.1", Message(b"", False), closing=CLOSED_BY_PEER) == ("OK", "FAILED")
    assert both("1.1.1", Message(b"", False), closing=DROPPED) == ("OK", "FAILED")


def test_a_close_without_an_answer_is_unclean() -> None:
    silent = ClosingFacts(
        closed_by_me=True, dropped_by_me=True, local_close_code=1000,
        was_close_handshake_timeout=True, was_not_clean_reason="no close frame in time",
    )  # fmt: skip
    seen = verdict("1.1.1", Message(b"", False), closing=silent)
    assert seen.behavior_close is BehaviorClose.UNCLEAN
    assert seen.result_close == "There was no closing handshake: no close frame in time."
    assert both("7.3.2", closing=replace(silent, dropped_by_me=False)) == ("OK", "OK")


def test_a_close_frame_without_code_always_passes() -> None:
    without = replace(CLEAN, remote_close_code=None)
    assert both("7.3.1", closing=without) == ("OK", "OK")
    assert both("7.9.1", closing=without) == ("OK", "OK")
    assert both("4.1.1", closing=replace(REFUSED, remote_close_code=None)) == ("OK", "OK")


@pytest.mark.parametrize("id_", ["7.1.2", "7.3.3", "7.7.1"])
def test_where_the_code_is_the_subject_a_wrong_one_fails_the_messages_too(id_: str) -> None:
    assert both(id_, closing=CLEAN) == ("OK", "OK")
    wrong = replace(CLEAN, remote_close_code=1011)
    assert both(id_, closing=wrong) == ("FAILED", "WRONG CODE")


def test_elsewhere_a_wrong_code_leaves_the_messages_alone() -> None:
    wrong = replace(CLEAN, remote_close_code=1001)
    assert both("1.1.1", Message(b"", False), closing=wrong) == ("OK", "WRONG CODE")


def test_a_legal_code_may_be_echoed_or_answered_with_1000() -> None:
    assert both("7.7.12", closing=replace(CLEAN, remote_close_code=4000)) == ("OK", "OK")
    assert both("7.7.12", closing=CLEAN) == ("OK", "OK")
    assert both("7.7.12", closing=replace(CLEAN, remote_close_code=1002)) == (
        "FAILED",
        "WRONG CODE",
    )


def test_an_illegal_code_must_not_be_echoed() -> None:
    assert both("7.9.5", closing=replace(CLEAN, remote_close_code=1002)) == ("OK", "OK")
    assert both("7.9.5", closing=replace(CLEAN, remote_close_code=1006)) == ("FAILED", "WRONG CODE")
    assert both("7.9.5", closing=CLEAN) == ("FAILED", "WRONG CODE")


def test_a_server_must_end_tcp_and_a_client_need_not() -> None:
    kept = replace(CLEAN, dropped_by_me=True)
    assert both("1.1.1", Message(b"", False), closing=kept) == ("OK", "FAILED BY CLIENT")
    as_server = replace(kept, is_server=True)
    assert both("1.1.1", Message(b"", False), closing=as_server) == ("OK", "OK")


def test_a_server_that_keeps_tcp_is_unclean_where_the_close_must_be_clean() -> None:
    kept = replace(
        CLEAN, was_clean=False, dropped_by_me=True, was_server_connection_drop_timeout=True
    )
    seen = verdict("1.1.1", Message(b"", False), closing=kept)
    assert seen.behavior_close is BehaviorClose.UNCLEAN
    assert "did not drop TCP" in seen.heard


# Where the published suite judges otherwise


def test_an_unsolicited_pong_is_ignored_but_not_by_the_published_suite() -> None:
    beat = Pong(b"heartbeat 17")
    assert both("1.1.1", beat, Message(b"", False), beat) == ("OK", "OK")
    assert published("1.1.1", beat, Message(b"", False)) == ("FAILED", "OK")
    assert both("4.2.3", beat, HELLO, closing=REFUSED) == ("OK", "OK")
    assert published("4.2.3", beat, HELLO, closing=REFUSED) == ("FAILED", "OK")


def test_a_ping_is_answered_once_and_the_second_pong_is_unsolicited() -> None:
    twice = (Pong(b"Hello, world!"), Pong(b"Hello, world!"))
    assert both("2.2", *twice) == ("OK", "OK")
    assert published("2.2", *twice) == ("FAILED", "OK")


def test_a_pong_does_not_end_a_loop_but_does_in_the_published_suite() -> None:
    transcript = Transcript((Pong(b"beat"),), CLEAN, echoes=Echoes(1000))
    assert judge(CASES["9.7.1"], transcript).behavior is Behavior.OK
    assert judge(CASES["9.7.1"], transcript, as_published=True).behavior is Behavior.FAILED


def test_the_published_suite_does_not_look_at_the_content_of_large_messages() -> None:
    zeros = Message(bytes(65536), False)
    assert both("9.1.1", zeros) == ("FAILED", "OK")
    assert published("9.1.1", zeros) == ("OK", "OK")
    assert published("9.1.1", Message(bytes(65535), False)) == ("FAILED", "OK")


def test_both_echoes_of_7_1_6_are_known_here() -> None:
    big, small = CASES["7.1.6"].wants.outcomes[0].heard
    transcript = Transcript((big, small), CLEAN)
    assert judge(CASES["7.1.6"], transcript).result == "What came back is what should."
    assert "Instead of" in judge(CASES["7.1.6"], transcript, as_published=True).result


def test_the_published_suite_informs_even_without_a_connection() -> None:
    nothing = Transcript(opened=False)
    assert judge(CASES["7.13.1"], nothing).behavior is Behavior.FAILED
    assert judge(CASES["7.13.1"], nothing, as_published=True).behavior is Behavior.INFORMATIONAL


# The words of a verdict


def test_a_verdict_names_what_was_wanted_what_was_heard_and_the_paragraph() -> None:
    seen = verdict("4.2.3", HELLO, Pong(b""), closing=KILLED)
    assert seen.wanted == (
        'OK: text message of 13 octets "Hello, world!"',
        "NON-STRICT: nothing",
        "Close: the peer fails the connection: close 1002, or TCP dropped",
    )
    assert seen.heard == (
        'text message of 13 octets "Hello, world!", empty pong; '
        "then I closed with 1001, the peer answered with 1001"
    )
    assert seen.result == "Too much came: empty pong."
    assert seen.result_close == "The peer left it to the case to end the connection."
    assert seen.rfc == "RFC 6455 §5.2"


def test_a_missing_event_is_named() -> None:
    assert verdict("2.9").result == 'This did not come: pong of 12 octets "ping payload".'
