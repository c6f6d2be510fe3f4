"""Where to go: an event's number, or a time, as people write them."""

from __future__ import annotations

import re
from typing import NamedTuple

_UNITS = {"ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
_MINUTE = 60 * _UNITS["s"]
_TIME = re.compile(r"\+?\s*(\d{1,12}(?:[.,]\d{1,12})?)\s*(ns|us|µs|μs|ms|s)")
_CLOCK = re.compile(r"\+?(\d{1,6}):([0-5]?\d(?:\.\d{1,9})?)")
_NUMBER = re.compile(r"#?(\d{1,18})")


class Event(NamedTuple):
    """An event by its number."""

    number: int


class Moment(NamedTuple):
    """A time since the connection was made."""

    nanoseconds: int


class Edge(NamedTuple):
    """The first event or the last one."""

    last: bool


Place = Event | Moment | Edge


def parse(text: str) -> Place | None:
    """`7`, `#7`; `+1.25ms`, `300 µs`, `1.2s`, `1:05`; `g` and `G`. None if it is none of these."""
    text = text.strip()
    if text in ("g", "G"):
        return Edge(last=text == "G")
    if match := _NUMBER.fullmatch(text):
        return Event(int(match[1]))
    if match := _TIME.fullmatch(text):
        return Moment(round(float(match[1].replace(",", ".")) * _UNITS[match[2]]))
    if match := _CLOCK.fullmatch(text):
        return Moment(int(match[1]) * _MINUTE + round(float(match[2]) * _UNITS["s"]))
    return None
