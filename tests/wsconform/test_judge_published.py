"""The judge gives the verdicts of the published suite for a whole run of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from wsconform.cases.case import Case
from wsconform.cases.catalogue import CASES
from wsconform.cases.events import Event, Message, Pong, Timeout
from wsconform.cases.wants import Outcome, Rule
from wsconform.judge import Behavior, judge
from wsconform.transcript import ClosingFacts, Echoes, Transcript

ECHOED = re.compile(r"Received (text|binary) message of length (\d+)\.")


def cut(octets: bytes) -> bytes:
    """Octets as a report shows them: at most 64, as text if these are UTF-8, else as hex."""
    head = octets[:64] if len(octets) > 60 else octets
    try:
        shown = head.decode()
    except UnicodeDecodeError:
        shown = "0x" + head.hex()
    return (shown + " ..." if len(octets) > 60 else shown).encode()


def cut_event(event: Event) -> Event:
    return event if isinstance(event, Timeout) else replace(event, octets=cut(event.octets))


def cut_case(case: Case) -> Case:
    """The case as a report shows it, so that it can be compared with what a report heard."""
    outcomes = tuple(
        Outcome(one.grade, tuple(cut_event(event) for event in one.heard))
        for one in case.wants.accepted(as_published=True)
    )
    return replace(case, wants=replace(case.wants, outcomes=outcomes, published=None))


def heard(report: dict[str, Any]) -> tuple[Event, ...]:
    """What a report says was received; of a message in section 9 it tells only type and length."""
    events: list[Event] = []
    for kind, *given in report["received"]:
        if kind == "message":
            events.append(Message(given[0].encode(), given[1]))
        else:
            events.append(Pong(given[0].encode()) if kind == "pong" else Timeout(given[0]))
    if match := ECHOED.match(report["result"]):
        events.append(Message(bytes(int(match[2])), match[1] == "binary"))
    return tuple(events)


def transcript_of(report: dict[str, Any]) -> Transcript:
    data = sum(report["rxFrameStats"].get(opcode, 0) for opcode in ("1", "2"))
    return Transcript(
        events=heard(report),
        closing=ClosingFacts.parse(report),
        opened=" 101 " in report["httpResponse"],
        deflated="permessage-deflate" in report["httpResponse"],
        echoes=Echoes(data if report["rxFrameStats"].get("0") is None else 0),
        frames_sent={int(opcode): count for opcode, count in report["txFrameStats"].items()},
    )


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_verdict_is_that_of_the_published_suite(
    case: Case, published_run: dict[str, dict[str, Any]]
) -> None:
    report = published_run[case.id]
    transcript = transcript_of(report)
    verdict = judge(cut_case(case), transcript, as_published=True)
    seen = (verdict.behavior, verdict.behavior_close)
    assert seen == (report["behavior"], report["behaviorClose"])
    assert verdict.passed()


def test_that_run_has_strict_and_other_verdicts(published_run: dict[str, dict[str, Any]]) -> None:
    verdicts = [
        judge(cut_case(CASES[id_]), transcript_of(report), as_published=True).behavior
        for id_, report in published_run.items()
    ]
    assert verdicts.count(Behavior.OK) == 504
    assert verdicts.count(Behavior.NON_STRICT) == 10
    assert verdicts.count(Behavior.INFORMATIONAL) == 3


@pytest.mark.parametrize(
    "case", [case for case in CASES.values() if case.wants.rule is Rule.EVENTS], ids=lambda c: c.id
)
def test_a_report_without_its_events_fails(
    case: Case, published_run: dict[str, dict[str, Any]]
) -> None:
    """The agreement above is not for want of looking: another event is noticed in every case."""
    transcript = transcript_of(published_run[case.id])
    other = replace(transcript, events=(*transcript.events, Message(b"never sent", True)))
    assert judge(cut_case(case), other, as_published=True).behavior is Behavior.FAILED
