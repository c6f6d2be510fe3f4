"""What happens on one connection, as the lines of a capture.

Lines are collected and written with one system call for each chunk that was received. The first
of them wait until the file has a name, which takes the request line. `Recorder` is called for
each frame, so it formats octets and keeps counts, nothing else.
"""

from __future__ import annotations

import time
from binascii import hexlify
from collections.abc import Callable, Mapping
from typing import Any

from twisted.logger import Logger

from wirelog.capture import event_line, frame_line, header_line, octets_line, trailer_line
from wirelog.escaping import PREVIEW_OCTETS
from wirelog.frames import Opcode
from wsecho.capture_file import Sink
from wsecho.fragments import BITS, Run

LONG = 4096
"""Octets from which on a line is kept in parts."""
RX = b"RX"
TX = b"TX"


class Recorder:
    """Numbers and times the events of one connection and hands them to a sink."""

    _log = Logger()

    def __init__(
        self, snaplen: int | None = None, clock: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._wanted_snaplen = snaplen
        self._snaplen: int | None = None
        self._clock = clock
        self._start = clock()
        self.started_ns = time.time_ns()
        """Wall-clock time of the start, in nanoseconds since the epoch."""
        self._sink: Sink | None = None
        self._parts: list[bytes] = []
        self._n = 0
        self._written = -1
        """Events that are in the file; -1 while the header is not."""
        self._is_over = False
        self.received = Traffic()
        self.sent = Traffic()

    def may_cut(self) -> None:
        """Apply the snap length from now on; the opening handshake is kept whole."""
        self._snaplen = self._wanted_snaplen

    def octets(self, direction: bytes, octets: bytes) -> None:
        """Octets as one read or write of the socket had them."""
        traffic = self.received if direction is RX else self.sent
        traffic.count += 1
        traffic.octets += len(octets)
        n = self._n
        self._n = n + 1
        t = self._clock() - self._start
        if len(octets) > LONG and self._snaplen is None:  # formatting copies, and that costs most
            self._parts += octets_line(n, t, direction, b"")[:-1], hexlify(octets), b"\n"
        else:
            self._parts.append(octets_line(n, t, direction, octets, self._snaplen))

    def frame(
        self,
        direction: bytes,
        bits: tuple[int, bool, int],
        length: int,
        mask: bytes | None,
        head: bytes,
        arrived: int | None = None,
    ) -> None:
        """A frame: opcode, FIN, RSV, length, mask, and the first unmasked octets of its payload."""
        (self.received if direction is RX else self.sent).frames[bits[0]] += 1
        t = self._clock() - self._start
        self._parts.append(frame_line(self._n, t, direction, bits, length, mask, head, arrived))
        self._n += 1

    def fragments(self, run: Run) -> None:
        """Frames that were taken together."""
        for number, mask in enumerate(run.masks):
            at = number * run.length
            head = run.payload[at : at + min(run.length, PREVIEW_OCTETS)]
            self.frame(RX, BITS, run.length, mask, head)

    def event(self, text: str) -> None:
        """Anything else, in the words of the capture format."""
        self._parts.append(event_line(self._n, self._clock() - self._start, text))
        self._n += 1

    @property
    def is_open(self) -> bool:
        """Whether the lines have somewhere to go, or need not go anywhere any more."""
        return self._sink is not None or self._is_over

    def open(self, sink: Sink, header: Mapping[str, Any]) -> None:
        """Write to `sink` from now on, what has been collected included."""
        self._sink = sink
        self._parts.insert(0, header_line(header))
        self.flush()

    def flush(self) -> None:
        """Write what was collected since the last time, if there is a sink."""
        if self._sink is None:
            if self._is_over:
                self._parts.clear()
            return
        parts = self._parts
        if parts:
            self._parts = []
            try:
                self._sink.append(parts, self._stop_line)
            except OSError as error:
                self.give_up(error)
            self._written = self._n

    def give_up(self, error: OSError) -> None:
        """Record no more; the connection goes on."""
        capture = self._sink.path if self._sink else "a connection"
        self._log.error("Recording {capture} stops: {error}", capture=capture, error=error)
        self._parts.clear()
        self._is_over = True
        self._close()

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write the trailer and close the file."""
        totals = {
            "octets": {"rx": self.received.totals(), "tx": self.sent.totals()},
            "frames": {"rx": self.received.by_opcode(), "tx": self.sent.by_opcode()},
        }
        self._parts.append(trailer_line({**facts, **totals}))
        self.flush()
        self._is_over = True
        self._close()

    def _stop_line(self, kept: int, why: str) -> bytes:
        """The last line of a capture in which `kept` more lines than so far could be written."""
        return event_line(
            self._written + kept, self._clock() - self._start, f"CAPTURE STOPS: {why}"
        )

    def _close(self) -> None:
        if self._sink is not None:
            self._sink.close()
            self._sink = None


class NoRecorder(Recorder):
    """Records nothing; for an echo server that is only that."""

    is_open = True

    def octets(self, direction: bytes, octets: bytes) -> None:
        """Nothing."""

    def frame(self, direction: bytes, bits: tuple[int, bool, int], *_: object) -> None:
        """Count it."""
        (self.received if direction is RX else self.sent).frames[bits[0]] += 1

    def fragments(self, run: Run) -> None:
        """Count them."""
        self.received.frames[Opcode.CONT] += len(run.masks)

    def event(self, text: str) -> None:
        """Nothing."""

    def flush(self) -> None:
        """Nothing."""


class Traffic:
    """Counts of one direction."""

    __slots__ = ("count", "frames", "octets")

    def __init__(self) -> None:
        self.count = 0
        self.octets = 0
        self.frames = [0] * 16
        """By opcode."""

    def totals(self) -> dict[str, int]:
        """Reads or writes, and their octets."""
        return {"count": self.count, "sum": self.octets}

    def by_opcode(self) -> dict[str, int]:
        """Frames by opcode, as a JSON object's keys."""
        return {str(opcode): count for opcode, count in enumerate(self.frames) if count}
