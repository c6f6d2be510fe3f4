"""What was seen of a peer, and how it is put into words."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from wirelog.closing import FACTS
from wsconform.cases.catalogue import CASES
from wsconform.cases.events import Message, Pong, Timeout
from wsconform.transcript import (
    FACT_KEYS,
    ClosingFacts,
    Echoes,
    Fault,
    Transcript,
    asked_for,
    compare_echo,
    heard_in_words,
)

PING = CASES["2.2"]


def test_the_facts_are_the_thirteen_of_reports_and_captures() -> None:
    assert list(FACT_KEYS.values()) == list(FACTS)


def test_facts_survive_a_report() -> None:
    facts = ClosingFacts(
        is_server=True, was_clean=True, remote_close_code=1002, local_close_reason="x"
    )
    assert ClosingFacts.parse(facts.as_json()) == facts
    assert facts.as_json()["remoteCloseCode"] == 1002


def test_facts_of_a_real_report(published_run: dict[str, dict[str, Any]]) -> None:
    facts = ClosingFacts.parse(published_run["4.2.3"])
    assert not facts.closed_by_me
    assert facts.was_not_clean_reason
    assert facts.as_json().items() <= published_run["4.2.3"].items()


def test_an_echo_is_compared_by_type_then_length_then_content() -> None:
    sent = Message(b"abc", False)
    assert compare_echo(sent, Message(b"abc", False)) is None
    assert compare_echo(sent, Message(b"abcd", True)) is Fault.TYPE
    assert compare_echo(sent, Message(b"abcd", False)) is Fault.LENGTH
    assert compare_echo(sent, Message(b"abd", False)) is Fault.CONTENT
    assert compare_echo(sent, Message(b"abd", False), content=False) is None


def test_only_pongs_that_answer_a_ping_of_the_case_count() -> None:
    answer = Pong(b"Hello, world!")
    text = Message(b"x", False)
    assert asked_for(PING, (Pong(b"beat"), answer, text, Pong(b""), answer)) == (answer, text)
    assert asked_for(CASES["1.1.1"], (Pong(b""), text)) == (text,)


def test_a_part_of_a_ping_and_more_than_a_ping_are_wrong_answers_and_stay() -> None:
    for wrong in (Pong(b"Hello"), Pong(b"Hello, world! And more")):
        assert asked_for(PING, (wrong,)) == (wrong,)


def test_an_empty_pong_answers_an_empty_ping_only() -> None:
    assert asked_for(CASES["4.2.3"], (Pong(b"beat"), Pong(b""))) == (Pong(b""),)
    assert asked_for(PING, (Pong(b""),)) == ()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (ClosingFacts(was_clean=True, remote_close_code=1002), "the peer closed with 1002"),
        (ClosingFacts(was_clean=True), "the peer closed with no code"),
        (ClosingFacts(), "the peer dropped TCP without a close frame"),
        (ClosingFacts(dropped_by_me=True), "I dropped TCP without a close frame"),
        (
            ClosingFacts(
                closed_by_me=True, local_close_code=1000, was_clean=True, remote_close_code=1000
            ),
            "I closed with 1000, the peer answered with 1000",
        ),
        (
            ClosingFacts(closed_by_me=True, was_close_handshake_timeout=True, dropped_by_me=True),
            "I closed with no code, the peer did not answer in time",
        ),
        (
            ClosingFacts(closed_by_me=True, local_close_code=1001),
            "I closed with 1001, the peer dropped TCP without an answer",
        ),
        (
            ClosingFacts(closed_by_me=True, local_close_code=1001, dropped_by_me=True),
            "I closed with 1001, I dropped TCP",
        ),
    ],
)  # fmt: skip
def test_the_end_in_words(facts: ClosingFacts, words: str) -> None:
    heard = heard_in_words(CASES["1.1.1"], Transcript((Timeout("A"),), facts))
    assert heard == f"still open after wait A; then {words}"


def test_a_server_that_does_not_end_tcp_is_told_from_one_that_does() -> None:
    facts = ClosingFacts(
        closed_by_me=True, local_close_code=1000, remote_close_code=1000, dropped_by_me=True,
        was_server_connection_drop_timeout=True,
    )  # fmt: skip
    heard = heard_in_words(CASES["1.1.1"], Transcript((), facts))
    assert heard.endswith("the peer answered with 1000 and did not drop TCP")


def test_a_loop_in_words() -> None:
    transcript = Transcript(echoes=Echoes(7, Fault.CONTENT))
    assert heard_in_words(CASES["9.7.1"], transcript).startswith(
        "7 of 1000 echoes, then one of wrong content; then "
    )
    assert heard_in_words(CASES["12.1.1"], transcript).startswith("compression was not agreed on; ")
    agreed = replace(transcript, deflated=True)
    assert heard_in_words(CASES["12.1.1"], agreed).startswith("7 of 1000 echoes")


def test_a_connection_that_never_opened_in_words() -> None:
    assert heard_in_words(PING, Transcript(opened=False)) == (
        "the connection never opened: the handshake did not come to an end"
    )


def test_cases_judge_and_corpora_load_no_reactor_no_terminal_and_no_socket() -> None:
    """So that a recording can be judged anywhere."""
    program = (
        "import sys, wsconform.cases, wsconform.judge, wsconform.corpora\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    loaded = set(run.stdout.split())
    assert "wirelog" in loaded
    assert loaded.isdisjoint(
        {"twisted", "autobahn", "zope", "textual", "rich", "asyncio", "socket", "threading"}
    )
