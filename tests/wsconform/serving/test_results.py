"""Results as they come, and those who wait for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from twisted.internet.defer import CancelledError, Deferred

import outcomes
from memory_fuzzer import at_once, plan
from wsconform.cases import CASES
from wsconform.report.entry import Entry
from wsconform.serving.results import Results

CASE = CASES["4.2.3"]


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(plan(tmp_path, "4.2.*"), "run", lambda _: None, at_once)


def add(results: Results, agent: str = "me", case: str = "4.2.3") -> Entry:
    results.begin(agent, CASES[case])
    entry = results.add(agent, outcomes.good(case), [outcomes.capture()], "ws://127.0.0.1:9001")
    results.end(agent, CASES[case])
    return entry


def fired(waiter: Deferred[Entry]) -> list[Entry]:
    found: list[Entry] = []
    waiter.addCallback(found.append)
    return found


def test_cases_have_the_numbers_by_which_clients_ask(results: Results, tmp_path: Path) -> None:
    assert results.numbers["4.2.1"] == 1
    entry = add(results)
    report = json.loads((tmp_path / entry.file).read_text())
    assert (report["case"], report["target"], report["run"]) == (3, "ws://127.0.0.1:9001", "run")


def test_a_result_is_on_disk_at_once(results: Results, tmp_path: Path) -> None:
    entry = add(results)
    assert (tmp_path / entry.file).is_file()
    assert entry.capture
    assert (tmp_path / entry.capture).is_file()
    assert list(json.loads((tmp_path / "index.json").read_text())) == ["me"]


def test_results_add_up_and_a_case_played_again_replaces_its_result(results: Results) -> None:
    add(results, "b")
    add(results, "a")
    add(results, "a", "4.2.1")
    again = add(results, "b")
    assert [(one.agent, one.id) for one in results.entries()] == [
        ("a", "4.2.1"), ("a", "4.2.3"), ("b", "4.2.3"),
    ]  # fmt: skip
    assert results.entries()[-1] is again
    assert set(results.index()["a"]) == {"4.2.1", "4.2.3"}
    assert results.agents() == ["b", "a"]


def test_what_is_being_played_is_known(results: Results) -> None:
    results.begin("me", CASE)
    results.begin("me", CASE)
    assert results.playing() == [("me", "4.2.3")] * 2
    results.end("me", CASE)
    assert (results.playing(), results.agents()) == ([("me", "4.2.3")], ["me"])
    results.end("me", CASE)
    assert (results.playing(), results.agents()) == ([], [])


def test_any_number_of_waiters_hears_of_a_result(results: Results) -> None:
    early = [fired(results.waiter("me", "4.2.3")) for _ in range(3)]
    other = fired(results.waiter("me", "4.2.1"))
    entry = add(results)
    assert early == [[entry]] * 3
    assert fired(results.waiter("me", "4.2.3")) == [entry]
    assert other == []


def test_a_result_that_is_about_to_be_replaced_is_not_told(results: Results) -> None:
    add(results)
    results.begin("me", CASE)
    waiting = fired(results.waiter("me", "4.2.3"))
    assert waiting == []
    add(results)
    assert waiting == []  # the first of the two connections still plays
    again = results.add("me", outcomes.good("4.2.3"), [outcomes.capture()], "ws://127.0.0.1:9001")
    assert waiting == []
    results.end("me", CASE)
    assert waiting == [again]


def test_a_result_is_told_when_the_case_that_might_have_replaced_it_is_broken_off(
    results: Results,
) -> None:
    results.begin("me", CASES["4.2.1"])
    results.end("me", CASES["4.2.1"])
    entry = add(results)
    results.begin("me", CASE)
    waiting = fired(results.waiter("me", "4.2.3"))
    never = fired(results.waiter("me", "4.2.1"))
    results.end("me", CASE)
    assert (waiting, never) == ([entry], [])


def test_nobody_is_told_who_does_not_wait_any_more(results: Results) -> None:
    waiter, other = results.waiter("me", "4.2.3"), results.waiter("me", "4.2.3")
    waiter.addErrback(lambda failure: failure.trap(CancelledError))
    other.addErrback(lambda failure: failure.trap(CancelledError))
    waiter.cancel()
    heard = fired(other)
    entry = add(results)
    assert heard == [entry]


def test_pages_are_written_when_asked_for(results: Results, tmp_path: Path) -> None:
    entry = add(results)
    assert not list(tmp_path.glob("*.html"))
    results.update_pages()
    pages = {path.name for path in tmp_path.glob("*.html")}
    assert pages == {"index.html", entry.file.replace(".json", ".html")}


def test_pages_that_cannot_be_written_are_an_error_and_the_next_time_they_are_written(
    results: Results, tmp_path: Path
) -> None:
    add(results)
    (tmp_path / "index.html").mkdir()
    failed: list[object] = []
    results.update_pages().addErrback(failed.append)
    assert len(failed) == 1
    (tmp_path / "index.html").rmdir()
    add(results, case="4.2.1")
    results.update_pages()
    assert (tmp_path / "index.html").is_file()
