import json
from pathlib import Path

import pytest

from builders import CaptureBuilder
from judging import server
from wirelog.frames import Frame
from wsinspect.cli import main


def test_what_cannot_be_read_is_exit_code_2_and_the_rest_is_checked(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    garbage = tmp_path / "garbage.log"
    garbage.write_bytes(b"\x00\x01")
    assert main(["check", str(garbage), str(case)]) == 2
    printed = capsys.readouterr()
    assert str(garbage) in printed.err
    assert "frame.reserved-opcode" in printed.out


def test_a_directory_without_captures_is_exit_code_3(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["check", str(tmp_path / "empty")]) == 3
    assert main(["check", str(tmp_path / "missing")]) == 2


def test_the_same_key_in_two_captures_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.log").write_bytes(CaptureBuilder(started=name).open().finish())
    assert main(["check", str(tmp_path), "--format", "json"]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    reused = [row for row in rows if row["rule"] == "handshake.key-reused"]
    assert [row["file"] for row in reused] == [str(tmp_path / "b.log")]
    assert reused[0]["text"].endswith("a.log")


def test_what_was_counted_and_not_kept_is_in_the_sum(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = server()
    for _ in range(105):
        made.rx(Frame(11))
    path = str(tmp_path / "a.log")
    Path(path).write_bytes(made.finish())
    main(["check", path, "--ignore", "ping"])
    assert "105 errors" in capsys.readouterr().out.splitlines()[-1]
    assert main(["check", path, "--ignore", "frame"]) == 0
    assert "more of" not in capsys.readouterr().out
