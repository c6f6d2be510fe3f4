"""What a side was sending when it got a close frame.

It may finish that message before it answers (RFC 6455 §5.5.1), so the time that it takes for the
answer counts from there. Which message it was the recorder of the close frame cannot know exactly:
it is the first one that went on behind the close frame and had begun within a second of it.
"""

from __future__ import annotations

from wirelog.findings.aftermath import Aftermath
from wirelog.findings.places import begun, ended
from wirelog.findings.scene import PATIENCE, Scene, Watch, other
from wirelog.frames import Side
from wirelog.message import Message, WireFrame


class Current(Watch):
    """Looks for the message of each side that goes on behind the close frame of the other."""

    def __init__(self, scene: Scene, aftermath: Aftermath) -> None:
        super().__init__(scene)
        self._closes = aftermath.closes
        self._messages: dict[Side, Message] = {}
        self._before: dict[Side, WireFrame] = {}
        """The last frame before the close frame; some of its octets may have gone behind it."""

    def frame(self, one: WireFrame) -> None:
        """Take a frame; frames that come whole, with a whole message, are not needed."""
        side = one.sender
        if one.frame.opcode > 7 or side in self._closes:
            return
        close, message = self._closes.get(other(side)), one.message
        if close is None:
            self._before[side] = one
        elif message and side not in self._messages and _is_current(message, close):
            self._messages[side] = message

    def last_of(self, side: Side) -> WireFrame | None:
        """The last frame of the message that a side was sending; None if there was none."""
        message, before = self._messages.get(side), self._before.get(side)
        if message is not None:
            return message.frames[-1]
        close = self._closes.get(other(side))
        return before if before and close and _is_later(ended(before), close.t) else None

    def since(self, close: WireFrame) -> int | None:
        """When the time began that the answer to a close frame took; None if nobody knows."""
        last = self.last_of(other(close.sender))
        return close.t if last is None else ended(last)


def _is_later(end: int | None, start: int | None) -> bool:
    return end is not None and start is not None and end > start


def _is_current(message: Message, close: WireFrame) -> bool:
    """Whether a message had begun before a close frame, or so soon behind it that its sender may
    not have read that yet."""
    first = message.frames[0]
    start = begun(first)
    if start is None or close.t is None:
        return first.n < close.n
    return start <= close.t + PATIENCE
