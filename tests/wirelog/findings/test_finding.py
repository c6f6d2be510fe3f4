from builders import CaptureBuilder, case_4_2_3, close, opened, text
from judging import report_of, server
from wirelog.findings import Keys, Report, check, foremost
from wirelog.frames import Frame
from wirelog.rules.frames import RESERVED_OPCODE
from wirelog.rules.request import KEY_REUSED


def test_a_finding_is_one_line_and_one_json_object() -> None:
    found = report_of(case_4_2_3()).errors[0]
    assert str(found).startswith("008 error frame.reserved-opcode [client] ")
    assert str(found).endswith("(RFC 6455 §5.2)")
    row = found.as_json()
    assert row["rule"] == "frame.reserved-opcode"
    assert (row["severity"], row["side"], row["event"], row["close_code"]) == (
        "error", "client", 8, 1002,
    )  # fmt: skip
    (octets,) = row["octets"]
    assert octets["end"] - octets["start"] == 1
    assert octets["records"] == [{"n": 7, "start": 0, "end": 1}]


def test_a_report_counts_what_it_left_out() -> None:
    made = server()
    for _ in range(105):
        made.rx(Frame(11))
    report = report_of(made)
    assert report.left_out == {(RESERVED_OPCODE.id, "client"): 5}
    assert report.counts()["error"] == 105


def test_the_first_finding_is_of_the_gravest_kind() -> None:
    made = server().tx(text(bytes(70_000))).rx(close(1005))
    report = report_of(made)
    assert report.first().rule.id == "close.code-not-allowed"  # type: ignore[union-attr]
    assert report.first("server").rule.id == "shape.large-message"  # type: ignore[union-attr]
    assert report_of(server()).first() is None


def test_a_key_that_another_capture_has_used_does_not_hide_what_is_wrong_in_this_one() -> None:
    keys = Keys()

    def found(started: str, wrong: Frame) -> Report:
        made = CaptureBuilder(started=started).open().rx(wrong)
        return check(*opened(made.finish()), keys=keys)

    found("one", Frame(11))
    report = found("two", Frame(11))
    assert report.findings[0].rule is KEY_REUSED
    assert report.first().rule is RESERVED_OPCODE  # type: ignore[union-attr]
    assert "§5.2 at event" in report.verdict
    only = foremost(found("three", text("")).errors)
    assert only is not None
    assert only.rule is KEY_REUSED
