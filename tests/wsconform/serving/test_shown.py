"""What a terminal or a log shows while clients come."""

from __future__ import annotations

import io

import pytest

import outcomes
from wsconform.progress import Plain
from wsconform.serving.shown import Shown
from wsconform.terminal import Look


class Screen:
    """What was written."""

    def __init__(self) -> None:
        self.now = 0.0
        self.out, self.err = io.StringIO(), io.StringIO()
        look = Look()
        display = Plain(self.err, look, lambda: self.now)
        self.shown = Shown(display, look, self.out, lambda: self.now)

    @property
    def lines(self) -> list[str]:
        return self.err.getvalue().splitlines()

    def play(self, agent: str, case: str, behavior: str = "OK") -> Screen:
        self.shown.case_started(agent, case)
        self.shown.case_ended(agent, case, outcomes.entry(case, behavior))
        return self


@pytest.fixture
def screen() -> Screen:
    return Screen()


def test_where_it_listens_stands_in_a_line_for_programs(screen: Screen) -> None:
    screen.shown.listens("ws://127.0.0.1:4711/", "http://127.0.0.1:4711/")
    screen.shown.listens("unix:/run/x", "unix:/run/x")
    assert screen.out.getvalue() == (
        "wsconform: listening on ws://127.0.0.1:4711/ and http://127.0.0.1:4711/\n"
        "wsconform: listening on unix:/run/x\n"
    )
    assert screen.lines == []


def test_where_it_listens_is_said_elsewhere_if_nobody_reads_standard_output() -> None:
    screen = Screen()
    with open("/dev/full", "w") as full:  # noqa: PTH123
        shown = Shown(Plain(screen.err, Look(), lambda: 0.0), Look(), full, lambda: 0.0)
        shown.listens("unix:/run/x", "unix:/run/x")
    assert screen.lines == [
        "wsconform: listening on unix:/run/x",
        "wsconform: warning: standard output: No space left on device",
    ]


def test_who_comes_is_said_and_how_far_they_are(screen: Screen) -> None:
    screen.shown.came("me", "127.0.0.1:1", ["1.1.1", "1.1.2"])
    screen.play("me", "1.1.1").play("me", "1.1.2", "NON-STRICT")
    screen.shown.updated("me")
    assert screen.lines[0] == "me  from 127.0.0.1:1  2 cases"
    assert "2/2  1 non-strict  1 passed" in screen.lines[2]
    assert screen.lines[-1] == "me  1 passed, 1 non-strict; reports are written"


def test_a_failure_is_said_once_and_whose_it_is(screen: Screen) -> None:
    for agent in ("a", "b\x1b[2J"):
        screen.shown.came(agent, "127.0.0.1:1", ["1.1.1", "4.2.3"])
    screen.play("a", "4.2.3", "FAILED").play("b\x1b[2J", "4.2.3", "FAILED")
    said = [line for line in screen.lines if "%" not in line and "/4" not in line]
    assert said[2] == "a"
    assert said[3].startswith(" ✗ 4.2.3")
    assert said[4] == "b\\x1b[2J"
    assert sum("✗" in line for line in screen.lines) == 2
    assert "\x1b" not in screen.err.getvalue()


def test_a_case_that_is_played_again_counts_once(screen: Screen) -> None:
    screen.shown.came("me", "127.0.0.1:1", ["1.1.1"])
    screen.play("me", "1.1.1", "FAILED").play("me", "1.1.1")
    screen.shown.updated("me")
    assert screen.lines[-1] == "me  1 passed; reports are written"


def test_time_is_shown_only_while_something_goes_on(screen: Screen) -> None:
    screen.shown.tick()
    screen.shown.came("me", "127.0.0.1:1", ["1.1.1", "1.1.2"])
    screen.now = 60
    screen.shown.tick()
    assert len(screen.lines) == 1
    screen.shown.case_started("me", "1.1.1")
    screen.shown.tick()
    assert len(screen.lines) == 2
    screen.shown.case_ended("me", "1.1.1", None)
    screen.now = 120
    screen.shown.tick()
    assert len(screen.lines) == 2


def test_somebody_who_plays_nothing_is_no_line(screen: Screen) -> None:
    screen.shown.updated("nobody")
    screen.shown.trouble("no \x1bway")
    assert screen.lines == ["wsconform: no \\x1bway"]
