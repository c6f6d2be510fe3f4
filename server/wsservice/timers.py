"""Timers for Autobahn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class ExactTimers:
    """What a factory of Autobahn's has as `_batched_timer`; the one that it would make itself fires
    up to 0.2 s late, and outlives the connections."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def call_later(self, delay: float, call: Callable[..., Any], *args: Any) -> Any:
        """Call after so many seconds."""
        return self._reactor.callLater(delay, call, *args)
