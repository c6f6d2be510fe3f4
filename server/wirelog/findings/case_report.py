"""What a capture's report says of the conformance case that was played: what had to come, what
came, and whether that was good enough.

The report is that of `wsconform` or of the Autobahn Testsuite, or whatever a file claims it to be:
what cannot be read counts as not said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal, NamedTuple

from wirelog.escaping import MORE, escape

FAILED = ("FAILED", "Fail")
"""Verdicts on the messages that are failures; the second is the word of a report's page."""
CLOSED_BADLY = ("FAILED", "UNCLEAN", "WRONG CODE", "FAILED BY CLIENT")
"""Verdicts on the end of the connection that are failures."""
SHOWN = 40
"""Characters of a payload that a sentence quotes."""
LONGEST = 300
"""Characters of a sentence that is taken over."""

Happening = Literal["message", "pong", "timeout"]


class Event(NamedTuple):
    """A message or a pong of the peer, or the end of a wait of the case."""

    kind: Happening
    words: str
    """The payload as reports show it, cut behind 64 octets; or the name of the wait."""
    binary: bool = False
    nth: int = 0
    """Which one of its kind it was, from 0."""

    def is_like(self, other: Event | None) -> bool:
        """Whether both are shown alike."""
        return other is not None and self[:3] == other[:3]


class Gap(NamedTuple):
    """Where what came leaves what was wanted."""

    wanted: Event | None
    """None if nothing more was wanted."""
    got: Event | None
    """None if nothing more came."""


@dataclass(frozen=True, slots=True)
class CaseReport:
    """The report on one case."""

    messages_failed: bool = False
    end_failed: bool = False
    rfc: str = ""
    """The paragraph that the case is about."""
    result: str = ""
    """One sentence on the messages, escaped."""
    result_close: str = ""
    """One sentence on the end of the connection, escaped."""
    lists_events: bool = False
    """Whether it shows all that was wanted and all that came."""
    gap: Gap | None = None

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> CaseReport:
        """Read what a capture holds; nothing has failed where nothing is said."""
        rfc = report.get("rfc")
        failed = report.get("behavior") in FAILED
        outcomes, came = _outcomes(report.get("expected")), _events(report.get("received"))
        return cls(
            failed,
            report.get("behaviorClose") in CLOSED_BADLY,
            rfc if isinstance(rfc, str) and re.fullmatch(r"RFC \d{4} §[\d.]{1,20}", rfc) else "",
            _sentence(report.get("result")),
            _sentence(report.get("resultClose")),
            bool(outcomes) and came is not None,
            _gap(outcomes, came) if failed and outcomes and came is not None else None,
        )

    @property
    def has_failed(self) -> bool:
        """Whether there is anything to explain."""
        return self.messages_failed or self.end_failed


def _sentence(given: object) -> str:
    """As a part of another sentence."""
    if not isinstance(given, str):
        return ""
    words = given.strip().rstrip(".")[:LONGEST]
    return escape(words[:1].lower() + words[1:])


def _outcomes(rows: object) -> list[list[Event]]:
    """Every outcome that is good enough; none if one of them cannot be read."""
    given = [_events(one) for one in rows.values()] if isinstance(rows, dict) else []
    read = [one for one in given if one is not None]
    return read if len(read) == len(given) else []


def _gap(outcomes: list[list[Event]], came: list[Event]) -> Gap | None:
    """Where the events leave the outcome that they follow longest; None if they are one."""
    pongs = [one.words for one in max(outcomes, key=len) if one.kind == "pong"]
    asked_for = list(_without_strays(came, pongs))
    # A pong that answers a ping behind a close frame is wanted by no outcome.
    return _first_gap(outcomes, asked_for) or _first_gap(outcomes, came)


def _events(rows: object) -> list[Event] | None:
    """The events of a report; None if they cannot be read."""
    if not isinstance(rows, list):
        return None
    counts: Counter[str] = Counter()
    events = []
    for row in rows:
        match row:
            case ["message", str(words), bool(binary)]:
                event = Event("message", words, binary, counts["message"])
            case ["pong" | "timeout" as kind, str(words)]:
                event = Event(kind, words, nth=counts[kind])
            case _:
                return None
        counts[event.kind] += 1
        events.append(event)
    return events


def _without_strays(came: Sequence[Event], wanted: list[str]) -> Iterator[Event]:
    """The events without pongs that resemble none of the wanted ones: to send them is legal (RFC
    6455 §5.5.3)."""
    for one in came:
        if one.kind == "pong":
            match = next((words for words in wanted if _resembles(one.words, words)), None)
            if match is None:
                continue
            wanted.remove(match)
        yield one


def _resembles(pong: str, wanted: str) -> bool:
    """Whether one begins with the other; of an empty one that cannot be said."""
    pong, wanted = pong.removesuffix(MORE), wanted.removesuffix(MORE)
    if not pong or not wanted:
        return pong == wanted
    return pong.startswith(wanted) or wanted.startswith(pong)


def _first_gap(outcomes: list[list[Event]], came: Sequence[Event]) -> Gap | None:
    found = []
    for outcome in outcomes:
        pairs = enumerate(zip_longest(outcome, came))
        gaps = ((at, Gap(*pair)) for at, pair in pairs if not _is_met(*pair))
        first = next(gaps, None)
        if first is None:
            return None
        found.append(first)
    return max(found, key=lambda one: one[0])[1]


def _is_met(wanted: Event | None, got: Event | None) -> bool:
    return wanted is not None and wanted.is_like(got)


def in_words(event: Event, octets: int | None = None) -> str:
    """`a text message "Hello"`; with `octets` its length, where the report does not show all."""
    if event.kind == "timeout":
        return f"the connection still open after wait {escape(event.words[:SHOWN])}"
    kind = "pong" if event.kind == "pong" else f"{'binary' if event.binary else 'text'} message"
    if not event.words:
        return f"an empty {kind}"
    size = f" of {octets} octets" if octets is not None and event.words.endswith(MORE) else ""
    shown = event.words.removesuffix(MORE)
    is_hex = shown.startswith("0x")
    words = escape(shown[:SHOWN]) + ("…" if event.words.endswith(MORE) or shown[SHOWN:] else "")
    return f"a {kind}{size} {words}" if is_hex else f'a {kind}{size} "{words}"'
