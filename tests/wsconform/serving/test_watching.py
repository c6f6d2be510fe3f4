"""What stands in Twisted's log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from twisted.logger import formatEvent, globalLogPublisher

import outcomes
from wsconform.serving.watching import Log


@pytest.fixture
def lines() -> Iterator[list[str]]:
    found: list[str] = []

    def keep(event: object) -> None:
        found.append(formatEvent(event))  # type: ignore[arg-type]

    globalLogPublisher.addObserver(keep)
    yield found
    globalLogPublisher.removeObserver(keep)


def test_the_log_says_who_comes_and_what_fails(lines: list[str]) -> None:
    log = Log()
    log.listens("ws://127.0.0.1:1/", "http://127.0.0.1:1/")
    log.came("a\nb", "127.0.0.1:2", ["1.1.1", "1.1.2"])
    log.case_started("a\nb", "1.1.1")
    log.case_ended("a\nb", "1.1.1", outcomes.entry("1.1.1"))
    log.case_ended("a\nb", "1.1.2", outcomes.entry("1.1.2", "FAILED", result="Nothing came."))
    log.case_ended("a\nb", "1.1.2", None)
    log.updated("a\nb")
    log.trouble("too many")
    assert lines == [
        "Listening on ws://127.0.0.1:1/ and http://127.0.0.1:1/",
        "'a\\nb' has come from 127.0.0.1:2: 2 cases",
        "'a\\nb' 1.1.2: FAILED / OK: Nothing came.",
        "Reports are written for 'a\\nb'",
        "too many",
    ]
