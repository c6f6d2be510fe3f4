"""Baselines: what is known is accepted, and every difference counts, both ways."""

from __future__ import annotations

from pathlib import Path

import pytest

import outcomes
from wsconform.report import baseline
from wsconform.report.directory import index_of
from wsconform.report.files import as_json
from wsconform.report.gate import Gate


def test_a_baseline_that_was_just_written_has_no_differences(tmp_path: Path) -> None:
    entries = [outcomes.entry("1.1.1", "FAILED"), outcomes.entry("1.1.2")]
    baseline.update(tmp_path / "b.json", entries)
    assert baseline.differences(baseline.load(tmp_path / "b.json"), entries) == []


def test_worse_and_better_are_both_differences() -> None:
    known = {"x": {"1.1.1": ("OK", "OK"), "1.1.2": ("FAILED", "OK")}}
    entries = [outcomes.entry("1.1.1", "FAILED"), outcomes.entry("1.1.2", "OK")]
    assert [one.words for one in baseline.differences(known, entries)] == [
        "1.1.1 of x is FAILED / OK, the baseline says OK / OK",
        "1.1.2 of x is OK / OK, the baseline says FAILED / OK",
    ]


def test_a_case_that_it_does_not_name_has_to_pass() -> None:
    entries = [outcomes.entry("1.1.1"), outcomes.entry("1.1.2", "FAILED")]
    found = baseline.differences({"x": {}}, entries)
    assert [one.entry.id for one in found] == ["1.1.2"]
    assert found[0].known == "a pass"


def test_the_published_index_is_a_baseline(tmp_path: Path) -> None:
    entries = [outcomes.entry("1.1.1", "NON-STRICT"), outcomes.entry("2.1", "OK", "UNCLEAN")]
    (tmp_path / "index.json").write_bytes(as_json(index_of(entries)))
    known = baseline.load(tmp_path / "index.json")
    assert known["x"]["2.1"] == ("OK", "UNCLEAN")
    assert not Gate(baseline=known).fails(entries)


def test_an_update_keeps_what_was_not_run(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    baseline.update(path, [outcomes.entry("1.1.1"), outcomes.entry("1.1.1", agent="y")])
    baseline.update(path, [outcomes.entry("1.1.1", "FAILED"), outcomes.entry("2.1")])
    assert baseline.load(path) == {
        "x": {"1.1.1": ("FAILED", "OK"), "2.1": ("OK", "OK")},
        "y": {"1.1.1": ("OK", "OK")},
    }


@pytest.mark.parametrize("content", ["", "[]", '{"x": {"1.1.1": {}}}', '{"x": 3}'])
def test_what_is_no_baseline_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(content)
    with pytest.raises(baseline.BaselineError, match=r"b\.json"):
        baseline.load(path)


def test_a_missing_baseline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(baseline.BaselineError, match="No such file"):
        baseline.load(tmp_path / "none.json")


def test_an_agent_that_it_does_not_know_fails_the_gate() -> None:
    known = {"x/1": {"1.1.1": ("FAILED", "OK")}}
    gate = Gate(baseline=known)
    entries = [outcomes.entry("1.1.1", agent="x/2")]
    assert gate.strangers(entries) == ["x/2"]
    assert gate.fails(entries)
    assert not Gate(baseline={}).fails(entries)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[]", "the whole is no JSON object"),
        ('{"x": 3}', "'x' is no JSON object"),
        ('{"x": {"1.1.1": []}}', "'x', case '1.1.1' is no JSON object"),
        ('{"x": {"1.1.1": {"behavior": "OK", "behaviorClose": 3}}}', "no behavior and behaviorClo"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_wrong_with_it_is_said_in_words(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "b.json").write_text(content)
    with pytest.raises(baseline.BaselineError) as refused:
        baseline.load(tmp_path / "b.json")
    assert words in str(refused.value)
    assert "Error" not in str(refused.value)


def test_an_update_behind_a_link_leaves_the_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    baseline.update(tmp_path / "link", [outcomes.entry("1.1.1")])
    assert (tmp_path / "link").is_symlink()
    assert baseline.load(tmp_path / "real") == {"x": {"1.1.1": ("OK", "OK")}}
