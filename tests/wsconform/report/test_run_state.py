"""The note that a run leaves behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import outcomes
from wsconform.cases import CASES
from wsconform.report.directory import ReportDirectory
from wsconform.report.entry import Entry
from wsconform.report.run_state import Finished, RunState, forget
from wsconform.result import CaseResult


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    state = RunState.new(("ws://127.0.0.1:9001", "--strict"))
    state.save(tmp_path)
    assert RunState.load(tmp_path) == state
    state.finish(tmp_path)
    loaded = RunState.load(tmp_path)
    assert loaded is not None
    assert loaded.id == state.id
    assert (state.finished, loaded.finished is None) == (None, False)


def test_two_runs_have_two_ids() -> None:
    assert RunState.new(()).id != RunState.new(()).id


def test_a_note_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    assert RunState.load(tmp_path) is None
    for content in ("", "[]", '{"id": "x"}', "[[" * 100_000):
        (tmp_path / "run.json").write_text(content)
        assert RunState.load(tmp_path) is None


def finished(directory: Path, *results: CaseResult, run: str = "one") -> Finished:
    """What a run that is resumed takes over of these results."""
    reports = ReportDirectory(directory)
    for result in results:
        captures = [outcomes.capture()] * len(result.attempts)
        reports.add(result, outcomes.source(run=run), captures)
    return Finished.of(RunState("one", (), ""), reports.reports())


def ids(entries: Iterable[Entry]) -> list[str]:
    return [entry.id for entry in entries]


def test_what_never_opened_was_not_played(tmp_path: Path) -> None:
    away = outcomes.attempt("4.2.4", opened=False, opening="302 Found")
    found = finished(tmp_path, outcomes.good("4.2.3"), outcomes.result("4.2.4", away))
    assert (ids(found.done), ids(found.void)) == (["4.2.3"], ["4.2.4"])


def test_what_failed_beside_others_is_not_finished_before_it_was_repeated(tmp_path: Path) -> None:
    def crowded(result: CaseResult) -> CaseResult:
        return outcomes.result(result.case.id, replace(result.last, was_alone=False))

    twice = CaseResult(CASES["4.2.5"], outcomes.bad("4.2.5").attempts * 2)
    found = finished(
        tmp_path, crowded(outcomes.good("4.2.3")), crowded(outcomes.bad("4.2.4")),
        outcomes.bad("4.2.1"), twice,
    )  # fmt: skip
    assert (ids(found.done), ids(found.void)) == (["4.2.1", "4.2.3", "4.2.5"], ["4.2.4"])


def test_other_runs_are_left_out(tmp_path: Path) -> None:
    assert finished(tmp_path, outcomes.good(), run="two") == Finished()


def test_a_report_is_forgotten_with_its_page_and_its_captures(tmp_path: Path) -> None:
    (old,) = finished(tmp_path, CaseResult(CASES["4.2.3"], outcomes.bad().attempts * 2)).done
    (tmp_path / old.file).with_suffix(".html").write_text("page")
    (tmp_path / "captures" / "x_1_0" / "4.2.4.log").write_text("of another case")
    forget(tmp_path, old)
    left = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(left) == ["4.2.4.log", "index.json"]
