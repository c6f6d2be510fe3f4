"""Names of servers in the reports: each its own, and the same when a run is resumed."""

from __future__ import annotations

from dataclasses import replace

import outcomes
from wsconform.driver.settings import Target
from wsconform.naming import Names, wanted_of
from wsconform.report.entry import Entry

HERE = "127.0.0.1:9000"
A, B, C, ROOT = (Target.at(f"ws://{HERE}/{path}") for path in ("a", "b", "c", ""))


def done(agent: str, target: Target, case_id: str = "1.1.1") -> Entry:
    return outcomes.entry(case_id, agent=agent, target=str(target))


def test_servers_of_one_name_get_their_address_then_their_url_then_a_number() -> None:
    names = Names()
    assert [names.take("x", target) for target in (A, B, C, C, C)] == [
        "x", f"x {HERE}", f"x {HERE}/c", f"x {HERE}/c~2", f"x {HERE}/c~3",
    ]  # fmt: skip
    assert names.take("y", A) == "y"


def test_a_name_that_looks_like_an_address_is_not_taken_twice() -> None:
    names = Names()
    assert names.take(f"x {HERE}", B) == f"x {HERE}"
    assert [names.take("x", target) for target in (A, B)] == ["x", f"x {HERE}/b"]


def test_what_a_name_was_made_from_is_known() -> None:
    for target in (ROOT, A, replace(A, resource="/?a=(b)")):
        names = Names()
        assert {wanted_of(names.take("x 1", target), target) for _ in range(4)} == {"x 1"}
    assert wanted_of(f"x {HERE}/b", A) == f"x {HERE}/b"


def test_a_server_keeps_its_name_and_what_it_has_finished() -> None:
    names = Names()
    entries = [done("x", A), done("x", A, "1.1.2"), done(f"x {HERE}", B)]
    assert names.resume(A, entries) == ("x", entries[:2])
    assert names.resume(B, entries) == (f"x {HERE}", entries[2:])
    assert names.resume(C, entries) == (None, [])
    assert names.take("x", C) == f"x {HERE}/c"


def test_two_servers_at_one_url_keep_their_names_in_order() -> None:
    names = Names()
    entries = [done(f"x {HERE}", A), done("x", A)]
    assert [names.resume(A, entries)[0] for _ in range(3)] == ["x", f"x {HERE}", None]


def test_a_server_with_a_name_of_its_own_takes_nothing_of_another_name() -> None:
    entries = [done("y", A), done(f"x {HERE}", A)]
    assert Names().resume(replace(A, agent="x"), entries)[0] == f"x {HERE}"
    assert Names().resume(replace(A, agent="z"), entries) == (None, [])
