"""JUnit XML, as build servers read it: a suite for each agent, a test case for each case.

There is no standard for it. This keeps to what Jenkins, GitLab, GitHub actions and Azure agree on:
`testsuites`, `testsuite` and `testcase` with `failure`, times in seconds, names that stay the same
from run to run. What fails is what fails the run: with a baseline, only what differs from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from wirelog.escaping import disarm
from wsconform.cases import CATEGORIES
from wsconform.report.baseline import verdict
from wsconform.report.entry import Entry
from wsconform.report.gate import Gate

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(entries: Sequence[Entry], gate: Gate) -> bytes:
    """The document."""
    ordered = sorted(entries, key=lambda entry: entry.key)
    root = ET.Element("testsuites", {"name": "wsconform", **_totals(ordered, gate)})
    for agent, group in groupby(ordered, key=lambda entry: entry.agent):
        of_agent = list(group)
        suite = ET.SubElement(root, "testsuite", {"name": _safe(agent), **_totals(of_agent, gate)})
        suite.set("timestamp", min(entry.started for entry in of_agent).removesuffix("Z"))
        for entry in of_agent:
            _add_case(suite, entry, gate)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _totals(entries: Sequence[Entry], gate: Gate) -> dict[str, str]:
    return {
        "tests": str(len(entries)),
        "failures": str(len(gate.failing(entries))),
        "errors": "0",
        "skipped": "0",
        "time": _seconds(sum(entry.duration for entry in entries)),
    }


def _add_case(suite: ET.Element, entry: Entry, gate: Gate) -> None:
    category = entry.id.partition(".")[0]
    group = f"{category} {CATEGORIES.get(category, '')}".strip().replace(".", "")
    where = f"{_safe(entry.agent).replace('.', '_')}.{group}"
    case = ET.SubElement(
        suite, "testcase", classname=where, name=f"{entry.id} {_safe(entry.says)}".strip(),
        time=_seconds(entry.duration),
    )  # fmt: skip
    objection = gate.objection(entry)
    if objection:
        failure = ET.SubElement(case, "failure", type=verdict(entry), message=_safe(objection))
        failure.text = _details(entry)
    elif entry.behavior != "OK":
        ET.SubElement(case, "system-out").text = _safe(f"{verdict(entry)}: {entry.result}")


def _details(entry: Entry) -> str:
    lines = [*(f"wanted   {wanted}" for wanted in entry.wanted), f"heard    {entry.heard}"]
    lines += [entry.result, entry.result_close, entry.rfc, f"capture  {entry.capture or 'none'}"]
    return "\n".join(_safe(line) for line in lines if line)


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"


def _safe(text: str) -> str:
    """Text that XML can hold and no terminal acts on."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", disarm(text))
