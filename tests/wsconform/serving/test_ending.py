"""When a server ends by itself."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.task import Clock

from wsconform.cases import CASES
from wsconform.serve_plan import Terms
from wsconform.serving.ending import GRACE, Ending

TWO = [CASES["1.1.1"], CASES["1.1.2"]]
WHEN_DONE = Terms(when_done=True)


class Course:
    """What happens at a server, and whether it is over."""

    def __init__(self, terms: Terms, cases: dict[str, Any] | None = None) -> None:
        self.clock = Clock()
        self.over: list[str] = []
        self.ending = Ending(
            terms, lambda agent: (cases or {}).get(agent, TWO), self.clock, self.over.append
        )

    def play(self, agent: str, *case_ids: str, is_reported: bool = True) -> Course:
        for one in case_ids:
            self.ending.came(agent)
            self.ending.case_started()
            self.ending.case_ended(agent, one, is_reported=is_reported)
            self.ending.left(agent)
        return self

    def update(self, agent: str, *, names_itself: bool = True) -> Course:
        self.ending.came(agent)
        self.ending.updated(agent if names_itself else None)
        self.ending.left(agent)
        return self

    def wait(self, seconds: float) -> Course:
        self.clock.advance(seconds)
        return self


def test_without_terms_nothing_ends_it() -> None:
    course = Course(Terms()).play("a", "1.1.1", "1.1.2").update("a").wait(1000)
    assert course.over == []
    assert (course.ending.awaited, course.ending.absent, course.ending.missing()) == ((), (), {})


def test_the_first_agent_that_comes_is_awaited_until_its_cases_are_finished() -> None:
    course = Course(WHEN_DONE).play("a", "1.1.1").play("b", "1.1.1", "1.1.2").wait(1000)
    assert course.over == []
    assert course.ending.missing() == {"a": ["1.1.2"]}
    course.play("a", "1.1.2").wait(GRACE / 2)
    assert course.over == []
    course.wait(GRACE)
    assert len(course.over) == 1
    assert course.ending.missing() == {}


def test_an_agent_that_asks_for_reports_is_through_whatever_it_has_left_out() -> None:
    course = Course(WHEN_DONE).play("a", "1.1.1").update("a").wait(GRACE + 0.1)
    assert len(course.over) == 1
    assert course.ending.missing() == {"a": ["1.1.2"]}
    assert course.ending.absent == ()


def test_whoever_asks_without_a_name_asks_for_all() -> None:
    course = Course(WHEN_DONE).play("a", "1.1.1").update("", names_itself=False)
    assert len(course.wait(GRACE + 0.1).over) == 1


def test_nothing_ends_while_a_connection_of_the_agent_is_open() -> None:
    course = Course(WHEN_DONE).play("a", "1.1.1", "1.1.2")
    course.ending.came("a")
    assert course.wait(1000).over == []
    course.ending.left("a")
    assert len(course.wait(GRACE + 0.1).over) == 1


def test_an_agent_that_comes_back_soon_is_not_through() -> None:
    course = Course(WHEN_DONE).play("a", "1.1.1", "1.1.2").wait(GRACE / 2)
    course.ending.came("a")
    assert course.wait(GRACE).over == []


def test_all_agents_with_names_are_awaited_and_no_others() -> None:
    course = Course(Terms(when_done=True, awaited=("a", "b")))
    course.play("stranger", "1.1.1", "1.1.2").play("b", "1.1.1", "1.1.2").wait(1000)
    assert course.over == []
    assert course.ending.absent == ("a",)
    assert len(course.play("a", "1.1.1", "1.1.2").wait(GRACE + 0.1).over) == 1


def test_only_what_an_agent_plays_is_awaited() -> None:
    course = Course(WHEN_DONE, {"a": TWO[:1]}).play("a", "1.1.1").wait(GRACE + 0.1)
    assert len(course.over) == 1


def test_a_case_that_was_broken_off_is_missing() -> None:
    course = Course(WHEN_DONE).play("a", "1.1.1").play("a", "1.1.2", is_reported=False)
    assert course.ending.missing() == {"a": ["1.1.2"]}


def test_it_gives_up_when_nothing_happens() -> None:
    course = Course(Terms(give_up_after=10)).wait(9)
    assert course.play("a", "1.1.1").wait(9).over == []
    assert course.wait(2).over == ["nothing has happened for 10 s"]


@pytest.mark.parametrize("when_done", [False, True])
def test_a_case_that_takes_its_time_is_no_reason_to_give_up(when_done: bool) -> None:
    course = Course(Terms(when_done=when_done, give_up_after=10))
    course.ending.came("a")
    course.ending.case_started()
    for _ in range(5):
        assert course.wait(9).over == []
    course.ending.case_ended("a", "1.1.1", is_reported=True)
    assert len(course.wait(11).over) == 1


def test_once_it_is_stopped_nothing_comes_of_it() -> None:
    course = Course(Terms(when_done=True, give_up_after=1)).play("a", "1.1.1", "1.1.2")
    course.ending.stop()
    course.update("a")
    assert not course.clock.getDelayedCalls()
    assert course.over == []
