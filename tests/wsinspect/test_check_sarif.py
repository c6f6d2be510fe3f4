import json
import os
from pathlib import Path
from typing import Any

import pytest

from builders import case_4_2_3
from wirelog import __version__
from wsinspect.check_sarif import _lines
from wsinspect.cli import main


def sarif(path: Path | str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The only run of the log."""
    main(["check", str(path), "--format", "sarif"])
    printed = capsys.readouterr().out
    assert printed.isascii()
    log = json.loads(printed)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return dict(run)


def test_a_result_names_its_rule_and_the_line_of_its_event(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a b.log"
    path.write_bytes(case_4_2_3().finish())
    run = sarif(path, capsys)
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("wsinspect", __version__)
    (rule,) = driver["rules"]
    assert (rule["id"], rule["defaultConfiguration"]) == (
        "frame.reserved-opcode", {"level": "error"}
    )  # fmt: skip
    (result,) = run["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == (rule["id"], 0, "error")
    assert result["properties"]["event"] == 8
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == path.as_uri()
    assert path.as_uri().endswith("/a%20b.log")
    line = path.read_text().splitlines()[place["region"]["startLine"] - 1]
    assert line.startswith("008 ")
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_a_relative_path_stays_relative(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "50%").mkdir()
    (tmp_path / "50%" / "a.log").write_bytes(case_4_2_3().finish())
    monkeypatch.chdir(tmp_path)
    (result,) = sarif("50%", capsys)["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "50%25/a.log"


def test_a_name_that_is_not_utf8_is_quoted_octet_by_octet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(os.fsdecode(b"z\xff.log")).write_bytes(case_4_2_3().finish())
    (result,) = sarif(".", capsys)["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "z%FF.log"
    assert place["region"]["startLine"] > 1


def test_what_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (invocation,) = sarif(tmp_path / "missing", capsys)["invocations"]
    assert not invocation["executionSuccessful"]
    (note,) = invocation["toolExecutionNotifications"]
    assert "no such file" in note["message"]["text"]


def test_a_file_that_is_gone_has_no_lines(tmp_path: Path) -> None:
    assert _lines(str(tmp_path / "gone"), {1}) == {}
    assert _lines(str(tmp_path / "gone"), set()) == {}
