"""The one sentence about a connection that stands above everything else."""

from __future__ import annotations

from typing import Literal, NamedTuple

from wirelog.closing import Closing
from wirelog.findings import Report
from wsinspect.present.closing import verdict_of
from wsinspect.present.safe import safe

Tone = Literal["good", "warn", "bad", "strong"]


class Headline(NamedTuple):
    """A mark, how bad it is, and the sentence, which is harmless."""

    mark: str
    tone: Tone
    words: str


def headline(report: Report, closing: Closing, *, wrong: bool, odd: bool) -> Headline:
    """What is wrong, where that says more than how it ended.

    `wrong` is whether anything is an error, `odd` whether anything is that or a warning.
    """
    if report.errors:
        return Headline("✗", "bad", safe(report.verdict))
    end = ending_of(closing)
    if odd and not wrong and end.tone != "bad":
        return Headline("!", "warn", safe(report.verdict))
    return Headline("✗", "bad", end.words) if odd else end


def ending_of(closing: Closing) -> Headline:
    """How it ended, whatever rules are broken; what is still open is neither good nor bad."""
    words = verdict_of(closing)
    if closing.is_running:
        return Headline("·", "strong", words)
    return Headline("✓", "good", words) if closing.went_well else Headline("✗", "bad", words)
