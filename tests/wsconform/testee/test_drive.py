"""Going through the cases of a fuzzing server that knows the published API and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from twisted.internet.defer import Deferred

from live import in_reactor, listening, running_reactor
from right_server import RightServer
from small_fuzzer import CASES, ECHO, UNFORGIVING, Script, small_fuzzer, text
from wsconform.driver.settings import Target
from wsconform.report.entry import Entry
from wsconform.runner import HOPELESS
from wsconform.testee.api import NO_VERDICT, Api
from wsconform.testee.drive import Drive, Outcome, Wish
from wsconform.testee.server import Server

SILENT = Script(text(b"hello"), (b"never",))
"""Neither closes nor goes on."""


class Notes:
    """An observer that keeps everything, and may act."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.missing: list[str] = []
        self.left_out: list[str] = []
        self.started: list[str] = []
        self.finished: list[str] = []

    def listed(self, ids: Sequence[str], missing: Sequence[str], left_out: Sequence[str]) -> None:
        self.ids, self.missing, self.left_out = list(ids), list(missing), list(left_out)

    def case_started(self, case_id: str) -> None:
        self.started.append(case_id)

    def case_finished(self, entry: Entry) -> None:
        self.finished.append(entry.id)


def play(port: int, wish: Wish | None = None, notes: Any = None) -> Outcome:
    def begin() -> Deferred[Outcome]:
        server = Server(running_reactor(), Target.at(f"ws://127.0.0.1:{port}"))
        notes.drive = Drive(server, Api("me"), wish or Wish(), notes)
        return Deferred.fromCoroutine(notes.drive.play())

    notes = notes or Notes()
    outcome: Outcome = in_reactor(begin)
    return outcome


def behaviors(outcome: Outcome) -> Mapping[str, str]:
    return {entry.id: entry.behavior for entry in outcome.entries}


def test_all_that_the_server_has_is_played_in_its_order() -> None:
    notes = Notes()
    with small_fuzzer() as (fuzzer, port):
        outcome = play(port, notes=notes)
    assert outcome.unreachable == ""
    assert behaviors(outcome) == dict.fromkeys(CASES, "OK")
    assert notes.ids == notes.started == notes.finished == list(CASES)
    assert fuzzer.paths == [
        "/getCaseCount",
        *["/getCaseInfo"] * 3,
        *["/runCase", "/getCaseStatus"] * 3,
        "/updateReports",
    ]
    runs = [query["case"] for query in fuzzer.queries[4:-1]]
    assert runs == [["1"], ["1"], ["2"], ["2"], ["3"], ["3"]]
    assert fuzzer.queries[-1] == {"agent": ["me"]}


def test_cases_are_asked_for_by_id_where_some_are_wanted() -> None:
    notes = Notes()
    with small_fuzzer() as (fuzzer, port):
        wish = Wish(("1.1.1", "1.1.2", "3.2"), jobs=2, shutdown=True)
        outcome = play(port, wish, notes)
    assert behaviors(outcome) == {"1.1.1": "OK", "3.2": "OK"}
    assert notes.missing == ["1.1.2"]
    assert {tuple(query) for query in fuzzer.queries[4:8]} == {("casetuple", "agent")}
    assert fuzzer.queries[-1] == {"agent": ["me"], "shutdownOnComplete": ["true"]}


def test_what_the_server_leaves_out_for_this_agent_is_not_played() -> None:
    notes = Notes()
    with small_fuzzer() as (fuzzer, port):
        fuzzer.leaves_out = frozenset({"3.2"})
        outcome = play(port, notes=notes)
    assert behaviors(outcome) == {"1.1.1": "OK", "7.1.1": "OK"}
    assert (notes.ids, notes.left_out) == (["1.1.1", "7.1.1"], ["3.2"])
    assert fuzzer.paths.count("/runCase") == 2


def test_a_server_that_leaves_out_everything_is_told() -> None:
    with small_fuzzer() as (fuzzer, port):
        fuzzer.leaves_out = frozenset(CASES)
        assert "leaves out all cases for 'me'" in play(port).unreachable


def test_a_case_that_fails_says_so_and_the_rest_goes_on() -> None:
    with small_fuzzer({"1.1.1": UNFORGIVING, "1.1.2": ECHO}) as (_, port):
        outcome = play(port, Wish(silence=0.3))
    assert behaviors(outcome) == {"1.1.1": NO_VERDICT, "1.1.2": "OK"}
    assert "no message came from the server" in outcome.entries[0].why
    assert outcome.unreachable == ""


def test_a_verdict_of_failed_is_taken() -> None:
    never = Script(text(b"hello") + b"\x88\x00", (b"hello", b"never"))
    with small_fuzzer({"1.1.1": never}) as (_, port):
        outcome = play(port)
    assert behaviors(outcome) == {"1.1.1": "FAILED"}
    assert outcome.entries[0].started.endswith("Z")


def test_a_verdict_that_never_comes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsconform.testee.drive.VERDICT", 0.2)
    with small_fuzzer(deaf=("/getCaseStatus",)) as (fuzzer, port):
        outcome = play(port)
    assert set(behaviors(outcome).values()) == {NO_VERDICT}
    assert fuzzer.paths[-1] == "/updateReports"


def test_a_server_that_has_become_deaf_is_given_up() -> None:
    cases = {f"1.1.{n}": SILENT for n in range(1, HOPELESS + 3)}
    with small_fuzzer(cases) as (fuzzer, port):
        outcome = play(port, Wish(silence=0.1))
    assert f"{HOPELESS} cases in a row" in outcome.unreachable
    assert fuzzer.paths.count("/runCase") == HOPELESS
    assert len(outcome.entries) == HOPELESS - 1


def test_a_server_that_is_no_fuzzing_server_is_told() -> None:
    with listening(RightServer) as port:
        outcome = play(port, Wish(silence=0.2))
    assert outcome.entries == []
    assert "/getCaseCount" in outcome.unreachable
    assert outcome.unreachable.endswith("is it a fuzzing server?")


@pytest.mark.parametrize("wish", [Wish(), Wish(("1.1.1",))])
def test_a_server_without_cases_is_told(wish: Wish) -> None:
    with small_fuzzer({}) as (_, port):
        assert "cases" in play(port, wish).unreachable


@pytest.mark.parametrize("path", ["/getCaseCount", "/getCaseInfo"])
@pytest.mark.parametrize("wish", [Wish(silence=0.2), Wish(("1.1.1",), silence=0.2)], ids=["", "id"])
def test_a_question_without_an_answer_ends_the_run(path: str, wish: Wish) -> None:
    with small_fuzzer(deaf=(path,)) as (_, port):
        assert path in play(port, wish).unreachable


def test_an_answer_that_is_none_ends_the_run() -> None:
    with small_fuzzer({"no id": ECHO}) as (_, port):
        assert "'no id' is not the id of a case" in play(port).unreachable


def test_reports_that_are_not_written_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsconform.testee.drive.REPORTS", 0.2)
    with small_fuzzer(deaf=("/updateReports",)) as (_, port):
        outcome = play(port)
    assert len(outcome.entries) == 3
    assert "/updateReports" in outcome.unreachable


@pytest.mark.parametrize("shutdown", [False, True])
def test_why_reports_are_not_written_is_told_if_the_server_says_so(shutdown: bool) -> None:
    with small_fuzzer() as (fuzzer, port):
        fuzzer.objection = "the disk is full"
        outcome = play(port, Wish(shutdown=shutdown))
    assert len(outcome.entries) == 3
    assert outcome.unreachable == "the server did not write its reports: the disk is full"


def test_a_server_that_gives_several_cases_one_id_is_told() -> None:
    with small_fuzzer() as (fuzzer, port):
        fuzzer.calls_all = "1.1.1"
        outcome = play(port)
    assert outcome == Outcome([], "the server has 3 cases with the id 1.1.1")
    assert "/runCase" not in fuzzer.paths


@pytest.mark.parametrize("shutdown", [False, True])
def test_a_server_that_stops_before_it_answers_may_do_so_if_it_was_to_stop(shutdown: bool) -> None:
    """As the published suite does."""
    with small_fuzzer() as (fuzzer, port):
        fuzzer.dies_on = "/updateReports"
        outcome = play(port, Wish(shutdown=shutdown))
    assert len(outcome.entries) == 3
    assert bool(outcome.unreachable) is not shutdown


class Aborts(Notes):
    """Aborts the run in its second case."""

    drive: Drive

    def case_started(self, case_id: str) -> None:
        super().case_started(case_id)
        if len(self.started) == 2:
            running_reactor().callLater(0.05, self.drive.abort)


def test_an_aborted_run_has_the_reports_written_of_what_was_played() -> None:
    with small_fuzzer({"1.1.1": ECHO, "1.1.2": SILENT, "1.1.3": ECHO}) as (fuzzer, port):
        outcome = play(port, notes=Aborts())
    assert behaviors(outcome) == {"1.1.1": "OK"}
    assert outcome.unreachable == ""
    assert fuzzer.paths[-1] == "/updateReports"


def test_a_run_that_is_aborted_twice_waits_for_nothing() -> None:
    class Twice(Aborts):
        def case_started(self, case_id: str) -> None:
            super().case_started(case_id)
            if len(self.started) == 2:
                running_reactor().callLater(0.3, self.drive.abort)

    cases = {"1.1.1": ECHO, "1.1.2": SILENT}
    with small_fuzzer(cases, deaf=("/updateReports",)) as (_, port):
        outcome = play(port, notes=Twice())
    assert behaviors(outcome) == {"1.1.1": "OK"}
