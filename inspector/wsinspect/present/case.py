"""What a capture's report says of its conformance case: what was expected, what was observed, and
where the two part.

The report is that of `wsconform` or of the Autobahn Testsuite, or whatever a file claims it to be:
a value of another type than it should have is shown as the JSON that it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal, NamedTuple

from wirelog.closing import Closing
from wirelog.reader import Capture
from wsinspect.present.safe import ELLIPSIS, safe
from wsinspect.present.tables import one_line

Tone = Literal["good", "warn", "bad", "strong"]
LONGEST = 4000
"""Characters of a text that are shown."""
MOST_OUTCOMES = 8
"""Acceptable outcomes that are looked at; a case has two at most."""
OBSERVED = "observed"
STRICT = ("OK", "NON-STRICT")
"""Names of outcomes in the order in which a judge tries them."""
FAILED = ("FAILED", "Fail")
TONES: dict[str, Tone] = {
    **dict.fromkeys(("OK", "Pass", "INFORMATIONAL", "Info"), "good"),
    **dict.fromkeys(("NON-STRICT", "Non-Strict", "UNIMPLEMENTED", "Unimplemented"), "warn"),
    **dict.fromkeys((*FAILED, "UNCLEAN", "WRONG CODE", "FAILED BY CLIENT"), "bad"),
}
"""Verdicts of reports, and of their pages."""
PLACED = (
    "description", "expectation", "rfc", "behavior", "behaviorClose", "result", "resultClose",
    "heard", "expectedClose",
)  # fmt: skip
"""Keys of a report that have a place of their own, besides the events."""
_NAMES = {"Pass": "OK", "Non-Strict": "NON-STRICT"}
"""Verdicts of pages -> the outcome that was met."""


class Verdict(NamedTuple):
    """One of the two that a case has."""

    about: str
    word: str
    tone: Tone
    sentence: str


class Events(NamedTuple):
    """Messages and pongs of the peer, each in words."""

    name: str
    """Whose they are: an outcome's, or `observed`."""
    words: tuple[str, ...]

    def at(self, index: int) -> str:
        """One of them, or that there is none any more."""
        return self.words[index] if index < len(self.words) else "nothing"


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """Everything that is shown of a case; all text is harmless."""

    id: str = ""
    agent: str = ""
    rfc: str = ""
    """The paragraph that the case is about."""
    verdicts: tuple[Verdict, ...] = ()
    description: str = ""
    expectation: tuple[str, ...] = ()
    """What had to come, a line for each outcome where they can be told apart."""
    heard: str = ""
    """What came, in a sentence."""
    outcomes: tuple[Events, ...] = ()
    """What was good enough, the strict one first."""
    observed: Events | None = None
    """None if the report does not list what came."""
    met: str | None = None
    """Name of the outcome that what came was taken for."""
    nearest: str | None = None
    """Name of the outcome that what came follows longest."""
    differs: int | None = None
    """Index of the first event in which what came leaves that outcome; None if nothing does."""
    end_expected: str = ""
    end_observed: str = ""
    """How the connection had to end, and how it did."""
    others: tuple[tuple[str, str], ...] = ()
    """Key and value of whatever else the report says."""

    @classmethod
    def of(cls, capture: Capture, closing: Closing) -> CaseSheet | None:
        """Read it; None if the capture has no report."""
        report = capture.report
        if not report:
            return None
        outcomes, observed = _outcomes(report.get("expected")), _events(report.get("received"))
        met, nearest, differs = _compare(report.get("behavior"), outcomes, observed)
        listed = {*PLACED, *["expected"] * bool(outcomes), *["received"] * (observed is not None)}
        return cls(
            _text(capture.header.get("case")),
            _text(capture.header.get("agent")),
            _text(report.get("rfc")),
            tuple(_verdicts(report)),
            _text(report.get("description")),
            tuple(_OUTCOME.split(_text(report.get("expectation")))),
            _text(report.get("heard")),
            tuple(Events(name, tuple(map(event_words, rows))) for name, rows in outcomes),
            None if observed is None else Events(OBSERVED, tuple(map(event_words, observed))),
            met,
            nearest,
            differs,
            _end_expected(report),
            safe(closing.verdict),
            tuple(_others(report, listed)),
        )

    @property
    def gap(self) -> tuple[str, str] | None:
        """What was expected where the two part, and what came."""
        expected = next((one for one in self.outcomes if one.name == self.nearest), None)
        if expected is None or self.observed is None or self.differs is None:
            return None
        return expected.at(self.differs), self.observed.at(self.differs)


_OUTCOME = re.compile(r"; (?=(?:OK|NON-STRICT|Close): )")
_END = re.compile(r"Close: (.+)")


def event_words(row: object) -> str:
    """An event of a report: what it is, and its payload as far as the report has it."""
    match row:
        case ["message", str(payload), bool(binary)]:
            return _quoted("binary" if binary else "text", payload)
        case ["pong", str(payload)]:
            return _quoted("pong", payload)
        case ["timeout", str(tag)]:
            return safe(f"still open after wait {tag[:LONGEST]}")
        case _:
            return _text(row)


def _quoted(kind: str, payload: str) -> str:
    shown = safe(payload[:LONGEST])
    if not shown:
        return f"{kind}, empty"
    return f"{kind} {shown}" if shown.startswith("0x") else f'{kind} "{shown}"'


def _text(value: object) -> str:
    """A value on one line, and not too much of it; nothing for None."""
    if value is None:
        return ""
    text = one_line(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + ELLIPSIS


def _verdicts(report: Mapping[str, Any]) -> Iterator[Verdict]:
    for about, key, why in (
        ("messages", "behavior", "result"),
        ("closing", "behaviorClose", "resultClose"),
    ):
        word, sentence = _text(report.get(key)), _text(report.get(why))
        if word or sentence:
            yield Verdict(about, word, TONES.get(word, "strong"), sentence)


# Events


def _events(rows: object) -> list[Any] | None:
    return rows if isinstance(rows, list) else None


def _outcomes(expected: object) -> list[tuple[str, list[Any]]]:
    """Name and events of each outcome; none if they cannot be read."""
    if not isinstance(expected, dict) or len(expected) > MOST_OUTCOMES:
        return []
    names = sorted(expected, key=lambda name: STRICT.index(name) if name in STRICT else 9)
    found = [(_text(name), expected[name]) for name in names]
    return found if all(isinstance(rows, list) for _, rows in found) else []


def _compare(
    behavior: object, outcomes: Sequence[tuple[str, list[Any]]], observed: list[Any] | None
) -> tuple[str | None, str | None, int | None]:
    """The outcome that was met, the nearest one, and where what came leaves it."""
    if not outcomes or observed is None:
        return None, None, None
    given = _NAMES.get(str(behavior), str(behavior))
    if any(name == given for name, _ in outcomes):
        return given, given, None  # a judge may know better, as of pongs that nobody asked for
    gaps = {name: _first_gap(rows, observed) for name, rows in outcomes}
    met = next((name for name, gap in gaps.items() if gap is None), None)
    if met is not None:
        return met, met, None
    nearest = max(gaps, key=lambda name: gaps[name] or 0)
    is_failure = behavior is None or TONES.get(str(behavior)) == "bad"
    return None, nearest, gaps[nearest] if is_failure else None


def _first_gap(expected: list[Any], observed: list[Any]) -> int | None:
    pairs = enumerate(zip_longest(expected, observed, fillvalue=_NOTHING))
    return next((at for at, (wanted, came) in pairs if wanted != came), None)


_NOTHING = object()


# The end


def _end_expected(report: Mapping[str, Any]) -> str:
    """In the words of `wsconform`, or out of the rules of the published suite."""
    told = _END.search(_text(report.get("expectation")))
    if told is not None:
        return told[1]
    rules = report.get("expectedClose")
    if not isinstance(rules, dict):
        return ""
    closed_by_me, codes = rules.get("closedByMe"), rules.get("closeCode")
    listed = " or ".join(map(_text, codes)) if isinstance(codes, list) else ""
    parts = [
        f"{'I close' if closed_by_me else 'the peer closes'} first"
        if "closedByMe" in rules
        else "",
        f"close code {listed}" if listed else "",
        "clean" if rules.get("requireClean") is True else "",
    ]
    return ", ".join(filter(None, parts))


def _others(report: Mapping[str, Any], shown: Collection[str]) -> Iterator[tuple[str, str]]:
    """What nobody has a place for."""
    for key, value in report.items():
        if key not in shown and value is not None and value != {}:
            yield safe(key), _text(value)
