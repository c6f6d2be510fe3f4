"""JUnit XML: well-formed whatever the peer sent, and failing what the run fails."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

import outcomes
from wsconform.report.entry import Entry
from wsconform.report.gate import Gate
from wsconform.report.junit import Unplayed, junit


def suites(entries: list[Entry], gate: Gate | None = None) -> ET.Element:
    return ET.fromstring(junit(entries, gate or Gate()))


def test_a_suite_for_each_agent_and_a_test_for_each_case() -> None:
    entries = [
        outcomes.entry("4.2.10"), outcomes.entry("4.2.9", "FAILED"),
        outcomes.entry("1.1.1", agent="y"),
    ]  # fmt: skip
    root = suites(entries)
    assert root.tag == "testsuites"
    assert (root.get("tests"), root.get("failures"), root.get("time")) == ("3", "1", "0.036")
    first, second = root
    assert (first.get("name"), first.get("tests"), second.get("name")) == ("x", "2", "y")
    assert first.get("timestamp") == "2026-11-22T13:00:00.123"
    assert [case.get("name", "").split()[0] for case in first] == ["4.2.9", "4.2.10"]
    assert first[0].get("classname") == "x.4 Reserved opcodes"
    assert first[0].get("time") == "0.012"


def test_a_failure_tells_what_was_wanted_and_heard() -> None:
    failure = suites([outcomes.entry("4.2.3", "FAILED", rfc="")]).find(".//failure")
    assert failure is not None
    assert failure.get("type") == "FAILED / OK"
    assert failure.get("message") == "so it was"
    assert "wanted   OK: nothing" in (failure.text or "")
    assert "heard    something" in (failure.text or "")
    assert "RFC 6455 §5.2" in (failure.text or "")


def test_with_a_baseline_only_differences_fail() -> None:
    known = {"x": {"4.2.3": ("FAILED", "OK")}}
    entries = [outcomes.entry("4.2.3", "FAILED"), outcomes.entry("4.2.4", "FAILED")]
    root = suites(entries, Gate(baseline=known))
    failing = [
        case.get("name", "")[:5]
        for case in root.iter("testcase")
        if case.find("failure") is not None
    ]
    assert failing == ["4.2.4"]


def test_no_entries_are_an_empty_document() -> None:
    assert suites([]).get("tests") == "0"


@given(st.text(st.characters(codec=None)))
def test_whatever_a_peer_sends_the_document_is_well_formed(text: str) -> None:
    root = suites([outcomes.entry("4.2.3", "FAILED", heard=text, result=text, agent=text or "x")])
    assert len(list(root.iter("failure"))) == 1


def test_what_was_not_played_is_an_error() -> None:
    unplayed = [
        Unplayed("x", "4.2.4", "a signal came"),
        Unplayed("", "ws://a:1/", "refused\x1b[1m"),
    ]
    root = ET.fromstring(junit([outcomes.entry("4.2.3")], Gate(), unplayed))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "0", "2")
    nobody, x = root
    assert (nobody.get("name"), x.get("name"), x.get("errors")) == ("wsconform", "x", "1")
    assert [case.get("classname") for case in x] == ["x.4 Reserved opcodes"] * 2
    assert x[1].get("name", "").startswith("4.2.4 A good text message")
    errors = [one.get("message") for one in root.iter("error")]
    assert errors == ["refused\\x1b[1m", "a signal came"]


def test_an_agent_that_the_baseline_does_not_know_fails_although_its_cases_pass() -> None:
    entries = [outcomes.entry("4.2.3"), outcomes.entry("4.2.3", agent="new")]
    root = suites(entries, Gate(baseline={"x": {"4.2.3": ("OK", "OK")}}))
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    failures = {suite.get("name"): suite.get("failures") for suite in root}
    assert failures == {"x": "0", "new": "1"}
    assert "knows no agent 'new'" in str(next(root.iter("failure")).get("message"))


def test_why_a_connection_never_opened_is_said_once() -> None:
    never = "The connection never opened."
    entry = outcomes.entry(
        "4.2.3", "FAILED", "FAILED", result=never, resultClose=never, opening="it answered 401"
    )
    failure = next(suites([entry]).iter("failure"))
    assert failure.get("message") == "The connection never opened: it answered 401."
    assert (failure.text or "").count("never opened") == 1
