from builders import CaptureBuilder, case_4_2_3, text
from judging import report_of, server
from wirelog.findings import Report
from wirelog.frames import Frame
from wirelog.rules import RULES
from wirelog.rules.frames import MASK_ZERO, UNMASKED
from wirelog.rules.rule import Rule
from wsinspect.present.findings import (
    count_words,
    entries,
    findings_table,
    left_out_table,
    not_checked_table,
    places,
    rule_lines,
    summary,
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
    (row,) = left_out_table(report_of(made)).rows
    assert row == ("frame.reserved-opcode", "client", "and 1 more")


def test_a_rule_is_explained_within_the_width() -> None:
    lines = list(rule_lines(UNMASKED, 60))
    assert all(len(line) <= 60 for line in lines)
    assert not any("closes with" in line for line in rule_lines(MASK_ZERO, 60))
    bare = Rule("a.b", "note", "RFC 1 §1", "It.", "Is.", "So.")
    assert not any("Needs" in line for line in rule_lines(bare, 60))


def test_the_list_has_findings_then_what_was_left_out_then_what_was_not_checked() -> None:
    made = server().rx(text("a"))
    for _ in range(101):
        made.rx(Frame(11))
    report = report_of(made)
    listed = list(entries(report))
    assert [one.number for one in listed[1:101]] == list(range(100))
    headings = [one.words for one in listed if one.rule is None]
    assert headings == [summary(report), "Not checked"]
    assert "1 more against the client were counted and not kept" in [one.words for one in listed]
    assert [one.rule and one.rule.id for one in listed[-len(report.not_checked) :]] == [
        *report.not_checked
    ]


def test_the_sum_says_how_many_rules_were_checked() -> None:
    unknown = report_of(server())
    there = len(RULES) - len(unknown.no_subject)
    assert f"{there - len(unknown.not_checked)} of the {there} rules that apply" in summary(unknown)
    assert summary(unknown).startswith("No rule that could be checked is broken; ")
    alone = Report(no_subject=frozenset({"case.wrong-end"}), verdict="x")
    assert (
        summary(alone) == f"No rule is broken; all {len(RULES) - 1} rules that apply were checked"
    )
    assert count_words({"error": 2, "warning": 0, "note": 1}) == "2 errors, 1 note"


def test_a_report_that_is_not_there_yet_is_no_good_one() -> None:
    (entry,) = entries(Report())
    assert "broken" not in entry.words


def test_octets_are_named_in_their_direction_and_their_events() -> None:
    (found,) = report_of(case_4_2_3()).errors
    assert places(found).endswith("(octet 0 of event 007)")
    split = CaptureBuilder().open()
    octets = Frame(1, b"abc").serialize()
    split.octets("RX", octets[:3]).octets("RX", octets[3:])
    named = [places(one) for one in report_of(split).findings if one.octets]
    assert named
