"""The Case view in lines."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import CaptureBuilder, close, is_harmless, opened, text
from wirelog.closing import Closing
from wsinspect.present.case import CaseSheet
from wsinspect.present.case_lines import NONE_LISTED, Line, case_lines
from wsinspect.present.safe import cells

HELLO = ["message", "Hello", False]
PONG = ["pong", "x"]
REPORT: dict[str, Any] = {
    "description": "A good message, then a bad one.", "rfc": "RFC 6455 §5.2",
    "behavior": "FAILED", "behaviorClose": "UNCLEAN", "result": "Too much came.",
    "resultClose": "There was no closing handshake.",
    "expectation": "OK: text; Close: TCP dropped", "heard": "text, then pong",
    "expected": {"OK": [HELLO], "NON-STRICT": []}, "received": [HELLO, PONG],
}  # fmt: skip


def laid_out(report: dict[str, Any], width: int = 100) -> list[Line]:
    built = CaptureBuilder(case="4.2.3", agent="tea/1", report=report).open()
    capture, conversation = opened(built.rx(text("Hello")).rx(close(1002)).unfinished())
    sheet = CaseSheet.of(capture, Closing.of(capture, conversation))
    return [] if sheet is None else list(case_lines(sheet, width))


def plain(lines: list[Line]) -> list[str]:
    return ["".join(words for words, _ in line).rstrip() for line in lines]


def test_verdicts_texts_and_events_stand_in_this_order() -> None:
    *lines, last, _ = plain(laid_out(REPORT))
    assert lines == [
        "Case 4.2.3   tea/1   RFC 6455 §5.2",
        "",
        "✗ messages  FAILED   Too much came.",
        "✗ closing   UNCLEAN  There was no closing handshake.",
        "",
        "Description",
        "  A good message, then a bad one.",
        "",
        "Expectation",
        "  OK: text",
        "  Close: TCP dropped",
        "",
        "Outcome",
        "  text, then pong",
        "",
        "Expected and observed",
        "      OK                             NON-STRICT                     observed",
        '   1  text "Hello"                   nothing                        text "Hello"',
        '✗  2  nothing                                                       pong "x"',
        '  ✗ event 2 is the first that differs from OK: expected nothing, observed pong "x"',
        "",
        "The end of the connection",
        "  expected  TCP dropped",
    ]
    assert last.startswith("  observed  peer failed the connection with 1002")


def test_what_differs_is_red_in_both_columns_and_nowhere_else() -> None:
    row = next(line for line in laid_out(REPORT) if len(line) > 2 and "pong" in line[-1][0])
    assert [(words.strip(), kind) for words, kind in row] == [
        ("✗  2", "bad"), ("nothing", "bad"), ("", "faint"), ('pong "x"', "bad"),
    ]  # fmt: skip


def test_the_outcome_that_was_met_is_marked() -> None:
    met = {**REPORT, "behavior": "NON-STRICT", "received": []}
    lines = plain(laid_out(met))
    assert any("OK  " in line and "NON-STRICT ✓" in line for line in lines)
    assert not any(line.startswith("✗  ") for line in lines)
    assert "~ messages  NON-STRICT  Too much came." in lines


def test_bulk_cases_list_no_events() -> None:
    assert f"  {NONE_LISTED}" in plain(laid_out({**REPORT, "expected": {}, "received": []}))


def test_of_many_events_those_around_the_difference_are_shown() -> None:
    many = [HELLO] * 500
    report = {**REPORT, "expected": {"OK": many}, "received": [*many[:300], PONG]}
    lines = plain(laid_out(report))
    assert "      … 290 before" in lines
    assert "      … 150 more" in lines
    assert sum(line.startswith("✗  ") or line.startswith("✗301") for line in lines) == 1


def test_with_little_room_the_nearest_outcome_stays() -> None:
    lines = plain(laid_out({**REPORT, "expected": {"OK": [PONG], "NON-STRICT": [HELLO]}}, 48))
    head = next(line for line in lines if line.endswith("  observed"))
    assert "NON-STRICT" in head
    assert "OK" not in head
    assert "  no room for OK" in lines


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.just("\x1b[2J\u202e"),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["message", "pong", "timeout"]), st.text(max_size=80), st.booleans()
    ).map(list)
    | JSON,
    max_size=5,
)
REPORTS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys((*REPORT, "expectedClose", "\x07key"), JSON)
    | {"expected": st.dictionaries(st.sampled_from(["OK", "NON-STRICT", "\x1b"]), EVENTS) | JSON}
    | {"received": EVENTS | JSON},
)


@settings(max_examples=60, deadline=None)
@given(REPORTS, st.sampled_from([40, 80, 120]))
def test_any_json_can_stand_in_a_report(report: dict[str, Any], width: int) -> None:
    for line in plain(laid_out(report, width)):
        assert is_harmless(line)
        assert cells(line) <= width


@pytest.mark.parametrize("width", [1, 10, 30, 200])
def test_any_width_will_do(width: int) -> None:
    assert max(map(cells, plain(laid_out(REPORT, width)))) <= width
