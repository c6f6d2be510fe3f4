"""All cases in order, and how to pick some of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

from wsconform.cases import (
    s01_framing,
    s02_pings,
    s03_reserved_bits,
    s04_reserved_opcodes,
    s05_fragments,
    s06_utf8,
    s07_closing,
    s09_limits,
    s10_auto_fragments,
    s12_deflate,
    s13_deflate_parameters,
)
from wsconform.cases.case import Case, Section

CATEGORIES = {
    "1": "Framing",
    "2": "Ping and pong",
    "3": "Reserved bits",
    "4": "Reserved opcodes",
    "5": "Fragmentation",
    "6": "UTF-8",
    "7": "Closing",
    "9": "Limits and speed",
    "10": "Automatic fragments",
    "12": "Compression, by payload",
    "13": "Compression, by parameters",
}
"""The first number of an id, and what it is about."""


def natural_key(case_id: str) -> tuple[int, ...]:
    """Sorts ids as people do: 4.2.10 after 4.2.9."""
    return tuple(int(number) for number in case_id.split("."))


def gathered(sections: Iterable[Section]) -> dict[str, Case]:
    """The cases of all sections by id; raises ValueError if an id comes twice."""
    cases: dict[str, Case] = {}
    for case in chain.from_iterable(section.cases for section in sections):
        if case.id in cases:
            raise ValueError(f"two cases have the id {case.id}")
        cases[case.id] = case
    return cases


def section_of(case: Case) -> Section:
    """The section in which the case stands."""
    return SECTIONS[case.id if case.id in SECTIONS else case.id.rpartition(".")[0]]


class Selection(NamedTuple):
    """The cases that were picked, and what picked nothing."""

    cases: list[Case]
    """In the order of their ids."""
    idle: list[str]
    """Ids and patterns, of either list, that no case answers to."""


def select(patterns: Iterable[str] = ("*",), excludes: Iterable[str] = ()) -> Selection:
    """Pick cases by id; `*` stands for any run of characters and the whole id must fit.

    So `7.1.*` takes the six cases of 7.1, and `7.1*` those of 7.13 too.
    """
    wanted, idle = _matching(patterns)
    unwanted, idle_excludes = _matching(excludes)
    chosen = sorted(wanted - unwanted, key=natural_key)
    return Selection([CASES[id_] for id_ in chosen], idle + idle_excludes)


def _matching(patterns: Iterable[str]) -> tuple[set[str], list[str]]:
    """The ids that at least one pattern takes, and the patterns that take none."""
    found: set[str] = set()
    idle = []
    for pattern in patterns:
        expression = re.compile(".*".join(re.escape(part) for part in pattern.strip().split("*")))
        taken = {id_ for id_ in CASES if expression.fullmatch(id_)}
        found |= taken
        if not taken:
            idle.append(pattern)
    return found, idle


SECTIONS: dict[str, Section] = {
    section.id: section
    for section in (
        *s01_framing.SECTIONS,
        *s02_pings.SECTIONS,
        *s03_reserved_bits.SECTIONS,
        *s04_reserved_opcodes.SECTIONS,
        *s05_fragments.SECTIONS,
        *s06_utf8.SECTIONS,
        *s07_closing.SECTIONS,
        *s09_limits.SECTIONS,
        *s10_auto_fragments.SECTIONS,
        *s12_deflate.SECTIONS,
        *s13_deflate_parameters.SECTIONS,
    )
}
"""Every section by its id, in order."""

CASES = gathered(SECTIONS.values())
"""Every case by its id, in order."""
