"""What a client is told over WebSocket, and what it can have done."""

from __future__ import annotations

from pathlib import Path

import pytest

from memory_fuzzer import MemoryFuzzer, plan
from wsconform.cases import CASES
from wsconform.serve_plan import Terms
from wsconform.serving.ending import GRACE


@pytest.fixture
def fuzzer(tmp_path: Path) -> MemoryFuzzer:
    return MemoryFuzzer(plan(tmp_path))


def test_the_number_of_cases_is_told(fuzzer: MemoryFuzzer) -> None:
    visitor = fuzzer.ask("/getCaseCount")
    assert (visitor.said, visitor.close.code) == ([3], 1000)
    assert visitor.transport.ended == "FIN"


def test_a_case_is_described_by_number_and_by_id(fuzzer: MemoryFuzzer) -> None:
    case = CASES["4.2.3"]
    for question in ("case=2", "casetuple=4.2.3"):
        (told,) = fuzzer.ask(f"/getCaseInfo?{question}").said
        assert (told["id"], told["description"], told["rfc"]) == (case.id, case.says, case.rfc)


def test_a_verdict_is_told_to_all_who_wait_for_it(fuzzer: MemoryFuzzer) -> None:
    target = "/getCaseStatus?case=1&agent=me"
    waiting = [fuzzer.visitor().open(target) for _ in range(2)]
    gone = fuzzer.visitor().open(target).go()
    assert [visitor.frames for visitor in waiting] == [[], []]
    fuzzer.play("1.1.1")
    assert gone.frames == []
    for visitor in (*waiting, fuzzer.ask(target)):
        (told,) = visitor.said
        assert (told["behavior"], told["behaviorClose"], told["passed"]) == ("OK", "OK", True)
        assert told["reportfile"] == "me_case_1_1_1.json"


def test_reports_are_written_when_a_client_asks_for_them(
    fuzzer: MemoryFuzzer, tmp_path: Path
) -> None:
    fuzzer.play("1.1.1")
    assert not (tmp_path / "index.html").exists()
    visitor = fuzzer.ask("/updateReports?agent=me")
    assert (visitor.frames[0].payload[:2], visitor.close.code) == (b"\x03\xe8", 1000)
    assert (tmp_path / "index.html").exists()
    assert fuzzer.notes.told[-1] == ("updated", "me")
    assert fuzzer.ends == []


def test_reports_that_cannot_be_written_are_said(fuzzer: MemoryFuzzer, tmp_path: Path) -> None:
    fuzzer.play("1.1.1")
    (tmp_path / "index.html").mkdir()
    (told,) = fuzzer.ask("/updateReports?agent=me").said
    assert "Is a directory" in told["error"]


def test_the_server_stops_when_it_is_asked_to_behind_the_reports(
    fuzzer: MemoryFuzzer, tmp_path: Path
) -> None:
    fuzzer.play("1.1.1")
    visitor = fuzzer.visitor().open("/updateReports?agent=me&shutdownOnComplete=true")
    assert ((tmp_path / "index.html").exists(), fuzzer.ends) == (True, [])
    visitor.hang_up()
    assert fuzzer.ends == ["a client has asked for it"]


def test_the_server_stops_at_once_when_it_is_asked_to(fuzzer: MemoryFuzzer) -> None:
    fuzzer.visitor().open("/stopServer")
    fuzzer.visitor().open("/stopServer")
    assert fuzzer.ends == ["a client has asked for it"]


def test_a_case_that_is_left_out_for_an_agent_is_no_case_for_it(tmp_path: Path) -> None:
    fuzzer = MemoryFuzzer(plan(tmp_path, exclude_by_agent={"old*": ("4.*",)}))
    visitor = fuzzer.ask("/runCase?casetuple=4.2.3&agent=old%201")
    assert (visitor.close.code, visitor.close.reason) == (
        1000, b"this case is left out for this agent",
    )  # fmt: skip
    (told,) = fuzzer.ask("/getCaseStatus?casetuple=4.2.3&agent=old%201").said
    assert "left out" in told["error"]
    (told,) = fuzzer.ask("/getCaseInfo?casetuple=4.2.3&agent=old%201").said
    assert told["excluded"] is True
    for question in ("casetuple=4.2.3&agent=new", "casetuple=4.2.3", "casetuple=1.1.1&agent=old"):
        (told,) = fuzzer.ask(f"/getCaseInfo?{question}").said
        assert "excluded" not in told
    assert fuzzer.results.entries() == []
    fuzzer.play("1.1.1", "old%201")
    assert ("came", "old 1", 2) in fuzzer.notes.told


def test_a_client_that_does_not_answer_the_close_frame_is_dropped(fuzzer: MemoryFuzzer) -> None:
    visitor = fuzzer.visitor().open("/getCaseCount").wait(1.1)
    assert visitor.transport.ended == "RST"


def test_a_message_that_is_too_long_is_refused(fuzzer: MemoryFuzzer) -> None:
    visitor = fuzzer.visitor().open("/getCaseStatus?case=1&agent=me")
    visitor.send(b"\x81\xff" + (1 << 21).to_bytes(8, "big") + bytes(4))
    assert visitor.close.code == 1009


def test_an_agent_that_waits_for_a_verdict_is_not_through(tmp_path: Path) -> None:
    fuzzer = MemoryFuzzer(plan(tmp_path, "1.1.1,1.1.2", terms=Terms(when_done=True)))
    fuzzer.play("1.1.1")
    visitor = fuzzer.visitor().open("/runCase?case=2&agent=me")
    waiting = fuzzer.visitor().open("/getCaseStatus?case=2&agent=me")
    visitor.send(*visitor.frames).hang_up()
    assert fuzzer.ends == []
    waiting.hang_up().wait(GRACE / 2)
    assert fuzzer.ends == []
    waiting.wait(GRACE)
    assert len(fuzzer.ends) == 1
