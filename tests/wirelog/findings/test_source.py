from builders import CaptureBuilder, text
from judging import later, report_of, server
from wirelog.rules import RULES, Need


def not_checked(made: CaptureBuilder, need: Need) -> str | None:
    """The reason why a rule that needs this, and little else, was not checked."""
    report = report_of(made)
    return next(
        (report.not_checked[one] for one in report.not_checked if need in RULES[one].needs), None
    )


def test_a_whole_capture_proves_everything() -> None:
    made = server().rx(text("a")).event("TCP DROPPED BY PEER")
    assert report_of(made).not_checked == {}


def test_a_capture_that_ends_early_proves_nothing_of_the_end() -> None:
    assert "close.no-reply" in report_of(server()).not_checked
    stopped = later(server(), 1).event("CAPTURE STOPS: the disk is full")
    assert "recording stopped" in (not_checked(stopped, Need.END) or "")


def test_octets_that_were_cut_leave_payloads_unproven() -> None:
    made = server().octets("RX", bytes.fromhex("8184 01020304 00000000"), snaplen=6)
    reasons = report_of(made).not_checked
    assert reasons["text.not-utf8"] == "octets were cut, first at event 003"
    assert "frame.reserved-opcode" not in reasons


def test_a_foreign_source_names_what_it_lacks() -> None:
    made = CaptureBuilder(lacks=["control-frames", "unheard-of"]).open()
    assert report_of(made).not_checked["ping.unsolicited-pong"] == (
        "the source does not show control frames"
    )


def test_without_octets_and_times_little_is_proven() -> None:
    made = CaptureBuilder()
    made.lines.append(
        b"000 RX FRAME : OPCODE=1, FIN=True, RSV=0, PAYLOAD-LEN=0, MASKED=True, MASK=01020304\n"
    )
    reasons = report_of(made).not_checked
    assert reasons["shape.stall"] in ("the source has no octets", "the source has no times")
    assert reasons["handshake.key"] == "the request is not in the capture"


def test_half_a_handshake_is_not_enough() -> None:
    made = CaptureBuilder().event("TCP ACCEPTED").octets("RX", b"GET / HTTP/1.1\r\n\r\n")
    assert report_of(made).not_checked["handshake.accept"] == "the response is not in the capture"
