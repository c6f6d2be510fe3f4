"""Millions of values made at once, without the collector walking over them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Make values that all stay: the collector rests, so that a large capture takes half the time.

    Nothing that is made under it may leave cycles of garbage behind.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
