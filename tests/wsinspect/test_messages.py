from __future__ import annotations

from wsinspect.messages import ReadingGoesOn, StopWanted


def test_only_the_newest_progress_counts() -> None:
    assert ReadingGoesOn("50 %").can_replace(ReadingGoesOn("10 %"))
    assert not ReadingGoesOn("50 %").can_replace(StopWanted())
