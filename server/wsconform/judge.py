"""The judge: a case and what was seen of the peer go in, a verdict comes out.

Each case gets two: `behavior` for the messages, `behavior_close` for the end of the connection. The
rules are those of the published suite, so that verdicts can be compared case by case. Where that
suite is unfair or does not look, this judge does better unless it is told `as_published`:

- An unsolicited pong is legal (RFC 6455 §5.5.3), so it is ignored; there it fails the case.
- Messages of section 9 are compared by content too; there only by type and length.
- 7.1.6 knows the peer that echoes both messages; there only the one that echoes the second alone.
- A case that is only to inform still fails if the connection never opened.
- A client may refuse close code 1010 of a server, for only a client may send it (RFC 6455 §7.4.1).

`close_due` is the other half of the rules: whether the case has seen enough and closes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from wsconform.cases.case import Case
from wsconform.cases.events import Event, Message, Pong, events_in_words
from wsconform.cases.octets import preview
from wsconform.cases.wants import Rule
from wsconform.transcript import Transcript, asked_for, compare_echo, heard_in_words


class Behavior(StrEnum):
    """What the messages were worth, in the words of the published reports."""

    OK = "OK"
    NON_STRICT = "NON-STRICT"
    FAILED = "FAILED"
    INFORMATIONAL = "INFORMATIONAL"
    UNIMPLEMENTED = "UNIMPLEMENTED"


class BehaviorClose(StrEnum):
    """What the end of the connection was worth, in the words of the published reports."""

    OK = "OK"
    FAILED = "FAILED"
    UNCLEAN = "UNCLEAN"
    WRONG_CODE = "WRONG CODE"
    FAILED_BY_CLIENT = "FAILED BY CLIENT"
    INFORMATIONAL = "INFORMATIONAL"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a case was worth, and why."""

    behavior: Behavior
    behavior_close: BehaviorClose
    result: str
    """One sentence about the messages."""
    result_close: str
    """One sentence about the end of the connection."""
    wanted: tuple[str, ...]
    """Every acceptable outcome, the strict one first, and how the connection had to end."""
    heard: str
    """What came instead or as wanted."""
    rfc: str

    def passed(self, *, strict: bool = False) -> bool:
        """The common rule: OK, NON-STRICT or INFORMATIONAL, and a close that is OK or
        INFORMATIONAL."""
        good = {Behavior.OK, Behavior.INFORMATIONAL} | (set() if strict else {Behavior.NON_STRICT})
        return self.behavior in good and self.behavior_close in CLOSED_WELL


CLOSED_WELL = {BehaviorClose.OK, BehaviorClose.INFORMATIONAL}


class Finding(NamedTuple):
    """A verdict on the messages, and the sentence that explains it."""

    behavior: Behavior
    why: str


class ClosingRule(NamedTuple):
    """One row of the table of endings."""

    verdict: BehaviorClose
    applies: Callable[[Case, Transcript], bool]
    why: Callable[[Case, Transcript], str]


def judge(case: Case, transcript: Transcript, *, as_published: bool = False) -> Verdict:
    """The verdict; with `as_published` the one that the published suite would give."""
    if not as_published and transcript.closing.is_server:
        case = _for_client(case)
    rule = next(rule for rule in CLOSING_RULES if rule.applies(case, transcript))
    finding = BEHAVIOR_RULES[case.wants.rule](case, transcript, as_published)
    behavior, result = _with_ending(case, finding, rule)
    close = rule.verdict
    if case.wants.rule is Rule.INFORMATIONAL and (transcript.opened or as_published):
        behavior, close = Behavior.INFORMATIONAL, BehaviorClose.INFORMATIONAL
    return Verdict(
        behavior, close, result, rule.why(case, transcript),
        case.wanted(as_published=as_published), heard_in_words(case, transcript), case.rfc,
    )  # fmt: skip


def _for_client(case: Case) -> Case:
    """The case as it is fair to a client."""
    ending = case.wants.ending
    if FOR_CLIENTS not in ending.codes:
        return case
    ending = replace(ending, codes=(*ending.codes, 1002))
    return replace(case, wants=replace(case.wants, ending=ending))


FOR_CLIENTS = 1010
"""The close code that a server has no use for."""


def _with_ending(case: Case, finding: Finding, rule: ClosingRule) -> Finding:
    """The finding, or a failure where the wrong end fails the messages too."""
    if finding.behavior is Behavior.FAILED:
        return finding
    if rule.applies is _wrong_end and case.wants.ending.wrong_endpoint_is_fatal:
        return Finding(Behavior.FAILED, "The peer did not fail the connection by itself.")
    if rule.verdict is BehaviorClose.WRONG_CODE and case.wants.wrong_code_fails:
        return Finding(Behavior.FAILED, "This case is about the close code, and that is wrong.")
    return finding


def close_due(case: Case, transcript: Transcript, *, as_published: bool = False) -> int | None:
    """The code to close with now; None if the case has not seen enough, or closes by itself.

    Ask after each message and each pong, and once when the connection has opened.
    """
    wants = case.wants
    heard = transcript.events if as_published else asked_for(case, transcript.events)
    if as_published and wants.rule in WITHOUT_OUTCOMES and any(isinstance(e, Pong) for e in heard):
        due = True
    elif case.loop is not None:
        done = transcript.echoes.right == case.loop.count or transcript.echoes.fault is not None
        due = done or _declined(case, transcript)
    elif wants.rule is Rule.FIRST_ECHO:
        due = any(isinstance(event, Message) for event in heard)
    else:
        met = all(heard == outcome.heard for outcome in wants.accepted(as_published=as_published))
        due = bool(heard) and met and wants.ending.closed_by_me and not wants.holds_close
    return wants.ending.codes[0] if due else None


WITHOUT_OUTCOMES = (Rule.FIRST_ECHO, Rule.LOCKSTEP)
"""Rules without a list of outcomes; the published suite takes any pong for the fulfilment of an
empty list."""


# The messages


def _declined(case: Case, transcript: Transcript) -> bool:
    return bool(case.asks) and not transcript.deflated


def _events(case: Case, transcript: Transcript, as_published: bool) -> Finding:
    """The events equal one of the outcomes."""
    if not transcript.opened:
        return NEVER_OPENED
    heard = transcript.events if as_published else asked_for(case, transcript.events)
    accepted = case.wants.accepted(as_published=as_published)
    for outcome in accepted:
        if heard == outcome.heard:
            return _sender_checked(
                case, transcript, Finding(Behavior(outcome.grade), WHY[outcome.grade])
            )
    return Finding(Behavior.FAILED, _difference(accepted[0].heard, heard))


def _sender_checked(case: Case, transcript: Transcript, finding: Finding) -> Finding:
    """The finding, unless the frames that left were not those of the case."""
    for opcode, count in case.wants.frames_sent:
        sent = transcript.frames_sent.get(opcode, 0)
        if sent != count:
            why = (
                f"Not the peer's fault: {sent} frames of opcode {opcode} left where {count} should."
            )
            return Finding(Behavior.FAILED, why)
    return finding


def _difference(wanted: tuple[Event, ...], heard: tuple[Event, ...]) -> str:
    """Where the events leave the strict outcome."""
    for one, other in zip(wanted, heard, strict=False):
        if one != other:
            return f"Instead of {one} came {other}{_where(one, other)}."
    if len(heard) > len(wanted):
        return f"Too much came: {events_in_words(heard[len(wanted) :])}."
    return f"This did not come: {events_in_words(wanted[len(heard) :])}."


def _where(one: Event, other: Event) -> str:
    """For payloads that look alike: the first octet that differs."""
    if isinstance(one, Message | Pong) and isinstance(other, Message | Pong):
        pairs = enumerate(zip(one.octets, other.octets, strict=False))
        at = next((index for index, (a, b) in pairs if a != b), None)
        return "" if at is None else f" (octet {at} differs)"
    return ""


def _first_echo(case: Case, transcript: Transcript, as_published: bool) -> Finding:
    """The first message equals the one that was sent."""
    if not transcript.opened:
        return NEVER_OPENED
    got = next((event for event in transcript.events if isinstance(event, Message)), None)
    if got is None:
        return Finding(Behavior.FAILED, "No message came back.")
    sent = case.sent_message()
    fault = compare_echo(sent, got, content=not as_published)
    if fault is None:
        return Finding(Behavior.OK, f"The message of {len(got.octets)} octets came back.")
    what = f"{preview(sent.octets)} left, {preview(got.octets)} came back{_where(sent, got)}"
    return Finding(Behavior.FAILED, f"The echo has the wrong {fault}: {what}.")


def _lockstep(case: Case, transcript: Transcript, as_published: bool) -> Finding:
    """All echoes of the loop came."""
    if not transcript.opened:
        return NEVER_OPENED
    if _declined(case, transcript):
        return Finding(Behavior.UNIMPLEMENTED, NOT_AGREED[transcript.closing.is_server])
    assert case.loop is not None, f"case {case.id} has no loop"
    echoes, count = transcript.echoes, case.loop.count
    if as_published and any(isinstance(event, Pong) for event in transcript.events):
        return Finding(Behavior.FAILED, "A pong came, at which the published suite closes.")
    if echoes.fault is not None:
        return Finding(Behavior.FAILED, f"Echo {echoes.right + 1} has the wrong {echoes.fault}.")
    if echoes.right < count:
        return Finding(Behavior.FAILED, f"{echoes.right} of {count} messages came back in time.")
    return Finding(Behavior.OK, f"All {count} messages came back in time.")


NOT_AGREED = {
    False: "The server did not agree to permessage-deflate.",
    True: "The client did not offer permessage-deflate on the terms of the case.",
}
"""By whether the peer is the client."""
NEVER_OPENED = Finding(Behavior.FAILED, "The connection never opened.")
WHY = {
    "OK": "What came back is what should.",
    "NON-STRICT": "What came back is legal, and not all that a strict peer answers.",
}
BEHAVIOR_RULES = {
    Rule.EVENTS: _events,
    Rule.FIRST_ECHO: _first_echo,
    Rule.LOCKSTEP: _lockstep,
    Rule.INFORMATIONAL: _events,
}


# The end of the connection


def _never_opened(case: Case, transcript: Transcript) -> bool:
    return not transcript.opened


def _wrong_end(case: Case, transcript: Transcript) -> bool:
    return case.wants.ending.closed_by_me != transcript.closing.closed_by_me


def _unclean(case: Case, transcript: Transcript) -> bool:
    return case.wants.ending.require_clean and not transcript.closing.was_clean


def _wrong_code(case: Case, transcript: Transcript) -> bool:
    code = transcript.closing.remote_close_code
    return code is not None and code not in case.wants.ending.codes


def _server_kept_tcp(case: Case, transcript: Transcript) -> bool:
    return not transcript.closing.is_server and transcript.closing.dropped_by_me


def _who_should_have(case: Case, transcript: Transcript) -> str:
    if case.wants.ending.closed_by_me:
        return "The peer ended the connection before the case was through."
    return "The peer left it to the case to end the connection."


def _why_unclean(case: Case, transcript: Transcript) -> str:
    reason = transcript.closing.was_not_clean_reason or "no close frame came"
    return f"There was no closing handshake: {reason}."


def _which_code(case: Case, transcript: Transcript) -> str:
    codes = " or ".join(str(code) for code in dict.fromkeys(case.wants.ending.codes))
    return f"The peer's close code is {transcript.closing.remote_close_code}, not {codes}."


CLOSING_RULES = (
    ClosingRule(BehaviorClose.FAILED, _never_opened, lambda *_: NEVER_OPENED.why),
    ClosingRule(BehaviorClose.FAILED, _wrong_end, _who_should_have),
    ClosingRule(BehaviorClose.UNCLEAN, _unclean, _why_unclean),
    ClosingRule(BehaviorClose.WRONG_CODE, _wrong_code, _which_code),
    ClosingRule(
        BehaviorClose.FAILED_BY_CLIENT, _server_kept_tcp, lambda *_: "The server did not end TCP."
    ),
    ClosingRule(BehaviorClose.OK, lambda *_: True, lambda *_: "The connection ended as it should."),
)
"""The first row that applies gives the verdict."""
