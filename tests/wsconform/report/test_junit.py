"""JUnit XML: well-formed whatever the peer sent, and failing what the run fails."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

import outcomes
from wsconform.report.entry import Entry
from wsconform.report.gate import Gate
from wsconform.report.junit import junit


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
