import pytest

from wirelog.times import span


@pytest.mark.parametrize(
    ("nanoseconds", "shown"),
    [
        (0, "0 ns"),
        (850, "850 ns"),
        (-850, "-850 ns"),
        (1_000, "1 µs"),
        (19_700, "19.7 µs"),
        (99_940, "99.9 µs"),
        (99_960, "0.1 ms"),
        (402_113, "0.402 ms"),
        (1_234_567, "1.23 ms"),
        (999_499_999, "999 ms"),
        (999_500_000, "1 s"),
        (1_250_000_000, "1.25 s"),
        (59_940_000_000, "59.9 s"),
        (59_960_000_000, "1 min 0 s"),
        (125_000_000_000, "2 min 5 s"),
        (-125_000_000_000, "-2 min 5 s"),
        (90_061_000_000_000, "1501 min 1 s"),
    ],
)
def test_a_distance_has_a_unit_that_fits_it(nanoseconds: int, shown: str) -> None:
    assert span(nanoseconds) == shown
