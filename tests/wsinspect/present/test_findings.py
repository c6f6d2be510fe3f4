from builders import case_4_2_3, text
from judging import report_of, server
from wirelog.frames import Frame
from wirelog.rules.frames import MASK_ZERO, UNMASKED
from wirelog.rules.rule import Rule
from wsinspect.present.findings import (
    findings_table,
    left_out_table,
    not_checked_table,
    rule_lines,
)


def test_each_finding_is_a_row() -> None:
    table = findings_table(report_of(case_4_2_3()))
    errors = [row for row in table.rows if "error" in row[1]]
    assert errors[0][:4] == ("008", "✗ error", "client", "frame.reserved-opcode")
    assert errors[0][4].endswith("(RFC 6455 §5.2)")


def test_what_was_not_checked_stands_behind_the_reason() -> None:
    table = not_checked_table(report_of(server()))
    (row,) = table.rows
    assert row[0] == "the capture ends before the connection does"
    assert "close.no-reply" in row[1]


def test_what_was_left_out_is_counted() -> None:
    made = server().rx(text("a"))
    for _ in range(101):
        made.rx(Frame(11))
    assert left_out_table(report_of(made)).rows == [("frame.reserved-opcode", "and 1 more")]


def test_a_rule_is_explained_within_the_width() -> None:
    lines = list(rule_lines(UNMASKED, 60))
    assert all(len(line) <= 60 for line in lines)
    assert not any("closes with" in line for line in rule_lines(MASK_ZERO, 60))
    bare = Rule("a.b", "note", "RFC 1 §1", "It.", "Is.", "So.")
    assert not any("Needs" in line for line in rule_lines(bare, 60))
