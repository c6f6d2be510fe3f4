"""Servers that are wrong on purpose: the cases that must notice do, and only those."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from live import listening, play
from right_server import RightServer
from wrong_cases import WRONG, Wrong
from wrong_servers import HASTE
from wsconform.cases import select
from wsconform.driver.settings import Settings


def not_ok(server: type[RightServer], patterns: Iterable[str], settings: Settings) -> set[str]:
    """The cases that are not OK, neither is NON-STRICT."""
    with listening(server) as port:
        outcome = play(patterns, port, settings, repeats=False)
    assert not outcome.unreachable
    return {one.case.id for one in outcome.results if not one.verdict.passed(strict=True)}


def noticing(server: type[RightServer], patterns: tuple[str, ...], expected: set[str]) -> set[str]:
    """As `not_ok`, in haste; what is not expected gets all the time that it should have."""
    found = not_ok(server, patterns, HASTE)
    extra = found - expected
    return found - extra | (not_ok(server, extra, Settings()) if extra else set())


def test_no_case_notices_anything_about_a_right_server() -> None:
    everything = ("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*")
    assert noticing(RightServer, everything, set()) == set()


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.server.__name__)
def test_the_cases_that_must_notice_do_and_only_those(wrong: Wrong) -> None:
    expected = {case.id for case in select(wrong.notice).cases} if wrong.notice else set()
    assert noticing(wrong.server, wrong.plays, expected) == expected
