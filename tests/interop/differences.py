"""Why the published suite and `wsconform` may differ about a case: the reasons that are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from wsconform.cases import CASES

COMPRESSION = ("12.1.3", "12.2.5", "13.3.5", "13.5.5", "13.7.2")
"""A sample: the published suite takes ten minutes for all of 12 and 13, at each server."""


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

    case: str
    published: set[Verdict]
    ours: set[Verdict]

    def __str__(self) -> str:
        words = [" or ".join(sorted(map(str, one))) for one in (self.published, self.ours)]
        return f"{self.case}: published {words[0]}, wsconform {words[1]}"


def is_race(seen: Seen) -> bool:
    """The peer's answer to good frames and its failure of the bad one race each other."""
    graded = {outcome.grade for outcome in CASES[seen.case].wants.outcomes}
    behaviors = {verdict.behavior for verdict in seen.published | seen.ours}
    closes = {verdict.behavior_close for verdict in seen.published | seen.ours}
    return "NON-STRICT" in graded and behaviors <= graded and closes == {"OK"}


class Reason(NamedTuple):
    """A row of the table: where it applies, and what it says."""

    applies: Callable[[Seen], bool]
    words: str


REASONS = [
    Reason(is_race, "race in the peer between its echo and its failure of the connection"),
]


def reason_for(seen: Seen) -> str:
    """The first that applies, or nothing."""
    return next((reason.words for reason in REASONS if reason.applies(seen)), "")
