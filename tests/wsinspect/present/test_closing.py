"""The closing timeline, the facts and the explanation."""

import pytest

from builders import CaptureBuilder, case_4_2_3, close, is_harmless, opened, request
from wirelog.closing import FACTS, Closing
from wirelog.conversation import Conversation
from wirelog.frames import Frame
from wsinspect.present.closing import explanation, facts_rows, timeline_lines, verdict_of
from wsinspect.present.safe import cells


def closing_of(octets: bytes) -> tuple[Closing, Conversation]:
    capture, conversation = opened(octets)
    return Closing.of(capture, conversation), conversation


def test_two_lanes_with_notes_beside_them() -> None:
    lines = [line.text() for line in timeline_lines(*closing_of(case_4_2_3().unfinished()), 120)]
    assert (
        "\n".join(lines)
        == """\
            me (server)                                        peer (client)
   0.800 ms │ ◀───────── 008 opcode 13 ─────────────────────────────────── │  reserved opcode 13 (RFC 6455 §5.2)
   0.900 ms │• 009 FAILING CONNECTION: reserved opcode 13 (1002)           │  +0.1 ms  I fail the connection (§7.1.7)
   1.000 ms │ ──────── 010 CLOSE 1002 Protocol Error "reserved opcode" ──▶ │  +0.1 ms  I failed the connection (§7.1.7)
   1.300 ms │ ◀───────── 013 CLOSE 1002 Protocol Error ─────────────────── │  +0.3 ms  reply, same code (§5.5.1)
   1.400 ms │ ════════ 014 TCP DROPPED BY ME ════════════════════════════▶ │  +0.1 ms  the server drops first (§7.1.1)"""  # noqa: E501
    )


def test_with_little_width_the_notes_stand_between_the_lanes() -> None:
    lines = [line.text() for line in timeline_lines(*closing_of(case_4_2_3().unfinished()), 80)]
    assert lines[3:5] == [
        "   0.900 ms │• 009 FAILING CONNECTION: reserved opcode 13 (1002)           │",
        "            │    +0.1 ms  I fail the connection (§7.1.7)                   │",
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_no_line_is_wider_than_asked(width: int) -> None:
    lines = timeline_lines(*closing_of(case_4_2_3().unfinished()), width)
    assert max(cells(line.text()) for line in lines) <= width


def test_each_line_knows_its_event() -> None:
    lines = timeline_lines(*closing_of(case_4_2_3().unfinished()), 120)
    assert [(line.n, line.dir, line.way) for line in lines] == [
        (None, None, "head"),
        (8, "RX", "frame"),
        (9, None, "failing"),
        (10, "TX", "close"),
        (13, "RX", "close"),
        (14, "TX", "drop"),
    ]


def test_without_times_the_order_is_shown() -> None:
    line = b"000 RX FRAME : OPCODE=8, FIN=True, RSV=0, PAYLOAD-LEN=0, MASKED=False, MASK=None\n"
    lines = timeline_lines(*closing_of(b"#wirelog 1 {}\n" + line), 120)
    assert [line.time for line in lines] == ["", ""]


def test_all_thirteen_facts_with_their_meanings() -> None:
    rows = facts_rows(closing_of(case_4_2_3().finish(wasClean=True))[0])
    assert [key for key, _, _ in rows] == list(FACTS)
    values = {key: value for key, value, _ in rows}
    assert values["wasClean"] == "True"
    assert values["localCloseReason"] == "reserved opcode"
    assert values["remoteCloseReason"] == "None"


def test_a_close_reason_cannot_reach_the_terminal() -> None:
    closing, conversation = closing_of(
        CaptureBuilder().open().rx(close(1000, "\x1b]0;x\x07")).unfinished()
    )
    every = [verdict_of(closing), explanation(closing)]
    every += [line.text() for line in timeline_lines(closing, conversation, 120)]
    every += [value for _, value, _ in facts_rows(closing)]
    assert all(map(is_harmless, every))
    assert any("␛]0;x␇" in line for line in every)


DROP = "TCP DROPPED BY PEER"


def closed_by_peer(frame: Frame) -> CaptureBuilder:
    return CaptureBuilder().open().rx(frame).tx(close(1000)).event(DROP)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (case_4_2_3(), "The peer's application sees 1002; mine sees 1002."),
        (closed_by_peer(close()), "1005 (No Status Received) never stands on the wire"),
        (closed_by_peer(close(1005)), "mine sees 1005. No close frame may carry 1005 (§7.4.1)"),
        (CaptureBuilder().open().event(DROP), "1006 (Abnormal Closure) never stands on the wire"),
        (closed_by_peer(close(1015)), "No close frame may carry 1015 (§7.4.1)"),
        (
            CaptureBuilder().event("NOTE TLS failed: unknown ca").event("TCP DROPPED BY ME"),
            "1015 (TLS Handshake) never stands on the wire",
        ),
        (CaptureBuilder().open(), "the connection is open"),
        (
            CaptureBuilder()
            .open(request(), b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .event("HANDSHAKE REFUSED: 400")
            .event("TCP DROPPED BY ME"),
            "neither application sees a close code",
        ),
    ],
)
def test_what_the_applications_see_is_explained(made: CaptureBuilder, words: str) -> None:
    assert words in explanation(closing_of(made.unfinished())[0])
