"""What is heard of a peer while a case runs: messages and pongs, and the case's own waits.

Close frames are no events: how the connection ended is a matter of its own. Pings that the peer
sends are answered and forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass

from wsconform.cases.octets import preview


@dataclass(frozen=True, slots=True)
class Message:
    """A complete data message, inflated if it was compressed."""

    octets: bytes
    binary: bool

    def __str__(self) -> str:
        kind = "binary" if self.binary else "text"
        if not self.octets:
            return f"empty {kind} message"
        return f"{kind} message of {preview(self.octets)}"


@dataclass(frozen=True, slots=True)
class Pong:
    """A pong, asked for or not."""

    octets: bytes

    def __str__(self) -> str:
        if not self.octets:
            return "empty pong"
        return f"pong of {preview(self.octets)}"


@dataclass(frozen=True, slots=True)
class Timeout:
    """A wait of the case's own ended while the connection was open."""

    tag: str

    def __str__(self) -> str:
        return f"still open after wait {self.tag}"


Event = Message | Pong | Timeout


def events_in_words(events: tuple[Event, ...]) -> str:
    """The events in order, or `nothing`; of more than `MANY` the first ones and how many more."""
    shown = events if len(events) <= MANY else events[:FIRST]
    words = ", ".join(str(event) for event in shown) or "nothing"
    return words if shown is events else f"{words}, and {len(events) - FIRST} more"


MANY = 12
"""What no case wants more of: a list of what is wanted is never cut."""
FIRST = 3
