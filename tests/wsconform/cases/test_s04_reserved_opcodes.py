"""Section 4 sends every reserved opcode."""

from __future__ import annotations

from wirelog.frames import RESERVED_OPCODES
from wsconform.cases.s04_reserved_opcodes import SECTIONS

CASES = [case for section in SECTIONS for case in section.cases]


def test_every_reserved_opcode_is_sent_once() -> None:
    sent = [
        frame.opcode
        for case in CASES
        for frame in case.frames()
        if frame.opcode in RESERVED_OPCODES
    ]
    assert sent == sorted(RESERVED_OPCODES)


def test_exactly_one_frame_of_each_case_is_wrong() -> None:
    for case in CASES:
        wrong = [frame for frame in case.frames() if frame.check()]
        assert len(wrong) == 1, case.id
        assert case.wants.ending.codes == (wrong[0].check()[0].close_code,)


def test_each_case_says_which_opcode_it_sends() -> None:
    for case in CASES:
        (opcode,) = [f.opcode for f in case.frames() if f.opcode in RESERVED_OPCODES]
        assert f"opcode {opcode} " in case.says.replace(",", " ").replace(".", " ")
