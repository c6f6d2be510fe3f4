"""The report of one case: the JSON that the published suite writes, and more keys behind it.

What the published keys mean is theirs. Beyond them stand here `rfc`, `wanted`, `heard`, `opening`,
`passed`, `findings`, `attempts`, `capture`, `target`, `run` and `generator`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wirelog import __version__
from wirelog.findings import check
from wirelog.reader import Capture, read
from wsconform.cases import CASES, Case
from wsconform.record import Traffic, counts_as_json, moment
from wsconform.report.wirelog_rows import rows
from wsconform.result import Attempt, CaseResult, Flow, Flows, event_row

GENERATOR = f"wsconform {__version__}"
TIMED = ("9", "12", "13")
"""Categories of which the index shows the time."""
COMPRESSED = ("12", "13")
NUMBERS = {case_id: number for number, case_id in enumerate(CASES, 1)}
"""Case id -> its place in the list of all cases."""


class Source(NamedTuple):
    """Where a result comes from."""

    agent: str
    target: str
    """The URL of the server under test, or where a client under test has come to."""
    run: str
    """The id of the run."""
    as_published: bool = False
    numbers: Mapping[str, int] = NUMBERS
    """Case id -> its number: the place among all cases, or among those that a client can ask for.
    """


def case_report(
    result: CaseResult, source: Source, captures: Sequence[bytes], paths: Sequence[str]
) -> dict[str, Any]:
    """The whole report; `captures` are those of the attempts, `paths` where they lie, as seen from
    the report."""
    last = result.last
    capture = read(io.BytesIO(captures[-1]))
    return {
        **_case(result.case, source),
        **_verdict(result),
        **_exchange(result.case, last),
        **last.transcript.closing.as_json(),
        **_handshake(last),
        **_traffic(last),
        "findings": _findings(result, capture),
        "wirelog": list(rows(capture.records)),
        "attempts": [_attempt(one, path) for one, path in zip(result.attempts, paths, strict=True)],
        "capture": paths[-1],
        "target": source.target,
        "run": source.run,
        "generator": GENERATOR,
    }


def _case(case: Case, source: Source) -> dict[str, Any]:
    accepted = case.wants.accepted(as_published=source.as_published)
    ending = case.wants.ending
    expected_close = {
        "closedByMe": ending.closed_by_me,
        "closeCode": list(ending.codes),
        "requireClean": ending.require_clean,
    }
    if ending.wrong_endpoint_is_fatal:
        expected_close["closedByWrongEndpointIsFatal"] = True
    return {
        "id": case.id,
        "case": source.numbers[case.id],
        "agent": source.agent,
        "description": case.says,
        "rfc": case.rfc,
        "expected": {one.grade: [event_row(event) for event in one.heard] for one in accepted},
        "expectedClose": expected_close,
        "reportTime": case.category in TIMED,
        "reportCompressionRatio": case.category in COMPRESSED,
    }


def _verdict(result: CaseResult) -> dict[str, Any]:
    verdict = result.verdict
    return {
        "behavior": str(verdict.behavior),
        "behaviorClose": str(verdict.behavior_close),
        "result": verdict.result,
        "resultClose": verdict.result_close,
        "expectation": "; ".join(verdict.wanted),
        "wanted": list(verdict.wanted),
        "heard": verdict.heard,
        "passed": verdict.passed(),
    }


def _findings(result: CaseResult, capture: Capture) -> list[dict[str, Any]]:
    """What the peer broke, and what it did that is known to break others, as the wire shows it.

    What the case has against it stands in the verdict. A bulk case that passed is not looked
    through: its capture has the first and the last messages.
    """
    if result.case.is_bulk and result.verdict.passed():
        return []
    peer = "client" if capture.is_server else "server"
    return [
        one.as_json()
        for one in check(capture).findings
        if one.side == peer and one.severity != "note" and one.rule.subject != "case"
    ]


def _exchange(case: Case, attempt: Attempt) -> dict[str, Any]:
    """What came and when; the messages of bulk cases stand in no report."""
    events = () if case.is_bulk else attempt.transcript.events
    return {
        "received": [event_row(event) for event in events],
        "started": moment(attempt.started),
        "duration": attempt.milliseconds,
    }


def _handshake(attempt: Attempt) -> dict[str, Any]:
    return {
        "httpRequest": attempt.request.decode("latin-1") or "?",
        "httpResponse": attempt.response.decode("latin-1") or "?",
        "opening": attempt.transcript.opening,
    }


def _traffic(attempt: Attempt) -> dict[str, Any]:
    return {
        "createStats": True,
        "createWirelog": True,
        **_counts("rx", attempt.received),
        **_counts("tx", attempt.sent),
        "trafficStats": None if attempt.flows is None else traffic_stats(attempt.flows),
    }


def _counts(direction: str, traffic: Traffic) -> dict[str, Any]:
    return {
        f"{direction}OctetStats": counts_as_json(traffic.sizes),
        f"{direction}FrameStats": counts_as_json(traffic.frames),
    }


def traffic_stats(flows: Flows) -> dict[str, Any]:
    """The figures of a loop over compressed messages, named as in the published reports."""
    return {
        **_flow_stats("incoming", flows.received),
        **_flow_stats("outgoing", flows.sent),
        "preopenIncomingOctetsWireLevel": flows.head_received,
        "preopenOutgoingOctetsWireLevel": flows.head_sent,
    }


def _flow_stats(direction: str, flow: Flow) -> Mapping[str, Any]:
    facts = {
        "OctetsWireLevel": flow.wire,
        "OctetsWebSocketLevel": flow.websocket,
        "OctetsAppLevel": flow.application,
        "CompressionRatio": _ratio(flow.websocket, flow.application),
        "WebSocketOverhead": _ratio(flow.wire - flow.websocket, flow.websocket),
        "WebSocketFrames": flow.frames,
        "WebSocketMessages": flow.messages,
    }
    return {direction + key: value for key, value in facts.items()}


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _attempt(attempt: Attempt, path: str) -> dict[str, Any]:
    verdict = attempt.verdict
    return {
        "behavior": str(verdict.behavior),
        "behaviorClose": str(verdict.behavior_close),
        "result": verdict.result,
        "resultClose": verdict.result_close,
        "heard": verdict.heard,
        "started": moment(attempt.started),
        "duration": attempt.milliseconds,
        "alone": attempt.was_alone,
        "capture": path,
    }
