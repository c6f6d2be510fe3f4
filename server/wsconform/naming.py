"""What reports call the servers of a run: each by a name of its own, also when a run is resumed.

A server has the name that the user or its Server header gives. Where that is taken, its address is
put behind it, then the whole URL, then a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count

from wsconform.driver.settings import Target
from wsconform.report.entry import Entry


class Names:
    """The names that are taken in one run."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str, target: Target) -> str:
        """A free name for the server, as near to the wanted one as may be."""
        name = next(one for one in names_of(wanted, target) if one not in self._taken)
        self._taken.add(name)
        return name

    def resume(self, target: Target, done: Iterable[Entry]) -> tuple[str | None, list[Entry]]:
        """The name that the server has had in the run that is resumed, None if it had none, and
        what it has finished there."""
        of_target = [entry for entry in done if entry.target == str(target)]
        names = {
            entry.agent
            for entry in of_target
            if entry.agent not in self._taken
            and target.agent in (None, entry.agent, wanted_of(entry.agent, target))
        }
        if not names:
            return None, []
        name = min(names, key=lambda one: (len(one), one))  # in the order in which they are taken
        self._taken.add(name)
        return name, [entry for entry in of_target if entry.agent == name]


def names_of(wanted: str, target: Target) -> Iterator[str]:
    """Names for a server, the best one first, without end."""
    yield wanted
    yield f"{wanted} {target.authority}"
    longest = f"{wanted} {target.authority}{target.resource}"
    yield longest
    yield from (f"{longest}~{number}" for number in count(2))


def wanted_of(name: str, target: Target) -> str:
    """What a name of `names_of` was made from: it is this that patterns of agents are about."""
    authority, resource = re.escape(target.authority), re.escape(target.resource)
    return re.sub(rf" {authority}({resource}(~[0-9]+)?)?\Z", "", name)
