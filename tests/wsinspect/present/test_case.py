"""What a report says of a case, and where expected and observed part."""

from __future__ import annotations

from typing import Any

import pytest

from builders import CaptureBuilder, close, opened, text
from wirelog.closing import Closing
from wsinspect.present.case import LONGEST, CaseSheet, event_words

HELLO = ["message", "Hello", False]
PONG = ["pong", "x"]


def read(report: dict[str, Any], **header: Any) -> CaseSheet:
    built = CaptureBuilder(case="4.2.3", agent="tea/1", report=report, **header).open()
    capture, conversation = opened(built.rx(text("Hello")).rx(close(1002)).unfinished())
    sheet = CaseSheet.of(capture, Closing.of(capture, conversation))
    assert sheet is not None
    return sheet


def compared(behavior: object, expected: object, received: object) -> tuple[Any, Any, Any]:
    sheet = read({"behavior": behavior, "expected": expected, "received": received})
    return sheet.met, sheet.nearest, sheet.differs


def test_a_capture_without_a_report_is_of_no_case() -> None:
    for header in ({}, {"report": {}}, {"report": "a word"}, {"report": [1]}):
        capture, conversation = opened(CaptureBuilder(case="4.2.3", **header).open().unfinished())
        assert CaseSheet.of(capture, Closing.of(capture, conversation)) is None


def test_what_the_report_of_wsconform_says() -> None:
    sheet = read({
        "description": "A good message.", "rfc": "RFC 6455 §5.2", "behavior": "FAILED",
        "behaviorClose": "WRONG CODE", "result": "Too much came.", "resultClose": "1000, not 1002.",
        "expectation": 'OK: text "a; b"; NON-STRICT: nothing; Close: close 1002, or TCP dropped',
        "heard": "two messages", "expected": {"NON-STRICT": [], "OK": [HELLO]},
        "received": [HELLO, PONG],
    })  # fmt: skip
    assert (sheet.id, sheet.agent, sheet.rfc) == ("4.2.3", "tea/1", "RFC 6455 §5.2")
    assert [tuple(one) for one in sheet.verdicts] == [
        ("messages", "FAILED", "bad", "Too much came."),
        ("closing", "WRONG CODE", "bad", "1000, not 1002."),
    ]
    assert sheet.expectation == (
        'OK: text "a; b"', "NON-STRICT: nothing", "Close: close 1002, or TCP dropped",
    )  # fmt: skip
    assert [one.name for one in sheet.outcomes] == ["OK", "NON-STRICT"]
    assert sheet.gap == ("nothing", 'pong "x"')
    assert sheet.end_expected == "close 1002, or TCP dropped"
    assert sheet.end_observed.startswith("peer failed the connection with 1002")
    assert sheet.others == ()


@pytest.mark.parametrize(
    ("behavior", "received", "wanted"),
    [
        ("OK", [HELLO], ("OK", "OK", None)),
        ("Pass", [HELLO], ("OK", "OK", None)),
        ("NON-STRICT", [], ("NON-STRICT", "NON-STRICT", None)),
        ("FAILED", [HELLO, PONG], (None, "OK", 1)),
        ("FAILED", [PONG], (None, "OK", 0)),
        ("Fail", [["message", "Hello", True]], (None, "OK", 0)),
        (None, [PONG], (None, "OK", 0)),
        ("FAILED", [HELLO], ("OK", "OK", None)),  # for another reason
        ("OK", [HELLO, PONG], ("OK", "OK", None)),  # a pong that nobody asked for
        ("INFORMATIONAL", [PONG], (None, "OK", None)),
        ("FAILED", None, (None, None, None)),
        ("FAILED", "text", (None, None, None)),
    ],
)
def test_where_what_came_leaves_what_was_expected(
    behavior: str | None, received: object, wanted: tuple[Any, Any, Any]
) -> None:
    assert compared(behavior, {"NON-STRICT": [], "OK": [HELLO]}, received) == wanted


def test_the_nearest_outcome_is_the_one_that_is_followed_longest() -> None:
    expected = {"OK": [PONG, PONG], "NON-STRICT": [HELLO, HELLO, PONG]}
    assert compared("FAILED", expected, [HELLO, HELLO]) == (None, "NON-STRICT", 2)


@pytest.mark.parametrize("expected", [None, 7, "text", [HELLO], {"OK": 7}, {"OK": [], "B": None}])
def test_outcomes_that_cannot_be_read_are_shown_as_they_are(expected: object) -> None:
    sheet = read({"behavior": "OK", "expected": expected, "received": []})
    assert sheet.outcomes == ()
    assert [key for key, _ in sheet.others] == ["expected"] * (expected is not None)


def test_events_in_words() -> None:
    for row, words in (
        (HELLO, 'text "Hello"'),
        (["message", "0xfe00 ...", True], "binary 0xfe00 ..."),
        (["message", "", True], "binary, empty"),
        (["pong", "\x1b[2J"], 'pong "␛[2J"'),
        (["timeout", "A"], "still open after wait A"),
        (["message", 7, True], '["message", 7, true]'),
        ("a\nword", "a word"),
        (None, ""),
    ):
        assert event_words(row) == words


def test_the_end_by_the_rules_of_the_published_suite() -> None:
    rules = {"closedByMe": True, "closeCode": [1000, 1002], "requireClean": True}
    sheet = read({"expectedClose": rules, "expectation": "Something."})
    assert sheet.end_expected == "I close first, close code 1000 or 1002, clean"
    assert read({"expectedClose": {"closedByMe": False}}).end_expected == "the peer closes first"
    assert read({"expectedClose": {"closeCode": 7}}).end_expected == ""
    assert read({"expectedClose": "soon"}).end_expected == ""


def test_whatever_else_a_report_says_is_kept_and_nothing_grows_without_limit() -> None:
    sheet = read({"behavior": "x" * 10_000, "mood": {"good": True}, "gone": None})
    assert sheet.others == (("mood", '{"good": true}'),)
    assert len(sheet.verdicts[0].word) == LONGEST + 1
    assert sheet.verdicts[0].tone == "strong"
