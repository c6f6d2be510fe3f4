"""What a case has come to, with all that a report tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wsconform.cases.case import Case
from wsconform.cases.events import Event, Message, Pong
from wsconform.judge import Behavior, Verdict
from wsconform.record import Traffic
from wsconform.transcript import Transcript

SHOWN = 64
"""Octets of a payload that a report shows, where it has more than `CUT_FROM`."""
CUT_FROM = 60


@dataclass(slots=True)
class Flow:
    """What the messages of a loop were in one direction, while the connection was open."""

    wire: int = 0
    """Octets of the writes or reads."""
    websocket: int = 0
    """Octets of the payloads as they were sent: compressed."""
    application: int = 0
    """Octets of the messages."""
    frames: int = 0
    messages: int = 0


@dataclass(frozen=True, slots=True)
class Flows:
    """Both directions of a loop, and what the opening handshake took."""

    sent: Flow
    received: Flow
    head_sent: int
    """Octets of the head that I sent: the request, or a server's response."""
    head_received: int
    """Octets of the head that I received."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One time that a case was played."""

    verdict: Verdict
    transcript: Transcript
    """Without the messages of bulk cases, which would fill the memory."""
    started: datetime
    """When TCP was connected, or accepted, UTC."""
    milliseconds: int
    """From the opened connection, or TCP if it never opened, to the end of TCP."""
    request: bytes
    response: bytes
    """The heads of the opening handshake, as far as they are known."""
    agent: str | None
    """What the peer calls itself: its `Server` or `User-Agent` header."""
    sent: Traffic
    received: Traffic
    flows: Flows | None = None
    """For a loop over compressed messages that came to its end."""
    was_alone: bool = True
    """Whether no other case ran beside it."""

    @property
    def is_fine(self) -> bool:
        """Whether there is no reason to play the case once more.

        That a peer declines compression is not a matter of luck, so it is no reason either.
        """
        behavior = self.verdict.behavior
        if behavior is Behavior.NON_STRICT:
            return False
        return self.verdict.passed() or behavior is Behavior.UNIMPLEMENTED


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case and how it was played; a second time if the first was not fine."""

    case: Case
    attempts: tuple[Attempt, ...]

    @property
    def last(self) -> Attempt:
        """The attempt that counts."""
        return self.attempts[-1]

    @property
    def verdict(self) -> Verdict:
        """The verdict that counts."""
        return self.last.verdict

    @property
    def differs(self) -> bool:
        """Whether the attempts were not judged alike: load, or a race in the peer."""
        verdicts = {(one.verdict.behavior, one.verdict.behavior_close) for one in self.attempts}
        return len(verdicts) > 1


def event_row(event: Event) -> list[Any]:
    """An event as the published reports have it."""
    if isinstance(event, Message):
        return ["message", shown(event.octets), event.binary]
    if isinstance(event, Pong):
        return ["pong", shown(event.octets)]
    return ["timeout", event.tag]


def shown(octets: bytes) -> str:
    """A payload as the published reports show it: cut, as text if that is UTF-8, else as `0x…`."""
    is_cut = len(octets) > CUT_FROM
    head = octets[:SHOWN] if is_cut else octets
    more = " ..." if is_cut else ""
    try:
        return head.decode() + more
    except UnicodeDecodeError:
        return f"0x{head.hex()}{more}"
