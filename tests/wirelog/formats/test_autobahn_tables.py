import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages import frames_table, octets_table
from wirelog.formats.autobahn_tables import FRAMES, MAX_READINGS, OCTETS, solve


def keys(counts: dict[int, int]) -> dict[str, int]:
    return {str(key): count for key, count in sorted(counts.items())}


def rising(most: int) -> st.SearchStrategy[dict[int, int]]:
    made = st.dictionaries(st.integers(1, most), st.integers(1, 2000), max_size=12)
    return made.map(lambda rows: dict(sorted(rows.items())))


@given(rising(70_000), st.sampled_from(["", "\t", " "]))
def test_a_table_of_octets_is_read_so_that_the_sums_are_right(
    rows: dict[int, int], between: str
) -> None:
    found = solve(octets_table(rows, between).split("\n"), OCTETS)
    assert found is not None
    assert sum(found.values()) == sum(rows.values())
    total = sum(size * count for size, count in rows.items())
    assert sum(int(size) * count for size, count in found.items()) == total
    if between:
        assert found == keys(rows)


@given(rising(15), st.sampled_from(["", "\t"]))
def test_a_table_of_frames_is_read_so_that_the_sum_is_right(
    rows: dict[int, int], between: str
) -> None:
    found = solve(frames_table(rows, between).split("\n"), FRAMES)
    assert found is not None
    assert sum(found.values()) == sum(rows.values())
    if between:
        assert found == keys(rows)


@pytest.mark.parametrize(
    ("rows", "columns", "counts"),
    [
        (["414", "15115", "1621162", "Total3181"], OCTETS, {"4": 1, "15": 1, "162": 1}),
        (
            ["6212", "818", "19119", "2401240", "Total5279"],
            OCTETS,
            {"6": 2, "8": 1, "19": 1, "240": 1},
        ),
        (["11", "81", "91", "131", "Total4"], FRAMES, {"1": 1, "8": 1, "9": 1, "13": 1}),
        (["11", "131", "Total32"], FRAMES, None),  # one of them is opcode 1 twice
        (["131", "Total31"], FRAMES, {"1": 31}),
        (["131", "Total1"], FRAMES, {"13": 1}),
        (["050", "11000", "Total1050"], FRAMES, {"0": 50, "1": 1000}),
        (["11000", "81", "Total1001"], FRAMES, {"1": 1000, "8": 1}),
        (["Total00"], OCTETS, {}),
        (["Total0"], FRAMES, {}),
    ],
)
def test_cells_that_run_together(
    rows: list[str], columns: int, counts: dict[str, int] | None
) -> None:
    assert solve(["Chop SizeCountOctets", "", *rows, ""], columns) == counts


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([], OCTETS),
        (["414"], OCTETS),
        (["414", "Total"], OCTETS),
        (["414", "Total28"], OCTETS),
        (["415", "Total14"], OCTETS),
        (["1 2", "Total12"], OCTETS),
        (["1 2 3 4", "Total14"], OCTETS),
        (["818", "414", "Total212"], OCTETS),  # sizes must rise
        (["161", "Total1"], FRAMES),  # no opcode 16
        (["1", "Total1"], FRAMES),
        (["10", "Total0"], FRAMES),
        (["1" * 41, "Total1"], FRAMES),
        (["9" * 5000, "Total1"], OCTETS),
        (["٤١٤", "Total14"], OCTETS),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_table_whose_rows_do_not_fit_their_total_is_not_read(
    rows: list[str], columns: int
) -> None:
    assert solve(rows, columns) is None


def test_a_table_made_to_be_hard_takes_no_long_time() -> None:
    rows = [f"{n}{n}{n * n}" + "0" * 20 for n in range(1, 4000)]
    rows += ["1" * 40] * 50 + ["10110" * 8] * 2000 + ["Total11"]
    begin = time.process_time()
    assert solve(rows, OCTETS) is None
    assert solve(["131"] * 5000 + ["Total99"], FRAMES) is None
    assert time.process_time() - begin < 5


def test_too_many_readings_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ["131", "142", "153", "Total6"]
    assert solve(rows, FRAMES) == {"13": 1, "14": 2, "15": 3}
    patched: Any = "wirelog.formats.autobahn_tables.MAX_READINGS"
    assert MAX_READINGS > 3
    monkeypatch.setattr(patched, 1)
    assert solve(rows, FRAMES) is None
