"""What a run is to do, from the command line and from a spec file."""

from __future__ import annotations

from typing import Any

import pytest

from wsconform import spec
from wsconform.plan import Plan, PlanError, Wishes, fits, plan_for_spec, plan_for_url

URL = "ws://127.0.0.1:9001/{case}"


def cases_of(plan: Plan) -> list[str]:
    return [case.id for case in plan.servers[0].cases]


def from_spec(wishes: Wishes | None = None, **content: Any) -> Plan:
    content.setdefault("servers", [{"url": "ws://a:1"}])
    return plan_for_spec(spec.parse(content, "s.json"), wishes or Wishes())


def test_without_a_word_the_quick_profile_is_taken_and_said() -> None:
    plan = plan_for_url(URL, Wishes())
    assert len(cases_of(plan)) == 247
    assert len(plan.notes) == 1
    assert "--profile full" in plan.notes[0]
    assert str(plan.out) == "reports/servers"


def test_a_profile_that_was_asked_for_is_not_explained() -> None:
    assert len(cases_of(plan_for_url(URL, Wishes(profile="full")))) == 517
    quick = plan_for_url(URL, Wishes(profile="quick"))
    assert (len(cases_of(quick)), quick.notes) == (247, ())


def test_cases_that_were_asked_for_are_played_whatever_the_profile_would_say() -> None:
    assert cases_of(plan_for_url(URL, Wishes(cases=("9.1.1",)))) == ["9.1.1"]
    assert len(cases_of(plan_for_url(URL, Wishes(cases=("*",), profile="quick")))) == 247


def test_wildcards_mean_what_they_say() -> None:
    def picked(*patterns: str) -> set[str]:
        return set(cases_of(plan_for_url(URL, Wishes(cases=patterns))))

    assert picked("7.1*") - picked("7.1.*") == {"7.13.1", "7.13.2"}
    assert len(picked("7.1.*")) == 6
    assert picked("2.1") == {"2.1"}


@pytest.mark.parametrize(
    "wishes",
    [Wishes(cases=("2.1.*",)), Wishes(cases=("1.1.1", "99")), Wishes(exclude=("4.2.11",))],
)
def test_a_pattern_that_selects_nothing_is_an_error_on_the_command_line(wishes: Wishes) -> None:
    with pytest.raises(PlanError, match="no such case"):
        plan_for_url(URL, wishes)
    with pytest.raises(PlanError, match="no such case"):
        from_spec(wishes)


def test_a_pattern_that_selects_nothing_is_a_warning_in_a_spec_file() -> None:
    plan = from_spec(**{
        "cases": ["2.1.*", "2.1"], "exclude-cases": ["99.*"], "exclude-agent-cases": {"x": ["5"]},
    })  # fmt: skip
    assert cases_of(plan) == ["2.1"]
    assert [warning.split()[0] for warning in plan.warnings] == ["'2.1.*'", "'99.*'", "'5'"]


def test_nothing_to_play_is_an_error() -> None:
    with pytest.raises(PlanError, match="no case is left"):
        plan_for_url(URL, Wishes(cases=("2.1",), exclude=("2.*",)))
    with pytest.raises(PlanError, match="no case is left"):
        from_spec(cases=[])


@pytest.mark.parametrize("url", ["http://a", "ws://", "a", "ws://a/#x", "ws://a:x"])
def test_a_wrong_url_is_an_error(url: str) -> None:
    with pytest.raises(PlanError):
        plan_for_url(url, Wishes())


def test_a_header_cannot_break_the_request() -> None:
    with pytest.raises(PlanError, match="line break"):
        plan_for_url(URL, Wishes(headers=(("A", "b\r\nC: d"),)))


def test_wishes_reach_target_and_settings() -> None:
    wishes = Wishes(
        agent="me", headers=(("A", "b"),), origin="o", protocols=("p",), insecure=True, timeout=3,
        as_published=True,
    )  # fmt: skip
    server = plan_for_url(URL, wishes).servers[0]
    assert (server.target.agent, server.target.headers, server.target.origin) == (
        "me", (("A", "b"),), "o",
    )  # fmt: skip
    assert (server.target.protocols, server.target.insecure) == (("p",), True)
    assert (server.settings.case, server.settings.as_published) == (3, True)


def test_a_spec_file_plays_all_its_servers_and_all_its_cases() -> None:
    plan = from_spec(
        servers=[
            {"url": "ws://a:1", "agent": "A", "options": {"openHandshakeTimeout": 7}},
            {"url": "wss://b:2", "hostname": "b.example"},
        ],
        outdir="out",
    )
    first, second = plan.servers
    assert len(first.cases) == len(second.cases) == 517
    assert (first.target.agent, first.settings.opening) == ("A", 7)
    assert (second.target.agent, second.settings.opening) == (None, 5.0)
    assert (second.target.server_name, second.target.insecure) == ("b.example", False)
    assert (str(plan.out), plan.notes, plan.warnings) == ("out", (), ())


def test_without_a_hostname_any_certificate_is_taken_and_that_is_said() -> None:
    servers = [{"url": "wss://b:2"}]
    plan = from_spec(servers=servers)
    assert plan.servers[0].target.insecure
    assert len(plan.warnings) == 1
    assert not from_spec(Wishes(cafile="ca.pem"), servers=servers).servers[0].target.insecure


def test_the_command_line_goes_before_the_spec_file() -> None:
    plan = from_spec(Wishes(cases=("1.*",), exclude=("1.1.*",)), cases=["2.*"], agent="x")
    assert {case_id[:3] for case_id in cases_of(plan)} == {"1.2"}


def test_cases_are_excluded_by_the_name_of_the_agent() -> None:
    server = from_spec(**{
        "cases": ["6.*", "7.*"], "exclude-agent-cases": {"Old*": ["6.*"], "*": ["7.7.*"]},
    }).servers[0]  # fmt: skip
    assert server.needs_agent
    assert not any(case.id.startswith("6.") for case in server.cases_for("OldServer/1"))
    assert any(case.id.startswith("6.") for case in server.cases_for("NotOld"))
    assert not any(case.id.startswith("7.7.") for case in server.cases_for("NotOld"))


def test_patterns_of_agents_take_the_whole_name() -> None:
    assert fits("a*c", "abc")
    assert not fits("a*c", "abcd")
    assert not fits("a.c", "abc")
    assert fits("*", "")
