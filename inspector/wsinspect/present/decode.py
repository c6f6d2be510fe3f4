"""What a message or a control frame says: a title, facts about it, and its content in lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from wirelog.conversation import Conversation
from wirelog.counting import counted
from wirelog.frames import CLOSE_CODES, Close, Opcode, close_code_name, opcode_name
from wirelog.message import Message, WireFrame
from wirelog.times import span
from wirelog.utf8 import Utf8Fault, find_fault
from wsinspect.present import structured
from wsinspect.present.hexdump import hex_lines
from wsinspect.present.json_text import pretty
from wsinspect.present.safe import safe, safe_lines

LIMIT = 256 << 10
"""Octets of a message that are shown."""
AROUND_FAULT = 32
"""Octets that a dump shows before and behind the place where text stops being UTF-8."""
NUMBERS_SHOWN = 12


@dataclass(slots=True)
class Decoded:
    """The content of a message or of a control frame, all of it harmless text."""

    title: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    """Names and values, such as `("inflated", "45 octets, 3.2 times the wire")`."""
    lines: list[str] = field(default_factory=list)
    """The content. A line may be wider than any terminal."""
    kind: str = "empty"
    """`text`, `json`, `not UTF-8`, `hex`, `MessagePack`, `CBOR`, `empty`, or the opcode's name."""


def decode_message(message: Message) -> Decoded:
    """A data message: JSON laid out, MessagePack and CBOR decoded, all else as text or octets."""
    made = Decoded(_title(message), _message_facts(message))
    data = message.wire if _is_raw(message) else message.data
    if message.fault is not None:
        made.kind = "not UTF-8"
        made.facts += _fault_facts(message, message.fault)
        made.lines = list(_broken_text(data, message.fault))
    elif not data:
        made.lines = []
    elif message.opcode == Opcode.TEXT and not _is_raw(message):
        made.kind, made.lines = _text(data, whole=len(data) == message.length)
        if made.kind == "json":
            made.facts.append(("content", "JSON"))
    else:
        _binary(made, data, message)
    return made


def decode_frame(conversation: Conversation, wire_frame: WireFrame) -> Decoded:
    """A control frame; a data frame as the message that it belongs to."""
    if wire_frame.message is not None:
        return decode_message(wire_frame.message)
    if wire_frame.frame.opcode == Opcode.CLOSE:
        return _close(wire_frame)
    return _control(conversation, wire_frame)


def _is_raw(message: Message) -> bool:
    """Whether only the deflated octets are there: it did not inflate, or is not complete."""
    return message.compressed and (message.inflated is None or not message.inflated.data)


def _title(message: Message) -> str:
    count = len(message.frames)
    parts = [f"{opcode_name(message.opcode)} message", counted(message.length, "octet")]
    if count > 1:
        parts.append(f"{count} frames")
    if message.compressed:
        parts.append("compressed")
    if not message.complete:
        parts.append("not complete")
    return ", ".join(parts)


def _message_facts(message: Message) -> list[tuple[str, str]]:
    facts = [
        ("from", f"the {message.sender} ({message.dir})"),
        ("frames", _numbers([one.n for one in message.frames])),
        ("payload on the wire", counted(message.wire_octets, "octet")),
    ]
    if message.compressed:
        facts.append(("inflated", _inflated(message)))
    if not message.complete:
        facts.append(("not complete", _why_open(message)))
    known = len(message.data)
    if known < message.length:
        facts.append(("known", f"{known} of {counted(message.length, 'octet')} are in the capture"))
    return facts


def _inflated(message: Message) -> str:
    if message.inflated is None:
        return "not possible: the message is not complete"
    words = counted(message.inflated_octets, "octet")
    if message.wire_octets and message.inflated_octets:
        words += f", {message.inflated_octets / message.wire_octets:.3g} times the wire"
    return f"{words}; {safe(message.inflated.fault)}" if message.inflated.fault else words


def _why_open(message: Message) -> str:
    last = message.frames[-1]
    if not last.arrived:
        came = f"{len(last.frame.payload)} of {counted(last.frame.length, 'octet')}"
        return f"frame {last.n:03d} ended after {came}"
    return "the frame with FIN never came"


def _numbers(numbers: list[int]) -> str:
    shown = ", ".join(f"{n:03d}" for n in numbers[:NUMBERS_SHOWN])
    more = len(numbers) - NUMBERS_SHOWN
    return f"{shown} and {more} more, up to {numbers[-1]:03d}" if more > 0 else shown


def _text(data: bytes, *, whole: bool = True) -> tuple[str, list[str]]:
    """The kind and the lines of text that is UTF-8 as far as it goes."""
    laid_out = pretty(data.decode(errors="replace")) if whole else None
    if laid_out is not None:
        return "json", [safe(line) for line in laid_out]
    shown = data[:LIMIT]
    text = shown.decode(errors="ignore" if len(shown) < len(data) else "backslashreplace")
    return "text", [*safe_lines(text), *_cut_note(len(shown), len(data))]


def _binary(made: Decoded, data: bytes, message: Message) -> None:
    whole = len(data) == message.length and message.complete and not _is_raw(message)
    if whole and (found := structured.decode(data)) is not None:
        made.kind, made.lines = found.format, found.lines
        made.facts.append(("content", found.format))
        if found.other is not None:
            made.facts.append(("also", f"a whole value of {found.other}"))
        return
    if whole and (text := _hidden_text(data)) is not None:
        made.facts.append(("as text", text))
    made.kind = "hex"
    made.lines = _dump(data)


def _hidden_text(data: bytes) -> str | None:
    """The beginning of binary data that is text all the same."""
    head = data[:200]
    if find_fault(head) is not None:
        return None
    text = head.decode()
    return safe(text) if all(char >= " " or char in "\t\r\n" for char in text) else None


def _dump(data: bytes) -> list[str]:
    return [*hex_lines(data[:LIMIT]).texts(), *_cut_note(min(LIMIT, len(data)), len(data))]


def _cut_note(shown: int, there: int) -> Iterator[str]:
    if shown < there:
        yield f"… the first {shown} of {there} octets are shown"


def _fault_facts(message: Message, fault: Utf8Fault) -> list[tuple[str, str]]:
    facts = [("not UTF-8", safe(str(fault))), ("offset in message", str(fault.offset))]
    if message.compressed:
        facts.append(("offset in frame", "not known: the message is compressed"))
    else:
        one, offset = _place(message, fault.offset)
        facts.append(("frame", f"{one.n:03d}, octet {offset} of its payload"))
    if fault.sequence:
        facts.append(("open sequence", fault.sequence.hex(" ")))
    return facts


def _place(message: Message, offset: int) -> tuple[WireFrame, int]:
    """The frame that holds the octet at an offset of the message, and the offset in its payload."""
    ends = accumulate(len(one.frame.payload) for one in message.frames)
    for one, end in zip(message.frames, ends, strict=True):
        if offset < end:
            return one, offset - (end - len(one.frame.payload))
    last = message.frames[-1]
    return last, len(last.frame.payload)


def _broken_text(data: bytes, fault: Utf8Fault) -> Iterator[str]:
    """The text before the fault, and a dump of what stands around it with the octet marked."""
    begin = fault.offset - len(fault.sequence)
    shown = data[max(begin - LIMIT, 0) : begin]
    if len(shown) < begin:
        yield f"… the last {len(shown)} of the {begin} octets before the fault are shown"
    yield from safe_lines(shown.decode(errors="replace")) if shown else ()
    yield f"── here it stops being UTF-8: {safe(str(fault))} ──"
    first = max(begin - AROUND_FAULT, 0) // 16 * 16
    dump = hex_lines(data[first : fault.offset + AROUND_FAULT], start=first)
    for line in dump:
        yield line.text(digits=dump.digits)
        if line.offset <= fault.offset < line.offset + len(line.octets):
            yield " " * (dump.digits + 2 + 3 * (fault.offset - line.offset)) + "^^"


def _close(wire_frame: WireFrame) -> Decoded:
    close = Close.parse(wire_frame.frame.payload)
    facts = [("from", f"the {wire_frame.sender} ({wire_frame.dir})")]
    if close.code is None:
        facts.append(("code", "none; the receiver's API reports 1005"))
        if close.stray:
            facts.append(("stray octet", f"0x{close.stray.hex()}"))
    else:
        facts.append(("code", str(close.code)))
        facts.append(("name", close_code_name(close.code)))
        if close.code in CLOSE_CODES:
            facts.append(("meaning", CLOSE_CODES[close.code].meaning))
    facts += [("wrong", str(problem)) for problem in close.check(wire_frame.sender)]
    made = Decoded(f"CLOSE {safe(str(close))}", facts, kind="close")
    if (fault := find_fault(close.reason)) is not None:
        made.lines = list(_broken_text(close.reason, fault))
    elif close.reason:
        made.lines = safe_lines(close.reason_text)
    return made


def _control(conversation: Conversation, wire_frame: WireFrame) -> Decoded:
    """A ping, a pong or a frame with a reserved opcode."""
    frame = wire_frame.frame
    name = opcode_name(frame.opcode)
    made = Decoded(f"{name}, {counted(frame.length, 'octet')}", kind=name.lower())
    made.facts.append(("from", f"the {wire_frame.sender} ({wire_frame.dir})"))
    if frame.opcode in (Opcode.PING, Opcode.PONG):
        made.facts.append(_partner(conversation, wire_frame))
    made.facts += [("wrong", safe(str(problem))) for problem in wire_frame.problems]
    if frame.payload:
        text = _hidden_text(frame.payload)
        made.lines = _dump(frame.payload) if text is None else _text(frame.payload)[1]
    return made


def _partner(conversation: Conversation, one: WireFrame) -> tuple[str, str]:
    is_ping = one.frame.opcode == Opcode.PING
    name = "answer" if is_ping else "answers"
    if one.partner is None:
        return name, _unanswered(conversation, one) if is_ping else _HEARTBEAT
    words = f"{'pong' if is_ping else 'ping'} {one.partner.n:03d}"
    if one.t is not None and one.partner.t is not None:
        words += f", round trip {span(abs(one.partner.t - one.t))}"
    return name, words


_HEARTBEAT = "no ping: a heartbeat (§5.5.3)"


def _unanswered(conversation: Conversation, ping: WireFrame) -> str:
    """A peer may answer only the last one of several pings (§5.5.3)."""
    for later in conversation.pings:
        if later.n > ping.n and later.dir == ping.dir and later.partner is not None:
            return f"pong {later.partner.n:03d} answers a later ping; that is allowed (§5.5.3)"
    return "no pong came for it"
