import json
from pathlib import Path

import pytest

from builders import CaptureBuilder, case_4_2_3
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


def test_text_says_what_was_left_out_and_not_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = server()
    for _ in range(105):
        made.rx(Frame(11))
    shown = printed(made, tmp_path, capsys, "text")
    assert "… and 5 more of frame.reserved-opcode [client]" in shown
    assert "rules not checked: the capture ends before the connection does" in shown
