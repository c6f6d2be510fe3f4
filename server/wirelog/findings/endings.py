"""How the connection ended: who closed, who answered, who let go of TCP, and what the two
applications are told (RFC 6455 §7).

What follows from a violation is no fault of the one who failed the connection over it: it may drop
TCP without a close frame (§7.1.7), and need not wait for an answer.
"""

from __future__ import annotations

from wirelog.counting import counted
from wirelog.ending import Ending, close_of
from wirelog.escaping import escape
from wirelog.findings.aftermath import ORDINARY, Aftermath, with_code
from wirelog.findings.current import Current
from wirelog.findings.finding import Octets
from wirelog.findings.places import part_of
from wirelog.findings.scene import PATIENCE, Scene, other
from wirelog.frames import Close, Side, opcode_name
from wirelog.message import WireFrame
from wirelog.rules import closing
from wirelog.rules.rule import Part, Rule
from wirelog.times import span


class Endings:
    """Looks back when everything has gone by."""

    def __init__(self, scene: Scene, end: Ending, aftermath: Aftermath, current: Current) -> None:
        self._scene = scene
        self._docket = scene.docket
        self._end = end
        self._blamed = aftermath.blamed | aftermath.excused
        self._before = aftermath.before
        self._current = current
        self._dropper: Side | None = None
        if end.drop is not None:
            self._dropper = scene.me if end.dropped_by_me else scene.peer

    def judge(self) -> None:
        """Report what there is; without an open connection that is little."""
        if not self._scene.handshake.is_open:
            if self._end.tls_fault is not None:
                self._told_apis()
            return
        first, second = self._end.first, self._second
        if first is not None:
            self._unfounded(first)
            if second is None:
                self._unanswered(first)
            else:
                self._answered(first, second)
                self._let_go(second)
        self._dropped()
        self._told_apis()

    @property
    def _second(self) -> WireFrame | None:
        end = self._end
        return end.got if end.first is end.sent else end.sent

    def _unfounded(self, first: WireFrame) -> None:
        """A failure for which nothing gave a reason."""
        code = close_of(first).code
        is_provable = closing.UNFOUNDED.id not in self._docket.not_checked
        is_meant = first.sender != self._scene.case_player
        is_founded = other(first.sender) in self._blamed or not is_provable
        if code in (1002, 1007) and is_meant and not is_founded:
            text = (
                f"the {first.sender} closed with {code}{_reason(first)}, and nothing that the "
                f"{other(first.sender)} had sent breaks a rule{self._suspect(first)}"
            )
            self._add(closing.UNFOUNDED, first, text)

    def _suspect(self, close: WireFrame) -> str:
        """What the closing side may have misread: the last that it got, as far as it is known."""
        last = self._before.get(close.sender)
        if last is None:
            return ""
        message, frame = last.message, last.frame
        if message is None:
            return f"; the last that it got was a {opcode_name(frame.opcode)} frame"
        form = f" in {counted(message.count, 'fragment')}"
        if message.count == 1:
            form = LENGTHS[frame.header_octets - (2 if frame.mask is None else 6)]
        deflated = ", compressed" if message.compressed else ""
        name = f"{opcode_name(message.opcode)} message of {counted(message.wire_octets, 'octet')}"
        return f"; the last that it got was a {name}{form}{deflated}"

    def _unanswered(self, first: WireFrame) -> None:
        """A close frame without an answer, although there was time for one."""
        side = other(first.sender)
        timeout = self._end.timed_out("CLOSING HANDSHAKE")
        last = timeout or self._end.drop
        if last is None or side == self._scene.case_player or first.sender in self._blamed:
            return  # the receiver need not read on behind a violation
        since, message = self._current.since(first), self._current.last_of(side)
        waited = _between(since, last.t)
        total = _between(first.t, last.t)
        # While the message goes on my timer proves nothing.
        has_stopped = message is None or (waited and total and 2 * waited >= total)
        mine = timeout is not None and first.sender == self._scene.me and has_stopped
        # Who ends TCP after a second has had the time; a reset may come from the network.
        could = self._dropper != side or side == self._scene.me or "(FIN)" in last.text
        if mine or (waited is not None and waited >= PATIENCE and could):
            after = "" if waited is None else f" within {span(waited)}"
            after += f" of {LAST_FRAME}" if message else ""
            text = f"the {side} did not answer the {_close(first)}{after}"
            octets = self._octets(first, "frame")
            self._docket.add(closing.NO_REPLY, side, (last.n, first.n), text, *octets)

    def _answered(self, first: WireFrame, second: WireFrame) -> None:
        """The time that an answer took, and its code."""
        asked = close_of(first)
        got = close_of(second)
        if first.problems:
            return  # it was failed, and not answered
        if self._crossed(asked, got, _between(first.t, second.t)):
            text = f"the {_close(first)} of the {first.sender} crossed with the {_close(second)}"
            self._both(closing.BOTH_AT_ONCE, second, first, text)
            return
        waited = _between(self._current.since(first), second.t)
        if waited is not None and waited > PATIENCE:
            late = f"after {span(waited)}"
            if self._current.last_of(second.sender):
                late = f"{span(waited)} after {LAST_FRAME}"
            text = f"the {second.sender} answered the {_close(first)} {late}"
            self._both(closing.LATE_REPLY, second, first, text)
        is_meant = second.sender != self._scene.case_player
        if got.code != asked.code and is_meant and not asked.check():
            text = f"the {second.sender} answered the {_close(first)} by a {_close(second)}"
            self._add(closing.OTHER_CODE, second, text)

    def _crossed(self, asked: Close, got: Close, waited: int | None) -> bool:
        """Whether the second close frame looks like one that was not meant as an answer."""
        if asked.check() or (waited is not None and waited > PATIENCE):
            return False
        has_own_words = bool(got.reason) and got.reason != asked.reason
        return got.code != asked.code and (got.code not in ORDINARY or has_own_words)

    def _let_go(self, second: WireFrame) -> None:
        """Who ended TCP after the closing handshake, and whether the server was given the time."""
        drop = self._end.drop
        if drop is None or self._dropper != "client":
            return
        waited = _between(second.t, drop.t)
        timeout = self._end.timed_out("SERVER DROP")
        after = "" if waited is None else f", {span(waited)} after the closing handshake"
        if timeout is not None or (waited is not None and waited >= PATIENCE):
            text = f"the server kept TCP open; the client ended it{after}"
            self._docket.add(closing.SERVER_KEPT_TCP, "server", (drop.n, second.n), text)
        elif not self._blamed:
            text = f"the client ended TCP{after}, and did not wait for the server"
            self._docket.add(closing.CLIENT_DROPPED_FIRST, "client", (drop.n, second.n), text)

    def _dropped(self) -> None:
        """TCP was ended, perhaps without a close frame, perhaps by a reset."""
        drop, side = self._end.drop, self._dropper
        if drop is None or side is None or side == self._scene.case_player:
            return  # a case ends TCP as it likes
        closed = self._end.sent if side == self._scene.me else self._end.got
        gave_up = side == self._scene.me and bool(self._end.timeouts)
        if "(RST)" in drop.text and not gave_up:
            self._docket.add(closing.RESET, side, (drop.n,), f"the {side} ended TCP with a reset")
        if closed is None and not gave_up and other(side) not in self._blamed:
            first = self._end.first
            after = "" if first is None else f"; it left the {_close(first)} unanswered"
            text = f"the {side} ended TCP without a close frame{after}"
            self._docket.add(closing.NO_CLOSE_FRAME, side, (drop.n,), text)

    def _told_apis(self) -> None:
        """Codes that never stood on the wire, explained."""
        mine, theirs = self._end.api_codes()
        last = self._end.drop or self._end.first
        if last is None:
            return
        told = ((self._scene.me, mine, self._end.got), (self._scene.peer, theirs, self._end.sent))
        for side, code, close in told:
            was_sent = close is not None and close_of(close).code is not None
            if code in WHY and not was_sent:
                text = f"the {side}'s API reports {code}: {WHY[code].format(other(side))}"
                octets = () if close is None else self._octets(close, "frame")
                self._docket.add(closing.API_CODES, side, (last.n,), text, *octets)

    def _add(self, rule: Rule, one: WireFrame, text: str) -> None:
        self._docket.add(rule, one.sender, (one.n,), text, *self._octets(one, rule.at))

    def _both(self, rule: Rule, second: WireFrame, first: WireFrame, text: str) -> None:
        """Something about two close frames."""
        octets = (*self._octets(second, rule.at), *self._octets(first, rule.at))
        self._docket.add(rule, second.sender, (second.n, first.n), text, *octets)

    def _octets(self, one: WireFrame, part: Part) -> tuple[Octets, ...]:
        return part_of(one, part)


LENGTHS = {0: "", 2: ", with a length of 16 bits", 8: ", with a length of 64 bits"}
"""How a frame says its length, by the octets that it takes behind the first two."""
LAST_FRAME = "the last frame of its message"
"""From where an answer's time counts if a message was being sent."""
WHY: dict[int | None, str] = {
    1005: "the close frame of the {} had no code",
    1006: "no close frame of the {} came before TCP ended",
    1015: "the TLS handshake with the {} failed (browsers say 1006)",
}


def _between(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else end - start


def _close(one: WireFrame) -> str:
    return f"close frame {with_code(close_of(one).code)}"


def _reason(one: WireFrame) -> str:
    reason = close_of(one).reason_text
    return f' ("{escape(reason)}")' if reason else ""
