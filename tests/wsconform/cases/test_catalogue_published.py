"""The cases are those of the published suite, step by step: octets, order, waits, expectations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from wirelog.frames import Close
from wsconform.cases.case import Case
from wsconform.cases.catalogue import CASES
from wsconform.cases.events import Event, Message, Pong, Timeout
from wsconform.cases.octets import cyclic
from wsconform.cases.steps import (
    CloseAfter,
    EchoLoop,
    FramePart,
    KillAfter,
    Pause,
    Send,
    SendClose,
    SendMessage,
    Slices,
    StartFrame,
)
from wsconform.cases.wants import Rule
from wsconform.corpora import CORPORA

CORPUS_OF = {
    "data1.json": "json",
    "lena512.bmp": "bitmap",
    "pg2229.txt": "prose",
    "data1.html": "html",
    "10.1.1.105.5439.pdf": "pdf",
}
RULES = {
    "events": Rule.EVENTS,
    "informational": Rule.INFORMATIONAL,
    "echo length and type only (content unchecked)": Rule.FIRST_ECHO,
    "lockstep echo loop: type and length": Rule.LOCKSTEP,
    "lockstep echo loop: type, length, SHA-1": Rule.LOCKSTEP,
}


def octets_of(payload: dict[str, Any]) -> bytes:
    (form,) = payload.keys() & {"text", "hex", "repeat", "repeat_hex"}
    value: str = payload[form]
    unit = bytes.fromhex(value) if "hex" in form else value.encode()
    return cyclic(unit, payload["octets"]) if "repeat" in form else unit


def published_steps(sends: list[dict[str, Any]]) -> Iterator[object]:
    """The steps of the catalogue in the shape of `our_steps`."""
    guards = iter([send["after_wait"] for send in sends if "after_wait" in send])
    for send in sends:
        ((kind, given),) = [(k, v) for k, v in send.items() if k in PUBLISHED] or [("", None)]
        if kind == "wait":
            given = {"seconds": given, "tag": send["tag"], **next(guards)}
        elif kind == "stream":
            given = send
        if kind and (step := PUBLISHED[kind](given)) is not None:
            yield step


def published_frame(frame: dict[str, Any]) -> object:
    assert frame["mask"] == "auto"
    payload = octets_of(frame["payload"])
    return (
        "frame",
        frame["opcode"],
        frame["fin"],
        frame["rsv"],
        payload,
        frame["chop"],
        frame["sync"],
    )


def published_message(message: dict[str, Any]) -> object:
    assert message["sync"] is False
    payload = octets_of(message["payload"])
    size = message["fragment_octets"]
    last = message["frames"].get("last_fragment_octets", len(payload))
    return ("message", message["binary"], payload, size, message["frames"]["count"], last)


def published_stream(send: dict[str, Any]) -> object:
    if send["stream"] == "frame_header":
        return ("start", send["opcode"], send["fin"], send["length"])
    if send["stream"] == "frame_octets":
        return ("part", octets_of(send["payload"]))
    if send["stream"] == "end_message":
        frame = send["emits_frame"]
        return ("frame", frame["opcode"], frame["fin"], 0, b"", None, False)
    return None


def published_wait(wait: dict[str, Any]) -> object:
    recorded = wait.get("record_event", {}).get("timeout")
    guard = "connection open" if recorded else "connection not dropped"
    assert wait["skip_unless"] == guard
    assert wait["tag"] == recorded
    return ("wait", wait["seconds"], recorded or "")


def published_close(close: dict[str, Any]) -> object:
    if "when" in close:
        return None
    reason = octets_of(close["reason"]) if "reason" in close else b""
    code = close["code"]
    payload = Close(code, reason).serialize() if code is not None else reason
    assert len(payload) == close.get("payload_octets", len(payload))
    return ("close", payload)


def published_loop(loop: dict[str, Any]) -> object:
    assert loop["lockstep"]
    if "frame" in loop:
        return ("loop", loop["count"], published_frame(loop["frame"]))
    message = loop["message"]
    corpus = CORPORA[CORPUS_OF[message["source"]]]
    assert corpus.binary == message["binary"]
    assert message["slice_unit"] == ("octets" if corpus.binary else "code points")
    sliced = (corpus.name, message["slice_length"], message["auto_fragment"])
    return ("loop", loop["count"], sliced)


PUBLISHED = {
    "frame": published_frame,
    "message": published_message,
    "stream": published_stream,
    "wait": published_wait,
    "close": published_close,
    "kill_after": lambda seconds: ("kill", seconds),
    "close_after": lambda seconds: ("close after", seconds),
    "loop": published_loop,
}


def our_step(step: object) -> object:
    match step:
        case Send():
            frame = step.on_wire()
            return (
                "frame",
                frame.opcode,
                frame.fin,
                frame.rsv,
                frame.payload,
                step.chop,
                step.alone,
            )
        case SendMessage():
            frames = list(step.frames())
            payload = b"".join(frame.payload for frame in frames)
            last = len(frames[-1].payload)
            return ("message", step.binary, payload, step.fragment, len(frames), last)
        case SendClose():
            return ("close", step.on_wire().payload)
        case StartFrame():
            return ("start", step.opcode, step.fin, step.length)
        case FramePart():
            return ("part", step.octets)
        case Pause():
            return ("wait", step.seconds, step.tag)
        case KillAfter():
            return ("kill", step.seconds)
        case CloseAfter():
            return ("close after", step.seconds)
        case EchoLoop(count, Slices() as sliced):
            return ("loop", count, (sliced.corpus, sliced.length, sliced.fragment))
        case EchoLoop(count, item):
            return ("loop", count, our_step(item))
    raise AssertionError(step)


def our_event(event: Event) -> object:
    match event:
        case Message():
            return ("message", event.octets, event.binary)
        case Pong():
            return ("pong", event.octets)
        case Timeout():
            return ("timeout", event.tag)


def published_event(event: dict[str, Any]) -> object:
    if "message" in event:
        return ("message", octets_of(event["message"]), event["binary"])
    if "pong" in event:
        return ("pong", octets_of(event["pong"]))
    return ("timeout", event["timeout"])


every_case = pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))


def test_there_are_the_517_cases_of_the_published_suite(catalogue: dict[str, Any]) -> None:
    assert list(CASES) == list(catalogue)


@every_case
def test_the_script_is_that_of_the_published_suite(case: Case, catalogue: dict[str, Any]) -> None:
    assert [our_step(step) for step in case.script] == list(
        published_steps(catalogue[case.id]["sends"])
    )


@every_case
def test_the_expectations_are_those_of_the_published_suite(
    case: Case, catalogue: dict[str, Any]
) -> None:
    facts = catalogue[case.id]
    outcomes = case.wants.accepted(as_published=True)
    assert {one.grade: [our_event(event) for event in one.heard] for one in outcomes} == {
        grade: [published_event(event) for event in events]
        for grade, events in facts["expect"].items()
    }
    ending = case.wants.ending
    assert facts["expected_close"] == {
        "closedByMe": ending.closed_by_me,
        "closeCode": list(ending.codes),
        "requireClean": ending.require_clean,
        "closedByWrongEndpointIsFatal": ending.wrong_endpoint_is_fatal,
    }


@every_case
def test_the_special_rules_are_those_of_the_published_suite(
    case: Case, catalogue: dict[str, Any]
) -> None:
    facts = catalogue[case.id]
    verdict = facts["verdict"]
    wants = case.wants
    assert RULES[verdict["rule"]] is wants.rule
    assert wants.wrong_code_fails is ("wrong close code" in verdict.get("then", ""))
    assert wants.ending.wrong_endpoint_is_fatal is (
        "fuzzer, not the peer" in verdict.get("then", "")
    )
    assert bool(wants.frames_sent) is ("frames sent were exactly" in verdict.get("then", ""))
    assert wants.holds_close is facts["suppress_auto_close"]
    assert case.is_bulk is facts["report_time"]
    (limit,) = facts["timeouts"].items()
    assert limit == (
        "kill_after" if isinstance(case.timer, KillAfter) else "close_after",
        case.timer.seconds,
    )


def test_compression_is_offered_as_in_the_published_suite(catalogue: dict[str, Any]) -> None:
    asked_there = "request_no_context_takeover__request_max_window_bits"
    for case in CASES.values():
        terms = catalogue[case.id]["compression"] or {"fuzzer_client_offers": []}
        assert [ask.offer for ask in case.asks] == terms["fuzzer_client_offers"], case.id
        asked = [[ask.no_context_takeover, ask.window_bits] for ask in case.asks]
        assert asked == terms.get(asked_there, asked), case.id
        if len(case.asks) == 1:
            assert case.asks[0].answer == terms["fuzzer_server_response"], case.id
            # The published server asks for no context takeover whether that is offered or not,
            # which RFC 7692 §7.1.1.2 allows; the catalogue has it otherwise.
            needs = set(terms["fuzzer_server_requires_in_offer"]) - {"client_no_context_takeover"}
            assert case.asks[0].needs == needs, case.id
