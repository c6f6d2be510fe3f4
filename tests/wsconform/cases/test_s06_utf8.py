"""Section 6: Python's strict codec decides what is text, however the message is cut."""

from __future__ import annotations

from codecs import getincrementaldecoder

import pytest

from wirelog.frames import Opcode
from wsconform.cases.case import Case
from wsconform.cases.events import Message
from wsconform.cases.s06_utf8 import SECTIONS
from wsconform.cases.steps import FramePart, Pause, Send

CASES = {case.id: case for section in SECTIONS for case in section.cases}
SLOW = [id_ for id_ in CASES if id_.startswith("6.4.")]


def sent_text(case: Case) -> bytes:
    return b"".join(frame.payload for frame in case.frames())


@pytest.mark.parametrize(
    "case", [CASES[id_] for id_ in CASES if id_ not in SLOW], ids=lambda c: c.id
)
def test_text_comes_back_and_anything_else_is_refused_with_1007(case: Case) -> None:
    octets = sent_text(case)
    first, *rest = case.frames()
    assert first.opcode == Opcode.TEXT
    assert all(frame.opcode == Opcode.CONT for frame in rest)
    try:
        octets.decode("utf-8", "strict")
    except UnicodeDecodeError:
        assert case.wants.outcomes[0].heard == ()
        assert case.wants.ending.codes == (1007,)
        assert case.wants.ending.wrong_endpoint_is_fatal
    else:
        assert case.wants.outcomes[0].heard == (Message(octets, False),)
        assert case.wants.ending.codes == (1000,)


@pytest.mark.parametrize("id_", SLOW)
def test_it_is_the_second_part_at_which_the_text_breaks(id_: str) -> None:
    parts = [b""]
    for step in CASES[id_].script:
        if isinstance(step, Send):
            parts[-1] += step.frame.payload
        elif isinstance(step, FramePart):
            parts[-1] += step.octets
        elif isinstance(step, Pause):
            parts.append(b"")
    decoder = getincrementaldecoder("utf-8")()
    decoder.decode(parts[0])
    with pytest.raises(UnicodeDecodeError):
        decoder.decode(parts[1])
    assert len(parts) == 3


def test_a_case_tells_where_its_sample_breaks() -> None:
    assert CASES["6.14.7"].says.endswith("ef bf. Not UTF-8 from octet 0 on.")
    assert CASES["6.6.3"].says.endswith("ce ba e1. Not UTF-8 from octet 2 on.")
    assert CASES["6.9.4"].says.endswith("f4 8f bf bf. UTF-8: U+10FFFF.")
