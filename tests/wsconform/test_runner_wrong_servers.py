"""Servers that are wrong on purpose: the cases that must notice do, and only those."""

from __future__ import annotations

import pytest

from live import listening, play
from right_server import RightServer
from wrong_cases import WRONG, Wrong
from wrong_servers import HASTE
from wsconform.cases import select


def not_ok(server: type[RightServer], patterns: tuple[str, ...]) -> set[str]:
    """The cases that are not OK, neither is NON-STRICT."""
    with listening(server) as port:
        outcome = play(patterns, port, HASTE, repeats=False)
    assert not outcome.unreachable
    assert len(outcome.results) == len(select(patterns).cases)
    return {one.case.id for one in outcome.results if not one.verdict.passed(strict=True)}


def test_no_case_notices_anything_about_a_right_server() -> None:
    assert not_ok(RightServer, ("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*")) == set()


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.server.__name__)
def test_the_cases_that_must_notice_do_and_only_those(wrong: Wrong) -> None:
    expected = {case.id for case in select(wrong.notice).cases} if wrong.notice else set()
    assert not_ok(wrong.server, wrong.plays) == expected
