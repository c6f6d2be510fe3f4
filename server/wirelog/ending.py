"""What matters for the end of a connection, picked out of the conversation (RFC 6455 §7)."""

from __future__ import annotations

from typing import Any

from wirelog.capture import Kind, Record
from wirelog.conversation import Conversation, WireFrame
from wirelog.frames import Close, Frame, Opcode
from wirelog.handshake import Handshake
from wirelog.joiner import Listener
from wirelog.reader import Capture

NORMAL_CODES = frozenset({None, 1000, 1001})
"""Codes in close frames that do not complain of anything."""
FAILURE_CODES = frozenset({1002, 1003, 1007, 1008, 1009, 1010, 1011})
"""Codes with which an endpoint says that it does not go on with what it was sent (§7.4.1)."""
TLS_FAILED = "NOTE TLS failed"
"""What the line of a TLS handshake begins with that did not succeed."""
ENDS = frozenset({Kind.FAILING, Kind.DROPPED, Kind.REFUSED, Kind.STOPS})
OTHERS = frozenset({Kind.TIMER, Kind.CLOSING, Kind.STOPS})


class Ending(Listener):
    """The frames and events that ended a connection; "me" is the recorder's side.

    Feed it records and frames in order, then `finish` it; `Ending.of` does all of it.
    """

    def __init__(self, *, is_server: bool) -> None:
        self.is_server = is_server
        self.handshake = Handshake()
        self.sent: WireFrame | None = None
        """My close frame."""
        self.got: WireFrame | None = None
        """The peer's close frame."""
        self.first: WireFrame | None = None
        """The one of both that went first."""
        self.timeouts: list[Record] = []
        self.others: list[Record] = []
        self.culprit: WireFrame | None = None
        """The wrong frame that the connection was failed over."""
        self.finished = False
        """Whether it is known how the connection ended."""
        self._events: dict[Kind, Record] = {}
        """The first event of each kind that ends something."""
        self._has_frames = False
        self._last_received: WireFrame | None = None
        """The last frame that came before I failed the connection."""
        self._first_wrong: WireFrame | None = None
        """The first wrong frame that I sent."""

    @classmethod
    def of(cls, capture: Capture, conversation: Conversation) -> Ending:
        """The end of a whole conversation."""
        made = cls(is_server=conversation.is_server)
        conversation.tell(made)
        made.finish(is_whole=capture.trailer is not None)
        return made

    def begin(self, handshake: Handshake) -> None:
        """Take the handshake."""
        self.handshake = handshake

    def record(self, record: Record) -> None:
        """Take the next record."""
        kind = record.kind
        if kind in ENDS or (kind is Kind.NOTE and record.text.startswith(TLS_FAILED)):
            self._events.setdefault(kind, record)
        # Waits that a case had planned fire as timeouts too; they do not end anything.
        if kind is Kind.TIMEOUT and "TAG" not in record.text:
            self.timeouts.append(record)
        elif kind in OTHERS:
            self.others.append(record)

    def frame(self, one: WireFrame) -> None:
        """Take the next frame."""
        self._has_frames = True
        if one.dir == "RX":
            if self.failing is None or one.n < self.failing.n:
                self._receive(one)
        elif one.problems and self._first_wrong is None:
            self._first_wrong = one
        if one.frame.opcode == Opcode.CLOSE and one.arrived and starts_closing(one.frame):
            self.first = self.first or one
            if one.dir == "TX":
                self.sent = self.sent or one
            else:
                self.got = self.got or one

    def _receive(self, one: WireFrame) -> None:
        """Take a frame that came before I failed the connection, unless I had not read it: then it
        has no line, but a wrong one before it has."""
        last = self._last_received
        if one.has_line or last is None or not (last.has_line and last.problems):
            self._last_received = one

    def finish(self, *, is_whole: bool) -> None:
        """Say that nothing more comes; `is_whole` if the capture was finished."""
        self.finished = is_whole or self.drop is not None
        self.culprit = self._find_culprit()

    @property
    def failing(self) -> Record | None:
        """Where I fail the connection."""
        return self._events.get(Kind.FAILING)

    @property
    def drop(self) -> Record | None:
        """Where TCP ends."""
        return self._events.get(Kind.DROPPED)

    @property
    def refused(self) -> Record | None:
        """Where the opening handshake is refused."""
        return self._events.get(Kind.REFUSED)

    @property
    def stops(self) -> Record | None:
        """Where the recording stops."""
        return self._events.get(Kind.STOPS)

    @property
    def tls_fault(self) -> Record | None:
        """Where the TLS handshake failed, if the connection was not opened."""
        return None if self.opened else self._events.get(Kind.NOTE)

    @property
    def opened(self) -> bool:
        """Whether the opening handshake was completed; a capture may begin behind it."""
        return self.handshake.is_open or self._has_frames

    @property
    def dropped_by_me(self) -> bool:
        """Whether I ended TCP."""
        return self.drop is not None and "BY ME" in self.drop.text

    @property
    def failed_late(self) -> bool:
        """Whether I failed the connection over what came behind my close frame."""
        mine, failing = self.sent, self.failing
        return (
            mine is not None and mine is self.first and failing is not None and mine.n < failing.n
        )

    @property
    def is_failure(self) -> bool:
        """Whether the side that closed first failed the connection over something (§7.1.7)."""
        if self.first is None or self.first is self.sent:
            return self.failing is not None and not self.failed_late
        code = close_of(self.first).code
        is_over_mine = self.culprit is not None and self.culprit is not self.first
        return code in FAILURE_CODES or (is_over_mine and code not in NORMAL_CODES)

    @property
    def peer_complains(self) -> bool:
        """Whether the peer's close frame says more than that it is done, and is no echo of mine.

        Codes from 3000 to 4999 mean what applications agree on (§7.4.2): no complaint is seen.
        """
        if self.got is None:
            return False
        code = close_of(self.got).code
        if self.first is self.sent and self.sent is not None and code == close_of(self.sent).code:
            return False
        return code not in NORMAL_CODES and not 3000 <= (code or 0) <= 4999

    @property
    def is_running(self) -> bool:
        """Whether the connection is open as far as the capture goes, and nothing has gone wrong."""
        over = (self.finished, self.first, self.failing, self.refused, self.stops, self.timeouts)
        return not any(over)

    def _find_culprit(self) -> WireFrame | None:
        if self.failing is not None:
            # I refuse the last frame that came.
            last = self._last_received
            return last if last is not None and last.problems else None
        if self.got is not None and self.first is self.got:
            end = self.got.n
        elif self.first is None and self.drop is not None and not self.dropped_by_me:
            end = self.drop.n
        else:
            return None
        # What I sent behind a wrong frame, no peer read.
        wrong = self._first_wrong
        return wrong if wrong is not None and wrong.n < end else None

    def timed_out(self, words: str) -> Record | None:
        """The first timeout whose line holds these words."""
        return next((record for record in self.timeouts if words in record.text), None)

    def facts(self) -> dict[str, Any]:
        """The thirteen facts as the events show them."""
        local, remote = _close_facts(self.sent), _close_facts(self.got)
        clean = self.got is not None and self.sent is not None and not self.timeouts
        return {
            "isServer": self.is_server,
            "closedByMe": self.first is not None and self.first is self.sent,
            "failedByMe": self.failing is not None,
            "droppedByMe": self.dropped_by_me if self.finished else None,
            "wasClean": clean if self.finished else None,
            "wasNotCleanReason": None if clean else self._unclean(),
            "wasServerConnectionDropTimeout": self.timed_out("SERVER DROP") is not None,
            "wasOpenHandshakeTimeout": self.timed_out("OPENING HANDSHAKE") is not None,
            "wasCloseHandshakeTimeout": self.timed_out("CLOSING HANDSHAKE") is not None,
            "localCloseCode": local[0],
            "localCloseReason": local[1],
            "remoteCloseCode": remote[0],
            "remoteCloseReason": remote[1],
        }

    def _unclean(self) -> str:
        if not self.finished:
            what = "recording stops" if self.stops else "capture ends"
            return f"the {what} while the connection is open"
        if self.timeouts:
            return self.timeouts[-1].text.lower()
        if self.refused is not None:
            return "the opening handshake was refused"
        who = "I" if self.dropped_by_me else "the peer"
        if self.sent is not None:
            how = "before the peer answered" if self.dropped_by_me else "without answering"
            return f"{who} dropped TCP {how} the close frame"
        if self.got is not None:
            how = "without answering" if self.dropped_by_me else "before I answered"
            return f"{who} dropped TCP {how} the close frame"
        return f"{who} dropped TCP without a close frame"

    def api_codes(self) -> tuple[int | None, int | None]:
        """What each side's API reports (§7.1.5); None while the connection is open."""
        if not self.finished:
            return None, None
        if self.tls_fault is not None:
            return 1015, 1015
        return _api_code(self.got), _api_code(self.sent)


def starts_closing(frame: Frame) -> bool:
    """Whether a frame begins or answers a closing handshake (§5.5.1).

    One with RSV bits does not: no extension gives them a meaning, so nobody knows what it says.
    A body that is wrong makes no difference.
    """
    return frame.opcode == Opcode.CLOSE and not frame.rsv


def close_of(one: WireFrame) -> Close:
    """What a close frame says."""
    return Close.parse(one.frame.payload)


def _close_facts(one: WireFrame | None) -> tuple[int | None, str | None]:
    if one is None:
        return None, None
    close = close_of(one)
    return close.code, close.reason_text if close.reason else None


def _api_code(received: WireFrame | None) -> int:
    if received is None:
        return 1006
    code = close_of(received).code
    return 1005 if code is None else code
