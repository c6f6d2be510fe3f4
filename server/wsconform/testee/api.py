"""The URL API of a fuzzing server: request targets, and what the answers to them say.

Every question is a WebSocket connection of its own, and its answer is one text message in JSON.
The published suite knows the paths below; `behavior` is all that it says of a verdict, and what
other servers say beyond that is taken if it is there. A case is asked for by its place in the
server's list or by its id, and nothing that a server answers is taken for granted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from wsconform.report.entry import Entry

MOST_CASES = 100_000
"""More than any list has: whoever says more has not understood the question."""
NO_VERDICT = "NO VERDICT"


class Misunderstood(ValueError):
    """An answer that is none, in words."""


@dataclass(frozen=True, slots=True)
class Pick:
    """How a case is named to the server."""

    parameter: str
    """`case` or `casetuple`."""
    value: str

    @classmethod
    def number(cls, place: int) -> Pick:
        """A case by its place in the server's list, from 1."""
        return cls("case", str(place))

    @classmethod
    def id(cls, case_id: str) -> Pick:
        """A case by its id."""
        return cls("casetuple", case_id)


@dataclass(frozen=True, slots=True)
class Listed:
    """A case that the server has."""

    pick: Pick
    id: str
    says: str = ""
    """What the server says of it."""
    is_left_out: bool = False
    """Whether the server does not play it with agents of this name."""


@dataclass(frozen=True, slots=True)
class Api:
    """The request targets of one server for one agent."""

    agent: str
    prefix: str = ""
    """What stands before the paths."""

    @property
    def count(self) -> str:
        """Asks how many cases there are."""
        return f"{self.prefix}/getCaseCount"

    def info(self, pick: Pick) -> str:
        """Asks what a case is; the name is for servers that leave out some for some agents."""
        return self._target("getCaseInfo", {pick.parameter: pick.value, "agent": self.agent})

    def run(self, pick: Pick) -> str:
        """Has a case played on this connection."""
        return self._target("runCase", {pick.parameter: pick.value, "agent": self.agent})

    def status(self, pick: Pick) -> str:
        """Asks for the verdict, and waits until there is one."""
        return self._target("getCaseStatus", {pick.parameter: pick.value, "agent": self.agent})

    def update(self, *, shutdown: bool) -> str:
        """Has the reports written, and the server stopped if that is wanted."""
        last = {"shutdownOnComplete": "true"} if shutdown else {}
        return self._target("updateReports", {"agent": self.agent, **last})

    def _target(self, path: str, parameters: Mapping[str, str]) -> str:
        return f"{self.prefix}/{path}?{urlencode(parameters)}"


def count_in(answer: str) -> int:
    """How many cases there are; raises `Misunderstood`."""
    count = _json(answer)
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_CASES:
        raise Misunderstood(f"{answer[:80]!r} is not a number of cases")
    return count


def listed_in(answer: str, pick: Pick) -> Listed:
    """A case that the server has; raises `Misunderstood`."""
    info = _json(answer)
    if not isinstance(info, dict) or not isinstance(info.get("id"), str):
        raise Misunderstood(f"{answer[:80]!r} does not say which case it is")
    says = info.get("description")
    is_left_out = info.get("excluded") is True
    listed = Listed(pick, info["id"], says if isinstance(says, str) else "", is_left_out)
    entry_of({"behavior": ""}, listed, "")
    return listed


def verdict_in(answer: str) -> dict[str, Any]:
    """What became of a case, or why the server will never say; raises `Misunderstood`."""
    verdict = _json(answer)
    if isinstance(verdict, dict) and isinstance(verdict.get("error"), str):
        return no_verdict(verdict["error"])
    if not isinstance(verdict, dict) or not isinstance(verdict.get("behavior"), str):
        raise Misunderstood(f"{answer[:80]!r} is not a verdict")
    return verdict


def objection_in(answer: str | None) -> str:
    """Why the server did not do what it was asked to; empty if it says nothing of that kind."""
    try:
        said = json.loads(answer or "null")
    except (ValueError, RecursionError):
        return ""
    return str(said["error"]) if isinstance(said, dict) and said.get("error") else ""


def no_verdict(why: str) -> dict[str, Any]:
    """What stands for a verdict where there is none."""
    return {"behavior": NO_VERDICT, "result": why, "heard": why}


def entry_of(verdict: Mapping[str, Any], listed: Listed, agent: str) -> Entry:
    """The verdict as lists and builds want it; raises `Misunderstood` if the id is none.

    Where the server says nothing of the closing handshake, nothing is held against it.
    """
    unsaid = {"behaviorClose": "OK", "description": listed.says}
    try:
        return Entry.of({**unsaid, **verdict, "id": listed.id, "agent": agent}, "")
    except ValueError:
        raise Misunderstood(f"{listed.id[:80]!r} is not the id of a case") from None


def _json(answer: str) -> Any:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        raise Misunderstood(f"{answer[:80]!r} is not JSON") from None
