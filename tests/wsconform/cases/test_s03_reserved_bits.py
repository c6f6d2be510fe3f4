"""Section 3 sends every combination of reserved bits."""

from __future__ import annotations

from wsconform.cases.s03_reserved_bits import SECTIONS

CASES = SECTIONS[0].cases


def test_every_combination_is_sent_once() -> None:
    bits = [frame.rsv for case in CASES for frame in case.frames() if frame.rsv]
    assert bits == [1, 2, 3, 4, 5, 6, 7]


def test_exactly_the_frames_with_reserved_bits_are_wrong() -> None:
    for case in CASES:
        for frame in case.frames():
            assert bool(frame.check()) is bool(frame.rsv)


def test_the_good_message_before_is_to_be_echoed() -> None:
    for case in CASES:
        good = [frame.payload for frame in case.frames() if not frame.rsv and frame.opcode == 1]
        assert [event.octets for event in case.wants.outcomes[0].heard] == good  # type: ignore[union-attr]
        assert case.wants.ending.codes == (1002,)
