"""Section 10: the fragments that leave are those that are counted."""

from __future__ import annotations

from collections import Counter

from wsconform.cases.s10_auto_fragments import SECTIONS


def test_the_frames_of_the_script_are_the_frames_that_are_counted() -> None:
    (case,) = SECTIONS[0].cases
    frames = list(case.frames())
    assert Counter(frame.opcode for frame in frames) == dict(case.wants.frames_sent)
    assert [len(frame.payload) for frame in frames] == [1300] * 50 + [536]
    assert case.wants.outcomes[0].heard == (case.sent_message(),)
