"""Octets in words: repeated patterns, and short previews that no terminal acts on."""

from __future__ import annotations

from typing import Any

LONGEST_UNIT = 16
SHOWN_OCTETS = 60


def cyclic(unit: bytes, length: int) -> bytes:
    """`unit` over and over, cut at `length` octets."""
    return (unit * (length // len(unit) + 1))[:length]


def repeated_unit(octets: bytes) -> bytes | None:
    """The shortest unit that `cyclic` makes these octets from; None if they are short or not
    repeated."""
    if len(octets) <= SHOWN_OCTETS:
        return None
    for size in range(1, LONGEST_UNIT + 1):
        if octets[size:] == octets[:-size]:
            return octets[:size]
    return None


def preview(octets: bytes, repeat: int | None = None) -> str:
    """`13 octets "Hello, world!"`: the length, then text if all of it can be printed, else hex.

    A pattern is named by its unit, anything else that is long is cut. With `repeat` the octets are
    the unit of a pattern of that length.
    """
    length = len(octets) if repeat is None else repeat
    unit = repeated_unit(octets) if repeat is None else octets
    size = "1 octet" if length == 1 else f"{length} octets"
    if not length:
        return size
    if unit is not None:
        return f"{size} {_quoted(unit)} over and over"
    if length <= SHOWN_OCTETS:
        return f"{size} {_quoted(octets)}"
    head = octets[: SHOWN_OCTETS // 2].decode(errors="ignore")
    return (
        f'{size} "{head}…"'
        if _printable(octets)
        else f"{size} 0x{octets[: SHOWN_OCTETS // 2].hex()}…"
    )


def _quoted(octets: bytes) -> str:
    text = _printable(octets)
    return f"0x{octets.hex()}" if text is None else f'"{text}"'


def _printable(octets: bytes) -> str | None:
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None


def octets_as_json(octets: bytes, repeat: int | None = None) -> dict[str, Any]:
    """Octets for a JSON document: `text` or `hex`, or for a pattern `repeat` or `repeat_hex`;
    always the true length.

    With `repeat` the octets are the unit of a pattern of that length.
    """
    length = len(octets) if repeat is None else repeat
    unit = repeated_unit(octets) if repeat is None else octets
    text = _printable(octets if unit is None else unit)
    word = "text" if text is not None else "hex"
    value = text if text is not None else (octets if unit is None else unit).hex()
    if unit is not None:
        word = {"text": "repeat", "hex": "repeat_hex"}[word]
    return {word: value, "octets": length}
