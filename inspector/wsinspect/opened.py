"""A capture as the screen holds it: read, joined together, and with an index over its rows.

Making one of these is the slow part of opening a file, so it happens in a thread; what the screen
does with it afterwards costs no more than what is visible.
"""

from __future__ import annotations

from dataclasses import dataclass

from wirelog.closing import Closing
from wirelog.conversation import Conversation
from wirelog.findings import Report, check
from wirelog.reader import Capture
from wirelog.statistics import Statistics
from wsinspect.faults import Faults
from wsinspect.index import Index, Strips
from wsinspect.present.rows import LogRows, log_rows


@dataclass(slots=True)
class Opened:
    """One capture, ready to be looked at."""

    name: str
    """The path as it was given."""
    capture: Capture
    conversation: Conversation
    closing: Closing
    statistics: Statistics
    rows: LogRows
    index: Index
    faults: Faults
    """What is wrong, by the rules; nothing before all of the file has been read."""
    strips: Strips
    """Octets and problems over time."""
    whole: bool = True
    """False while more of the file is still being read."""

    @classmethod
    def of(
        cls, capture: Capture, conversation: Conversation | None = None, *, whole: bool = True
    ) -> Opened:
        """Make everything ready; `conversation` spares the joining if it was done already."""
        conversation = conversation or Conversation.of(capture)
        rows = log_rows(conversation)
        index = Index.of(rows)
        report = check(capture, conversation) if whole else Report()
        faults = Faults.of(report, index, rows)
        return cls(
            capture.name,
            capture,
            conversation,
            Closing.of(capture, conversation),
            Statistics.of(capture, conversation),
            rows,
            index,
            faults,
            Strips.of(index, faults.wrong),
            whole,
        )

    def row_of(self, number: int, *, frame: bool = False) -> int:
        """The row of an event; with `frame`, of the frame that has this number.

        Where there is no such event it is the row of the next one, or the last.
        """
        numbers = self.index.numbers
        at = self.index.row_of(number)
        while frame and at + 1 < len(numbers) and numbers[at + 1] == number:
            at += 1
        return at
