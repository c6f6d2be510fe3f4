"""What a source can prove: a rule that needs more than it shows is not checked, and never passed.

A capture says by itself whether it has times, all octets, the handshake and the end. What a foreign
format cannot show by its nature, its reader names in the header under `lacks`, in the words of
`Need`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from wirelog.capture import Kind, Record, leaves_out
from wirelog.findings.docket import Docket
from wirelog.handshake import Handshake
from wirelog.rules import RULES, Need, case, request
from wirelog.rules.rule import NEEDS


class Source:
    """What is missing, learnt while the records go by."""

    def __init__(self, header: Mapping[str, Any]) -> None:
        self.lacks: dict[Need, str] = {}
        """What the source does not show, and why."""
        self._is_over = False
        named = header.get("lacks")
        for word in named if isinstance(named, list) else ():
            if word in set(Need):
                self.lacks[Need(word)] = f"the source does not show {NEEDS[Need(word)]}"

    def record(self, record: Record) -> None:
        """Look at the next record."""
        if record.t is None and Need.TIMES not in self.lacks:
            self.lacks[Need.TIMES] = "the source has no times"
        if record.kind is Kind.OCTETS:
            if record.length != len(record.octets) and Need.OCTETS not in self.lacks:
                self.lacks[Need.OCTETS] = f"octets were cut, first at event {record.n:03d}"
        elif record.kind is Kind.DROPPED:
            self._is_over = True
        elif leaves_out(record):
            for need in (Need.OCTETS, Need.FRAMES, Need.CONTROL):
                self.lacks.setdefault(need, f"frames are left out from event {record.n:03d} on")
        elif record.kind is Kind.STOPS:
            self.lacks[Need.END] = f"the recording stopped at event {record.n:03d}"

    def finish(self, handshake: Handshake, *, has_octets: bool, was_opened: bool) -> None:
        """Say what the whole of it lacks."""
        if self._is_over and not has_octets and not was_opened:
            for need in (Need.OCTETS, Need.HANDSHAKE):
                self.lacks.setdefault(need, "nothing was sent")
        elif not has_octets:
            self.lacks.setdefault(Need.OCTETS, "the source has no octets")
        heads = {"request": handshake.request, "response": handshake.response}
        for which, head in heads.items():
            if head is None:
                self.lacks.setdefault(Need.HANDSHAKE, f"the {which} is not in the capture")
            elif not head.complete:
                self.lacks.setdefault(Need.HANDSHAKE, f"the head of the {which} is not whole")
        if not self._is_over:
            self.lacks.setdefault(Need.END, "the capture ends before the connection does")

    def tell(self, docket: Docket, no_subject: Container[str] = ()) -> None:
        """Name the rules that cannot be proven, but for those that have nothing to look at."""
        for rule in RULES.values():
            for need in rule.needs if rule.id not in no_subject else ():
                if need in self.lacks:
                    docket.cannot_check((rule,), self.lacks[need])


def without_subject(*, has_case: bool, has_others: bool) -> frozenset[str]:
    """Ids of the rules that say nothing of a capture of no conformance case, or of one alone."""
    rules = () if has_case else case.RULES
    return frozenset(rule.id for rule in (*rules, *(() if has_others else (request.KEY_REUSED,))))
