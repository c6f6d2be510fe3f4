"""What matters for the end of a connection, picked out of the conversation (RFC 6455 §7)."""

from __future__ import annotations

from typing import Any

from wirelog.capture import Kind, Record
from wirelog.conversation import Conversation, WireFrame
from wirelog.frames import Close, Opcode
from wirelog.reader import Capture


class Ending:
    """The frames and events that ended a connection; "me" is the recorder's side."""

    def __init__(self, capture: Capture, conversation: Conversation) -> None:
        self.conversation = conversation
        self.is_server = conversation.is_server
        closes = [
            one for one in conversation.frames if one.frame.opcode == Opcode.CLOSE and one.arrived
        ]
        self.sent = next((one for one in closes if one.dir == "TX"), None)
        self.got = next((one for one in closes if one.dir == "RX"), None)
        self.first = closes[0] if closes else None
        of_kind: dict[Kind, list[Record]] = {}
        for record in capture.records:
            of_kind.setdefault(record.kind, []).append(record)
        self.failing = next(iter(of_kind.get(Kind.FAILING, [])), None)
        # Waits that a case had planned fire as timeouts too; they do not end anything.
        self.timeouts = [one for one in of_kind.get(Kind.TIMEOUT, []) if "TAG" not in one.text]
        self.drop = next(iter(of_kind.get(Kind.DROPPED, [])), None)
        self.refused = next(iter(of_kind.get(Kind.REFUSED, [])), None)
        self.others = [
            one for kind in (Kind.TIMER, Kind.CLOSING, Kind.STOPS) for one in of_kind.get(kind, [])
        ]
        self.culprit = self._find_culprit()
        self.records = {record.n: record for record in capture.records}
        self.finished = capture.trailer is not None or self.drop is not None

    def _find_culprit(self) -> WireFrame | None:
        """The wrong frame that the connection was failed over."""
        if self.failing is not None:
            before, direction = self.failing.n, "RX"
        elif self.got is not None and self.first is self.got:
            before, direction = self.got.n, "TX"
        elif self.first is None and self.drop is not None and "PEER" in self.drop.text:
            before, direction = self.drop.n, "TX"
        else:
            return None
        frames = [
            one for one in self.conversation.frames if one.n < before and one.dir == direction
        ]
        wrong = [one for one in frames if one.problems]
        # I refuse the last frame that came; what I sent behind a wrong frame, no peer read.
        if direction == "RX":
            return frames[-1] if frames and frames[-1].problems else None
        return wrong[0] if wrong else None

    def timed_out(self, words: str) -> bool:
        return any(words in record.text for record in self.timeouts)

    def facts(self) -> dict[str, Any]:
        """The thirteen facts as the events show them."""
        dropped = self.drop is not None and "BY ME" in self.drop.text
        local, remote = _close_facts(self.sent), _close_facts(self.got)
        clean = self.got is not None and self.sent is not None and not self.timeouts
        return {
            "isServer": self.is_server,
            "closedByMe": self.first is not None and self.first is self.sent,
            "failedByMe": self.failing is not None,
            "droppedByMe": dropped if self.finished else None,
            "wasClean": clean if self.finished else None,
            "wasNotCleanReason": None if clean else self._unclean(dropped),
            "wasServerConnectionDropTimeout": self.timed_out("SERVER DROP"),
            "wasOpenHandshakeTimeout": self.timed_out("OPENING HANDSHAKE"),
            "wasCloseHandshakeTimeout": self.timed_out("CLOSING HANDSHAKE"),
            "localCloseCode": local[0],
            "localCloseReason": local[1],
            "remoteCloseCode": remote[0],
            "remoteCloseReason": remote[1],
        }

    def _unclean(self, dropped: bool) -> str | None:
        if not self.finished:
            return "the capture ends while the connection is open"
        if self.timeouts:
            return self.timeouts[-1].text.lower()
        if self.refused is not None:
            return "the opening handshake was refused"
        return "I dropped TCP" if dropped else "the peer dropped TCP without a close frame"

    def api_codes(self) -> tuple[int | None, int | None]:
        """What each side's API reports (§7.1.5); None while the connection is open."""
        if not self.finished:
            return None, None
        return _api_code(self.got), _api_code(self.sent)


def _close_facts(one: WireFrame | None) -> tuple[int | None, str | None]:
    if one is None:
        return None, None
    close = Close.parse(one.frame.payload)
    return close.code, close.reason_text if close.reason else None


def _api_code(received: WireFrame | None) -> int:
    if received is None:
        return 1006
    code = Close.parse(received.frame.payload).code
    return 1005 if code is None else code
