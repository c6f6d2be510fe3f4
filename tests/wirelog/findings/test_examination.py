from builders import CaptureBuilder, case_4_2_3, opened, request, text
from judging import ids, report_of, server
from wirelog.findings import check
from wirelog.reader import Capture


def test_the_cause_stands_before_what_follows_from_it() -> None:
    report = report_of(case_4_2_3())
    assert [one.rule.id for one in report.errors] == ["frame.reserved-opcode"]
    assert report.first().event == 8  # type: ignore[union-attr]


def test_a_capture_is_joined_if_it_has_not_been() -> None:
    capture, seen = opened(case_4_2_3().unfinished())
    assert check(capture).findings == check(capture, seen).findings


def test_an_empty_capture_proves_nothing() -> None:
    report = check(Capture("nothing"))
    assert report.findings == []
    assert "frame.rsv-without-extension" in report.not_checked


def test_frames_without_lines_are_judged_too() -> None:
    made = server().octets("RX", bytes.fromhex("8d80 01020304"))
    assert ids(made) == ["frame.reserved-opcode"]


def test_numbers_that_do_not_rise_lose_no_finding() -> None:
    made = server().rx(text("a", rsv=2))
    made.n = 0
    assert ids(made.rx(text("b", rsv=2))).count("frame.rsv-without-extension") == 2


def test_a_handshake_alone_is_judged_in_the_end() -> None:
    made = CaptureBuilder().event("TCP ACCEPTED").octets("RX", request().replace(b"GET", b"PUT"))
    assert ids(made) == ["handshake.method"]
