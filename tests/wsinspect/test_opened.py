from __future__ import annotations

from builders import CaptureBuilder, case_4_2_3, opened, ping, text
from wirelog.reader import Capture
from wsinspect.opened import Opened


def test_everything_is_joined() -> None:
    made = Opened.of(opened(case_4_2_3().finish())[0])
    assert len(made.rows) == len(made.index.numbers) == 15
    assert made.closing.my_code == 1002
    assert made.statistics.frames["rx"][13] == 1
    assert made.whole


def test_a_row_is_found_by_its_number_or_the_next_one() -> None:
    made = Opened.of(opened(case_4_2_3().finish())[0])
    assert made.row_of(8) == 8
    assert made.row_of(9999) == 14


def test_a_frame_without_a_line_is_found_behind_its_octets() -> None:
    octets = ping(b"x").serialize() + text("y").serialize()
    made = Opened.of(opened(CaptureBuilder("client").open().octets("RX", octets).unfinished())[0])
    assert made.rows[made.row_of(3)].what == "octets"
    assert made.rows[made.row_of(3, frame=True)].frame is not None


def test_numbers_that_do_not_rise() -> None:
    lines = [b"009 +0.000000001 NOTE a\n", b"002 +0.000000002 NOTE b\n"]
    built = CaptureBuilder().line(lines[0]).line(lines[1])
    made = Opened.of(opened(built.unfinished())[0])
    assert made.rows[made.row_of(2)].what == "NOTE b"


def test_nothing_at_all() -> None:
    made = Opened.of(Capture("x"), whole=False)
    assert made.row_of(3) == 0
    assert not made.whole
