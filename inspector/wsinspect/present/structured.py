"""The one door to the decoders of MessagePack and CBOR, and how their values are written down.

Both formats decode nearly any octets to something, so a payload counts only if all of it decodes to
a map or a list that is not empty. Values are written in CBOR's diagnostic notation, bounded in
depth and in lines: shared references can make a value that is larger than any screen.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import cbor2
import msgpack  # type: ignore[import-untyped]  # it has no types

from wsinspect.present.safe import safe

LIMIT = 1 << 20
"""Octets of a payload that are looked at; a larger one is shown as a hex dump."""
MAX_LINES = 20_000
MAX_DEPTH = 64
MAX_SCALAR = 4096
"""Characters of one text and octets of one byte string that are written down."""
Format = Literal["MessagePack", "CBOR"]


@dataclass(frozen=True, slots=True)
class Structured:
    """A payload that decodes to something structured."""

    format: Format
    lines: list[str]
    """The value, harmless, indented by two spaces for each level."""
    other: Format | None = None
    """The other format, where the same octets are a whole value of that too."""


def decode(octets: bytes) -> Structured | None:
    """The payload as MessagePack or CBOR, whichever makes more sense; None if neither does."""
    if not 2 <= len(octets) <= LIMIT:
        return None
    found = [(name, value) for name, read in _READERS.items() if _is_rich(value := read(octets))]
    if not found:
        return None
    found.sort(key=lambda one: _sense(one[1]), reverse=True)
    name, value = found[0]
    return Structured(name, value_lines(value), found[1][0] if len(found) > 1 else None)


def value_lines(value: Any) -> list[str]:
    """A decoded value in lines; the last one says so if there would be more."""
    lines = list(islice(_lines(value, 0, "", ""), MAX_LINES + 1))
    if len(lines) > MAX_LINES:
        lines[MAX_LINES:] = [f"… only the first {MAX_LINES} lines are shown"]
    return lines


def _read_msgpack(octets: bytes) -> Any:
    try:
        return msgpack.unpackb(octets, strict_map_key=False, timestamp=0)
    except (
        ValueError,
        TypeError,
        OverflowError,
        RecursionError,
        MemoryError,
        msgpack.UnpackException,
    ):
        return None


def _read_cbor(octets: bytes) -> Any:
    file = io.BytesIO(octets)
    try:
        value = cbor2.CBORDecoder(file).decode()
    except (
        cbor2.CBORDecodeError,
        ValueError,
        TypeError,
        ArithmeticError,
        RecursionError,
        MemoryError,
    ):
        return None
    return None if file.read(1) else value


_READERS: dict[Format, Callable[[bytes], Any]] = {"MessagePack": _read_msgpack, "CBOR": _read_cbor}


def _is_rich(value: Any) -> bool:
    if isinstance(value, cbor2.CBORTag):
        return _is_rich(value.value)
    return isinstance(value, Mapping | list | tuple) and len(value) > 0


def _sense(value: Any) -> int:
    """How much a value looks meant: maps with names as keys before other maps before lists."""
    if isinstance(value, Mapping):
        return 3 if all(isinstance(key, str) and key.isprintable() for key in value) else 2
    return 1


def _lines(value: Any, depth: int, before: str, after: str) -> Iterator[str]:
    """The lines of a value; `before` and `after` stand on its first and its last line."""
    indent = "  " * depth
    if isinstance(value, cbor2.CBORTag):
        yield from _lines(value.value, depth, f"{before}{value.tag}(", f"){after}")
        return
    parts = _parts(value)
    if parts is None:
        yield f"{indent}{before}{_scalar(value)}{after}"
        return
    opening, closing, items = parts
    if not items or depth >= MAX_DEPTH:
        yield f"{indent}{before}{opening}{'…' if items else ''}{closing}{after}"
        return
    yield f"{indent}{before}{opening}"
    last = len(items) - 1
    for index, (name, item) in enumerate(items):
        yield from _lines(item, depth + 1, name, "" if index == last else ",")
    yield f"{indent}{closing}{after}"


def _parts(value: Any) -> tuple[str, str, list[tuple[str, Any]]] | None:
    """Brackets and members of a container, each with what stands before it."""
    if isinstance(value, Mapping):
        return "{", "}", [(f"{_key(key)}: ", item) for key, item in value.items()]
    if isinstance(value, Set):
        return "set(", ")", [("", item) for item in value]
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | msgpack.ExtType):
        return "[", "]", [("", item) for item in value]
    return None


def _key(key: Any) -> str:
    if _parts(key) is None and not isinstance(key, cbor2.CBORTag):
        return _scalar(key)
    return " ".join(line.strip() for line in islice(_lines(key, 0, "", ""), 8))


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        more = f" … {len(value)} characters" if len(value) > MAX_SCALAR else ""
        return safe(f'"{value[:MAX_SCALAR]}"') + more
    if isinstance(value, bytes | bytearray):
        more = f" … {len(value)} octets" if len(value) > MAX_SCALAR else ""
        return f"h'{value[:MAX_SCALAR].hex()}'{more}"
    if isinstance(value, msgpack.ExtType):
        return f"ext({value.code}, {_scalar(value.data)})"
    if isinstance(value, int) and value.bit_length() > 1024:
        return f"an integer of {value.bit_length()} bits"
    return safe(_WORDS.get(str(value), str(value)))


_WORDS = {"True": "true", "False": "false", "None": "null"}
