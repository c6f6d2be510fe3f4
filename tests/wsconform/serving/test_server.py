"""The fuzzing server with several clients, and when something goes wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from twisted.internet.defer import Deferred, fail

from memory_fuzzer import MemoryFuzzer, plan
from wirelog.frames import Opcode
from wsconform.serving.results import Results


@pytest.fixture
def fuzzer(tmp_path: Path) -> MemoryFuzzer:
    return MemoryFuzzer(plan(tmp_path))


def test_agents_add_up_and_everything_is_told(fuzzer: MemoryFuzzer) -> None:
    fuzzer.play("1.1.1", "a")
    fuzzer.play("1.1.1", "b%2F1")
    fuzzer.play("1.1.1", "b%2F1")
    assert [(one.agent, one.id) for one in fuzzer.results.entries()] == [
        ("a", "1.1.1"), ("b/1", "1.1.1"),
    ]  # fmt: skip
    assert fuzzer.notes.told[:3] == [
        ("came", "a", 3), ("started", "a", "1.1.1"), ("ended", "a", "1.1.1", "OK"),
    ]  # fmt: skip
    assert [told for told in fuzzer.notes.told if told[0] == "came"] == [
        ("came", "a", 3), ("came", "b/1", 3),
    ]  # fmt: skip


def test_cases_that_are_played_side_by_side_say_so(fuzzer: MemoryFuzzer, tmp_path: Path) -> None:
    visitors = [fuzzer.visitor().open(f"/runCase?case=1&agent={name}") for name in "ab"]
    for visitor in visitors:
        visitor.send(*[one for one in visitor.frames if one.opcode != Opcode.CLOSE]).hang_up()
    fuzzer.play("1.1.1", "c")
    alone = {
        entry.agent: json.loads((tmp_path / entry.file).read_text())["attempts"][0]["alone"]
        for entry in fuzzer.results.entries()
    }
    assert alone == {"a": False, "b": False, "c": True}


def test_a_case_that_is_broken_off_is_not_reported(fuzzer: MemoryFuzzer, tmp_path: Path) -> None:
    visitor = fuzzer.visitor().open("/runCase?case=1&agent=me")
    fuzzer.server.abort()
    visitor.wait(0)
    assert fuzzer.notes.told[-1] == ("ended", "me", "1.1.1", None)
    assert not list(tmp_path.rglob("*.json"))


def test_who_asks_for_reports_and_does_not_wait_for_them_is_through_all_the_same(
    fuzzer: MemoryFuzzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fuzzer.play("1.1.1")
    writing: Deferred[None] = Deferred()
    monkeypatch.setattr(fuzzer.results, "update_pages", lambda: writing)
    fuzzer.visitor().open("/updateReports?agent=me").go()
    assert ("updated", "me") not in fuzzer.notes.told
    writing.callback(None)
    assert ("updated", "me") in fuzzer.notes.told


def test_reports_that_cannot_be_written_stop_the_server(
    fuzzer: MemoryFuzzer, tmp_path: Path
) -> None:
    (tmp_path / "captures").write_text("a file where a folder should be")
    fuzzer.play("1.1.1")
    assert isinstance(fuzzer.server.failure, OSError)
    (why,) = fuzzer.ends
    assert why.startswith(f"reports cannot be written: {tmp_path / 'captures' / 'me'}")
    assert why.endswith(": Not a directory")
    assert fuzzer.notes.told[-1] == ("ended", "me", "1.1.1", None)


def test_pages_that_cannot_be_written_stop_the_server_and_whoever_asked_is_told(
    fuzzer: MemoryFuzzer, tmp_path: Path
) -> None:
    fuzzer.play("1.1.1")
    (tmp_path / "index.html").mkdir()
    visitor = fuzzer.visitor().open("/updateReports?agent=me")
    words = f"{tmp_path / 'index.html'}: Is a directory"
    assert visitor.said == [{"error": words}]
    assert fuzzer.ends == [f"reports cannot be written: {words}"]
    assert ("updated", "me") not in fuzzer.notes.told


def test_an_error_of_ours_while_pages_are_written_does_not_stop_it(
    fuzzer: MemoryFuzzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzzer.results, "update_pages", lambda: fail(ZeroDivisionError("oh")))
    assert fuzzer.visitor().open("/updateReports?agent=me").said == [{"error": "oh"}]
    assert (fuzzer.ends, fuzzer.server.failure) == ([], None)


def test_a_watcher_that_cannot_be_told_costs_nothing(fuzzer: MemoryFuzzer) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    for name in ("came", "case_started", "case_ended", "updated"):
        setattr(fuzzer.notes, name, gone)
    fuzzer.play("1.1.1")
    fuzzer.ask("/updateReports?agent=me")
    assert [entry.behavior for entry in fuzzer.results.entries()] == ["OK"]
    assert (fuzzer.ends, fuzzer.server.failure) == ([], None)


def test_an_error_of_ours_costs_one_case_and_not_the_server(
    fuzzer: MemoryFuzzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Results, "add", lambda *_: 1 / 0)
        fuzzer.play("1.1.1")
    assert (fuzzer.results.entries(), fuzzer.ends, fuzzer.server.failure) == ([], [], None)
    fuzzer.play("1.1.1")
    assert len(fuzzer.results.entries()) == 1
