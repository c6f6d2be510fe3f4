"""Why the published suite and `wsconform` may differ about a case: the reasons that are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from wsconform.cases import CASES


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
    as_published: set[Verdict] = field(default_factory=set)
    """Ours, without what it does better."""

    def __str__(self) -> str:
        words = [" or ".join(sorted(map(str, one))) for one in (self.published, self.ours)]
        return f"{self.case}: published {words[0]}, wsconform {words[1]}"


def is_race(seen: Seen) -> bool:
    """The peer's echo and its failure of the connection race each other, and either may win: one
    verdict at least was given by both."""
    graded = {outcome.grade for outcome in CASES[seen.case].wants.outcomes}
    everything = seen.published | seen.ours
    is_graded = {one.behavior for one in everything} == graded == {"OK", "NON-STRICT"}
    is_closed = {one.behavior_close for one in everything} == {"OK"}
    return is_graded and is_closed and bool(seen.published & seen.ours)


def is_deliberate(seen: Seen) -> bool:
    """The published suite is wrong, which both say as soon as ours goes by the published rules."""
    return not seen.published & seen.ours and seen.as_published == seen.published


class Reason(NamedTuple):
    """A row of the table: where it applies, and what it says."""

    applies: Callable[[Seen], bool]
    words: str


REASONS = [
    Reason(is_race, "a race in the peer, which either suite can see either way"),
    Reason(is_deliberate, "wsconform judges better here, and agrees with --as-published"),
]


def reason_for(seen: Seen) -> str:
    """The first that applies, or nothing."""
    return next((reason.words for reason in REASONS if reason.applies(seen)), "")
