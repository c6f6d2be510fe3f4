"""What stands in Twisted's log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from twisted.logger import formatEvent, globalLogPublisher

import outcomes
from memory_fuzzer import Notes
from wsconform.serving.watching import Log, Shielded


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


class Broken(Notes):
    """Fails at every word, after it has heard it."""

    error: Exception = BrokenPipeError()

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in ("listens", "came", "case_started", "case_ended", "updated", "trouble"):
            return found

        def fail(*facts: Any) -> None:
            found(*facts)
            raise self.error

        return fail


@pytest.mark.parametrize(("error", "logged"), [(BrokenPipeError(), 0), (ZeroDivisionError(), 6)])
def test_nothing_comes_out_of_a_watcher_that_is_shielded(
    error: Exception, logged: int, lines: list[str]
) -> None:
    broken = Broken()
    broken.error = error
    shielded = Shielded(broken)
    shielded.listens("ws://x/", "http://x/")
    shielded.came("me", "127.0.0.1:2", ["1.1.1"])
    shielded.case_started("me", "1.1.1")
    shielded.case_ended("me", "1.1.1", None)
    shielded.updated("me")
    shielded.trouble("too many")
    assert broken.told == [
        ("listens", "ws://x/", "http://x/"), ("came", "me", 1), ("started", "me", "1.1.1"),
        ("ended", "me", "1.1.1", None), ("updated", "me"), ("trouble", "too many"),
    ]  # fmt: skip
    assert sum("Unexpected error" in line for line in lines) == logged
