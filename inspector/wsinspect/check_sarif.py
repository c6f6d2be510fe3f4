"""Findings as SARIF 2.1.0, the format of code scanners.

A capture is a text file with a line for each event, so a result has the line of its event; of a
source that has no such lines it has the file alone. Events and octets stand in its properties.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from wirelog import __version__
from wirelog.findings import Finding
from wirelog.rules import RULES, Rule
from wsinspect.check_run import Checked, Run
from wsinspect.paint import Paint
from wsinspect.present.findings import words
from wsinspect.present.safe import safe
from wsinspect.show_json import encode

_EVENT = re.compile(rb"([0-9]{3,18}) ")


def sarif(run: Run, paint: Paint) -> Iterator[str]:
    """The log of one run, on one line."""
    checked = list(run)
    used = {one.rule.id for each in checked for one in each.findings}
    rules = [rule for rule in RULES.values() if rule.id in used]
    places = {rule.id: place for place, rule in enumerate(rules)}
    driver = {"name": "wsinspect", "version": __version__, "rules": list(map(_rule, rules))}
    yield encode(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": driver},
                    "invocations": [_invocation(run)],
                    "results": [one for each in checked for one in _results(each, places)],
                }
            ],
        }
    )


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.gist},
        "help": {"text": rule.remedy},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"rfc": rule.rfc},
    }


def _invocation(run: Run) -> dict[str, Any]:
    notes = [{"level": "error", "message": {"text": safe(str(error))}} for error in run.unread]
    return {"executionSuccessful": not notes, "toolExecutionNotifications": notes}


def _results(each: Checked, places: dict[str, int]) -> Iterator[dict[str, Any]]:
    lines = _lines(each.file, {one.event for one in each.findings})
    for one in each.findings:
        place: dict[str, Any] = {"artifactLocation": {"uri": _uri(each.file)}}
        if one.event in lines:
            place["region"] = {"startLine": lines[one.event]}
        yield _result(one, places[one.rule.id], place)


def _result(one: Finding, rule: int, place: dict[str, Any]) -> dict[str, Any]:
    return {
        "ruleId": one.rule.id,
        "ruleIndex": rule,
        "level": one.severity,
        "message": {"text": words(one)},
        "locations": [{"physicalLocation": place}],
        "properties": {key: value for key, value in one.as_json().items() if key != "text"},
    }


def _uri(file: str) -> str:
    """The path as a reference; a relative one stays relative."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))


def _lines(file: str, events: set[int]) -> dict[int, int]:
    """Numbers of the lines on which events stand, from 1; those that have none are missing."""
    found: dict[int, int] = {}
    if not events or not Path(file).is_file():  # what came through a pipe does not come again
        return found
    with contextlib.suppress(OSError), Path(file).open("rb") as opened:
        for number, line in enumerate(opened, 1):
            match = _EVENT.match(line)
            if match is not None and int(match[1]) in events:
                found.setdefault(int(match[1]), number)
    return found
