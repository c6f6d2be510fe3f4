"""A case as JSON: for `wsconform cases --json`, for the header of a capture, for a report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wirelog.frames import Frame
from wsconform.cases.case import Case
from wsconform.cases.catalogue import section_of
from wsconform.cases.events import Event, Message, Pong
from wsconform.cases.octets import octets_as_json
from wsconform.cases.steps import (
    CloseAfter,
    EchoLoop,
    FramePart,
    KillAfter,
    Pause,
    Send,
    SendClose,
    SendMessage,
    StartFrame,
    Step,
)
from wsconform.cases.wants import Ending, Outcome


def case_as_json(case: Case) -> dict[str, Any]:
    """Everything about the case; what does not apply is left out."""
    wants = case.wants
    facts: dict[str, Any] = {
        "id": case.id,
        "section": section_of(case).title,
        "says": case.says,
        "rfc": case.rfc,
        "script": [step_as_json(step) for step in case.script],
        "rule": str(wants.rule),
        "expected": outcomes_as_json(wants.outcomes),
        "expectedClose": ending_as_json(wants.ending),
        "wanted": list(case.wanted()),
    }
    rules = {
        "wrong_code_fails": wants.wrong_code_fails,
        "holds_close": wants.holds_close,
        "frames_sent": [list(pair) for pair in wants.frames_sent],
        "published": outcomes_as_json(wants.published or ()),
        "offers": [ask.offer for ask in case.asks],
        "answers": [ask.answer for ask in case.asks],
    }
    return facts | {key: value for key, value in rules.items() if value}


def outcomes_as_json(outcomes: tuple[Outcome, ...]) -> dict[str, Any]:
    """Events by grade."""
    return {one.grade: [event_as_json(event) for event in one.heard] for one in outcomes}


def ending_as_json(ending: Ending) -> dict[str, Any]:
    """The expected end, with the keys of the published reports."""
    return {
        "closedByMe": ending.closed_by_me,
        "closeCode": list(ending.codes),
        "requireClean": ending.require_clean,
        "closedByWrongEndpointIsFatal": ending.wrong_endpoint_is_fatal,
    }


def event_as_json(event: Event) -> dict[str, Any]:
    """One event; payloads are never cut, but patterns are named by their unit."""
    if isinstance(event, Message):
        return {"message": octets_as_json(event.octets), "binary": event.binary}
    if isinstance(event, Pong):
        return {"pong": octets_as_json(event.octets)}
    return {"timeout": event.tag}


def step_as_json(step: Step) -> dict[str, Any]:
    """One step, under a key that says what kind it is."""
    return AS_JSON[type(step)](step)


def _message(step: SendMessage) -> dict[str, Any]:
    payload = octets_as_json(step.payload, step.repeat)
    facts = _without_none(binary=step.binary, payload=payload, fragment=step.fragment)
    return {"message": facts}


def _close(step: SendClose) -> dict[str, Any]:
    return {"close": {"code": step.close.code, "payload": octets_as_json(step.close.serialize())}}


def _start(step: StartFrame) -> dict[str, Any]:
    return {"start": {"opcode": int(step.opcode), "fin": step.fin, "length": step.length}}


def _loop(step: EchoLoop) -> dict[str, Any]:
    return {"loop": {"count": step.count, **_loop_item(step)}}


def _send(step: Send) -> dict[str, Any]:
    return _header(step.frame) | _without_none(
        payload=octets_as_json(step.frame.payload, step.repeat),
        chop=step.chop,
        alone=step.alone or None,
    )


def _loop_item(loop: EchoLoop) -> dict[str, Any]:
    item = loop.item
    if isinstance(item, Send):
        return {"frame": _send(item)}
    slices = _without_none(corpus=item.corpus, length=item.length, fragment=item.fragment)
    return {"slices": slices}


def _header(frame: Frame) -> dict[str, Any]:
    return {"opcode": int(frame.opcode), "fin": frame.fin, "rsv": frame.rsv}


def _without_none(**facts: object) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value is not None}


AS_JSON: dict[type[Step], Callable[[Any], dict[str, Any]]] = {
    Send: lambda step: {"frame": _send(step)},
    SendMessage: _message,
    SendClose: _close,
    StartFrame: _start,
    FramePart: lambda step: {"part": octets_as_json(step.octets)},
    Pause: lambda step: _without_none(pause=step.seconds, tag=step.tag or None),
    KillAfter: lambda step: {"kill_after": step.seconds},
    CloseAfter: lambda step: {"close_after": step.seconds},
    EchoLoop: _loop,
}
"""How each kind of step is written."""
