"""What all watchers of a connection share, and what a watcher is.

A `Watch` sees the records and the frames of one connection in order, once, keeps little, and puts
what it finds on the docket. So a capture of any size is checked in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wirelog.capture import Direction, Record
from wirelog.findings.docket import Docket
from wirelog.findings.source import Source
from wirelog.frames import Side
from wirelog.handshake import Handshake
from wirelog.message import WireFrame
from wirelog.streams import Stream

SECOND = 1_000_000_000
PATIENCE = SECOND
"""Nanoseconds that an answer may take before somebody is blamed; the published suite waits as
long."""


@dataclass(slots=True)
class Scene:
    """One connection."""

    is_server: bool
    """Whether the recorder is the server."""
    stream: Callable[[Direction], Stream]
    docket: Docket
    source: Source
    handshake: Handshake = field(default_factory=Handshake)
    """Both heads, as far as they have come; set when frames may follow."""
    report: Mapping[str, Any] = field(default_factory=dict)
    """What the capture says of the conformance case that the recorder played, if it did."""

    def direction(self, side: Side) -> Direction:
        """The direction in which a side sends."""
        return "TX" if (side == "server") == self.is_server else "RX"

    @property
    def me(self) -> Side:
        """The recorder."""
        return "server" if self.is_server else "client"

    @property
    def case_player(self) -> Side | None:
        """The side that played a conformance case, and may send wrong what it likes."""
        return self.me if self.report else None

    @property
    def peer(self) -> Side:
        """The other side."""
        return other(self.me)

    def stream_of(self, side: Side) -> Stream:
        """The octets that a side sent."""
        return self.stream(self.direction(side))


def other(side: Side) -> Side:
    """The one who is not `side`."""
    return "client" if side == "server" else "server"


class Watch:
    """Looks at one subject; by default at nothing."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.docket = scene.docket

    def record(self, record: Record) -> None:
        """Take the next record."""

    def frame(self, one: WireFrame) -> None:
        """Take the next frame; it stands behind the records that carried it."""

    def finish(self) -> None:
        """Say that nothing more comes."""
