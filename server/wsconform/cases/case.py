"""The case itself, and the section that it stands in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wirelog.frames import Frame, Opcode
from wsconform.cases.events import Message
from wsconform.cases.steps import (
    CloseAfter,
    EchoLoop,
    KillAfter,
    Send,
    SendMessage,
    Step,
    Timer,
    script_frames,
)
from wsconform.cases.wants import Rule, Wants


@dataclass(frozen=True, slots=True)
class Ask:
    """What permessage-deflate asks of the peer that compresses (RFC 7692 §7.1).

    A client offers it with the parameters that begin with `server_`, a server answers with those
    that begin with `client_`. It may always ask for no context takeover, and for a window only if
    the client has offered that (§7.1.1.2, §7.1.2.2).
    """

    no_context_takeover: bool = False
    """The peer starts each message with an empty window."""
    window_bits: int = 0
    """The peer's window is at most two to the power of this; 0 asks nothing."""

    @property
    def offer(self) -> str:
        """What a client sends; it always says that it can be asked for both as well."""
        words = ["permessage-deflate", "client_no_context_takeover", "client_max_window_bits"]
        if self.no_context_takeover:
            words.append("server_no_context_takeover")
        if self.window_bits:
            words.append(f"server_max_window_bits={self.window_bits}")
        return "; ".join(words)

    @property
    def needs(self) -> frozenset[str]:
        """Parameters that the client's offer must contain for a server to ask."""
        return frozenset({"client_max_window_bits"} if self.window_bits else ())

    @property
    def answer(self) -> str:
        """What a server answers, as far as the client is bound."""
        words = ["permessage-deflate"]
        if self.no_context_takeover:
            words.append("client_no_context_takeover")
        if self.window_bits:
            words.append(f"client_max_window_bits={self.window_bits}")
        return "; ".join(words)

    def __str__(self) -> str:
        words = ["no context takeover"] if self.no_context_takeover else []
        words += [f"{self.window_bits} window bits"] if self.window_bits else []
        return " and ".join(words) or "no terms"


def agree(asks: Sequence[Ask], offers: Sequence[Collection[str]]) -> tuple[Ask, int] | None:
    """The first ask that a client can be held to, and by which of its offers; None declines the
    extension. An offer is given by the names of its parameters."""
    pairs = ((ask, number) for ask in asks for number in range(len(offers)))
    return next(((ask, at) for ask, at in pairs if ask.needs <= set(offers[at])), None)


class Row(NamedTuple):
    """One line of a section's table."""

    id: str
    says: str
    script: tuple[Step, ...]
    wants: Wants
    asks: tuple[Ask, ...] = ()


Rows = Iterator[Row]


@dataclass(frozen=True, slots=True)
class Case:
    """One conformance case."""

    id: str
    """Such as `4.2.3`; the same as in the published suite, and the name of the capture."""
    says: str
    """What the peer is sent and what that is about."""
    rfc: str
    """The paragraph that decides, such as `RFC 6455 §5.2`."""
    script: tuple[Step, ...]
    wants: Wants
    asks: tuple[Ask, ...] = ()
    """Terms of permessage-deflate, in order of preference; empty for a case without compression."""

    @property
    def category(self) -> str:
        """The first number of the id."""
        return self.id.partition(".")[0]

    @property
    def is_bulk(self) -> bool:
        """Whether so much is sent that a record keeps only the first and the last of it."""
        return self.wants.rule in (Rule.FIRST_ECHO, Rule.LOCKSTEP)

    @property
    def timer(self) -> Timer:
        """The step that ends the case if nothing else does; each script has exactly one."""
        (timer,) = [one for one in self.script if isinstance(one, KillAfter | CloseAfter)]
        return timer

    @property
    def loop(self) -> EchoLoop | None:
        """The lockstep loop, if there is one."""
        return next((step for step in self.script if isinstance(step, EchoLoop)), None)

    @property
    def pings(self) -> list[bytes]:
        """Payloads of the pings that the script sends, in order."""
        return [
            step.frame.payload
            for step in self.script
            if isinstance(step, Send) and step.frame.opcode == Opcode.PING
        ]

    def sent_message(self) -> Message:
        """The one message that a first-echo case sends, and wants back."""
        step = self.script[0]
        if isinstance(step, SendMessage):
            return Message(step.octets(), step.binary)
        assert isinstance(step, Send), f"case {self.id} does not begin with a message"
        return Message(step.on_wire().payload, step.frame.opcode == Opcode.BINARY)

    def wanted(self, *, as_published: bool = False) -> tuple[str, ...]:
        """The acceptable outcomes in words, the strict one first, and last how the connection
        must end."""
        by_rule = {
            Rule.FIRST_ECHO: "OK: the same message comes back, equal in type, length and content",
            Rule.LOCKSTEP: "OK: every message comes back, equal in type, length and content",
        }
        outcomes = [str(outcome) for outcome in self.wants.accepted(as_published=as_published)]
        if self.wants.rule in by_rule:
            outcomes = [by_rule[self.wants.rule]]
        return (*outcomes, f"Close: {self.wants.ending}")

    def frames(self) -> Iterator[Frame]:
        """The frames that the script sends, in order, unmasked; those of an echo loop are not
        among them."""
        return script_frames(self.script)


@dataclass(frozen=True, slots=True)
class Section:
    """Cases about one rule."""

    id: str
    """What the ids of its cases begin with, such as `4.2`."""
    title: str
    rfc: str
    rule: str
    """What that paragraph says, in its words or in short."""
    cases: tuple[Case, ...]


def section(id_: str, title: str, rfc: str) -> Callable[[Callable[[], Rows]], Section]:
    """Turn a generator of rows into a section; its docstring is what the paragraph says."""

    def gather(rows: Callable[[], Rows]) -> Section:
        cases = tuple(
            Case(row.id, row.says, rfc, row.script, row.wants, row.asks) for row in rows()
        )
        return Section(id_, title, rfc, " ".join((rows.__doc__ or "").split()), cases)

    return gather
