import json
from pathlib import Path

import pytest

from builders import CaptureBuilder, case_4_2_3, close, text
from judging import server
from wirelog.frames import Frame
from wsinspect.cli import main


def write(path: Path, made: CaptureBuilder) -> Path:
    path.write_bytes(made.finish())
    return path


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A capture with an error of the client."""
    return write(tmp_path / "wrong.log", case_4_2_3())


@pytest.fixture
def right(tmp_path: Path) -> Path:
    """A capture with nothing but a note."""
    made = server().rx(text("a")).rx(close(None)).tx(close(None)).event("TCP DROPPED BY ME")
    return write(tmp_path / "right.log", made)


def test_a_wrong_capture_is_exit_code_1_with_the_reason(
    wrong: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(wrong)]) == 1
    printed = capsys.readouterr().out
    assert f"{wrong}: the client broke RFC 6455 §5.2 at event 008" in printed
    assert "✗ 008 error   frame.reserved-opcode [client]" in printed
    assert printed.endswith("1 capture checked: 1 error\n")


def test_notes_fail_only_if_that_is_asked_for(right: Path) -> None:
    assert main(["check", str(right)]) == 0
    assert main(["check", str(right), "--fail-on", "warning"]) == 0
    assert main(["check", str(right), "--fail-on", "note"]) == 1


@pytest.mark.parametrize("rule", ["frame.reserved-opcode", "frame"])
def test_a_rule_or_a_subject_can_be_ignored(wrong: Path, rule: str) -> None:
    assert main(["check", str(wrong), "--ignore", rule]) == 0


def test_a_rule_that_does_not_exist_is_wrong_usage(wrong: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", str(wrong), "--ignore", "frame.typo"])
    assert ended.value.code == 2


def test_what_stands_in_the_baseline_is_accepted(
    wrong: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    baseline = tmp_path / "accepted.json"
    assert main(["check", str(wrong), "--update-baseline"]) == 2
    assert main(["check", str(wrong), "--baseline", str(baseline), "--update-baseline"]) == 0
    rows = json.loads(baseline.read_text())["accepted"]
    assert rows == [{"file": str(wrong), "rule": "frame.reserved-opcode", "side": "client"}]
    assert main(["check", str(wrong), "--baseline", str(baseline)]) == 0
    other = write(tmp_path / "other.log", case_4_2_3())
    assert main(["check", str(wrong), str(other), "--baseline", str(baseline)]) == 1
    printed = capsys.readouterr().out
    assert f"{wrong}: no rule is broken; 1 ignored or accepted\n" in printed
    assert printed.endswith("2 captures checked: 1 error\n")


def test_a_baseline_that_cannot_be_used_is_exit_code_2_with_the_reason(
    wrong: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    baseline = tmp_path / "accepted.json"
    assert main(["check", str(wrong), "--baseline", str(baseline)]) == 2
    assert "no such file; --update-baseline writes it" in capsys.readouterr().err
    baseline.write_text("[]")
    assert main(["check", str(wrong), "--baseline", str(baseline)]) == 2
    assert "not a baseline" in capsys.readouterr().err
    folder = ["--baseline", str(tmp_path)]
    assert main(["check", str(wrong), *folder]) == 2
    assert "Is a directory" in capsys.readouterr().err
    assert main(["check", str(wrong), *folder, "--update-baseline"]) == 2
    assert "Is a directory" in capsys.readouterr().err


def test_a_baseline_is_no_excuse_for_what_cannot_be_read(wrong: Path, tmp_path: Path) -> None:
    missing = [str(tmp_path / "missing"), "--baseline", str(tmp_path / "b"), "--update-baseline"]
    assert main(["check", str(wrong), *missing]) == 2


def test_what_cannot_be_read_is_exit_code_2_and_the_rest_is_checked(
    wrong: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    garbage = tmp_path / "garbage.log"
    garbage.write_bytes(b"\x00\x01")
    assert main(["check", str(garbage), str(wrong)]) == 2
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
        write(tmp_path / f"{name}.log", CaptureBuilder(started=name).open())
    assert main(["check", str(tmp_path), "--format", "json"]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    reused = [row for row in rows if row["rule"] == "handshake.key-reused"]
    assert [row["file"] for row in reused] == [str(tmp_path / "b.log")]
    assert reused[0]["text"].endswith("a.log")


def test_quiet_prints_what_fails_and_the_sum(
    wrong: Path, right: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(right), str(wrong), "--quiet"]) == 1
    printed = capsys.readouterr().out
    assert "right.log" not in printed
    assert "✗ 008 error" in printed
    assert printed.endswith("2 captures checked: 1 error, 2 notes\n")


def test_nothing_is_said_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(tmp_path / "missing")])
    assert capsys.readouterr().out == ""


def test_what_was_counted_and_not_kept_is_in_the_sum(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = server()
    for _ in range(105):
        made.rx(Frame(11))
    path = str(write(tmp_path / "a.log", made))
    main(["check", path, "--ignore", "ping"])
    assert "105 errors" in capsys.readouterr().out.splitlines()[-1]
    assert main(["check", path, "--ignore", "frame"]) == 0
    assert "more of" not in capsys.readouterr().out
