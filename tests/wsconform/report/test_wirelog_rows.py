"""Rows of a report's wire log, against what the published suite writes."""

from __future__ import annotations

import io
from typing import Any

import outcomes
from wirelog.formats import load
from wirelog.reader import read
from wsconform.record import CaseRecord
from wsconform.report.files import as_json
from wsconform.report.wirelog_rows import rows


def rows_of(capture: bytes) -> list[list[Any]]:
    return list(rows(read(io.BytesIO(capture)).records))


def test_frames_stand_around_their_octets() -> None:
    assert [row[0] for row in rows_of(outcomes.capture())] == [
        "TO", "RO", "KL", "TF", "TO", "RO", "RF",
    ]  # fmt: skip


def test_a_chopped_frame_and_its_writes_say_so() -> None:
    found = rows_of(outcomes.capture())
    assert found[3] == [
        "TF", [13, "Hello, world!"], 1, True, 0, "01020304", None, 1, False,
    ]  # fmt: skip
    assert found[4][2] is True
    assert found[0][2] is False
    assert found[6] == ["RF", [13, "Hello, world!"], 1, True, 0, False, None]


def test_more_than_sixty_octets_are_cut_behind_sixty_four() -> None:
    at_most = rows_of(outcomes.capture(b"a" * 60))
    assert at_most[3][1] == [60, "a" * 60]
    longer = rows_of(outcomes.capture(b"a" * 61))
    assert longer[3][1] == [61, "a" * 61 + " ..."]
    assert rows_of(outcomes.capture(b"a" * 500))[6][1] == [500, "a" * 64 + " ..."]
    length, digits = longer[5][1]
    assert length == 63
    assert digits == ("810d" + "61" * 61)[:128] + " ..."


def test_octets_that_are_no_text_are_hexadecimal() -> None:
    assert rows_of(outcomes.capture(b"\xff\xfe"))[3][1] == [2, "0xfffe"]


def test_rows_of_a_published_log_come_back_as_they_were(
    published_run: dict[str, dict[str, Any]],
) -> None:
    for case_id in ("2.1", "2.11", "3.2", "4.2.3", "5.1", "6.4.1", "7.1.4"):
        report = published_run[case_id]
        records = load(io.BytesIO(as_json(report))).records
        theirs = [row for row in report["wirelog"] if row[0] not in ("TO", "RO")]
        ours = [row for row in rows(records) if row[0] not in ("TO", "RO")]
        assert ours[: len(theirs)] == theirs, case_id


def test_whole_seconds_have_no_fraction() -> None:
    record = CaseRecord()
    for seconds in (1.0, 0.5):
        record.event(f"FAIL CONNECTION AFTER {seconds:.6f} sec")
    assert as_json(rows_of(record.finish({}, {}))) == as_json([["KL", 1], ["KL", 0.5]])
