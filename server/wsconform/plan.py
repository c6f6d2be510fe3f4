"""What a run is to do: which servers, which cases against each, and how.

A plan is made from the command line or from a spec file, before anything is opened. `PlanError`
says what is wrong with either; what is only odd becomes a warning. `serve_plan` has the plan of a
server, and takes cases and settings from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from wsconform.cases import Case, select
from wsconform.driver.settings import Settings, Target
from wsconform.spec import Spec, SpecServer
from wsconform.spec_table import Selection

DEFAULT_OUT = "reports/servers"
PROFILES: Mapping[str, tuple[str, ...]] = {
    "quick": ("9.*", "12.*", "13.*"),
    "full": (),
}
"""Profile -> the cases that it leaves out."""


class PlanError(ValueError):
    """The run that is asked for cannot be: wrong usage."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says beside the URL or the spec file; empty where it says nothing."""

    cases: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    profile: str | None = None
    agent: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    origin: str | None = None
    protocols: tuple[str, ...] = ()
    cafile: str | None = None
    insecure: bool = False
    timeout: float | None = None
    as_published: bool = False


@dataclass(frozen=True, slots=True)
class ServerPlan:
    """One server, and what it is to play."""

    target: Target
    cases: tuple[Case, ...]
    settings: Settings
    exclude_by_agent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Pattern of agents -> patterns of cases that such an agent does not play."""

    @property
    def needs_agent(self) -> bool:
        """Whether the name of the agent must be known before one can say what it plays."""
        return self.target.agent is None and bool(self.exclude_by_agent)

    def cases_for(self, agent: str) -> tuple[Case, ...]:
        """The cases that a server of this name plays."""
        return without_excluded(self.cases, self.exclude_by_agent, agent)


@dataclass(frozen=True, slots=True)
class Plan:
    """All of a run."""

    servers: tuple[ServerPlan, ...]
    out: Path
    notes: tuple[str, ...] = ()
    """What the user should know and did not ask for, such as the default profile."""
    warnings: tuple[str, ...] = ()


def fits(pattern: str, text: str) -> bool:
    """Whether a pattern, in which `*` stands for any run of characters, takes the whole text."""
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    return re.fullmatch(expression, text, re.DOTALL) is not None


def without_excluded(
    cases: tuple[Case, ...], by_agent: Mapping[str, tuple[str, ...]], agent: str
) -> tuple[Case, ...]:
    """The cases that an agent of this name plays."""
    patterns = [
        pattern for agents, some in by_agent.items() if fits(agents, agent) for pattern in some
    ]
    excluded = {case.id for case in select(patterns).cases}
    return tuple(case for case in cases if case.id not in excluded)


def plan_for_url(url: str, wishes: Wishes, out: str | None = None) -> Plan:
    """The plan of a command line with a URL; raises `PlanError`."""
    chosen = wished_cases(wishes)
    server = ServerPlan(_target(url, wishes), chosen.cases, settings_for({}, wishes))
    return Plan((server,), Path(out or DEFAULT_OUT), chosen.notes)


class Chosen(NamedTuple):
    """The cases of a run, and what is to be said of the choice."""

    cases: tuple[Case, ...]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def wished_cases(wishes: Wishes) -> Chosen:
    """The cases of a command line without a spec file; raises `PlanError`.

    Without a profile and without patterns the profile is `quick`, and a note says so.
    """
    profile = wishes.profile or ("full" if wishes.cases else "quick")
    left_out = PROFILES[profile]
    selection = select(wishes.cases or ("*",), (*wishes.exclude, *left_out))
    _refuse_idle(selection.idle, left_out)
    is_default = profile == "quick" and not wishes.profile
    return Chosen(_some(tuple(selection.cases)), (QUICK,) if is_default else ())


QUICK = "profile quick: 9, 12 and 13 are left out, which take longest; --profile full plays them"


def plan_for_spec(spec: Spec, wishes: Wishes, out: str | None = None) -> Plan:
    """The plan of a spec file; raises `PlanError`.

    What the command line says counts for all servers of the file: `--cases` stands for the cases of
    the file, everything else is added.
    """
    chosen = spec_cases(spec.selection, wishes)
    warnings = [*spec.warnings, *chosen.warnings]
    servers = []
    for server in spec.servers:
        target = _spec_target(server, wishes)
        if target.insecure and not wishes.insecure:
            warnings.append(f"{server.url}: any certificate is taken, for there is no hostname")
        settings = settings_for(server.limits, wishes)
        servers.append(ServerPlan(target, chosen.cases, settings, spec.selection.by_agent))
    return Plan(tuple(servers), Path(out or spec.outdir or DEFAULT_OUT), (), tuple(warnings))


def spec_cases(given: Selection, wishes: Wishes) -> Chosen:
    """The cases of a spec file; raises `PlanError`."""
    left_out = PROFILES[wishes.profile or "full"]
    asked = select(wishes.cases, wishes.exclude)
    _refuse_idle(asked.idle, ())
    selection = select(wishes.cases or given.cases, (*given.exclude, *wishes.exclude, *left_out))
    idle = [one for one in selection.idle if one not in left_out]
    idle += [one for patterns in given.by_agent.values() for one in select(patterns).idle]
    warnings = tuple(f"{one!r} selects no case" for one in dict.fromkeys(idle))
    is_known = bool(select(wishes.cases or given.cases).cases)
    why = EXCLUDED if is_known else "; ".join(warnings) or "it selects none"
    where = f"{given.source}: " if given.source else ""
    return Chosen(_some(tuple(selection.cases), where, why), (), warnings)


def _target(url: str, wishes: Wishes) -> Target:
    if "{agent}" in url and not wishes.agent:
        raise PlanError(f"{url!r}: {{agent}} needs a name; give --agent, or agent in a spec file")
    try:
        return replace(
            Target.at(url),
            agent=wishes.agent,
            headers=wishes.headers,
            origin=wishes.origin,
            protocols=wishes.protocols,
            cafile=wishes.cafile,
            insecure=wishes.insecure,
        )
    except ValueError as error:
        raise PlanError(str(error)) from None


def _spec_target(server: SpecServer, wishes: Wishes) -> Target:
    """As in the published suite, a certificate is looked at only where a hostname is given."""
    said = replace(
        wishes,
        agent=wishes.agent or server.agent,
        origin=wishes.origin or server.origin,
        protocols=wishes.protocols or server.protocols,
    )
    target = replace(_target(server.url, said), server_name=server.hostname)
    is_unnamed = target.secure and not server.hostname and not wishes.cafile
    return replace(target, insecure=target.insecure or is_unnamed)


def settings_for(limits: Mapping[str, float], wishes: Wishes) -> Settings:
    """The limits of a spec file and of the command line; the usual ones where nothing is said."""
    usual = Settings(case=wishes.timeout)
    return replace(
        usual,
        connecting=usual.limit(usual.connecting),
        opening=usual.limit(limits.get("opening", usual.opening)),
        closing=limits.get("closing", usual.closing),
        server_drop=limits.get("server_drop", usual.server_drop),
        message=int(limits.get("message", usual.message)),
        as_published=wishes.as_published,
    )


EXCLUDED = "what is selected is excluded, too"


def _some(cases: tuple[Case, ...], where: str = "", why: str = EXCLUDED) -> tuple[Case, ...]:
    if not cases:
        raise PlanError(f"{where}no case is left to play: {why}")
    return cases


def _refuse_idle(idle: Iterable[str], known: Sequence[str]) -> None:
    """An id or a pattern on the command line must select something."""
    wrong = [one for one in idle if one not in known]
    if wrong:
        words = " and ".join(repr(one) for one in wrong)
        raise PlanError(f"{words}: no such case; `wsconform cases` lists them")
