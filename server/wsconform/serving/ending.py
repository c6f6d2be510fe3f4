"""When a server ends by itself, and whether all that was awaited has come.

An agent is through when it has called `/updateReports`, or when all its cases are finished; and
when none of its connections has been open for a moment, as it may be about to come back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wsconform.cases import Case
from wsconform.driver.clock import Clock, Timers
from wsconform.serve_plan import Terms

GRACE = 1.0
"""Seconds that an agent without a connection has to come back."""


@dataclass(slots=True)
class _Guest:
    """An agent that has come."""

    connections: int = 0
    finished: set[str] = field(default_factory=set)
    has_updated: bool = False
    left_at: float = 0.0


class Ending:
    """Is told what happens, and tells when that is all."""

    def __init__(
        self, terms: Terms, cases_for: Callable[[str], Sequence[Case]], clock: Clock,
        over: Callable[[str], object],
    ) -> None:  # fmt: skip
        """`over` is called when the server is to end, with the reason in words."""
        self._terms = terms
        self._cases_for = cases_for
        self._clock = clock
        self._over = over
        self._timers = Timers(clock)
        self._guests: dict[str, _Guest] = {}
        self._plays = 0
        self._is_over = False
        self._be_patient()

    def came(self, agent: str) -> None:
        """A connection of an agent is there."""
        self._guests.setdefault(agent, _Guest()).connections += 1
        self._be_patient()

    def left(self, agent: str) -> None:
        """A connection of an agent is gone."""
        guest = self._guests[agent]
        guest.connections -= 1
        guest.left_at = self._clock.seconds()
        self._be_patient()
        self._look()

    def case_started(self) -> None:
        """A case begins."""
        self._plays += 1

    def case_ended(self, agent: str, case_id: str, *, is_reported: bool) -> None:
        """A case is through, or was broken off."""
        self._plays -= 1
        if is_reported:
            self._guests[agent].finished.add(case_id)

    def updated(self, agent: str | None) -> None:
        """Somebody has asked for the reports: the agent of that name, or all that have come."""
        for name, guest in self._guests.items():
            if agent in (None, name):
                guest.has_updated = True
        self._look()

    def stop(self) -> None:
        """The server ends."""
        self._is_over = True
        self._timers.cancel_all()

    @property
    def awaited(self) -> tuple[str, ...]:
        """The agents that must get through, if anybody must."""
        if not self._terms.when_done:
            return ()
        return self._terms.awaited or tuple(self._guests)[:1]

    @property
    def absent(self) -> tuple[str, ...]:
        """Those of them that have not finished a single case."""
        return tuple(one for one in self.awaited if not self._finished(one))

    def missing(self) -> dict[str, list[str]]:
        """The cases that the others of them have not finished, by agent."""
        found = {
            agent: [case.id for case in self._cases_for(agent) if case.id not in finished]
            for agent in self.awaited
            if (finished := self._finished(agent))
        }
        return {agent: ids for agent, ids in found.items() if ids}

    def _finished(self, agent: str) -> set[str]:
        guest = self._guests.get(agent)
        return guest.finished if guest else set()

    def _look(self) -> None:
        """Look whether all are through."""
        if self._is_over:
            return
        if self.awaited and all(self._may_be_through(agent) for agent in self.awaited):
            passed = self._clock.seconds() - max(self._guests[one].left_at for one in self.awaited)
            if passed >= GRACE:
                self._over("all that was awaited is through")
            else:
                self._timers.set("grace", GRACE - passed + MOMENT, self._look)

    def _may_be_through(self, agent: str) -> bool:
        guest = self._guests.get(agent)
        if guest is None or guest.connections:
            return False
        return guest.has_updated or all(
            case.id in guest.finished for case in self._cases_for(agent)
        )

    def _be_patient(self) -> None:
        """Something has happened: begin to wait anew."""
        if self._terms.give_up_after is not None and not self._is_over:
            self._timers.set("patience", self._terms.give_up_after, self._give_up)

    def _give_up(self) -> None:
        if self._plays:
            self._be_patient()
        else:
            self._over(f"nothing has happened for {self._terms.give_up_after:g} s")


MOMENT = 0.001
"""Seconds that a timer may be early."""
