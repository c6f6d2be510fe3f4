"""One case of one agent, as far as lists, builds and baselines need it.

It is made from the JSON of a report: from this program, from the published suite, or from anybody;
nothing in it is taken for granted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from wsconform.cases import CASES, natural_key
from wsconform.judge import CLOSED_WELL, NEVER_OPENED, Behavior

PASSED = {Behavior.OK, Behavior.INFORMATIONAL, Behavior.NON_STRICT}
UNKNOWN_AGENT = "UnknownServer"
"""The name, in published reports, of a server that has none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a list says of a case."""

    agent: str
    id: str
    behavior: str
    behavior_close: str
    file: str
    """The name of the JSON, beside which the page lies."""
    code: int | None = None
    """The code of the peer's close frame."""
    duration: int = 0
    """Milliseconds."""
    started: str = ""
    result: str = ""
    result_close: str = ""
    wanted: tuple[str, ...] = ()
    heard: str = ""
    says: str = ""
    rfc: str = ""
    opening: str = ""
    """Why the connection never opened; empty if it did, or nobody knows."""
    capture: str | None = None
    """Where the capture lies, as seen from the report."""
    ratios: tuple[float | None, float | None] | None = None
    """How far messages were compressed, those received and those sent; None where it is not
    known."""
    differed: bool = False
    """Whether the attempts of the run were not judged alike."""
    target: str = ""
    run: str = ""
    findings: tuple[str, ...] = ()
    """What the wire shows of the peer's faults, the gravest first, each with its paragraph."""

    @classmethod
    def of(cls, report: Mapping[str, Any], file: str) -> Entry:
        """Take what is needed out of a report; raises ValueError if it is none."""
        case_id = report.get("id")
        if not _is_case_id(case_id) or "behavior" not in report:
            raise ValueError("not the report of a case")
        case = CASES.get(case_id)
        code = report.get("remoteCloseCode")
        duration = report.get("duration")
        return cls(
            agent=_text(report.get("agent")) or UNKNOWN_AGENT,
            id=case_id,
            behavior=_text(report["behavior"]),
            behavior_close=_text(report.get("behaviorClose")),
            file=file,
            code=code if isinstance(code, int) else None,
            duration=duration if isinstance(duration, int) else 0,
            wanted=tuple(_text(one) for one in _list(report.get("wanted"))),
            says=case.says if case else _text(report.get("description")),
            rfc=case.rfc if case else "",
            capture=_text(report.get("capture")) or None,
            ratios=_ratios(report),
            differed=len({_verdict(one) for one in _list(report.get("attempts"))}) > 1,
            findings=tuple(_findings(report)),
            **{key: _text(report.get(name)) for key, name in TEXTS.items()},
        )

    @property
    def key(self) -> tuple[str, tuple[int, ...]]:
        """Sorts by agent, then by case."""
        return self.agent, natural_key(self.id)

    def passed(self, *, strict: bool = False) -> bool:
        """The common rule, see `wsconform.judge.Verdict.passed`."""
        is_lax = self.behavior == Behavior.NON_STRICT
        return (
            self.behavior in PASSED
            and not (strict and is_lax)
            and self.behavior_close in CLOSED_WELL
        )

    @property
    def kind(self) -> str:
        """What it is counted as: `passed`, `non-strict`, `failed` and so on."""
        if self.behavior == Behavior.UNIMPLEMENTED:
            return "unimplemented"
        return KINDS.get(Behavior(self.behavior), "failed") if self.passed() else "failed"

    @property
    def label(self) -> str:
        """The kind as a page says it."""
        return LABELS[self.kind]

    @property
    def why(self) -> str:
        """The sentence that explains a failure: about the messages, about the end, or both."""
        if self.opening:
            return " ".join(self.sentences)
        words = [] if self.behavior in PASSED else [self.result]
        words += [] if self.behavior_close in CLOSED_WELL else [self.result_close]
        return " ".join(dict.fromkeys(word for word in words or [self.result] if word))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is said of the messages and of the end; once if that is the same."""
        if self.opening:
            return (f"{NEVER_OPENED.why.removesuffix('.')}: {self.opening}.",)
        return tuple(dict.fromkeys(one for one in (self.result, self.result_close) if one))


KINDS = {
    Behavior.OK: "passed",
    Behavior.INFORMATIONAL: "informational",
    Behavior.NON_STRICT: "non-strict",
}
LABELS = {
    "passed": "Pass",
    "non-strict": "Non-strict",
    "failed": "Fail",
    "unimplemented": "Unimplemented",
    "informational": "Info",
}
"""All kinds, and how pages say them."""
TEXTS = {
    "started": "started",
    "result": "result",
    "result_close": "resultClose",
    "heard": "heard",
    "opening": "opening",
    "target": "target",
    "run": "run",
}
"""Attribute -> key of the report."""


def _is_case_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


_ID = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){1,3}")


def _findings(report: Mapping[str, Any]) -> Iterator[str]:
    rows = [one for one in _list(report.get("findings")) if isinstance(one, dict)]
    for severity in ("error", "warning"):
        for one in rows:
            if one.get("severity") == severity:
                yield f"{_text(one.get('text'))} ({_text(one.get('rfc'))})"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _verdict(attempt: object) -> tuple[str, str]:
    if not isinstance(attempt, dict):
        return "", ""
    return _text(attempt.get("behavior")), _text(attempt.get("behaviorClose"))


def _ratios(report: Mapping[str, Any]) -> tuple[float | None, float | None] | None:
    stats = report.get("trafficStats")
    if not isinstance(stats, dict):
        return None
    given = [stats.get(f"{way}CompressionRatio") for way in ("incoming", "outgoing")]
    received, sent = (one if isinstance(one, float | int) else None for one in given)
    return received, sent
