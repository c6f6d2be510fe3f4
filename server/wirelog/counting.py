"""Counts as people read them."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """A count with its noun: `1 octet`, `5 octets`; the noun takes an s."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
