"""Many occurrences of one kind, told as one finding: a note for each of a million reads helps
nobody."""

from __future__ import annotations

from wirelog.findings.docket import Docket
from wirelog.findings.finding import Octets
from wirelog.frames import Side
from wirelog.rules import Rule

NAMED = 10
"""Events that the finding names."""


class Tally:
    """How often something happened, and where it happened first."""

    def __init__(self, rule: Rule, side: Side) -> None:
        self.count = 0
        self.events: list[int] = []
        self._rule = rule
        self._side: Side = side
        self._octets: tuple[Octets, ...] = ()

    def add(self, event: int, octets: tuple[Octets, ...] = ()) -> None:
        """Count one more; `octets` are kept of the first events."""
        self.count += 1
        if len(self.events) < NAMED:
            if event not in self.events:
                self.events.append(event)
            self._octets += octets

    def tell(self, docket: Docket, text: str, least: int = 1) -> None:
        """Report it, if it happened often enough."""
        if self.count >= least:
            docket.add(self._rule, self._side, tuple(self.events), text, *self._octets)
