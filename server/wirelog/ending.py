"""What matters for the end of a connection, picked out of the conversation (RFC 6455 §7)."""

from __future__ import annotations

from typing import Any

from wirelog.capture import Kind, Record
from wirelog.conversation import Conversation, WireFrame
from wirelog.frames import Close, Frame, Opcode
from wirelog.reader import Capture

NORMAL_CODES = frozenset({None, 1000, 1001})
"""Codes in close frames that do not complain of anything."""
TLS_FAILED = "NOTE TLS failed"
"""What the line of a TLS handshake begins with that did not succeed."""


class Ending:
    """The frames and events that ended a connection; "me" is the recorder's side."""

    def __init__(self, capture: Capture, conversation: Conversation) -> None:
        self.conversation = conversation
        self.is_server = conversation.is_server
        closes = [one for one in conversation.frames if one.arrived and starts_closing(one.frame)]
        self.sent = next((one for one in closes if one.dir == "TX"), None)
        self.got = next((one for one in closes if one.dir == "RX"), None)
        self.first = closes[0] if closes else None
        events = [one for one in capture.records if one.kind not in (Kind.OCTETS, Kind.FRAME)]
        self.failing = _first_of(events, Kind.FAILING)
        self.drop = _first_of(events, Kind.DROPPED)
        self.refused = _first_of(events, Kind.REFUSED)
        self.stops = _first_of(events, Kind.STOPS)
        notes = (one for one in events if one.kind is Kind.NOTE and not self.opened)
        self.tls_fault = next((one for one in notes if one.text.startswith(TLS_FAILED)), None)
        # Waits that a case had planned fire as timeouts too; they do not end anything.
        self.timeouts = [
            one for one in events if one.kind is Kind.TIMEOUT and "TAG" not in one.text
        ]
        self.others = [one for one in events if one.kind in (Kind.TIMER, Kind.CLOSING, Kind.STOPS)]
        self.culprit = self._find_culprit()
        self.finished = capture.trailer is not None or self.drop is not None

    @property
    def opened(self) -> bool:
        """Whether the opening handshake was completed; a capture may begin behind it."""
        return self.conversation.handshake.is_open or bool(self.conversation.frames)

    @property
    def dropped_by_me(self) -> bool:
        """Whether I ended TCP."""
        return self.drop is not None and "BY ME" in self.drop.text

    @property
    def is_failure(self) -> bool:
        """Whether the side that closed first failed the connection over something (§7.1.7)."""
        if self.first is None or self.first is self.sent:
            return self.failing is not None
        return self.culprit is not None and close_of(self.first).code not in NORMAL_CODES

    def _find_culprit(self) -> WireFrame | None:
        """The wrong frame that the connection was failed over."""
        frames = self.conversation.frames
        if self.failing is not None:
            # I refuse the last frame that came.
            before = [one for one in frames if one.n < self.failing.n and one.dir == "RX"]
            return before[-1] if before and before[-1].problems else None
        if self.got is not None and self.first is self.got:
            end = self.got.n
        elif self.first is None and self.drop is not None and not self.dropped_by_me:
            end = self.drop.n
        else:
            return None
        # What I sent behind a wrong frame, no peer read.
        wrong = (one for one in frames if one.n < end and one.dir == "TX" and one.problems)
        return next(wrong, None)

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


def _first_of(events: list[Record], kind: Kind) -> Record | None:
    return next((one for one in events if one.kind is kind), None)


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
