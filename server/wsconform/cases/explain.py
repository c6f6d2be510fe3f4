"""One case, told to an engineer: why, what is sent, what must come back, and what the
specification says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from textwrap import wrap

from wirelog.frames import Frame
from wsconform.cases.case import Case
from wsconform.cases.catalogue import CATEGORIES, section_of
from wsconform.cases.steps import (
    EchoLoop,
    FramePart,
    Send,
    SendClose,
    SendMessage,
    StartFrame,
    Step,
)
from wsconform.cases.wants import Rule

WIDTH = 100
ROW = 16
MOST_ROWS = 4
MOST_FRAMES = 4


def explain(case: Case, *, octets: bool = False) -> str:
    """The case as text for a terminal or a page; with `octets` every frame is spelled out,
    without its mask."""
    return "\n".join(_lines(case, octets)) + "\n"


def rfc_url(reference: str) -> str:
    """Where a reference such as `RFC 6455 §5.2` can be read."""
    number, _, paragraph = reference.removeprefix("RFC ").partition(" §")
    return f"https://www.rfc-editor.org/rfc/rfc{number}#section-{paragraph}"


def _lines(case: Case, octets: bool) -> Iterator[str]:
    section = section_of(case)
    heading = f"{CATEGORIES[case.category]}: {section.title}"
    yield from _indented(heading, f"{case.id}  ")
    yield from ("", *wrap(case.says, WIDTH), "")
    yield f"{case.rfc}  {rfc_url(case.rfc)}"
    yield from _indented(section.rule)
    yield from (
        "",
        "Sent, and as a client each frame with MASK=1 and a new key" if octets else "Sent",
    )
    for number, step in enumerate(case.script, 1):
        yield from _indented(str(step), f"  {number:2d}  ")
        if octets:
            yield from (f"        {line}" for line in _step_octets(step))
    yield from _terms(case)
    yield from ("", "Wanted")
    for wanted in case.wanted():
        yield from _indented(wanted)
    yield from _notes(case)


def _indented(text: str, first: str = "  ") -> list[str]:
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first))


def _terms(case: Case) -> Iterator[str]:
    """What is negotiated, seen from both roles."""
    if case.asks:
        yield from ("", "Compression")
    for ask in case.asks:
        yield from _indented(ask.offer, "  as client, offered   ")
        yield from _indented(ask.answer, "  as server, answered  ")


def _notes(case: Case) -> Iterator[str]:
    """The rules beyond outcome and ending."""
    wants = case.wants
    if wants.wrong_code_fails:
        yield from _indented("A close frame with any other code fails the whole case.")
    if wants.ending.wrong_endpoint_is_fatal:
        yield from _indented(
            "If the peer does not fail the connection by itself, the whole case fails."
        )
    if wants.frames_sent:
        frames = ", ".join(f"{count} of opcode {opcode}" for opcode, count in wants.frames_sent)
        yield from _indented(f"The data frames that left are counted: {frames}.")
    if wants.rule is Rule.INFORMATIONAL:
        yield from _indented("Whatever comes is reported and fails nobody.")
    if case.asks:
        yield from _indented("A peer that declines compression is reported as UNIMPLEMENTED.")


def _step_octets(step: Step) -> Iterator[str]:
    """The octets of a step, unmasked: header field by header field, then rows of payload."""
    if isinstance(step, Send | SendClose):
        yield from _frame_octets(step.on_wire())
    elif isinstance(step, SendMessage):
        frames = list(step.frames())
        for frame in frames[:MOST_FRAMES]:
            yield from _frame_octets(frame)
        if len(frames) > MOST_FRAMES:
            yield f"… {len(frames) - MOST_FRAMES} frames more, {len(frames)} in all"
    elif isinstance(step, StartFrame):
        yield from _header_octets(Frame(step.opcode, fin=step.fin, declared=step.length))
    elif isinstance(step, FramePart):
        yield from _payload_octets(step.octets)
    elif isinstance(step, EchoLoop) and isinstance(step.item, Send):
        yield from _frame_octets(step.item.on_wire())


def _frame_octets(frame: Frame) -> Iterator[str]:
    yield from _header_octets(replace(frame, payload=b"", declared=frame.length))
    yield from _payload_octets(frame.payload)


def _header_octets(frame: Frame) -> Iterator[str]:
    head = frame.serialize()
    yield f"{head[0]:02x}  FIN={int(frame.fin)} RSV={frame.rsv:03b} opcode {frame.opcode}"
    yield f"{head[1:].hex(' ')}  length {frame.length}"


def _payload_octets(octets: bytes) -> Iterator[str]:
    for start in range(0, min(len(octets), ROW * MOST_ROWS), ROW):
        row = octets[start : start + ROW]
        text = "".join(chr(octet) if 32 <= octet < 127 else "." for octet in row)
        yield f"{row.hex(' '):{3 * ROW}}{text}"
    if len(octets) > ROW * MOST_ROWS:
        yield f"… {len(octets) - ROW * MOST_ROWS} octets more"
