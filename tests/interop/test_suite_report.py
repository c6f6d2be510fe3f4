"""A capture that tells another story than the suite's report is found out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from builders import case_4_2_3, opened
from interop.suite_report import Report
from wirelog.capture import Kind
from wirelog.conversation import Conversation


@pytest.fixture
def seen() -> Conversation:
    return opened(case_4_2_3().finish())[1]


def facts_of(seen: Conversation) -> dict[str, Any]:
    """The report of a suite that saw the same from the other side."""
    rows: list[list[Any]] = []
    stats: dict[str, dict[str, int]] = {"RX": {}, "TX": {}}
    for record in seen.records:
        sent = record.dir == "RX"
        if record.kind is Kind.OCTETS and record.dir:
            size = len(record.octets)
            rows.append(["TO" if sent else "RO", [size, record.octets.hex()], False])
            stats[record.dir][str(size)] = stats[record.dir].get(str(size), 0) + 1
        elif line := record.frame:
            shape = [[line.length, ""], line.opcode, line.fin, line.rsv]
            row = ["TF", *shape, "", None, None, False] if sent else ["RF", *shape, False, None]
            rows.insert(
                len(rows) - sent, row
            )  # a frame's row stands before the octets it leaves in
    return {
        "id": "4.2.3",
        "wirelog": rows,
        "txOctetStats": stats["RX"],
        "rxOctetStats": stats["TX"],
        "txFrameStats": {"1": 1, "13": 1, "8": 1},
        "rxFrameStats": {"1": 1, "8": 1},
        "remoteCloseCode": 1002,
        "closedByMe": False,
    }


def report(folder: Path, facts: dict[str, Any]) -> Report:
    path = folder / "report.json"
    path.write_text(json.dumps(facts))
    return Report(path)


def test_the_same_story_from_both_sides(seen: Conversation, tmp_path: Path) -> None:
    made = report(tmp_path, facts_of(seen))
    assert made.has_all_rows
    assert made.differences(seen) == []


@pytest.mark.parametrize(("field", "wrong"), [(1, [99, ""]), (2, 2), (3, False), (4, 4)])
@pytest.mark.parametrize("tag", ["TF", "RF"])
def test_a_frame_that_was_another(
    tag: str, field: int, wrong: object, seen: Conversation, tmp_path: Path
) -> None:
    facts = facts_of(seen)
    row = next(row for row in facts["wirelog"] if row[0] == tag)
    row[field] = wrong
    assert report(tmp_path, facts).differences(seen)


def test_a_frame_too_few(seen: Conversation, tmp_path: Path) -> None:
    facts = facts_of(seen)
    facts["wirelog"].remove(next(row for row in facts["wirelog"] if row[0] == "RF"))
    assert report(tmp_path, facts).differences(seen)


def test_octets_that_the_capture_lacks(seen: Conversation, tmp_path: Path) -> None:
    facts = facts_of(seen)
    facts["txOctetStats"]["5"] = 1
    assert report(tmp_path, facts).differences(seen)


def test_counts_are_compared_where_the_suite_kept_no_log(
    seen: Conversation, tmp_path: Path
) -> None:
    facts = facts_of(seen) | {"wirelog": []}
    assert report(tmp_path, facts).differences(seen) == []
    facts["rxFrameStats"] = {"1": 2, "8": 1}
    assert report(tmp_path, facts).differences(seen)


def test_a_reply_that_never_left_the_suite(seen: Conversation, tmp_path: Path) -> None:
    facts = facts_of(seen)
    facts["wirelog"] += [
        ["TF", [0, ""], 8, True, 0, "", None, None, False],
        ["TO", [6, "00" * 6], False],
    ]
    facts["txOctetStats"]["6"] = facts["txOctetStats"].get("6", 0) + 1
    made = report(tmp_path, facts)
    assert made.unsent(seen) == 6
    assert made.differences(seen) == []
    facts["closedByMe"] = True
    assert report(tmp_path, facts).differences(seen)
