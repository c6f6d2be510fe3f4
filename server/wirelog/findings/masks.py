"""Masking keys that are no random ones (RFC 6455 §5.3)."""

from __future__ import annotations

from wirelog.counting import counted
from wirelog.findings.scene import Scene, Watch
from wirelog.findings.tally import Tally
from wirelog.message import WireFrame
from wirelog.rules import frames

NEAR = 64
"""Frames within which a key must not come again; by chance it does once in 67 million frames."""
PROOF = 2
"""Repetitions that are no chance any more."""
ZERO = bytes(4)


class Masks(Watch):
    """Looks at the keys of frames that have a payload to mask."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._count = 0
        self._zeros = Tally(frames.MASK_ZERO, "client")
        self._repetitions = Tally(frames.MASK_REPEATED, "client")
        self._last: dict[bytes, int] = {}
        """When each of the last keys came, the oldest first."""

    def frame(self, one: WireFrame) -> None:
        """Look at its key."""
        mask = one.frame.mask
        if mask is None or not one.frame.payload or one.sender == "server":
            return
        self._count += 1
        if mask == ZERO:
            self._zeros.add_frame(one, "key")
            return
        before = self._last.pop(mask, -NEAR)
        if self._count - before < NEAR:
            self._repetitions.add_frame(one, "key")
        self._last[mask] = self._count
        if len(self._last) > NEAR:
            del self._last[next(iter(self._last))]

    def finish(self) -> None:
        """Say how often it happened."""
        zeros, again = self._zeros.count, self._repetitions.count
        text = f"the client masked {zeros} of {counted(self._count, 'frame')} with 00000000"
        self._zeros.tell(self.docket, text)
        text = f"{again} of {self._count} frames have a key that one of the {NEAR} before had"
        self._repetitions.tell(self.docket, text, PROOF)
