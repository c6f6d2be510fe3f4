"""The time of an event."""

import pytest

from wsinspect.present.clock import WIDTH, clock


@pytest.mark.parametrize(
    ("nanoseconds", "shown"),
    [
        (0, "0.000 ms"),
        (1_200_412, "1.200 ms"),
        (999_999_400, "999.999 ms"),
        (1_000_000_000, "1.000000 s"),
        (59_999_999_999, "59.999999 s"),
        (60_000_000_000, "0:01:00.000"),
        (3_723_456_000_000, "1:02:03.456"),
    ],
)
def test_the_unit_fits_the_time(nanoseconds: int, shown: str) -> None:
    assert clock(nanoseconds) == shown
    assert len(shown) <= WIDTH
