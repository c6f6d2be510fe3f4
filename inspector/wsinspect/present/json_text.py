"""JSON laid out for reading, with every number, string and repeated key exactly as it was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice

LIMIT = 1 << 20
"""Characters of a text that are laid out; a longer one is shown as it is."""
MAX_LINES = 20_000
INDENT = "  "
MAX_INDENT = 40
"""Levels behind which deeper ones are not indented further."""
_SPACE = " \t\r\n"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def pretty(text: str) -> list[str] | None:
    """The lines of a JSON text, or of several one behind the other; None if it is anything else.

    A lone number or string counts as plain text.
    """
    if len(text) > LIMIT or text.lstrip(_SPACE)[:1] not in ("{", "["):
        return None
    texts = _split(text)
    if texts is None:
        return None
    lines = list(islice((line for one in texts for line in _lines(one)), MAX_LINES + 1))
    if len(lines) > MAX_LINES:
        lines[MAX_LINES:] = [f"… only the first {MAX_LINES} lines are shown"]
    return lines


def _split(text: str) -> list[str] | None:
    """The JSON texts of which the whole text consists; each must be an object or an array."""
    found = []
    at = 0
    try:
        while at < len(text):
            if text[at] in _SPACE:
                at += 1
            elif text[at] in "{[":
                _, end = _DECODER.raw_decode(text, at)
                found.append(text[at:end])
                at = end
            else:
                return None
    except (ValueError, RecursionError):
        return None
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


# Numbers stay text: one of a million digits is valid JSON, and 1.10 must not become 1.1.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_constant)


def _lines(text: str) -> Iterator[str]:
    """The lines of one valid JSON text."""
    depth = 0
    line = ""
    tokens = [match.group() for match in _TOKEN.finditer(text)]
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        if token in "{[" and following not in ("}", "]"):
            yield _indent(depth) + line + token
            depth, line = depth + 1, ""
        elif token in "}]" and not line.endswith(("{", "[")):
            yield _indent(depth) + line
            depth, line = depth - 1, token
        elif token == ",":
            yield _indent(depth) + line + token
            line = ""
        else:
            line += ": " if token == ":" else token
    yield _indent(depth) + line


def _indent(depth: int) -> str:
    return INDENT * min(depth, MAX_INDENT)
