"""Values of command line options: what argparse is told to make of a text."""

from __future__ import annotations

import argparse


def patterns(text: str) -> tuple[str, ...]:
    """`4.*,7.1.1` as patterns; empty ones are left out."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def some_patterns(text: str) -> tuple[str, ...]:
    """The same where nothing would mean everything, as of a variable that is empty."""
    found = patterns(text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} has no pattern in it")
    return found


def header(text: str) -> tuple[str, str]:
    """`Name: value`."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or set(text) & set("\r\n\0"):
        raise argparse.ArgumentTypeError(f"{text!r} is not like 'Name: value'")
    return name.strip(), value.strip()


def seconds(text: str) -> float:
    """A time that is more than nothing."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return value


def jobs(text: str) -> int:
    """How many at a time."""
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST_JOBS}")
    return int(text)


MOST_JOBS = 256
