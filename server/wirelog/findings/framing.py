"""Problems of frames become findings, with the octets that are at fault and what explains them."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from wirelog.counting import counted
from wirelog.escaping import escape
from wirelog.extensions import DEFLATE
from wirelog.findings.aftermath import Aftermath
from wirelog.findings.finding import Octets
from wirelog.findings.places import frame_at, part_of, payload_octets
from wirelog.findings.scene import Scene, Watch
from wirelog.frames import RSV1, Side, opcode_name
from wirelog.handshake import Handshake
from wirelog.inflate import TAIL
from wirelog.message import WireFrame
from wirelog.rules import closing, frames, payload
from wirelog.rules.rule import Need, Problem, Rule

BOMB_OCTETS = 16 << 20
BOMB_RATIO = 100
"""A message that inflates to so many octets, and to so many times its size, is worth a warning."""
ON_PURPOSE = "; the case sends it on purpose"


class Framing(Watch):
    """What is wrong with each frame, and what never came to an end."""

    def __init__(self, scene: Scene, aftermath: Aftermath) -> None:
        super().__init__(scene)
        self._aftermath = aftermath
        self._open: dict[Side, WireFrame] = {}
        """The last fragment of a message that goes on."""
        self._cut: list[WireFrame] = []
        """Frames of which only a part came; at most one of each side."""

    def frame(self, one: WireFrame) -> None:
        """Report its problems."""
        if one.problems:
            for problem in one.problems:
                self._report(one, problem)
        frame = one.frame
        if frame.opcode < 8:
            if not frame.fin:
                self._open[one.sender] = one
            elif self._open:
                self._open.pop(one.sender, None)
            if frame.rsv or frame.opcode == 0:
                self._check_size(one)
        if not one.arrived:
            self._cut.append(one)

    def finish(self) -> None:
        """Say what the end of the connection cut off."""
        for one in self._cut:
            if not one.problems and not self._aftermath.is_over(one.sender):
                self._add(frames.UNFINISHED, one, f"{_name(one)} was not finished: {one.came}")
        for side, one in self._open.items():
            if one.arrived and one.message and not self._aftermath.is_over(side):
                fragments = counted(one.message.count, "fragment")
                text = f"the message from the {side} has {fragments}, and none with FIN"
                self._add(frames.MESSAGE_UNFINISHED, one, text)

    def _report(self, one: WireFrame, problem: Problem) -> None:
        rule = problem.rule
        if rule is closing.CODE_1010 and self._may_be_echo(one):
            return
        text = f"{_name(one)}: {escape(problem.text)}"
        if rule in EXPLAIN:
            text += EXPLAIN[rule](self.scene, one)
        side = self.scene.me if rule is frames.LINE_DIFFERS else one.sender
        octets = _octets(one, rule)
        on_purpose = one.sender == self.scene.case_player and rule is not frames.LINE_DIFFERS
        text += ON_PURPOSE if on_purpose else ""
        entry = self.docket.add(
            rule, side, (one.n,), text, *octets, section=problem.section, on_purpose=on_purpose
        )
        if rule.close_code:
            self._aftermath.offence(one, problem, entry)

    def _may_be_echo(self, close: WireFrame) -> bool:
        """Whether a close frame may have its code from the one that it answers (§5.5.1)."""
        is_unknown = Need.OCTETS in self.scene.source.lacks
        return is_unknown or self._aftermath.has_closed_with(1010, close)

    def _check_size(self, one: WireFrame) -> None:
        """Warn of a message that becomes much larger when it is inflated."""
        message = one.message
        if message is None or not message.compressed or not one.frame.fin:
            return
        inflated, wire = message.inflated_octets, message.wire_octets
        if inflated > BOMB_OCTETS and inflated > BOMB_RATIO * wire:
            text = f"message from the {one.sender}: {wire} octets inflate to {inflated}"
            self._add(payload.BOMB, one, text)

    def _add(self, rule: Rule, one: WireFrame, text: str) -> None:
        octets = part_of(one, rule.at)
        self.docket.add(rule, one.sender, (one.n,), text, *octets)


def _name(one: WireFrame) -> str:
    return f"{opcode_name(one.frame.opcode)} frame from the {one.sender}"


def _octets(one: WireFrame, rule: Rule) -> tuple[Octets, ...]:
    """The octets that are wrong."""
    message = one.message
    if rule is payload.NOT_UTF8 and message and message.fault and not message.compressed:
        fault = message.fault
        end = fault.offset + (fault.octet is not None)
        return payload_octets(message, fault.offset - len(fault.sequence), end)
    return part_of(one, rule.at)


def _explain_text(scene: Scene, one: WireFrame) -> str:
    """Where in its frame the octet stands, and where the character began."""
    message = one.message
    assert message is not None
    assert message.fault is not None
    if message.compressed:
        return " (octets counted after inflation)"
    where, at = frame_at(message, message.fault.offset)
    begin, _ = frame_at(message, message.fault.offset - len(message.fault.sequence))
    text = f", which is octet {at} of the payload of frame {where.n:03d}"
    return text if begin is where else f"{text}; the character began in frame {begin.n:03d}"


def _explain_rsv(scene: Scene, one: WireFrame) -> str:
    """Why RSV1 has no meaning here, and whether the payload is compressed all the same."""
    if one.frame.rsv != RSV1 or one.frame.is_control:
        return ""
    text = f"; {DEFLATE} was {_missing(scene.handshake)}"
    size = _inflates(one.frame.payload)
    if size is not None:
        text += f", but the payload inflates, to {counted(size, 'octet')}"
    return text


def _missing(handshake: Handshake) -> str:
    """What permessage-deflate lacks; what was offered is known only of a whole request."""
    if any(extension.name == DEFLATE for extension in handshake.offered):
        return "offered, and not agreed to"
    request = handshake.request
    return "not offered" if request is not None and request.complete else "not agreed to"


def _inflates(octets: bytes) -> int | None:
    """How many octets a payload inflates to; None if it is not compressed."""
    state = zlib.decompressobj(-15)
    try:
        size = len(state.decompress(octets + TAIL, BOMB_OCTETS))
    except zlib.error:
        return None
    return size or None


EXPLAIN: dict[Rule, Callable[[Scene, WireFrame], str]] = {
    payload.NOT_UTF8: _explain_text,
    frames.RSV: _explain_rsv,
}
"""Rules whose findings say more than the problem of the frame does."""
