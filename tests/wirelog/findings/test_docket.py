from wirelog.findings.docket import LEFT_OUT, MAX_EACH, Docket
from wirelog.rules.frames import MASKED, RSV, UNFINISHED


def test_findings_are_in_the_order_of_their_events_the_gravest_first() -> None:
    docket = Docket()
    docket.add(MASKED, "server", (9,), "late")
    docket.add(UNFINISHED, "server", (3,), "note")
    docket.add(RSV, "client", (3,), "error")
    assert [one.text for one in docket.sorted()] == ["error", "note", "late"]


def test_a_rule_that_is_broken_all_the_time_is_told_a_hundred_times_for_each_side() -> None:
    docket = Docket()
    entries = [docket.add(RSV, "client", (n,), "") for n in range(MAX_EACH + 5)]
    docket.add(RSV, "server", (0,), "")
    assert entries[MAX_EACH:] == [LEFT_OUT] * 5
    assert len(docket.sorted()) == MAX_EACH + 1
    assert docket.left_out == {(RSV.id, "client"): 5}
    docket.say(LEFT_OUT, "nobody reads this")
    assert all(one.text == "" for one in docket.sorted())


def test_more_can_be_said_of_a_finding() -> None:
    docket = Docket()
    docket.say(docket.add(RSV, "client", (1,), "a"), "b")
    assert docket.sorted()[0].text == "ab"


def test_the_first_reason_why_a_rule_is_not_checked_stands() -> None:
    docket = Docket()
    docket.cannot_check((RSV,), "first")
    docket.cannot_check((RSV, MASKED), "second")
    assert docket.not_checked == {RSV.id: "first", MASKED.id: "second"}
