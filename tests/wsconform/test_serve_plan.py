"""What a server is to do, from the command line and from a spec file."""

from __future__ import annotations

from typing import Any

import pytest

from wsconform import serve_spec
from wsconform.plan import PlanError, Wishes
from wsconform.serve_plan import ServePlan, ServeWishes, Terms, plan_for_serving

NOTHING = ServeWishes()


def from_spec(wishes: Wishes | None = None, serve: ServeWishes = NOTHING, **spec: Any) -> ServePlan:
    return plan_for_serving(wishes or Wishes(), serve, serve_spec.parse(spec, "s.json"))


def test_without_a_word_the_quick_profile_is_served_to_this_machine() -> None:
    plan = plan_for_serving(Wishes(), NOTHING, None)
    assert plan.endpoints == ("tcp:9001:interface=127.0.0.1",)
    assert (len(plan.cases), len(plan.notes), str(plan.out)) == (247, 1, "reports/clients")
    assert plan.terms == Terms()


def test_wishes_reach_the_plan() -> None:
    terms = Terms(True, ("a",), 5)
    plan = plan_for_serving(
        Wishes(cases=("9.1.1",), timeout=3, as_published=True),
        ServeWishes(("tcp:1", "tcp:2"), "out", terms),
        None,
    )
    assert [case.id for case in plan.cases] == ["9.1.1"]
    assert (plan.endpoints, str(plan.out), plan.terms) == (("tcp:1", "tcp:2"), "out", terms)
    assert (plan.settings.case, plan.settings.as_published) == (3, True)


def test_a_spec_file_gives_what_the_command_line_does_not() -> None:
    spec = {"url": "ws://127.0.0.1:7", "outdir": "theirs", "options": {"openHandshakeTimeout": 7}}
    plan = from_spec(cases=["2.*", "99"], **spec)
    assert plan.endpoints == ("tcp:7:interface=127.0.0.1",)
    assert {case.category for case in plan.cases} == {"2"}
    assert (str(plan.out), plan.settings.opening, plan.notes) == ("theirs", 7, ())
    assert plan.warnings == ("'99' selects no case",)
    mine = from_spec(Wishes(cases=("1.1.1",)), ServeWishes(("tcp:1",), "mine"), **spec)
    assert (mine.endpoints, str(mine.out)) == (("tcp:1",), "mine")
    assert [case.id for case in mine.cases] == ["1.1.1"]


def test_a_spec_file_plays_all_cases_and_leaves_some_out_for_some_agents() -> None:
    plan = from_spec(**{"exclude-agent-cases": {"Old*": ["6.*"], "*": ["7.*"]}})
    assert len(plan.cases) == 517
    categories = {case.category for case in plan.cases_for("OldClient/1")}
    assert not categories & {"6", "7"}
    assert "6" in {case.category for case in plan.cases_for("NotOld")}


@pytest.mark.parametrize(
    ("wishes", "serve", "words"),
    [
        (Wishes(cases=("99",)), NOTHING, "no such case"),
        (Wishes(cases=("1.1.1",), exclude=("1.*",)), NOTHING, "no case is left"),
        (Wishes(), ServeWishes(terms=Terms(True, ("",))), "the name is empty"),
    ],
)
def test_what_cannot_be_is_an_error(wishes: Wishes, serve: ServeWishes, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        plan_for_serving(wishes, serve, None)
