"""The JSON of a case has the keys of the published suite, of the same types and layout."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest

import outcomes
from wirelog.formats import load
from wsconform.cases import CASES
from wsconform.judge import judge
from wsconform.report.case_report import case_report, traffic_stats
from wsconform.report.files import as_json
from wsconform.result import CaseResult, Flow, Flows
from wsconform.transcript import Transcript


def report_of(result: CaseResult, *paths: str, agent: str = "x/1.0") -> dict[str, Any]:
    captures = [outcomes.capture()] * len(result.attempts)
    return case_report(result, outcomes.source(agent), captures, paths or ("captures/x/a.log",))


def kinds_of(key: str, reports: list[dict[str, Any]]) -> set[type]:
    return {type(report[key]) for report in reports}


def test_every_published_key_is_there_with_a_type_that_it_has_there(
    published_run: dict[str, dict[str, Any]],
) -> None:
    report = report_of(outcomes.good())
    reference = list(published_run.values())
    for key in reference[0]:
        assert type(report[key]) in kinds_of(key, reference), key


def test_expectations_are_those_of_the_published_reports(
    published_run: dict[str, dict[str, Any]],
) -> None:
    published = replace_as_published(outcomes.source())
    for case in CASES.values():
        transcript = Transcript()
        attempt = replace(
            outcomes.attempt("1.1.1"), verdict=judge(case, transcript), transcript=transcript
        )
        made = case_report(
            CaseResult(case, (attempt,)), published, [outcomes.capture()], ["captures/x/a.log"]
        )
        theirs = published_run[case.id]
        for key in ("id", "case", "expectedClose", "reportTime", "reportCompressionRatio"):
            assert made[key] == theirs[key], (case.id, key)
        assert made["expected"].keys() == theirs["expected"].keys(), case.id


def replace_as_published(source: Any) -> Any:
    return source._replace(as_published=True)


def test_a_report_is_laid_out_like_a_published_one() -> None:
    lines = as_json({"b": [1, {"c": None}], "a": "é"}).decode().split("\n")
    assert lines == [
        "{", '   "a": "\\u00e9",', '   "b": [', "      1,", "      {", '         "c": null',
        "      }", "   ]", "}",
    ]  # fmt: skip


def test_the_verdict_stands_in_it_with_all_that_explains_it() -> None:
    report = report_of(outcomes.bad())
    assert (report["behavior"], report["behaviorClose"]) == ("FAILED", "FAILED")
    assert report["received"] == [["message", "Hello, world!", False]] * 2
    assert report["expected"] == {"OK": [["message", "Hello, world!", False]], "NON-STRICT": []}
    assert report["wanted"][0].startswith("OK: text message")
    assert report["rfc"] == "RFC 6455 §5.2"
    assert report["started"] == "2026-11-22T13:00:00.123Z"
    assert not report["passed"]


def test_both_attempts_are_kept_and_the_last_one_counts() -> None:
    first, second = outcomes.bad().last, replace(outcomes.good().last, was_alone=True)
    both = outcomes.result("4.2.3", replace(first, was_alone=False), second)
    report = report_of(both, "captures/x/4.2.3~first.log", "captures/x/4.2.3.log")
    assert report["behavior"] == "OK"
    assert [one["behavior"] for one in report["attempts"]] == ["FAILED", "OK"]
    assert [one["alone"] for one in report["attempts"]] == [False, True]
    assert report["capture"] == "captures/x/4.2.3.log"


def test_heads_that_never_came_are_a_question_mark() -> None:
    nothing = replace(outcomes.good().last, request=b"", response=b"")
    report = report_of(outcomes.result("4.2.3", nothing))
    assert (report["httpRequest"], report["httpResponse"]) == ("?", "?")


def test_traffic_figures_have_the_published_names(
    published_run: dict[str, dict[str, Any]],
) -> None:
    theirs = published_run["12.1.1"]["trafficStats"]
    flows = Flows(
        Flow(10673, 4673, 16000, 1000, 1000), Flow(6673, 4673, 16000, 1000, 1000), 340, 207
    )
    assert traffic_stats(flows) == theirs


def test_nothing_divided_by_nothing_is_null() -> None:
    assert traffic_stats(Flows(Flow(), Flow(), 0, 0))["incomingCompressionRatio"] is None


def test_the_inspector_can_open_a_report() -> None:
    content = as_json(report_of(outcomes.good()))
    capture = load(io.BytesIO(content))
    frames = [record.frame for record in capture.records if record.frame]
    assert [(one.opcode, one.length, one.preview) for one in frames] == [
        (1, 13, "Hello, world!"), (1, 13, "Hello, world!"),
    ]  # fmt: skip


@pytest.mark.parametrize("case_id", ["9.1.1", "12.1.1"])
def test_bulk_cases_list_no_messages(case_id: str) -> None:
    attempt = replace(outcomes.good().last, transcript=Transcript((outcomes.HELLO,)))
    report = report_of(outcomes.result(case_id, attempt))
    assert report["received"] == []
    assert report["reportTime"]


def test_what_the_peer_broke_on_the_wire_stands_in_the_report() -> None:
    found = report_of(outcomes.bad())["findings"]
    assert {one["side"] for one in found} == {"server"}
    assert ("handshake.response-upgrade", "error") in {
        (one["rule"], one["severity"]) for one in found
    }


def test_a_bulk_case_that_passed_is_not_looked_through() -> None:
    echo = CASES["9.1.1"].sent_message()
    attempt = outcomes.attempt("9.1.1", echo, closing=outcomes.CLEAN)
    report = report_of(outcomes.result("9.1.1", attempt))
    assert (report["passed"], report["findings"]) == (True, [])


def test_a_case_has_the_number_that_a_client_asks_for_it() -> None:
    numbered = outcomes.source()._replace(target="tcp:9001", numbers={"4.2.3": 7})
    report = case_report(outcomes.good(), numbered, [outcomes.capture()], ["captures/x/a.log"])
    assert (report["case"], report["target"]) == (7, "tcp:9001")
    assert report_of(outcomes.good())["case"] == list(CASES).index("4.2.3") + 1
