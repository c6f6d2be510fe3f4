"""Whatever is legal gives no error, and whatever is not makes nothing crash."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import opened
from legal_talk import LegalTalk
from wirelog.findings import Report, check
from wirelog.findings.verdict import verdict
from wirelog.rules import closing, payload

SHOULD = {
    closing.NO_CLOSE_FRAME, closing.CLIENT_DROPPED_FIRST, closing.RESET, payload.BOMB
}  # fmt: skip
"""What is legal here, and still not as it should be."""


def report_of(octets: bytes) -> Report:
    return check(*opened(octets))


@settings(max_examples=150)
@given(st.integers(0, 1 << 64))
def test_legal_traffic_has_no_errors(seed: int) -> None:
    report = report_of(LegalTalk(seed).capture)
    assert [str(one) for one in report.errors] == []
    assert {one.rule for one in report.of("warning")} <= SHOULD, report.of("warning")


@settings(max_examples=150)
@given(st.integers(0, 1 << 64), st.floats(0, 1, exclude_max=True), st.integers(0, 255))
def test_no_octet_that_changes_makes_it_crash(seed: int, place: float, value: int) -> None:
    octets = bytearray(LegalTalk(seed).capture)
    start = octets.index(b"\n") + 1
    octets[start + int(place * (len(octets) - start))] = value
    report = report_of(bytes(octets))
    assert report.verdict == verdict(report)
    assert all(one.as_json()["rule"] for one in report.findings)
    assert all(str(one).isprintable() for one in report.findings)
