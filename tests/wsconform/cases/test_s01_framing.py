"""Section 1 goes to both sides of every change in the encoding of the length."""

from __future__ import annotations

from wsconform.cases.case import Case
from wsconform.cases.s01_framing import SECTIONS
from wsconform.cases.steps import Send


def header(case: Case) -> str:
    (frame,) = case.frames()
    return frame.serialize()[: frame.header_octets].hex()


def test_every_form_of_the_length_is_sent() -> None:
    assert [header(case) for case in SECTIONS[0].cases] == [
        "8100", "817d", "817e007e", "817e007f", "817e0080", "817effff",
        "817f0000000000010000", "817f0000000000010000",
    ]  # fmt: skip


def test_binary_messages_have_the_same_lengths() -> None:
    text, binary = (
        [(header(case)[2:], case.script[1:], case.wants.ending) for case in section.cases]
        for section in SECTIONS
    )
    assert text == binary


def test_only_the_last_case_is_chopped() -> None:
    for section in SECTIONS:
        chops = [
            step.chop for case in section.cases for step in case.script if isinstance(step, Send)
        ]
        assert chops == [None] * 7 + [997]


def test_what_is_sent_is_what_comes_back() -> None:
    for section in SECTIONS:
        for case in section.cases:
            ((message,),) = (outcome.heard for outcome in case.wants.outcomes)
            assert message == case.sent_message()
