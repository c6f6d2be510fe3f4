"""Section 2: every ping that may be sent is answered, in order; pongs are not."""

from __future__ import annotations

from wirelog.frames import Opcode
from wsconform.cases.events import Pong
from wsconform.cases.s02_pings import SECTIONS

CASES = {case.id: case for case in SECTIONS[0].cases}


def test_each_legal_ping_wants_its_pong_and_nothing_else() -> None:
    for case in CASES.values():
        pings = [frame for frame in case.frames() if frame.opcode == Opcode.PING]
        wanted = tuple(Pong(ping.payload) for ping in pings if not ping.check())
        assert case.wants.outcomes[0].heard == wanted, case.id


def test_the_only_ping_to_be_refused_is_the_one_that_is_too_long() -> None:
    refused = [case.id for case in CASES.values() if not case.wants.ending.closed_by_me]
    assert refused == ["2.5"]
    (ping,) = CASES["2.5"].frames()
    assert [problem.close_code for problem in ping.check()] == [1002]
