from __future__ import annotations

import pytest

from builders import CaptureBuilder, case_4_2_3, opened, text
from wsinspect.present.rows import LogRow, log_rows
from wsinspect.widgets.columns import WIDE, Columns, Times, what_spans

MS = 1_000_000


def line(row: LogRow, columns: Columns) -> str:
    rest = "".join(words for words, _ in what_spans(row, columns))
    return f" {columns.lead(row)}{row.arrow} ╭ {rest}"


@pytest.mark.parametrize("width", [WIDE, WIDE - 1])
@pytest.mark.parametrize("times", Times)
@pytest.mark.parametrize("duration", [None, 2 * MS, 90_000 * MS])
def test_names_stand_above_what_they_name(width: int, times: Times, duration: int | None) -> None:
    columns = Columns.fitting(width, 14, duration, times)
    row = log_rows(opened(case_4_2_3().finish())[1])[4]
    header, shown = columns.header(), line(row, columns)
    for name, value in [("what", "TEXT"), ("preview", "Hello")]:
        assert header.index(name) == shown.index(value)
    assert header.index("len") + 3 == shown.index("13", shown.index("TEXT")) + 2
    assert header.index("FIN") + 1 == shown.index("1", shown.index("TEXT"))
    assert header.index("RSV") == shown.index("000", shown.index("TEXT"))


def test_time_and_distance_take_turns_on_a_narrow_screen() -> None:
    def shown(width: int, times: Times) -> tuple[bool, bool]:
        columns = Columns.fitting(width, 14, MS, times)
        return bool(columns.time), bool(columns.delta)

    assert shown(WIDE, Times.FITTING) == (True, True)
    assert shown(60, Times.FITTING) == (True, False)
    assert shown(WIDE, Times.TIME) == (True, False)
    assert shown(60, Times.DELTA) == (False, True)


def test_long_numbers_make_room_for_themselves() -> None:
    assert Columns.fitting(80, 1_234_567, MS, Times.TIME).number == 7


def test_a_wrong_frame_says_what_is_wrong_with_it() -> None:
    row = log_rows(opened(case_4_2_3().finish())[1])[8]
    shown = line(row, Columns.fitting(80, 14, MS, Times.TIME))
    assert "reserved opcode 13 (RFC 6455 §5.2)" in shown


def test_octets_that_were_cut_are_told_of_but_are_not_wrong() -> None:
    built = CaptureBuilder().open().octets("RX", text("x" * 100).serialize(), snaplen=8)
    row = log_rows(opened(built.finish())[1])[3]
    shown = line(row, Columns.fitting(80, 14, MS, Times.TIME))
    assert "✗" not in shown
    assert "8 of 102 octets" in shown
