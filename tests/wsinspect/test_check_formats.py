import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from builders import CaptureBuilder, case_4_2_3, close, text
from judging import server
from wirelog.frames import Frame
from wsinspect.cli import main


def printed(
    made: CaptureBuilder, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> str:
    (tmp_path / "a.log").write_bytes(made.finish())
    main(["check", str(tmp_path / "a.log"), "--format", form])
    return capsys.readouterr().out


def test_json_is_one_object_for_each_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (line,) = printed(case_4_2_3(), tmp_path, capsys, "json").splitlines()
    row = json.loads(line)
    assert row["file"] == str(tmp_path / "a.log")
    assert (row["rule"], row["side"], row["event"]) == ("frame.reserved-opcode", "client", 8)
    assert line.isascii()


def test_junit_has_a_case_for_each_capture_and_fails_the_wrong_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = ElementTree.fromstring(printed(case_4_2_3(), tmp_path, capsys, "junit"))
    assert suite.attrib["failures"] == "1"
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.attrib["type"] == "frame.reserved-opcode"
    assert "[client]" in (failure.text or "")


def test_junit_takes_notes_for_no_failure_and_any_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = server().rx(close(1000, b"\x00<&\xff")).tx(close(None))
    suite = ElementTree.fromstring(printed(made, tmp_path, capsys, "junit"))
    assert suite.attrib["failures"] == "1"
    made = server().tx(text(bytes(70_000)))
    suite = ElementTree.fromstring(printed(made, tmp_path, capsys, "junit"))
    assert suite.attrib["failures"] == "0"


def test_sarif_names_rules_results_and_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = json.loads(printed(case_4_2_3(), tmp_path, capsys, "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["frame.reserved-opcode"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("frame.reserved-opcode", "error")
    assert result["properties"]["event"] == 8
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"].endswith("a.log")


def test_text_says_what_was_left_out_and_not_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = server()
    for _ in range(105):
        made.rx(Frame(11))
    shown = printed(made, tmp_path, capsys, "text")
    assert "… and 5 more of frame.reserved-opcode" in shown
    assert "rules not checked: the capture ends before the connection does" in shown
