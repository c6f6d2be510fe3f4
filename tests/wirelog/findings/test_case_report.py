from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import is_harmless
from wirelog.findings.case_report import CaseReport, Event, Gap, in_words

HELLO = ["message", "Hello", False]
LONG = "x" * 64 + " ..."


def gap(received: Any, **outcomes: Any) -> Gap | None:
    report = {"behavior": "FAILED", "expected": outcomes, "received": received}
    return CaseReport.of(report).gap


def test_the_outcome_that_was_followed_longest_counts() -> None:
    wave = ["pong", ""]
    second = Event("message", "Hello", nth=1)
    assert gap([HELLO], OK=[HELLO, HELLO], strict=[]) == Gap(second, None)
    assert gap([HELLO, ["timeout", "A"]], OK=[HELLO, HELLO]) == Gap(second, Event("timeout", "A"))
    assert gap([HELLO], OK=[HELLO, wave], other=[HELLO]) is None
    assert gap([], OK=[HELLO]) == Gap(Event("message", "Hello"), None)
    assert gap([HELLO, HELLO], OK=[HELLO]) == Gap(None, second)


def test_pongs_that_resemble_none_that_is_wanted_do_not_count() -> None:
    stray, wanted, short = ["pong", "news"], ["pong", "abc"], ["pong", "ab"]
    assert gap([stray, short], OK=[wanted]) == Gap(Event("pong", "abc"), Event("pong", "ab", nth=1))
    assert gap([["pong", "?"]], OK=[["pong", ""]]) == Gap(Event("pong", ""), None)
    assert gap([["pong", "x"]], OK=[]) == Gap(None, Event("pong", "x"))


@pytest.mark.parametrize(
    "received",
    [
        None,
        7,
        ["x"],
        [["message", 5, False]],
        [["message", "a", "b"]],
        [["ping", "a"]],
        [HELLO[:2]],
    ],
)
def test_what_cannot_be_read_is_no_list_of_events(received: Any) -> None:
    read = CaseReport.of({"behavior": "FAILED", "expected": {"OK": [HELLO]}, "received": received})
    assert read.gap is None
    assert not read.lists_events
    assert gap([HELLO], OK=received) is None


def test_the_words_of_a_page_count_too() -> None:
    assert CaseReport.of({"behavior": "Fail"}).has_failed
    assert CaseReport.of({"behaviorClose": "UNCLEAN"}).has_failed
    assert not CaseReport.of({"behavior": "Pass", "behaviorClose": "OK"}).has_failed
    assert (
        CaseReport.of({"behavior": "OK", "expected": {"OK": [HELLO]}, "received": []}).gap is None
    )


def test_a_paragraph_is_taken_over_if_it_is_one() -> None:
    assert CaseReport.of({"rfc": "RFC 6455 §5.5.2"}).rfc == "RFC 6455 §5.5.2"
    assert CaseReport.of({"rfc": "the law"}).rfc == ""
    assert CaseReport.of({"rfc": 5}).rfc == ""


def test_sentences_become_parts_of_others() -> None:
    read = CaseReport.of({"result": " Too much came. ", "resultClose": 7})
    assert (read.result, read.result_close) == ("too much came", "")


def test_events_read_as_english() -> None:
    assert in_words(Event("message", "Hello")) == 'a text message "Hello"'
    assert in_words(Event("message", "", True)) == "an empty binary message"
    assert in_words(Event("message", "0xfeff", True)) == "a binary message 0xfeff"
    assert in_words(Event("pong", LONG), 100) == f'a pong of 100 octets "{"x" * 40}…"'
    assert in_words(Event("timeout", "A")) == "the connection still open after wait A"


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
events = st.lists(st.tuples(st.sampled_from(["message", "pong", "timeout"]), st.text()).map(list))


@given(json, json | events, json | st.dictionaries(st.text(), events), st.text())
def test_no_report_makes_it_fail_or_acts_on_a_terminal(
    rfc: Any, received: Any, expected: Any, result: str
) -> None:
    report = {
        "behavior": "FAILED", "rfc": rfc, "received": received, "expected": expected,
        "result": result,
    }  # fmt: skip
    read = CaseReport.of(report)
    assert is_harmless(read.result)
    for event in read.gap or ():
        assert event is None or is_harmless(in_words(event))
