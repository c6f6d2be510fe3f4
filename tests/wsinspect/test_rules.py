import json

import pytest

from wirelog.rules import RULES
from wsinspect.cli import main


def test_all_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(RULES)


def test_a_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "frame.unmasked"]) == 0
    words = capsys.readouterr().out
    assert words.startswith("frame.unmasked  error, RFC 6455 §5.1\n")
    assert "A strict receiver closes with: 1002." in words
    assert "What to do: Set the MASK bit" in words


def test_a_subject_names_all_its_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "ping", "--format", "json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["rule"].partition(".")[0] for row in rows} == {"ping"}
    assert all(row["gist"] and row["remedy"] for row in rows)


def test_a_name_that_does_not_exist_is_exit_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "frame.typo"]) == 3
    assert "'frame.typo'; did you mean frame" in capsys.readouterr().err
    assert main(["rules", "qqqqqq"]) == 3
    assert "`wsinspect rules` lists them" in capsys.readouterr().err


def test_markdown_is_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "markdown"]) == 0
    assert capsys.readouterr().out.count("\n### `") == len(RULES)
