"""The clock of a replay: where it stands, how fast it goes, which event it has reached.

Nothing here knows a screen or reads a clock. Whoever drives a `Playback` tells it the time, in
seconds of any steady clock. A capture without times is replayed evenly, `EVEN_STEP` per event.

A replay is *on* from the first `play`, `step` or `seek` until `stop` or its end. While it is on,
the events behind `event` lie in the future.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

SPEEDS = (0.0001, 0.001, 0.01, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""What `faster` and `slower` choose from; below 0.1 it is slow motion, for a few milliseconds."""
EVEN_STEP = 250_000_000
"""Nanoseconds between two events of a capture that has no times."""
SHORT = 2.0
"""Seconds that a replay should last at least, if nobody has chosen a speed."""
LATEST = 1 << 62
"""Nanoseconds; a file may claim any time, and nobody waits 146 years."""
START_OF_EVERYTHING = -1
"""The event that is reached before the first one."""


class Playback:
    """A replay of events that happened at known times."""

    def __init__(self, times: Sequence[int] = (), *, even: bool = False) -> None:
        self.times = times
        """Nanoseconds at which each event happens; they never fall."""
        self.even = even
        """Whether the steps are even because the capture has no times."""
        self.position = 0
        """Nanoseconds since the connection was made."""
        self.event = START_OF_EVERYTHING
        """Index of the last event that has happened."""
        self.on = False
        self.playing = False
        self.speed = _fitting_speed(self.duration)
        self._told = 0.0

    @property
    def duration(self) -> int:
        """Nanoseconds from the connection to the last event."""
        return self.times[-1] if self.times else 0

    @property
    def fraction(self) -> float:
        """How much of it has been played, from 0 to 1."""
        if not self.duration:
            return float(bool(self.times) and self.at_end)
        return min(self.position / self.duration, 1.0)

    @property
    def at_end(self) -> bool:
        """Whether all events have happened."""
        return self.event >= len(self.times) - 1

    def play(self, now: float) -> None:
        """Go on from here; from the start, if the end was reached."""
        if not self.times:
            return
        if self.at_end:
            self.position, self.event = 0, START_OF_EVERYTHING
        self.on = self.playing = True
        self._told = now

    def pause(self) -> None:
        """Stand still."""
        self.playing = False

    def stop(self) -> None:
        """End the replay: no event lies in the future any more."""
        self.on = self.playing = False

    def advance(self, now: float) -> bool:
        """Let the time pass since it was last told; whether anything moved."""
        if not self.playing:
            return False
        self.position += max(round((now - self._told) * 1e9 * self.speed), 0)
        self._told = now
        self.event = max(bisect_right(self.times, self.position) - 1, self.event)
        if self.at_end:
            self.position = self.duration
            self.stop()
        return True

    def point(self, event: int) -> None:
        """Go to the moment of an event without starting a replay."""
        self.event = min(max(event, START_OF_EVERYTHING), len(self.times) - 1)
        self.position = self.times[self.event] if self.event >= 0 else 0

    def seek(self, event: int) -> None:
        """Replay up to the moment of an event: it is the last one that has happened."""
        if self.times:
            self.point(event)
            self.on = True

    def seek_fraction(self, fraction: float) -> None:
        """Go to a place between start (0) and end (1)."""
        position = round(min(max(fraction, 0.0), 1.0) * self.duration)
        self.seek(bisect_right(self.times, position) - 1)
        if self.event >= 0 or position:
            self.position = position

    def step(self, count: int = 1) -> None:
        """One event on, or back."""
        self.pause()
        self.seek(self.event + count)

    def faster(self) -> None:
        """The next higher speed."""
        self.speed = next((speed for speed in SPEEDS if speed > self.speed), SPEEDS[-1])

    def slower(self) -> None:
        """The next lower speed."""
        self.speed = next((speed for speed in reversed(SPEEDS) if speed < self.speed), SPEEDS[0])

    def event_at(self, time: int) -> int:
        """Index of the first event at `time` or after it; the last one, if none is."""
        first = bisect_right(self.times, time - 1)
        return min(first, len(self.times) - 1)


def rising(times: Sequence[int | None]) -> array[int]:
    """Times that never fall, whatever the file says; even steps if an event has no time."""
    if any(time is None for time in times):
        return array("q", range(0, EVEN_STEP * len(times), EVEN_STEP))
    return array("q", accumulate((min(time or 0, LATEST) for time in times), max))


def _fitting_speed(duration: int) -> float:
    """Real time, or slow motion where real time would be over at once."""
    if not duration:
        return 1.0
    fitting = (
        speed for speed in reversed(SPEEDS) if speed <= 1 and duration / 1e9 / speed >= SHORT
    )
    return next(fitting, SPEEDS[0])
