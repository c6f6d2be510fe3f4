"""Why the published suite and `wsconform` may differ about a case: the reasons that are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from wsconform.cases import CASES

COMPRESSION = ("12.1.3", "12.2.5", "13.3.5", "13.5.5", "13.7.2")
"""A sample: the published suite takes ten minutes for all of 12 and 13, at each server."""


SOME = {
    "PongsUnasked": ("1.1.1", "2.1", "2.10", "3.2", "4.1.3", "5.3", "5.15", "6.1.1", "7.1.*"),
    "SendsEndlessly": ("1.1.1", "5.3"),
}
"""Servers at which both differ everywhere: a sample will do."""
HANGS: dict[str, str] = {}
"""Servers at which the published suite does not come to an end, and why."""


class Verdict(NamedTuple):
    """What an index says of a case."""

    behavior: str
    behavior_close: str

    def __str__(self) -> str:
        return f"{self.behavior}/{self.behavior_close}"


def passes(verdict: Verdict) -> bool:
    """The rule that scripts in builds apply to an `index.json`."""
    fine = {"OK", "NON-STRICT", "INFORMATIONAL"}
    return verdict.behavior in fine and verdict.behavior_close in {"OK", "INFORMATIONAL"}


@dataclass
class Seen:
    """All verdicts about one case, of the first run and of those that looked again."""

    peer: str
    case: str
    published: set[Verdict]
    ours: set[Verdict]
    as_published: set[Verdict] = field(default_factory=set)
    """Ours, without what it does better."""

    def __str__(self) -> str:
        words = [" or ".join(sorted(map(str, one))) for one in (self.published, self.ours)]
        return f"{self.case}: published {words[0]}, wsconform {words[1]}"


def is_race(seen: Seen) -> bool:
    """The peer's answer to good frames and its failure of the bad one race each other."""
    graded = {outcome.grade for outcome in CASES[seen.case].wants.outcomes}
    behaviors = {verdict.behavior for verdict in seen.published | seen.ours}
    closes = {verdict.behavior_close for verdict in seen.published | seen.ours}
    return "NON-STRICT" in graded and behaviors <= graded and closes == {"OK"}


def is_pong_nobody_asked_for(seen: Seen) -> bool:
    """A legal frame, and the only reason: by the published rules both agree."""
    return seen.peer in {"PongsUnasked", "SendsEndlessly"} and agrees_as_published(seen)


def agrees_as_published(seen: Seen) -> bool:
    """Whether `--as-published` gives the verdict of the published suite."""
    return seen.as_published <= seen.published


class Reason(NamedTuple):
    """A row of the table: where it applies, and what it says."""

    applies: Callable[[Seen], bool]
    words: str


REASONS = [
    Reason(is_race, "race in the peer between its echo and its failure of the connection"),
    Reason(
        is_pong_nobody_asked_for, "a pong that nobody asked for fails cases of the published suite"
    ),
]


def reason_for(seen: Seen) -> str:
    """The first that applies, or nothing."""
    return next((reason.words for reason in REASONS if reason.applies(seen)), "")
