"""Times and distances as people read them."""

from __future__ import annotations


def span(nanoseconds: int) -> str:
    """A distance with a unit that fits it: `850 ns`, `19.7 µs`, `1.25 s`, `2 min 5 s`."""
    size = abs(nanoseconds)
    if size < 1_000:
        return f"{nanoseconds} ns"
    if size < 99_950:
        return f"{nanoseconds / 1e3:.3g} µs"
    if size < 999_500_000:
        return f"{nanoseconds / 1e6:.3g} ms"
    if size < 59_950_000_000:
        return f"{nanoseconds / 1e9:.3g} s"
    minutes, seconds = divmod(round(size / 1e9), 60)
    return f"{'-' if nanoseconds < 0 else ''}{minutes} min {seconds} s"
