"""What is asked of a fuzzing server, and what is made of its answers."""

from __future__ import annotations

import pytest

from wsconform.testee.api import (
    NO_VERDICT,
    Api,
    Listed,
    Misunderstood,
    Pick,
    count_in,
    entry_of,
    listed_in,
    objection_in,
    verdict_in,
)

API = Api("my client/1.0 & more", "/prefix")


def test_targets_are_those_of_the_published_suite() -> None:
    assert API.count == "/prefix/getCaseCount"
    agent = "agent=my+client%2F1.0+%26+more"
    assert API.info(Pick.number(7)) == f"/prefix/getCaseInfo?case=7&{agent}"
    assert API.run(Pick.id("4.2.3")) == f"/prefix/runCase?casetuple=4.2.3&{agent}"
    assert API.status(Pick.number(7)) == f"/prefix/getCaseStatus?case=7&{agent}"
    assert API.update(shutdown=False) == f"/prefix/updateReports?{agent}"
    assert API.update(shutdown=True).endswith("&shutdownOnComplete=true")


def test_answers_as_published_are_understood() -> None:
    assert count_in("517") == 517
    listed = listed_in('{"id": "4.2.3", "description": "something"}', Pick.number(9))
    assert listed == Listed(Pick.number(9), "4.2.3", "something")
    entry = entry_of(verdict_in('{"behavior": "OK"}'), listed, "me")
    assert (entry.agent, entry.id, entry.kind) == ("me", "4.2.3", "passed")


def test_a_case_of_which_only_the_server_knows_keeps_its_words() -> None:
    listed = Listed(Pick.number(1), "99.1", "a new one")
    assert entry_of({"behavior": "FAILED"}, listed, "me").says == "a new one"


def test_a_server_that_says_more_is_heard() -> None:
    told = {"behavior": "OK", "behaviorClose": "WRONG CODE", "resultClose": "it was 1002", "id": 3}
    entry = entry_of(told, Listed(Pick.number(1), "1.1.1"), "me")
    assert (entry.kind, entry.why, entry.id) == ("failed", "it was 1002", "1.1.1")


def test_a_server_that_will_never_say_a_verdict_is_quoted() -> None:
    told = verdict_in('{"error": "it is left out for agents of this name"}')
    entry = entry_of(told, Listed(Pick.number(1), "1.1.1"), "me")
    assert (entry.behavior, entry.kind) == (NO_VERDICT, "failed")
    assert entry.why == "it is left out for agents of this name"


@pytest.mark.parametrize(
    "answer", ["", "no", "-1", "true", "1.5", "[1]", "1000000000", "[" * 100_000, '"5"']
)
def test_what_is_no_number_of_cases_is_refused(answer: str) -> None:
    with pytest.raises(Misunderstood, match="is not"):
        count_in(answer)


@pytest.mark.parametrize("answer", ["null", "[]", "{}", '{"id": 5}', '{"id": "five"}', "{"])
def test_what_is_no_case_is_refused(answer: str) -> None:
    with pytest.raises(Misunderstood):
        listed_in(answer, Pick.number(1))


@pytest.mark.parametrize("answer", ["null", "{}", '{"behavior": 1}', "OK"])
def test_what_is_no_verdict_is_refused(answer: str) -> None:
    with pytest.raises(Misunderstood):
        verdict_in(answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ('{"error": "the disk is full"}', "the disk is full"), ('{"error": ""}', ""),
        ('{"error": null}', ""), ('["error"]', ""), ("no JSON", ""),
        ("[" * 100_000, ""), (None, ""),
    ],
)  # fmt: skip
def test_an_objection_is_heard_and_nothing_else_is_one(answer: str | None, words: str) -> None:
    assert objection_in(answer) == words
