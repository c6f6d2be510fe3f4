"""The time of an event, as exact as a reader needs it to tell two events apart.

Distances are `wirelog.times.span`'s business: those are rounded.
"""

from __future__ import annotations

WIDTH = 11
"""Columns of the longest time text within the first ten hours."""


def clock(nanoseconds: int) -> str:
    """`412.345 ms` within the first second, then `12.345678 s`, from a minute on `1:02:03.456`."""
    if nanoseconds < 1_000_000_000:
        return f"{nanoseconds / 1e6:.3f} ms"
    if nanoseconds < 60_000_000_000:
        return f"{nanoseconds // 1000 / 1e6:.6f} s"
    seconds, rest = divmod(nanoseconds // 1_000_000, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}.{rest:03d}"
