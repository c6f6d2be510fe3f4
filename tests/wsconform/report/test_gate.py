"""What fails a build."""

from __future__ import annotations

import outcomes
from wsconform.report.gate import Gate


def test_without_more_the_common_rule_decides() -> None:
    entries = [outcomes.entry("3.2", "NON-STRICT"), outcomes.entry("1.1.1")]
    assert not Gate().fails(entries)
    assert Gate().failing([*entries, outcomes.entry("2.1", "FAILED")])[0].id == "2.1"


def test_strict_fails_what_is_not_strict() -> None:
    entries = [outcomes.entry("3.2", "NON-STRICT"), outcomes.entry("7.1.6", "INFORMATIONAL")]
    assert [entry.id for entry in Gate(strict=True).failing(entries)] == ["3.2"]


def test_a_baseline_decides_alone() -> None:
    known = {"x": {"2.1": ("FAILED", "OK"), "3.2": ("OK", "OK")}}
    entries = [outcomes.entry("2.1", "FAILED"), outcomes.entry("3.2", "NON-STRICT")]
    gate = Gate(strict=True, baseline=known)
    assert [entry.id for entry in gate.failing(entries)] == ["3.2"]
    assert "the baseline says" in gate.objection(entries[1])
