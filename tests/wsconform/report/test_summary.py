"""The end of a run on a terminal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import outcomes
from wsconform.report.entry import Entry
from wsconform.report.gate import Gate
from wsconform.report.summary import closing, failure
from wsconform.terminal import Look, cells

OUT = Path("reports/servers")


def told(entries: list[Entry], gate: Gate | None = None, **look: object) -> list[str]:
    return list(closing(entries, gate or Gate(), OUT, 2.84, Look(**look)))  # type: ignore[arg-type]


def test_a_failure_tells_all_that_helps() -> None:
    failed = outcomes.entry("4.2.3", "FAILED", capture="captures/x/4.2.3.log")
    lines = told([failed, outcomes.entry("1.1.1")])
    assert lines[0].startswith(" ✗ 4.2.3  A good text message")
    assert lines[0].endswith("RFC 6455 §5.2")
    assert lines[1:5] == [
        "     wanted   OK: nothing",
        "     heard    something",
        "     because  so it was",
        "     → wsinspect reports/servers/captures/x/4.2.3.log",
    ]
    assert lines[-1] == " 1 passed, 1 failed   in 2.8 s   reports/servers/index.html"


def test_what_the_wire_shows_stands_below_the_verdict() -> None:
    failed = replace(outcomes.entry("4.2.3", "FAILED"), findings=("reserved (RFC 6455 §5.2)",))
    assert "     on wire  reserved (RFC 6455 §5.2)" in told([failed])


def test_nothing_is_told_of_what_passed() -> None:
    assert told([outcomes.entry("1.1.1")]) == [" 1 passed   in 2.8 s   reports/servers/index.html"]


def test_non_strict_and_wavering_cases_are_named() -> None:
    wavering = [{"behavior": "FAILED"}, {"behavior": "OK"}]
    lines = told([outcomes.entry("3.2", "NON-STRICT"), outcomes.entry("3.3", attempts=wavering)])
    assert lines[0].startswith(" non-strict  3.2 (")
    assert lines[1].startswith(" wavering  3.3 (")


def test_with_a_baseline_only_differences_are_told() -> None:
    known = {"x": {"4.2.3": ("FAILED", "OK"), "4.2.4": ("FAILED", "OK")}}
    lines = told([outcomes.entry("4.2.3", "FAILED"), outcomes.entry("4.2.4")], Gate(baseline=known))
    assert sum("✗" in line for line in lines) == 1
    assert any("4.2.4 of x is OK / OK, the baseline says FAILED / OK" in line for line in lines)


def test_several_agents_are_named_above_their_failures() -> None:
    lines = told([outcomes.entry("4.2.3", "FAILED", agent=name) for name in ("a", "b")])
    assert [line for line in lines if line in ("a", "b")] == ["a", "b"]


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_but_a_command_or_path_is_wider_than_the_terminal(width: int) -> None:
    failed = outcomes.entry("6.4.1", "FAILED", heard="long words " * 40)
    for line in told([failed], width=width)[:-1]:
        assert cells(line) < width, line


def test_nothing_from_a_peer_acts_on_the_terminal() -> None:
    nasty = "\x1b]0;title\x07\x9b2J\u202e"
    failed = outcomes.entry(
        "4.2.3", "FAILED", heard=nasty, result=nasty, agent=nasty, capture=nasty
    )
    text = "\n".join(told([failed, outcomes.entry("1.1.1")]))
    assert not set(text) & set("\x1b\x07\x9b\u202e")


def test_one_line_of_a_failure_is_cut_to_fit() -> None:
    assert cells(failure(outcomes.entry("6.4.1", "FAILED"), Look(50))) < 50


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (("FAILED", "OK"), "1 passed, 1 differs from the baseline"),
        (("OK", "OK"), "1 passed, as the baseline says"),
    ],
)
def test_the_last_line_says_what_the_baseline_makes_of_it(
    known: tuple[str, str], words: str
) -> None:
    gate = Gate(baseline={"x": {"4.2.3": known}})
    assert told([outcomes.entry("4.2.3")], gate)[-1].startswith(f" {words}   in ")


def test_the_last_line_says_that_the_agent_is_not_in_the_baseline() -> None:
    lines = told([outcomes.entry("4.2.3", agent="y")], Gate(baseline={"x": {}}))
    assert lines[-1].startswith(" 1 passed, not in the baseline   in ")


def test_the_last_line_says_what_only_strict_fails() -> None:
    lax = [outcomes.entry("3.2", "NON-STRICT")]
    assert told(lax, Gate(strict=True))[-1].startswith(" 1 non-strict, --strict fails 1   in ")
    assert told(lax)[-1].startswith(" 1 non-strict   in ")


def test_where_nothing_was_played_no_page_is_named() -> None:
    assert told([]) == [" nothing was played   in 2.8 s"]
    assert told([], Gate(baseline={})) == [" nothing was played   in 2.8 s"]
