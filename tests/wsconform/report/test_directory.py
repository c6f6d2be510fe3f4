"""A report directory: results as they come, several agents, reading back."""

from __future__ import annotations

import json
import os
from pathlib import Path

import outcomes
from wsconform.report.directory import ReportDirectory


def index_in(path: Path) -> dict[str, dict[str, dict[str, object]]]:
    return json.loads((path / "index.json").read_text())  # type: ignore[no-any-return]


def test_a_result_is_on_disk_at_once(tmp_path: Path) -> None:
    capture = outcomes.capture()
    ReportDirectory(tmp_path).add(outcomes.good(), outcomes.source(), [capture])
    report = json.loads((tmp_path / "x_1_0_case_4_2_3.json").read_text())
    assert report["behavior"] == "OK"
    assert report["capture"] == "captures/x_1_0/4.2.3.log"
    assert (tmp_path / report["capture"]).read_bytes() == capture
    assert index_in(tmp_path)["x/1.0"]["4.2.3"] == {
        "behavior": "OK", "behaviorClose": "OK", "duration": 12, "remoteCloseCode": 1002,
        "reportfile": "x_1_0_case_4_2_3.json",
    }  # fmt: skip


def test_several_agents_add_up(tmp_path: Path) -> None:
    for agent in ("x/1.0", "y/2.0"):
        directory = ReportDirectory(tmp_path)
        directory.add(outcomes.good("4.2.3"), outcomes.source(agent), [outcomes.capture()])
        directory.add(outcomes.bad("4.2.4"), outcomes.source(agent), [outcomes.capture()])
        directory.write_index()
    index = index_in(tmp_path)
    assert {agent: sorted(cases) for agent, cases in index.items()} == {
        "x/1.0": ["4.2.3", "4.2.4"], "y/2.0": ["4.2.3", "4.2.4"],
    }  # fmt: skip


def test_agents_whose_names_look_alike_in_a_file_name_stay_apart(tmp_path: Path) -> None:
    ReportDirectory(tmp_path).add(outcomes.good(), outcomes.source("Foo/1"), [outcomes.capture()])
    ReportDirectory(tmp_path).add(outcomes.bad(), outcomes.source("foo 1"), [outcomes.capture()])
    directory = ReportDirectory(tmp_path)
    directory.write_index()
    assert {agent: cases["4.2.3"]["behavior"] for agent, cases in index_in(tmp_path).items()} == {
        "Foo/1": "OK", "foo 1": "FAILED",
    }  # fmt: skip


def test_the_first_attempt_has_a_capture_of_its_own_that_goes_when_it_is_old(
    tmp_path: Path,
) -> None:
    twice = outcomes.result("4.2.3", outcomes.bad().last, outcomes.good().last)
    directory = ReportDirectory(tmp_path)
    directory.add(twice, outcomes.source(), [outcomes.capture(b"1"), outcomes.capture(b"2")])
    first = tmp_path / "captures/x_1_0/4.2.3~first.log"
    assert first.is_file()
    directory.add(outcomes.good(), outcomes.source(), [outcomes.capture()])
    assert not first.exists()


def test_reports_come_in_the_order_of_the_cases(tmp_path: Path) -> None:
    directory = ReportDirectory(tmp_path)
    for case_id in ("10.1.1", "2.10", "2.9"):
        directory.add(outcomes.good(case_id), outcomes.source(), [outcomes.capture()])
    assert [found.entry.id for found in directory.reports()] == ["2.9", "2.10", "10.1.1"]


def test_a_damaged_report_is_told_and_left_out(tmp_path: Path) -> None:
    complaints: list[str] = []
    directory = ReportDirectory(tmp_path, complaints.append)
    directory.add(outcomes.good(), outcomes.source(), [outcomes.capture()])
    (tmp_path / "x_1_0_case_1_1_1.json").write_text('{"id": ')
    (tmp_path / "y_case_1_1_1.json").write_text("[]")
    (tmp_path / "index.json").write_text("no index")
    assert [found.entry.id for found in directory.reports()] == ["4.2.3"]
    assert len(complaints) == 2
    assert "x_1_0_case_1_1_1.json" in complaints[0]
    ReportDirectory(tmp_path).add(outcomes.good("2.9"), outcomes.source(), [outcomes.capture()])
    assert "2.9" in index_in(tmp_path)["x/1.0"]


def test_a_directory_that_is_not_there_has_no_reports(tmp_path: Path) -> None:
    assert list(ReportDirectory(tmp_path / "none").reports()) == []


def test_a_damaged_report_is_told_once_however_often_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "x_case_1_1_1.json").write_text("[]")
    told: list[str] = []
    directory = ReportDirectory(tmp_path, told.append)
    assert list(directory.reports()) == list(directory.reports()) == []
    assert told == [f"{tmp_path}/x_case_1_1_1.json is left out: no JSON object"]


def test_a_pipe_in_place_of_a_report_is_left_out_and_then_replaced(tmp_path: Path) -> None:
    for name in ("x_1_0_case_4_2_3.json", "index.json"):
        os.mkfifo(tmp_path / name)
    told: list[str] = []
    directory = ReportDirectory(tmp_path, told.append)
    assert list(directory.reports()) == []
    assert told == [f"{tmp_path}/x_1_0_case_4_2_3.json is left out: no regular file"]
    directory.add(outcomes.good(), outcomes.source(), [outcomes.capture()])
    assert index_in(tmp_path)["x/1.0"]["4.2.3"]["behavior"] == "OK"
    assert [found.entry.id for found in directory.reports()] == ["4.2.3"]
