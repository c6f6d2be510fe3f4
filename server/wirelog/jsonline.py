"""A JSON object on one line, harmless to write and safe to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

MAX_DEPTH = 32
"""Objects and lists inside each other; more would be too deep for some that go through them."""


def dump(facts: Mapping[str, Any]) -> bytes:
    """ASCII without DEL: no character of a value can reach a terminal."""
    return json.dumps(facts, separators=(",", ":")).replace("\x7f", "\\u007f").encode("ascii")


def load(text: str) -> dict[str, Any]:
    """The object; numbers that JSON does not have, such as `NaN`, are null.

    Raises `ValueError` if it cannot be read or is nested more than `MAX_DEPTH` deep.
    """
    try:
        facts = json.loads(text, parse_constant=lambda _: None, parse_float=_finite)
    except RecursionError:
        facts = None
    if not isinstance(facts, dict) or not is_shallow(facts):
        raise ValueError(f"no object, or nested more than {MAX_DEPTH} deep")
    return facts


def _finite(text: str) -> float | None:
    number = float(text)
    return number if isfinite(number) else None


def is_shallow(value: object, room: int = MAX_DEPTH) -> bool:
    """Whether a value has at most so many objects and lists inside each other."""
    if not isinstance(value, dict | list):
        return True
    children = value.values() if isinstance(value, dict) else value
    return room > 0 and all(is_shallow(child, room - 1) for child in children)
