"""Section 7: which close frames must be answered and which refused, by the frame's own check."""

from __future__ import annotations

import pytest

from wirelog.frames import Opcode
from wsconform.cases.case import Case
from wsconform.cases.s07_closing import BEYOND, ILLEGAL, LEGAL, SECTIONS
from wsconform.cases.steps import SendClose

CASES = {case.id: case for section in SECTIONS for case in section.cases}
JUDGED = [case for id_, case in CASES.items() if not id_.startswith(("7.1.", "7.13."))]


@pytest.mark.parametrize("case", JUDGED, ids=lambda case: case.id)
def test_a_good_close_frame_is_answered_and_a_bad_one_refused(case: Case) -> None:
    (frame,) = case.frames()
    problems = frame.check()
    ending = case.wants.ending
    assert ending.closed_by_me
    if problems:
        assert not ending.require_clean
        assert problems[0].close_code in ending.codes
        assert 1000 not in ending.codes
    else:
        assert ending.require_clean
        assert ending.codes[0] == 1000


def test_in_7_1_the_case_closes_after_at_most_two_messages() -> None:
    for number in range(2, 7):
        opcodes = [frame.opcode for frame in CASES[f"7.1.{number}"].frames()]
        assert Opcode.CLOSE in opcodes[:3]
        assert opcodes[-1] != Opcode.CLOSE or opcodes.count(Opcode.CLOSE) == 2


def test_no_case_that_sends_its_own_close_waits_for_another() -> None:
    for case in CASES.values():
        closes = any(isinstance(step, SendClose) for step in case.script)
        assert closes is (case.id != "7.1.1")


def test_the_codes_go_to_the_edges_of_their_ranges() -> None:
    assert {999, 2999} <= set(ILLEGAL)
    assert {1000, 3000, 3999, 4000, 4999} <= set(LEGAL)
    assert min(BEYOND) == 5000
    assert not set(LEGAL) & set(ILLEGAL)


def test_a_legal_code_may_come_back() -> None:
    for number, code in enumerate(LEGAL, 1):
        assert code in CASES[f"7.7.{number}"].wants.ending.codes
