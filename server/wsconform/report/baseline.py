"""A baseline: the verdicts that are known and accepted, and what a run differs from them.

The file is JSON, agent -> case -> `behavior` and `behaviorClose`; the published `index.json` is one
too. A case that the baseline does not name has to pass. What got better is a difference as well: a
baseline that says less than the truth would hide the next fall.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from wsconform.report.entry import Entry
from wsconform.report.files import as_json, deliver, from_json

Verdicts = Mapping[str, Mapping[str, tuple[str, str]]]
"""Agent -> case -> behavior and behaviorClose."""
PASSING = "a pass"


class BaselineError(ValueError):
    """A file that is no baseline."""


class Difference(NamedTuple):
    """A case that came out otherwise than the baseline says."""

    entry: Entry
    known: str
    """What the baseline says, in words."""

    @property
    def words(self) -> str:
        """`4.2.3 of wsecho is FAILED / OK, the baseline says OK / OK`."""
        entry = self.entry
        return f"{entry.id} of {entry.agent} is {verdict(entry)}, the baseline says {self.known}"


def verdict(entry: Entry) -> str:
    """Both verdicts as one text."""
    return f"{entry.behavior} / {entry.behavior_close}"


def load(path: Path) -> Verdicts:
    """Read a baseline; raises `BaselineError`."""
    try:
        return _verdicts(from_json(path.read_bytes()))
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror or error}") from None
    except ValueError as error:
        raise BaselineError(f"{path}: neither a baseline nor an index.json: {error}") from None


def _verdicts(content: Any) -> Verdicts:
    return {
        agent: {
            case_id: _verdict(one, f"{agent!r}, case {case_id!r}")
            for case_id, one in _object(cases, f"{agent!r}").items()
        }
        for agent, cases in _object(content, "the whole").items()
    }


def _verdict(value: Any, what: str) -> tuple[str, str]:
    behavior, close = (_object(value, what).get(key) for key in ("behavior", "behaviorClose"))
    if not (isinstance(behavior, str) and isinstance(close, str)):
        raise ValueError(f"{what} has no behavior and behaviorClose")
    return behavior, close


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} is no JSON object")
    return value


def differences(known: Verdicts, entries: Iterable[Entry]) -> list[Difference]:
    """The entries that are not as the baseline says; cases that were not run are no difference."""
    found = []
    for entry in entries:
        expected = known.get(entry.agent, {}).get(entry.id)
        is_known = expected == (entry.behavior, entry.behavior_close)
        if is_known or (expected is None and entry.passed()):
            continue
        found.append(Difference(entry, PASSING if expected is None else " / ".join(expected)))
    return found


def strangers(known: Verdicts, entries: Iterable[Entry]) -> list[str]:
    """Agents that the baseline does not know; most often their version has changed.

    An empty baseline knows nobody and wants everybody to pass.
    """
    return sorted({entry.agent for entry in entries} - set(known)) if known else []


def update(path: Path, entries: Iterable[Entry]) -> None:
    """Write the verdicts of these entries into the baseline, beside those that stay.

    Raises OSError, and `BaselineError` if there is a file that is no baseline.
    """
    known = load(path) if path.exists() else {}
    verdicts = {agent: dict(cases) for agent, cases in known.items()}
    for entry in entries:
        verdicts.setdefault(entry.agent, {})[entry.id] = entry.behavior, entry.behavior_close
    content: dict[str, Any] = {
        agent: {
            case_id: {"behavior": behavior, "behaviorClose": close}
            for case_id, (behavior, close) in cases.items()
        }
        for agent, cases in verdicts.items()
    }
    deliver(path, as_json(content) + b"\n")
