from pathlib import Path

import pytest

from builders import CaptureBuilder, case_4_2_3, close, text
from judging import server
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


@pytest.mark.parametrize(
    "words", ["frame.reserved-opcode", "frame", "shape,frame", "ping, frame.reserved-opcode,"]
)
def test_rules_and_subjects_can_be_ignored(wrong: Path, words: str) -> None:
    assert main(["check", str(wrong), "--ignore", words]) == 0
    assert main(["check", str(wrong), "--ignore", "close", "--ignore", words]) == 0


def test_ignoring_others_changes_nothing(wrong: Path) -> None:
    assert main(["check", str(wrong), "--ignore", "shape,close"]) == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("frame.reserved-opcod", "did you mean frame.reserved-opcode?"),
        ("shape,fram", "no rule is called 'fram'; did you mean frame?"),
        (",", "no rule is called ','; `wsinspect rules` lists them"),
    ],
)
def test_a_rule_that_does_not_exist_is_wrong_usage(
    wrong: Path, words: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", str(wrong), "--ignore", words])
    assert ended.value.code == 2
    assert why in capsys.readouterr().err


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
