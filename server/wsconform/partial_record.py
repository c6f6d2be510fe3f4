"""Records of cases that move much data.

`LoopRecord` keeps the first exchanges of a lockstep loop and the last one, `LargeRecord` the
beginning of a large message. What is left out is counted, and a line says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from wsconform.record import RX, TX, CaseRecord, FrameRow, Octets, Row, Traffic, counts_as_json


class PartialRecord(CaseRecord):
    """Leaves out some of what happens; its trailer has the counts that the lines cannot give."""

    def _more(self, directions: Mapping[str, Traffic]) -> Mapping[str, Any]:
        return {
            "statistics": {
                "octets": {name: counts_as_json(of.sizes) for name, of in directions.items()},
                "frames": {name: counts_as_json(of.frames) for name, of in directions.items()},
            }
        }


class LoopRecord(PartialRecord):
    """Keeps the first exchanges of a lockstep loop and the last.

    Rows of an exchange are held back until the next one begins; then they are dropped and counted.
    Any event that is not a matter of course, such as an echo that is wrong, writes what is held.
    """

    def __init__(self, keep: int = 2, clock: Callable[[], int] = time.monotonic_ns) -> None:
        super().__init__(clock)
        self._keep = keep
        self._exchanges = 0
        self._held: list[Row] | None = None
        self._dropped = 0
        self._dropped_octets = {RX: 0, TX: 0}
        self._dropped_from = 0

    def next_exchange(self) -> None:
        """A message is about to be sent, and its echo expected."""
        self._exchanges += 1
        if self._held:
            if not self._dropped:
                self._dropped_from = self._held[0].t
            self._dropped += 1
            for row in self._held:
                if isinstance(row, Octets):
                    self._dropped_octets[row.direction] += len(row.octets)
            self._held.clear()
        elif self._exchanges > self._keep:
            self._held = []

    def _take(self, row: Row) -> None:
        if self._held is None:
            self._write(row)
        else:
            self._held.append(row)

    def _settle(self, t: int) -> None:
        held, self._held = self._held or [], None
        if self._dropped:
            octets = self._dropped_octets
            text = (
                f"WIRELOG DISABLED: {self._dropped} exchanges are left out, "
                f"{octets[TX]} octets sent and {octets[RX]} received"
            )
            self._note(text, self._dropped_from)
            self._note("WIRELOG ENABLED", held[0].t if held else t)
            self._dropped, self._dropped_octets = 0, {RX: 0, TX: 0}
        for row in held:
            self._write(row)


class LargeRecord(PartialRecord):
    """Keeps the beginning of what goes in each direction, and of the rest the control frames."""

    def __init__(self, keep: int = 1 << 16, clock: Callable[[], int] = time.monotonic_ns) -> None:
        super().__init__(clock)
        self._room = {RX: keep, TX: keep}
        self._frames = {RX: 0, TX: 0}
        self._gap: dict[bytes, tuple[int, int]] = {}

    def _take(self, row: Row) -> None:
        if isinstance(row, FrameRow):
            self._take_frame(row)
        else:
            self._take_octets(row)

    def _take_octets(self, row: Octets) -> None:
        size, room = len(row.octets), self._room[row.direction]
        if room <= 0:
            count, octets = self._gap.get(row.direction, (0, 0))
            self._gap[row.direction] = (count + 1, octets + size)
        else:
            self._room[row.direction] -= size
            self._write_octets(row, room if size > room else None)

    def _take_frame(self, row: FrameRow) -> None:
        self._frames[row.direction] += 1
        if row.bits[0] >= 8 or self._frames[row.direction] <= MOST_FRAMES:
            self._settle(row.t)
            self._room[row.direction] = max(self._room[row.direction], CONTROL_ROOM)
            self._write_frame(row)

    def _settle(self, t: int) -> None:
        """Write one cut row for all that was left out of a direction."""
        for direction, (count, octets) in self._gap.items():
            self._note(f"NOTE the next row stands for {count} {_VERBS[direction]}", t)
            self._lines.append(
                b"%03d +%d.%09d %s OCTETS:  ... LEN=%d\n"
                % (len(self._lines), *divmod(t, 1_000_000_000), direction, octets)
            )
        self._gap.clear()


MOST_FRAMES = 1000
"""Data frames of one direction that a `LargeRecord` writes."""
CONTROL_ROOM = 139
"""Octets of the longest control frame; so much is kept behind each frame line."""
_VERBS = {RX: "reads", TX: "writes"}
