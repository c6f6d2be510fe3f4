"""The views as text."""

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import (
    CaptureBuilder,
    binary,
    case_4_2_3,
    close,
    hostile,
    is_harmless,
    opened,
    ping,
    text,
)
from wirelog.capture import CaptureError
from wsinspect.paint import painter
from wsinspect.present.safe import cells
from wsinspect.show_text import VIEWS, Look
from wsinspect.shown import Shown

DUMP_WIDTH = 4 + 6 + 48 + 1 + 16
"""A hex dump keeps its sixteen octets on a line, whatever the width."""


def show(view: str, octets: bytes, width: int = 80, octets_wanted: bool | None = None) -> list[str]:
    look = Look(painter("never", io.StringIO()), width, octets_wanted)
    return list(VIEWS[view](Shown(opened(octets, "captures/x.log")[0]), look))


def test_the_first_look_has_verdict_log_findings_closing_and_remarks() -> None:
    lines = show("summary", case_4_2_3().unfinished())
    assert lines[:2] == [
        "x.log  server ⇄ 127.0.0.1:53122  15 events  1.4 ms",
        "✗ the client broke RFC 6455 §5.2 at event 008: opcode 13 frame from the client:",
    ]
    assert "✗ error   client  frame.reserved-opcode" in lines[lines.index("Findings") + 2]
    closing_ = lines.index("Closing")
    assert lines[closing_ + 1 : closing_ + 3] == [
        "✗ I failed the connection with 1002, 0.2 ms after the frame with reserved opcode",
        "  13; clean",
    ]
    assert any("004    0.400 ms   +0.1 ms ╰ ◀ TEXT" in line for line in lines)
    assert any("010 CLOSE 1002 Protocol Error" in line for line in lines)
    assert "wasClean                       True" in lines
    assert lines[-2:] == ["Notices", "  the capture was not finished: it has no trailer"]


def test_what_broke_a_rule_is_not_praised_for_a_clean_end() -> None:
    made = CaptureBuilder().open().rx(close(1000)).tx(close(1000)).rx(text("late"))
    lines = show("summary", made.finish())
    assert lines[1].startswith("✗ the client broke RFC 6455 §5.5.1")
    assert lines[lines.index("Closing") + 1].startswith("✓ peer closed with 1000")


def test_a_first_look_at_what_is_right_has_no_findings() -> None:
    made = CaptureBuilder().open().rx(close(1000)).tx(close(1000)).event("TCP DROPPED BY ME")
    lines = show("summary", made.finish())
    assert lines[1].startswith("✓ peer closed with 1000")
    assert "Findings" not in lines


def test_the_log_without_rows_of_octets() -> None:
    lines = show("log", case_4_2_3().unfinished(), octets_wanted=False)
    assert [line[:3] for line in lines[1:] if line[0] == "0"] == [
        "000", "004", "005", "008", "009", "010", "013", "014",
    ]  # fmt: skip


def test_the_log_with_all_octets() -> None:
    lines = show("log", case_4_2_3().unfinished(), octets_wanted=True)
    at = next(index for index, line in enumerate(lines) if line.startswith("003"))
    assert lines[at + 1 : at + 3] == [
        "      0000  81 8d 06 ce f0 12 4e ab 9c 7e 69 e2 d0 65 69 bc  ......N..~i..ei.",
        "      0010  9c 76 27                                         .v'",
    ]


def test_frames_only() -> None:
    lines = show("frames", case_4_2_3().unfinished())
    assert [line[:3] for line in lines[1:] if line[0] == "0"] == ["004", "005", "008", "010", "013"]


def test_frames_with_their_fields() -> None:
    lines = show("frames", case_4_2_3().unfinished(), octets_wanted=True)
    assert "      octet 2-5   Masking-key   06cef012" in lines
    assert "      0000  81 8d 06 ce f0 12 48 65 6c 6c 6f 2c 20 77 6f 72  ......Hello, wor" in lines


def test_a_frame_that_was_cut_says_so_among_its_fields() -> None:
    octets = text("Hello", mask=b"abcd").serialize()[:9]
    lines = show("frames", CaptureBuilder().open().octets("RX", octets).unfinished(), 80, True)
    assert "      The frame never became complete: this is what came of it." in lines


def test_messages_and_control_frames_decoded() -> None:
    made = CaptureBuilder().open().rx(text('{"a":1}')).rx(ping(b"hi")).rx(close(1000, "bye"))
    lines = show("messages", made.unfinished())
    assert lines[0] == "◀ 004 TEXT message, 7 octets  at 0.400 ms"
    assert lines[5:8] == ["    {", '      "a": 1', "    }"]
    assert "◀ 006 PING, 2 octets  at 0.600 ms" in lines
    assert '◀ 008 CLOSE 1000 Normal Closure "bye"  at 0.800 ms' in lines


def test_a_wide_text_is_folded_and_nothing_is_lost() -> None:
    words = " ".join(f"word{number}" for number in range(200))
    lines = show("messages", CaptureBuilder().open().rx(text(words)).unfinished())
    assert " ".join(line.strip() for line in lines if line.startswith("    ")) == words


def test_handshake_statistics_and_header() -> None:
    octets = case_4_2_3().unfinished()
    assert "Accept key  right: fA9dggdnMPU79lJgAE3W4TRnyDM=" in show("handshake", octets)
    assert "    Total      4     191" in show("stats", octets)
    assert "case      4.2.3" in show("header", octets)


def test_everything_has_every_view() -> None:
    lines = show("all", case_4_2_3().unfinished())
    titles = [line.strip("─ ") for line in lines if line.startswith("── ")]
    assert titles == ["header", "handshake", "log", "messages", "closing", "findings", "stats"]


def judged(**report: Any) -> bytes:
    report = {"behavior": "FAILED", "result": "Too much came.", **report}
    return CaptureBuilder(case="4.2.3", report=report).open().rx(text("x")).unfinished()


def test_the_case_with_its_colours() -> None:
    look = Look(painter("always", io.StringIO()), 80)
    shown = Shown(opened(judged(expected={"OK": []}, received=[["pong", "x"]]))[0])
    lines = list(VIEWS["case"](shown, look))
    assert lines[0] == "\x1b[1mCase 4.2.3\x1b[0m"
    assert lines[2].startswith("\x1b[1;31m✗ \x1b[0m\x1b[2mmessages")
    assert any(line.startswith("\x1b[1;31m✗  1  \x1b[0m\x1b[1;31mnothing") for line in lines)


def test_a_capture_of_no_case_says_so() -> None:
    (line,) = show("case", case_4_2_3().unfinished())
    assert "no report" in line
    titles = [line.strip("─ ") for line in show("all", judged()) if line.startswith("── ")]
    assert titles[:2] == ["header", "case"]


def test_the_verdict_is_marked_by_how_it_ended() -> None:
    assert show("closing", case_4_2_3().unfinished())[0].startswith("✗ I failed")
    made = CaptureBuilder().open().rx(close()).tx(close()).event("TCP DROPPED BY ME")
    assert show("closing", made.unfinished())[0].startswith("✓ peer closed with no code")
    made = CaptureBuilder().open().event("TCP DROPPED BY PEER")
    assert show("closing", made.unfinished())[0].startswith("✗ peer dropped TCP")


def test_the_meaning_of_a_fact_stands_beside_it_where_there_is_room() -> None:
    fact = "droppedByMe                    True"
    assert fact + "   Whether I ended TCP; None if the capture ends before it does" in show(
        "closing", case_4_2_3().unfinished(), 100
    )
    assert fact in show("closing", case_4_2_3().unfinished(), 80)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_view_is_wider_than_asked(view: str, width: int) -> None:
    made = hostile().rx(text("日本語 " * 100)).rx(binary(bytes(100)))
    assert max(map(cells, show(view, made.unfinished(), width))) <= max(width, DUMP_WIDTH)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("octets_wanted", [None, True, False])
def test_no_view_lets_a_control_character_through(view: str, octets_wanted: bool | None) -> None:
    assert all(map(is_harmless, show(view, hostile().unfinished(), 80, octets_wanted)))


WHOLE = hostile().finish(wasClean=True, statistics={"octets": {"rx": {"1": 2}}})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40), st.binary(max_size=20))))
def test_no_damage_to_a_capture_makes_a_view_fail(damage: list[tuple[int, int, bytes]]) -> None:
    octets = WHOLE
    for at, removed, put in damage:
        octets = octets[:at] + put + octets[at + removed :]
    try:
        capture, _ = opened(octets)
    except CaptureError:
        return
    look = Look(painter("never", io.StringIO()), 80, octets=True)
    for view in VIEWS.values():
        assert all(map(is_harmless, view(Shown(capture), look)))
