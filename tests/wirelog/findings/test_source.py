import zlib

import pytest

from builders import CaptureBuilder, close, opened, request, response, text
from judging import agrees, later, played, report_of, server
from wirelog.findings import Keys, check
from wirelog.frames import RSV1, Frame
from wirelog.rules import RULES, Need, case
from wirelog.rules.payload import DOES_NOT_INFLATE
from wirelog.rules.ping import UNANSWERED
from wirelog.rules.request import KEY_REUSED


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


def test_where_nothing_was_sent_nothing_is_missing_from_the_source() -> None:
    made = CaptureBuilder().event("TCP ACCEPTED")
    left = report_of(later(made, 1).event("TCP DROPPED BY PEER (FIN)"))
    assert set(left.not_checked.values()) == {"nothing was sent"}


def test_rules_that_have_nothing_to_look_at_are_in_neither_number() -> None:
    alone = report_of(server())
    assert alone.no_subject == {rule.id for rule in (*case.RULES, KEY_REUSED)}
    assert alone.no_subject.isdisjoint(alone.not_checked)
    assert report_of(played("OK")).no_subject == {KEY_REUSED.id}
    capture, seen = opened(CaptureBuilder().unfinished())
    among = check(capture, seen, Keys())
    assert KEY_REUSED.id in among.not_checked
    assert KEY_REUSED.id not in among.no_subject


@pytest.mark.parametrize("which", ["request", "response"])
def test_a_head_that_is_not_whole_proves_as_little_as_none(which: str) -> None:
    heads = {"request": request(), "response": response()}
    made = CaptureBuilder().event("TCP ACCEPTED")
    for direction, name in (("RX", "request"), ("TX", "response")):
        made.octets(direction, heads[name], 20 if name == which else None)
    reasons = report_of(made.event("TCP DROPPED BY ME")).not_checked
    assert reasons["handshake.accept"] == f"the head of the {which} is not whole"


def test_half_a_handshake_is_not_enough() -> None:
    made = CaptureBuilder().event("TCP ACCEPTED").octets("RX", b"GET / HTTP/1.1\r\n\r\n")
    assert report_of(made).not_checked["handshake.accept"] == "the response is not in the capture"


def test_what_was_left_out_proves_nothing_about_what_comes_behind_it() -> None:
    params = "permessage-deflate"
    squeeze = zlib.compressobj(wbits=-15)

    def message() -> Frame:
        octets = squeeze.compress(b"the same again") + squeeze.flush(zlib.Z_SYNC_FLUSH)
        return Frame(1, octets.removesuffix(b"\x00\x00\xff\xff"), rsv=RSV1)

    made = agrees(params).tx(message())
    message()
    made.event("WIRELOG DISABLED: 1 exchanges are left out").event("WIRELOG ENABLED")
    made.tx(message()).rx(close(1000)).tx(close(1000)).event("TCP DROPPED BY ME (FIN)")
    report = report_of(made)
    assert report.findings == []
    why = "frames are left out from event 005 on"
    assert report.not_checked[DOES_NOT_INFLATE.id] == report.not_checked[UNANSWERED.id] == why
