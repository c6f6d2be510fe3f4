"""JUnit XML, as build servers read it: a suite for each agent, a test case for each case.

There is no standard for it. This keeps to what Jenkins, GitLab, GitHub actions and Azure agree on:
`testsuites`, `testsuite` and `testcase` with `failure`, times in seconds, names that stay the same
from run to run. What fails is what fails the run: with a baseline, what differs from it, and an
agent that it does not know. What could not be played is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET

from wirelog.escaping import disarm
from wsconform.cases import CASES, CATEGORIES
from wsconform.report.baseline import verdict
from wsconform.report.entry import Entry
from wsconform.report.gate import NAMING, Gate

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Unplayed(NamedTuple):
    """Something that fails the run without a verdict."""

    agent: str
    """Empty if no agent is known."""
    name: str
    """A case id, or what could not be reached."""
    why: str
    """In words."""


class _Suite(NamedTuple):
    """What there is of one agent."""

    agent: str
    entries: list[Entry]
    unplayed: list[Unplayed]
    is_stranger: bool
    """Whether the baseline does not know it."""


def junit(entries: Sequence[Entry], gate: Gate, unplayed: Sequence[Unplayed] = ()) -> bytes:
    """The document; what was not played is an `error` each."""
    suites = list(_suites(entries, gate, unplayed))
    root = ET.Element("testsuites", {"name": "wsconform", **_totals(suites, gate)})
    for suite in suites:
        _add_suite(root, suite, gate)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _suites(entries: Sequence[Entry], gate: Gate, unplayed: Sequence[Unplayed]) -> Iterator[_Suite]:
    strangers = gate.strangers(entries)
    ordered = sorted(entries, key=lambda entry: entry.key)
    for agent in sorted({one.agent for one in entries} | {one.agent for one in unplayed}):
        yield _Suite(
            agent,
            [entry for entry in ordered if entry.agent == agent],
            [one for one in unplayed if one.agent == agent],
            agent in strangers,
        )


def _totals(suites: Sequence[_Suite], gate: Gate) -> dict[str, str]:
    entries = [entry for suite in suites for entry in suite.entries]
    errors = sum(len(suite.unplayed) for suite in suites)
    strangers = sum(suite.is_stranger for suite in suites)
    return {
        "tests": str(len(entries) + errors + strangers),
        "failures": str(len(gate.failing(entries)) + strangers),
        "errors": str(errors),
        "skipped": "0",
        "time": _seconds(sum(entry.duration for entry in entries)),
    }


def _add_suite(root: ET.Element, suite: _Suite, gate: Gate) -> None:
    name = _safe(suite.agent) or "wsconform"
    element = ET.SubElement(root, "testsuite", {"name": name, **_totals([suite], gate)})
    if suite.entries:
        started = min(entry.started for entry in suite.entries)
        element.set("timestamp", started.removesuffix("Z"))
    if suite.is_stranger:
        case = _test(element, suite.agent, "baseline", "the agent is known")
        words = _safe(f"the baseline knows no agent {suite.agent!r}; {NAMING}")
        ET.SubElement(case, "failure", type="unknown agent", message=words)
    for entry in suite.entries:
        _add_case(element, entry, gate)
    for one in suite.unplayed:
        case = _test_of_case(element, one.agent, one.name, _says(one.name))
        ET.SubElement(case, "error", type="not played", message=_safe(one.why))


def _add_case(suite: ET.Element, entry: Entry, gate: Gate) -> None:
    case = _test_of_case(suite, entry.agent, entry.id, entry.says, entry.duration)
    objection = gate.objection(entry)
    if objection:
        failure = ET.SubElement(case, "failure", type=verdict(entry), message=_safe(objection))
        failure.text = _details(entry)
    elif entry.behavior != "OK":
        ET.SubElement(case, "system-out").text = _safe(f"{verdict(entry)}: {entry.result}")


def _test_of_case(
    suite: ET.Element, agent: str, case_id: str, says: str, milliseconds: int = 0
) -> ET.Element:
    """The element of a case, played or not; of what is no case, too."""
    category = case_id.partition(".")[0]
    title = CATEGORIES.get(category)
    group = f"{category} {title}".replace(".", "") if title else "other"
    return _test(suite, agent, group, f"{case_id} {says}".strip(), milliseconds)


def _test(
    suite: ET.Element, agent: str, group: str, name: str, milliseconds: int = 0
) -> ET.Element:
    where = f"{_safe(agent).replace('.', '_') or 'wsconform'}.{group}"
    return ET.SubElement(
        suite, "testcase", classname=where, name=_safe(name), time=_seconds(milliseconds)
    )


def _says(case_id: str) -> str:
    case = CASES.get(case_id)
    return case.says if case else ""


def _details(entry: Entry) -> str:
    lines = [*(f"wanted   {wanted}" for wanted in entry.wanted), f"heard    {entry.heard}"]
    lines += [*entry.sentences, entry.rfc, f"capture  {entry.capture or 'none'}"]
    return "\n".join(_safe(line) for line in lines if line)


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"


def _safe(text: str) -> str:
    """Text that XML can hold and no terminal acts on."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", disarm(text))
