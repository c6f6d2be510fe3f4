"""What a server is to do: where it listens, which cases it plays, and when it ends by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wsconform.cases import Case
from wsconform.driver.settings import Settings
from wsconform.plan import (
    PlanError,
    Wishes,
    settings_for,
    spec_cases,
    wished_cases,
    without_excluded,
)
from wsconform.serve_spec import ServeSpec

DEFAULT_OUT = "reports/clients"
DEFAULT_ENDPOINT = "tcp:9001:interface=127.0.0.1"


@dataclass(frozen=True, slots=True)
class Terms:
    """When a server ends by itself."""

    when_done: bool = False
    """As soon as the awaited agents are through."""
    awaited: tuple[str, ...] = ()
    """Their names; without any, whoever comes first is awaited."""
    give_up_after: float | None = None
    """Seconds in which nothing happens."""


@dataclass(frozen=True, slots=True)
class ServePlan:
    """All of it."""

    endpoints: tuple[str, ...]
    """In Twisted's words."""
    cases: tuple[Case, ...]
    settings: Settings
    out: Path
    exclude_by_agent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Pattern of agents -> patterns of cases that such an agent does not play."""
    terms: Terms = Terms()
    notes: tuple[str, ...] = ()
    """What the user should know and did not ask for, such as the default profile."""
    warnings: tuple[str, ...] = ()

    def cases_for(self, agent: str) -> tuple[Case, ...]:
        """The cases that an agent of this name plays."""
        return without_excluded(self.cases, self.exclude_by_agent, agent)


@dataclass(frozen=True, slots=True)
class ServeWishes:
    """What the command line says beside `Wishes`."""

    endpoints: tuple[str, ...] = ()
    out: str | None = None
    terms: Terms = Terms()


def plan_for_serving(wishes: Wishes, serve: ServeWishes, spec: ServeSpec | None) -> ServePlan:
    """The plan of a command line, with a spec file or without; raises `PlanError`.

    What the command line says goes before the file; what it excludes is added.
    """
    if "" in serve.terms.awaited:
        raise PlanError("--expect-agent: the name is empty")
    if serve.out is not None and not serve.out.strip():
        raise PlanError("--out: the name is empty")
    chosen = wished_cases(wishes) if spec is None else spec_cases(spec.selection, wishes)
    given = spec or ServeSpec()
    default = (given.endpoint or DEFAULT_ENDPOINT,)
    return ServePlan(
        endpoints=serve.endpoints or default,
        cases=chosen.cases,
        settings=settings_for(given.limits, wishes),
        out=Path(serve.out or given.outdir or DEFAULT_OUT),
        exclude_by_agent=given.selection.by_agent,
        terms=serve.terms,
        notes=chosen.notes,
        warnings=(*given.warnings, *chosen.warnings),
    )
