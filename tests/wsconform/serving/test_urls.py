"""What the URLs of the published suite's server mean."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsconform.cases import CASES, Case
from wsconform.serving.urls import (
    PATHS,
    Asked,
    CaseCount,
    CaseInfo,
    CaseStatus,
    Command,
    Page,
    Refused,
    RunCase,
    StopServer,
    UpdateReports,
    asked,
)

SELECTED: Sequence[Case] = [CASES["1.1.1"], CASES["4.2.3"], CASES["7.1.1"]]
SECOND = CASES["4.2.3"]


@pytest.mark.parametrize(
    ("target", "meaning"),
    [
        ("/getCaseCount", CaseCount()),
        ("/getCaseCount?agent=me", CaseCount()),
        ("/getCaseInfo?case=2", CaseInfo(SECOND)),
        ("/getCaseInfo?casetuple=4.2.3", CaseInfo(SECOND)),
        ("/getCaseInfo?case=2&agent=me", CaseInfo(SECOND, "me")),
        ("/runCase?case=2&agent=me", RunCase(SECOND, "me")),
        ("/runCase?agent=me&case=002", RunCase(SECOND, "me")),
        ("/runCase?casetuple=4.2.3&agent=me", RunCase(SECOND, "me")),
        ("/runCase?case=2&agent=a%20b%2F%C3%A9+c", RunCase(SECOND, "a b/é c")),
        ("/runCase?case=2&agent=%FF", RunCase(SECOND, "\ufffd")),
        ("/runCase?case=2&agent=me&agent=other&case=1", RunCase(SECOND, "me")),
        ("http://other:1/runCase?case=2&agent=me", RunCase(SECOND, "me")),
        ("/getCaseStatus?case=2&agent=me", CaseStatus(SECOND, "me")),
        ("/updateReports?agent=me", UpdateReports("me")),
        ("/updateReports", UpdateReports(None)),
        ("/updateReports?agent=me&shutdownOnComplete=true", UpdateReports("me", True)),
        ("/updateReports?agent=me&shutdownOnComplete=Yes", UpdateReports("me", True)),
        ("/updateReports?agent=me&shutdownOnComplete=false", UpdateReports("me", False)),
        ("/stopServer", StopServer()),
        ("//getCaseCount", CaseCount()),
        ("///runCase?case=2&agent=//me?", RunCase(SECOND, "//me?")),
        ("/getCaseCount#x?y", CaseCount()),
        ("/", Command()),
        ("//evil/x", Command()),
        ("/getCaseCount/x", Command()),
        ("/anything?at=all", Command()),
    ],
)
def test_a_url_means_what_it_says(target: str, meaning: Asked) -> None:
    assert asked(target, SELECTED) == meaning


@pytest.mark.parametrize(
    ("target", "status", "words"),
    [
        ("/runCase?agent=me", "400", "/runCase needs case=NUMBER or casetuple=ID"),
        ("/runCase?case=1", "400", "/runCase needs agent=NAME, the name of the client under test"),
        ("/runCase?case=1&agent=%20", "400", "needs agent=NAME"),
        ("/runCase?case=1&agent=" + 201 * "a", "400", "more than 200 characters"),
        ("/runCase?case=0&agent=me", "404", "case=0: the selected cases have the numbers 1 to 3"),
        ("/runCase?case=4&agent=me", "404", "numbers 1 to 3"),
        ("/runCase?case=-1&agent=me", "404", "numbers 1 to 3"),
        ("/runCase?case=²&agent=me", "404", "numbers 1 to 3"),
        ("/runCase?case=" + 5000 * "1" + "&agent=me", "404", "numbers 1 to 3"),
        ("/runCase?casetuple=99.1&agent=me", "404", "no such case"),
        ("/runCase?casetuple=1.1.2&agent=me", "404", "not among those selected"),
        ("/getCaseStatus?case=1", "400", "/getCaseStatus needs agent=NAME"),
        ("/getCaseInfo", "400", "/getCaseInfo needs case=NUMBER"),
        ("/runcase?case=1&agent=me", "404", "/runCase is meant"),
        ("/runCase/?case=1&agent=me", "404", "/runCase is meant"),
        ("/x/getCaseCount", "404", "there is no /x/getCaseCount; /getCaseCount is meant"),
        ("//evil/getCaseCount", "404", "/getCaseCount is meant"),
        ("/" + 9000 * "a", "414", "more than 8192"),
        ("/runCase?" + 50 * "a&", "400", "cannot be read"),
        ("http://[/", "400", "cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_a_sentence(
    target: str, status: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        asked(target, SELECTED)
    assert refused.value.status.startswith(status)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_plain_http_is_for_pages_and_says_so_to_those_who_meant_the_api() -> None:
    assert asked("/", SELECTED, is_plain=True) == Page()
    assert asked("/reports/index.html", SELECTED, is_plain=True) == Page()
    for path in (*PATHS, "//getCaseCount"):
        with pytest.raises(Refused, match="ws://"):
            asked(path, SELECTED, is_plain=True)


@given(st.text())
def test_no_url_does_harm(target: str) -> None:
    for path in ("", *PATHS):
        try:
            asked(f"{path}?{target}", SELECTED)
            asked(target, SELECTED)
        except Refused as refused:
            assert str(refused)
