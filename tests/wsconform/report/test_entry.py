"""What lists take out of a report, whoever wrote it."""

from __future__ import annotations

from typing import Any

import pytest

import outcomes
from wsconform.report.entry import Entry


@pytest.mark.parametrize(
    ("behavior", "close", "passed", "strictly", "kind"),
    [
        ("OK", "OK", True, True, "passed"),
        ("OK", "INFORMATIONAL", True, True, "passed"),
        ("NON-STRICT", "OK", True, False, "non-strict"),
        ("INFORMATIONAL", "INFORMATIONAL", True, True, "informational"),
        ("UNIMPLEMENTED", "OK", False, False, "unimplemented"),
        ("OK", "WRONG CODE", False, False, "failed"),
        ("OK", "UNCLEAN", False, False, "failed"),
        ("FAILED", "OK", False, False, "failed"),
        ("never heard of", "OK", False, False, "failed"),
    ],
)
def test_the_common_rule(
    behavior: str, close: str, passed: bool, strictly: bool, kind: str
) -> None:
    entry = outcomes.entry("4.2.3", behavior, close)
    assert (entry.passed(), entry.passed(strict=True), entry.kind) == (passed, strictly, kind)


def test_the_rule_agrees_with_the_published_run(published_run: dict[str, dict[str, Any]]) -> None:
    entries = [Entry.of(report, "f") for report in published_run.values()]
    assert sum(entry.passed() for entry in entries) == 517
    assert sum(entry.passed(strict=True) for entry in entries) == 507


def test_the_sentence_tells_what_failed() -> None:
    assert outcomes.entry("1.1.1", "FAILED", "OK").why == "so it was"
    assert outcomes.entry("1.1.1", "OK", "UNCLEAN").why == "so it ended"
    assert outcomes.entry("1.1.1", "FAILED", "UNCLEAN").why == "so it was so it ended"


@pytest.mark.parametrize(
    "report",
    [{}, {"id": 3, "behavior": ""}, {"id": "x", "behavior": ""}, {"id": "1.1\n", "behavior": "OK"}],
)
def test_what_is_no_report_is_refused(report: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Entry.of(report, "f")


def test_values_of_wrong_types_do_no_harm() -> None:
    entry = outcomes.entry(
        "1.1.1", started=3, duration="long", remoteCloseCode=[], wanted="x", attempts=[1, None],
        agent=None, trafficStats={"incomingCompressionRatio": "x"},
    )  # fmt: skip
    assert (entry.started, entry.duration, entry.code, entry.wanted) == ("", 0, None, ())
    assert entry.agent == "UnknownServer"
    assert entry.ratios == (None, None)


def test_attempts_that_were_judged_otherwise_show() -> None:
    attempts = [{"behavior": "FAILED", "behaviorClose": "OK"}, {"behavior": "OK"}]
    assert outcomes.entry("1.1.1", attempts=attempts).differed
    assert not outcomes.entry("1.1.1", attempts=attempts[:1] * 2).differed


def test_the_same_sentence_is_not_said_twice() -> None:
    twice = {"result": "So it was.", "resultClose": "So it was."}
    entry = outcomes.entry("1.1.1", "FAILED", "FAILED", **twice)
    assert (entry.why, entry.sentences) == ("So it was.", ("So it was.",))


def test_why_the_connection_never_opened_is_told() -> None:
    entry = outcomes.entry("1.1.1", "FAILED", "FAILED", opening="the server answered 401")
    assert entry.why == "The connection never opened: the server answered 401."
