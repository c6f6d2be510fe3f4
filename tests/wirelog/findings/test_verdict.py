from builders import case_4_2_3, close, text
from judging import report_of, server


def test_the_first_error_is_the_verdict() -> None:
    verdict = report_of(case_4_2_3()).verdict
    assert verdict.startswith("the client broke RFC 6455 §5.2 at event 008: ")
    assert "; 1 error" in verdict


def test_where_nothing_is_wrong_that_is_said() -> None:
    made = server().rx(text("a")).rx(close(1000)).tx(close(1000)).event("TCP DROPPED BY ME")
    assert report_of(made).verdict == "no rule is broken"
    assert report_of(server()).verdict == "no rule that could be checked is broken"


def test_warnings_and_notes_are_counted() -> None:
    made = server().rx(text("a")).event("TCP DROPPED BY PEER")
    assert report_of(made).verdict == (
        "no rule is broken, but the client ended TCP without a close frame (RFC 6455 §7.1); "
        "1 warning, 2 notes"
    )
