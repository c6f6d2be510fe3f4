"""Marks what is searched for in a piece of text, and findings by how grave they are."""

from __future__ import annotations

import re

from wirelog.rules import Severity
from wsinspect.search import Needle
from wsinspect.widgets.lines import Span

SEVERITIES: dict[Severity, str] = {"error": "bad", "warning": "warn", "note": "faint"}
"""Component classes of findings."""


def marked(text: str, names: str, needle: Needle | None) -> list[Span]:
    """The text in spans, each place that holds the needle in one of its own."""
    if needle is None:
        return [(text, names)]
    wanted = needle.octets.hex() if needle.is_hex else needle.shown
    flags = re.IGNORECASE if needle.any_case or needle.is_hex else 0
    spans: list[Span] = []
    at = 0
    for match in re.finditer(re.escape(wanted), text, flags):
        spans += [(text[at : match.start()], names), (match.group(), f"{names} match")]
        at = match.end()
    return [*spans, (text[at:], names)]
