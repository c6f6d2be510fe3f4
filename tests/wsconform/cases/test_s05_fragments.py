"""Section 5: a second reading of RFC 6455 §5.4 comes to the same expectations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wirelog.frames import Frame, Opcode
from wsconform.cases.case import Case
from wsconform.cases.events import Event, Message, Pong
from wsconform.cases.s05_fragments import SECTIONS

CASES = SECTIONS[0].cases


class Wrong(Exception):
    """A frame that a receiver must not take."""


def answers(frames: Iterator[Frame]) -> Iterator[Event]:
    """What an echo server answers; raises Wrong at the first frame that breaks a rule."""
    open_since: int | None = None
    parts = b""
    for frame in frames:
        if frame.check():
            raise Wrong
        if frame.opcode == Opcode.PING:
            yield Pong(frame.payload)
            continue
        if (frame.opcode == Opcode.CONT) is (open_since is None):
            raise Wrong
        open_since = frame.opcode if open_since is None else open_since
        parts += frame.payload
        if frame.fin:
            yield Message(parts, open_since == Opcode.BINARY)
            open_since, parts = None, b""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_expectation_is_what_a_strict_echo_server_answers(case: Case) -> None:
    heard: list[Event] = []
    refused = False
    try:
        for answer in answers(case.frames()):
            heard.append(answer)
    except Wrong:
        refused = True
    assert case.wants.outcomes[0].heard == tuple(heard)
    assert case.wants.ending.closed_by_me is not refused
    assert case.wants.ending.codes == ((1002,) if refused else (1000,))


def test_each_sequence_comes_in_three_deliveries() -> None:
    by_frames: dict[tuple[Frame, ...], int] = {}
    for case in CASES:
        by_frames[tuple(case.frames())] = by_frames.get(tuple(case.frames()), 0) + 1
    assert sorted(by_frames.values()) == [1, 1, 1, 1, 1, 1, 2, 3, 3, 3, 3]
