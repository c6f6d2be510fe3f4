"""What must come back: the acceptable outcomes, the end of the connection, and the rules beyond
them.

The constructors at the end are the whole range: `echo`, `fails`, `answers`, `first_echo`,
`lockstep`, `informs`. What the words mean for a verdict is in `wsconform.judge`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from wsconform.cases.events import Event, events_in_words

Grade = Literal["OK", "NON-STRICT"]


class Rule(StrEnum):
    """How the messages of a case are judged."""

    EVENTS = "events"
    """What was heard equals an outcome: same events, same order, nothing else."""
    FIRST_ECHO = "first echo"
    """The first message that comes back equals the one that was sent."""
    LOCKSTEP = "lockstep"
    """Every echo of a loop equals what was sent."""
    INFORMATIONAL = "informational"
    """The specification leaves it open: no verdict, but the report says what was seen."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One acceptable list of events, and what it is worth."""

    grade: Grade
    heard: tuple[Event, ...]

    def __str__(self) -> str:
        return f"{self.grade}: {events_in_words(self.heard)}"


@dataclass(frozen=True, slots=True)
class Ending:
    """How the connection must end. "Me" is the side that plays the case."""

    closed_by_me: bool
    """Whether my close frame must be the first; otherwise the peer has to fail the connection."""
    codes: tuple[int, ...]
    """Codes that the peer's close frame may carry; a close frame without code always passes.
    If the case closes on its own, the first of them is what it sends."""
    require_clean: bool
    """Whether the peer must take part in the closing handshake; if not, it may just drop TCP."""
    wrong_endpoint_is_fatal: bool = False
    """Whether the wrong side closing also fails the messages."""

    def __str__(self) -> str:
        codes = " or ".join(str(code) for code in dict.fromkeys(self.codes))
        if not self.closed_by_me:
            return f"the peer fails the connection: close {codes}, or TCP dropped"
        if self.require_clean:
            return f"I close, the peer answers with a close frame, code {codes} or none"
        return f"I close, the peer answers with close {codes}, or drops TCP"


@dataclass(frozen=True, slots=True)
class Wants:
    """Everything that a case expects of the peer."""

    outcomes: tuple[Outcome, ...]
    """The strict one first; empty where the rule needs none."""
    ending: Ending
    rule: Rule = Rule.EVENTS
    wrong_code_fails: bool = False
    """Whether a close code that is not in the list also fails the messages."""
    holds_close: bool = False
    """Whether the case never closes because its outcome is met: it sends its own close frame."""
    frames_sent: tuple[tuple[int, int], ...] = ()
    """Data frames that must have left, as (opcode, count): a test of the sender, not of the
    peer."""
    published: tuple[Outcome, ...] | None = None
    """The outcomes of the published suite, where ours differ."""

    def accepted(self, *, as_published: bool = False) -> tuple[Outcome, ...]:
        """The outcomes that count."""
        return self.published if as_published and self.published is not None else self.outcomes


NORMAL = Ending(True, (1000,), True)


def echo(*heard: Event) -> Wants:
    """These events come back, then I close with 1000."""
    return Wants((Outcome("OK", heard),), NORMAL)


def fails(code: int, *, after: tuple[Event, ...] = (), fatal: bool = False) -> Wants:
    """The peer fails the connection with `code`, having answered what came before.

    To fail without having answered is legal as well, and non-strict: the peer may not get its
    answer out.
    """
    outcomes = (Outcome("OK", after),) + ((Outcome("NON-STRICT", ()),) if after else ())
    return Wants(outcomes, Ending(False, (code,), False, fatal))


def fails_at_once(code: int, seen: tuple[Event, ...], late: Event) -> Wants:
    """The peer fails the connection when it has seen enough; to notice one part later is
    non-strict."""
    outcomes = (Outcome("OK", seen), Outcome("NON-STRICT", (*seen, late)))
    return Wants(outcomes, Ending(False, (code,), False, True))


def answers(*codes: int, heard: tuple[Event, ...] = (), clean: bool = True) -> Wants:
    """The case closes; the peer's close frame carries one of these codes or none, and any other
    fails the case."""
    return Wants((Outcome("OK", heard),), Ending(True, codes, clean), wrong_code_fails=True)


def holding(wants: Wants) -> Wants:
    """The same, for a case that sends its own close frame whatever comes back."""
    return replace(wants, holds_close=True)


def first_echo() -> Wants:
    """The message comes back, then I close with 1000."""
    return Wants((), NORMAL, Rule.FIRST_ECHO)


def lockstep() -> Wants:
    """All messages come back, one by one, then I close with 1000."""
    return Wants((), NORMAL, Rule.LOCKSTEP)


def informs(outcomes: tuple[Outcome, ...], ending: Ending) -> Wants:
    """No verdict; the outcomes say what there is to see."""
    return Wants(outcomes, ending, Rule.INFORMATIONAL, holds_close=True)
