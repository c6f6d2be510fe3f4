"""Whether a run is good enough for a build: all passed, or all as the baseline says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wsconform.report.baseline import Verdicts, differences, strangers, verdict
from wsconform.report.entry import Entry

NAMING = "--agent names a server, agent= in the URL a client"
"""What to do about an agent that the baseline does not know."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What is asked of a run."""

    strict: bool = False
    """Whether non-strict answers fail, too."""
    baseline: Verdicts | None = None

    def objection(self, entry: Entry) -> str:
        """Why this case fails the build; empty if it does not."""
        if self.baseline is not None:
            found = differences(self.baseline, [entry])
            return found[0].words if found else ""
        return "" if entry.passed(strict=self.strict) else entry.why or verdict(entry)

    def failing(self, entries: Sequence[Entry]) -> list[Entry]:
        """The entries that fail the build."""
        return [entry for entry in entries if self.objection(entry)]

    def strangers(self, entries: Sequence[Entry]) -> list[str]:
        """Agents that the baseline does not know."""
        return [] if self.baseline is None else strangers(self.baseline, entries)

    def fails(self, entries: Sequence[Entry]) -> bool:
        """Whether the build fails; an agent that the baseline does not know is reason enough."""
        return bool(self.failing(entries) or self.strangers(entries))
