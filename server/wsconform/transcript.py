"""What was seen of a peer while a case ran: the facts that a verdict is made of, and no opinion.

A transcript can come from a live connection or from a recording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from wsconform.cases.case import Case
from wsconform.cases.events import Event, Message, Pong, events_in_words


class Fault(StrEnum):
    """What is wrong with an echo."""

    TYPE = "type"
    LENGTH = "length"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """How the connection ended. "Me" is the side that plays the case."""

    is_server: bool = False
    closed_by_me: bool = False
    """My close frame went out first; a reply does not count."""
    failed_by_me: bool = False
    dropped_by_me: bool = False
    """I ended TCP."""
    was_clean: bool = False
    """A close frame came in, and no time limit spoiled it afterwards."""
    was_not_clean_reason: str | None = None
    was_server_connection_drop_timeout: bool = False
    was_open_handshake_timeout: bool = False
    was_close_handshake_timeout: bool = False
    local_close_code: int | None = None
    local_close_reason: str | None = None
    remote_close_code: int | None = None
    """The code in the peer's close frame, even one that it must not send."""
    remote_close_reason: str | None = None

    @classmethod
    def parse(cls, facts: Mapping[str, Any]) -> ClosingFacts:
        """Take the facts out of a report or of a capture's trailer, where they are spelled like
        `closedByMe`."""
        return cls(**{name: facts[key] for name, key in FACT_KEYS.items() if key in facts})

    def as_json(self) -> dict[str, Any]:
        """The facts, spelled as in the reports."""
        return {key: getattr(self, name) for name, key in FACT_KEYS.items()}


def _key(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


FACT_KEYS = {name: _key(name) for name in ClosingFacts.__dataclass_fields__}
"""Attribute -> key in reports and captures."""


@dataclass(frozen=True, slots=True)
class Echoes:
    """How far a lockstep loop came."""

    right: int = 0
    """Echoes that were as they should be."""
    fault: Fault | None = None
    """What was wrong with the next one."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """All that a verdict depends on."""

    events: tuple[Event, ...] = ()
    """Messages, pongs and waits in the order in which they came."""
    closing: ClosingFacts = ClosingFacts()
    opened: bool = True
    """Whether the opening handshake was completed."""
    opening: str = ""
    """If it was not: why, as far as one can say, such as `the server answered 401`."""
    deflated: bool = False
    """Whether permessage-deflate was agreed."""
    echoes: Echoes = Echoes()
    frames_sent: Mapping[int, int] = field(default_factory=dict)
    """Frames that left, by opcode."""


def compare_echo(sent: Message, got: Message, *, content: bool = True) -> Fault | None:
    """What is wrong with an echo, or None; without `content` only its type and length count."""
    if got.binary != sent.binary:
        return Fault.TYPE
    if len(got.octets) != len(sent.octets):
        return Fault.LENGTH
    return Fault.CONTENT if content and got.octets != sent.octets else None


def asked_for(case: Case, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events without the pongs that answer no ping of the case (RFC 6455 §5.5.3).

    Each ping can be answered once. A pong that holds only a part of a ping, or more than the ping,
    is taken for a wrong answer and stays.
    """
    pings = case.pings
    kept: list[Event] = []
    for event in events:
        if isinstance(event, Pong):
            ping = next((one for one in pings if _answers(event.octets, one)), None)
            if ping is None:
                continue
            pings.remove(ping)
        kept.append(event)
    return tuple(kept)


def _answers(pong: bytes, ping: bytes) -> bool:
    if not pong or not ping:
        return pong == ping
    return pong.startswith(ping) or ping.startswith(pong)


def heard_in_words(case: Case, transcript: Transcript) -> str:
    """The transcript as one sentence."""
    if not transcript.opened:
        why = transcript.opening or "the handshake did not come to an end"
        return f"the connection never opened: {why}"
    heard = events_in_words(transcript.events)
    if case.loop is not None:
        heard = f"{transcript.echoes.right} of {case.loop.count} echoes"
        if transcript.echoes.fault:
            heard += f", then one of wrong {transcript.echoes.fault}"
        if case.asks and not transcript.deflated:
            heard = "compression was not agreed on"
    return f"{heard}; then {_closing_in_words(transcript.closing)}"


def _closing_in_words(facts: ClosingFacts) -> str:
    if facts.closed_by_me:
        mine = f"I closed with {_code(facts.local_close_code)}"
        return f"{mine}, {_answer_in_words(facts)}"
    if facts.was_clean or facts.remote_close_code is not None:
        return f"the peer closed with {_code(facts.remote_close_code)}"
    if facts.dropped_by_me:
        return "I dropped TCP without a close frame"
    return "the peer dropped TCP without a close frame"


def _answer_in_words(facts: ClosingFacts) -> str:
    if facts.was_server_connection_drop_timeout:
        return f"the peer answered with {_code(facts.remote_close_code)} and did not drop TCP"
    if facts.was_clean or facts.remote_close_code is not None:
        return f"the peer answered with {_code(facts.remote_close_code)}"
    if facts.was_close_handshake_timeout:
        return "the peer did not answer in time"
    return "I dropped TCP" if facts.dropped_by_me else "the peer dropped TCP without an answer"


def _code(code: int | None) -> str:
    return "no code" if code is None else str(code)
