"""One capture with everything that follows from it, worked out when a view asks for it."""

from __future__ import annotations

from functools import cached_property

from wirelog.closing import Closing
from wirelog.conversation import Conversation
from wirelog.findings import Report, check
from wirelog.reader import Capture
from wirelog.statistics import Statistics
from wsinspect.present.rows import LogRows, log_rows


class Shown:
    """What the views of `wsinspect show` print from."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture

    @cached_property
    def conversation(self) -> Conversation:
        """Frames, messages and the handshake."""
        return Conversation.of(self.capture)

    @cached_property
    def closing(self) -> Closing:
        """How it ended."""
        return Closing.of(self.capture, self.conversation)

    @cached_property
    def statistics(self) -> Statistics:
        """Counts of octets and frames."""
        return Statistics.of(self.capture, self.conversation)

    @cached_property
    def report(self) -> Report:
        """What is wrong in it."""
        return check(self.capture, self.conversation)

    @cached_property
    def rows(self) -> LogRows:
        """The wire log."""
        return log_rows(self.conversation)
