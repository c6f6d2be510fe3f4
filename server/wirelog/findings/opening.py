"""The opening handshake: what each head breaks, who went on nevertheless, and how long it took."""

from __future__ import annotations

from wirelog.capture import Record
from wirelog.escaping import disarm, escape
from wirelog.findings.keys import Keys
from wirelog.findings.places import head_octets, line_octets, locate, part_of
from wirelog.findings.scene import SECOND, Scene, Watch
from wirelog.frames import Opcode, Side
from wirelog.handshake import HttpHead
from wirelog.message import WireFrame, pieces
from wirelog.rules import closing, frames, payload, request, response, shape
from wirelog.rules.rule import Problem, Rule
from wirelog.times import span

FOREIGN = (
    frames.RSV, frames.RESERVED_OPCODE, frames.MESSAGE_INSIDE, *payload.RULES, closing.UNFOUNDED
)  # fmt: skip
"""Rules that an extension which is not known here may change."""

MUST_REFUSE = frozenset({
    response.NOT_HTTP, request.METHOD, request.HTTP_VERSION, request.HOST, request.REQUEST_UPGRADE,
    request.REQUEST_CONNECTION, request.KEY, request.VERSION, request.REQUEST_DUPLICATE,
    request.EXTENSION_SYNTAX,
})  # fmt: skip
"""What a server must not answer with 101 (§4.2.1)."""
MUST_FAIL = frozenset({
    response.NOT_HTTP, response.RESPONSE_UPGRADE, response.RESPONSE_CONNECTION, response.ACCEPT,
    response.RESPONSE_EXTENSION, response.RESPONSE_PARAMS, response.RESPONSE_PROTOCOL,
    request.EXTENSION_SYNTAX,
})  # fmt: skip
"""What a client must fail the connection over (§4.1)."""


class Opening(Watch):
    """Judges both heads as soon as they are there."""

    def __init__(self, scene: Scene, keys: Keys | None = None) -> None:
        super().__init__(scene)
        self.is_judged = False
        self.blamed: set[Side] = set()
        """Sides whose head breaks a rule."""
        self._keys = keys
        self._wrong: Problem | None = None
        """What the client should have failed the connection over, until it goes on."""

    @property
    def is_waiting(self) -> bool:
        """Whether it matters if the client goes on."""
        return self._wrong is not None

    def judge(self, *, is_over: bool) -> None:
        """Report what is wrong; with `is_over` a head that has not ended never will."""
        self.is_judged = True
        both = self.scene.handshake
        asked, answered = both.request, both.response
        self._earlier()
        if asked is not None and asked.is_plain:
            text = f"an ordinary HTTP request came: {escape(asked.start)}"
            self._add(request.PLAIN_HTTP, "client", text)
            self._judge_switch(asked)
        elif asked is not None:
            wrong = self._report(both.request_problems, "client", is_over)
            self._judge_answer(wrong)
            self._early()
        if answered is not None:
            wrong = self._report(both.response_problems, "server", is_over)
            self._await(answered, wrong)
        self._slow()
        self._foreign()
        if self._keys is not None and asked is not None and asked.complete:
            self._reused(self._keys, asked)

    def frame(self, one: WireFrame) -> None:
        """See whether the client goes on behind a response that it must not accept."""
        if self._wrong is None or one.sender == "server" or one.frame.opcode == Opcode.CLOSE:
            return
        answer = self._carrier("server")
        if answer is not None and one.n < answer.n:
            return
        self.docket.add(
            request.WRONG_RESPONSE_ACCEPTED,
            "client",
            (one.n,),
            f"the client went on although {self._wrong.text}",
            *part_of(one, "frame"),
            section=self._wrong.rfc,
            on_purpose=self.scene.case_player == "client",
        )
        self._wrong = None

    def _await(self, answered: HttpHead, wrong: list[Problem]) -> None:
        """See whether the response leaves the client nothing but to go."""
        reason = next((one for one in wrong if one.rule in MUST_FAIL), None)
        if reason is not None:
            text = f"the response was wrong: {disarm(reason.text)}"
            self._wrong = Problem(reason.rule, text, reason.section)
        elif answered.status not in (None, 101):
            text = f"the server had answered {escape(answered.start)}"
            self._wrong = Problem(request.WRONG_RESPONSE_ACCEPTED, text)

    def _report(self, problems: list[Problem], side: Side, is_over: bool) -> list[Problem]:
        """Tell the problems of one head; those that count are given back."""
        # Of a head that the capture has cut nobody knows how it ended.
        is_over = is_over and not self.scene.stream_of(side).head_is_cut
        counting = [one for one in problems if one.rule is not response.UNFINISHED or is_over]
        for one in counting:
            if one.rule.severity == "error":
                self.blamed.add(side)
            whose = "request" if side == "client" else "response"
            self._add(one.rule, side, f"{whose}: {disarm(one.text)}", one.section)
        return counting

    def _earlier(self) -> None:
        """The exchanges that came before this one on the same connection."""
        asked = self.scene.stream_of("client").heads.earlier
        answered = self.scene.stream_of("server").heads.earlier
        final = [one for one in answered if not one[1].is_interim]
        for question, answer in zip(asked, final, strict=False):
            if question[1].is_plain:
                text = "an ordinary HTTP request came before the opening handshake"
                self._note(request.PLAIN_HTTP, "client", question, text)
            else:
                text = "the server refused the opening handshake at first"
                self._note(response.REFUSED, "server", answer, text)

    def _note(self, rule: Rule, side: Side, earlier: tuple[int, HttpHead], text: str) -> None:
        stream, direction = self.scene.stream_of(side), self.scene.direction(side)
        at, head = earlier
        octets = line_octets(stream, direction, at, head.raw.partition(b"\n")[0])
        events = tuple(one.n for place in octets for one in place.pieces[:1])
        self.docket.add(rule, side, events, f"{text}: {escape(head.start)}", *octets)

    def _judge_switch(self, asked: HttpHead) -> None:
        """Nobody may switch to a protocol that was not asked for (RFC 9110 §7.8)."""
        both = self.scene.handshake
        if both.is_open and both.response is not None:
            unasked = set(both.response.tokens("Upgrade")) - set(asked.tokens("Upgrade"))
            if unasked:
                text = "the server answered 101 to a request that does not ask for it"
                self._add(response.WRONG_REQUEST_ACCEPTED, "server", text)

    def _judge_answer(self, wrong: list[Problem]) -> None:
        """What the server made of the request."""
        both = self.scene.handshake
        if both.is_open:
            reason = next((one for one in wrong if one.rule in MUST_REFUSE), None)
            if reason is not None:
                text = f"the server answered 101 to a wrong request: {disarm(reason.text)}"
                self._add(response.WRONG_REQUEST_ACCEPTED, "server", text)
        elif both.status not in (None, 101) and both.response is not None:
            text = f"the server refused the opening handshake: {escape(both.response.start)}"
            self._add(response.REFUSED, "server", text)

    def _early(self) -> None:
        """Octets of the client behind its request, before the response was there."""
        stream = self.scene.stream_of("client")
        size = stream.heads.end
        if not stream.head_done or stream.octets_seen <= size:
            return
        answer = self._carrier("server", last=self.scene.me == "client")
        carriers = stream.carriers(size, size + 1)
        for record, _, _ in pieces(carriers, size, size + 1):
            if answer is None or record.n < answer.n:
                octets = locate(carriers, self.scene.direction("client"), size, size + 1)
                text = "the client sent more behind its request before the response was there"
                self.docket.add(request.EARLY_FRAMES, "client", (record.n,), text, *octets)

    def _slow(self) -> None:
        asked, answered = self._carrier("client"), self._carrier("server")
        if asked is None or asked.t is None:
            return
        if asked.t > SECOND:
            text = f"the client's request was complete {span(asked.t)} after TCP was connected"
            self._slowed("client", asked, text)
        waited = None if answered is None or answered.t is None else answered.t - asked.t
        if answered is not None and waited is not None and waited > SECOND:
            text = f"the server's response was complete {span(waited)} after the request"
            self._slowed("server", answered, text)

    def _slowed(self, side: Side, last: Record, text: str) -> None:
        direction = self.scene.direction(side)
        octets = head_octets(self.scene.stream(direction), direction, line=True)
        self.docket.add(shape.SLOW_HANDSHAKE, side, (last.n,), text, *octets)

    def _foreign(self) -> None:
        both = self.scene.handshake
        if both.is_extended:
            name = escape(both.foreign[0])
            why = f"the agreed extension {name} is not known here, and may change it"
            self.docket.cannot_check(FOREIGN, why)

    def _reused(self, keys: Keys, asked: HttpHead) -> None:
        key = asked.get("Sec-WebSocket-Key")
        elsewhere = None if key is None else keys.take(key)
        if elsewhere is not None:
            text = f"the same key was used on another connection: {escape(elsewhere)}"
            self._add(request.KEY_REUSED, "client", text)

    def _carrier(self, side: Side, *, last: bool = True) -> Record | None:
        """The record with the last octet of a head that is whole, or with the first one."""
        stream = self.scene.stream_of(side)
        if not stream.heads.is_whole:
            return None
        start = stream.heads.start
        at = start + len(stream.head) - 1 if last else start
        return next(
            (record for record, _, _ in pieces(stream.carriers(at, at + 1), at, at + 1)), None
        )

    def _add(self, rule: Rule, side: Side, text: str, section: str = "") -> None:
        """Report something of a head, at the record that holds it."""
        stream = self.scene.stream_of(side)
        direction = self.scene.direction(side)
        octets = head_octets(stream, direction, rule.header, line=rule.at == "line")
        n = octets[0].pieces[0].n if octets else 0
        self.docket.add(rule, side, (n,), text, *octets, section=section)
