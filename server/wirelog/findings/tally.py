"""Many occurrences of one kind, told as one finding: a note for each of a million reads helps
nobody."""

from __future__ import annotations

from wirelog.findings.docket import Docket
from wirelog.findings.finding import Octets
from wirelog.findings.places import part_of
from wirelog.frames import Side
from wirelog.message import WireFrame
from wirelog.rules import Rule
from wirelog.rules.rule import Part

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

    def add_frame(self, one: WireFrame, part: Part) -> None:
        """Count a frame; `part` of it is kept if it is one of the first."""
        self.add(one.n, part_of(one, part) if self.count < NAMED else ())

    def tell(self, docket: Docket, text: str, least: int = 1) -> None:
        """Report it, if it happened often enough."""
        if self.count >= least:
            docket.add(self._rule, self._side, tuple(self.events), text, *self._octets)
