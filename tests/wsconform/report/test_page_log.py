"""The wire log of a page."""

from __future__ import annotations

from pathlib import Path

import outcomes
from wsconform.report.page_log import MOST_LINES, log_lines


def test_lines_have_number_time_and_kind(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(outcomes.capture(b"x" * 300))
    lines = log_lines(tmp_path, "a.log", {})
    assert [line.number for line in lines if line.number] == [f"{n:03d}" for n in range(9)]
    assert lines[0].words == "TCP CONNECTED"
    assert float(lines[0].time) >= 0
    frame = next(line for line in lines if line.kind == "rx frame")
    assert frame.words.startswith("RX FRAME : OPCODE=1")
    assert next(line for line in lines if line.kind == "rx frame preview").words.startswith("xxx")


def test_long_octets_are_cut_and_say_how_much_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(outcomes.capture(b"x" * 300))
    longest = [line for line in log_lines(tmp_path, "a.log", {}) if line.kind == "rx"][-1]
    assert longest.words == "RX OCTETS: 810d" + "78" * 46 + "… 254 octets more"


def test_a_very_long_log_keeps_both_ends(tmp_path: Path) -> None:
    events = "".join(f"{n:03d} +0.000000001 NOTE {n}\n" for n in range(5000))
    (tmp_path / "a.log").write_text(f"#wirelog 1 {{}}\n{events}")
    lines = log_lines(tmp_path, "a.log", {})
    assert len(lines) == MOST_LINES + 1
    assert (lines[0].words, lines[-1].words) == ("NOTE 0", "NOTE 4999")
    assert lines[MOST_LINES // 2].words.startswith("4400 lines are left out")


def test_without_capture_and_rows_there_is_no_log(tmp_path: Path) -> None:
    assert log_lines(tmp_path, "missing.log", {"id": "x"}) == []
