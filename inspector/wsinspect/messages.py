"""Facts that cross from the program to its screens."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from wsinspect.opened import Opened


@dataclass
class CaptureRead(Message):
    """A capture, or the beginning of one, can be looked at."""

    opened: Opened
    place: str
    """Which file of how many it is; empty if there is only one."""


@dataclass
class ReadingGoesOn(Message):
    """How far the reading of the capture has come."""

    words: str
    """What to show; empty when nothing is being read any more."""

    def can_replace(self, message: Message) -> bool:
        """Only the newest one counts."""
        return isinstance(message, ReadingGoesOn)


@dataclass
class StopWanted(Message):
    """The reader does not want to wait for the rest of the file."""
