"""Section 4: opcodes 3 to 7 and 11 to 15 are reserved, so nobody can know what they mean."""

from __future__ import annotations

from wsconform.cases.build import Octets, frame, ping, text
from wsconform.cases.case import Row, Rows, section
from wsconform.cases.events import Message
from wsconform.cases.steps import KillAfter, Send, chopped, sends
from wsconform.cases.wants import fails

HELLO = text("Hello, world!")
AFTER_ECHO = fails(1002, after=(Message(HELLO.payload, False),))


def trapped(opcode: int, payload: Octets = b"") -> tuple[Send, ...]:
    """A good message, the reserved frame, a ping."""
    return sends(HELLO, frame(opcode, payload), ping())


def alone(id_: str, what: str, step: Send) -> Row:
    """Nothing but the reserved frame."""
    return Row(id_, f"{what}.", (step, KillAfter(1)), fails(1002))


def after_hello(id_: str, what: str, steps: tuple[Send, ...], how: str = "") -> Row:
    """The reserved frame between a good message and a ping."""
    says = f"A good text message, {what}, then a ping that must get no pong{how}."
    return Row(id_, says, (*steps, KillAfter(1)), AFTER_ECHO)


def five(prefix: str, first: int, kind: str) -> Rows:
    """The five reserved opcodes of one kind, each sent in another way."""
    named = [f"a frame with the reserved {kind} opcode {first + n}" for n in range(5)]
    empty, loaded = "without payload", "with a payload"
    hello = HELLO.payload
    what = named[0].capitalize()
    yield alone(f"{prefix}.1", f"{what}, {empty}", Send(frame(first)))
    what = named[1].capitalize()
    step = Send(frame(first + 1, "reserved opcode payload"))
    yield alone(f"{prefix}.2", f"{what}, {loaded}", step)
    yield after_hello(f"{prefix}.3", f"{named[2]} {empty}", trapped(first + 2))
    yield after_hello(f"{prefix}.4", f"{named[3]} {loaded}", trapped(first + 3, hello))
    steps = chopped(1, trapped(first + 4, hello))
    how = "; all in writes of one octet"
    yield after_hello(f"{prefix}.5", f"{named[4]} {loaded}", steps, how)


@section("4.1", "Reserved opcodes for data, 3 to 7", "RFC 6455 §5.2")
def data_opcodes() -> Rows:
    """If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket
    Connection_. %x3-7 are reserved for further non-control frames."""
    yield from five("4.1", 3, "data")


@section("4.2", "Reserved opcodes for control, 11 to 15", "RFC 6455 §5.2")
def control_opcodes() -> Rows:
    """If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket
    Connection_. %xB-F are reserved for further control frames."""
    yield from five("4.2", 11, "control")


SECTIONS = (data_opcodes, control_opcodes)
