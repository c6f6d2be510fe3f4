"""Section 3: the reserved bits mean nothing unless an extension was agreed."""

from __future__ import annotations

from wirelog.frames import Frame, Opcode
from wsconform.cases.build import binary, frame, ping, reserved, text
from wsconform.cases.case import Row, Rows, section
from wsconform.cases.events import Message
from wsconform.cases.steps import KillAfter, Send, alone, chopped, sends
from wsconform.cases.wants import fails

HELLO = text("Hello, world!")
ECHO = (Message(HELLO.payload, False),)
AFTER_ECHO = fails(1002, after=ECHO)
PROBE = "then a ping that must stay without a pong"


def lonely(bits: int, about: str, given: Frame) -> Row:
    """One frame, wrong in its reserved bits."""
    says = f"{about} with RSV={bits:03b}, though no extension was agreed."
    return Row(f"3.{bits}", says, (Send(reserved(given, bits)), KillAfter(1)), fails(1002))


def trapped(bits: int) -> tuple[Send, ...]:
    """A good message, the same one with reserved bits, a ping."""
    return sends(HELLO, reserved(HELLO, bits), ping())


@section("3", "Reserved bits", "RFC 6455 §5.2")
def reserved_bits() -> Rows:
    """RSV1, RSV2, RSV3 MUST be 0 unless an extension is negotiated that defines meanings for
    non-zero values. If a nonzero value is received and none of the negotiated extensions defines
    the meaning of such a nonzero value, the receiving endpoint MUST _Fail the WebSocket
    Connection_."""
    yield lonely(1, "A text message", HELLO)
    yield Row(
        "3.2", f"A good text message, the same with RSV=010, {PROBE}; all may share a segment.",
        (*trapped(2), KillAfter(1)), AFTER_ECHO,
    )  # fmt: skip
    yield Row(
        "3.3", f"A good text message, the same with RSV=011, {PROBE}; each in a write of its own.",
        (*alone(trapped(3)), KillAfter(1)), AFTER_ECHO,
    )  # fmt: skip
    yield Row(
        "3.4", f"A good text message, the same with RSV=100, {PROBE}; in writes of one octet.",
        (*chopped(1, trapped(4)), KillAfter(1)), AFTER_ECHO,
    )  # fmt: skip
    yield lonely(5, "A binary message", binary(bytes.fromhex("00fffefdfcfb00ff")))
    yield lonely(6, "A binary message", binary("Hello, world!"))
    yield lonely(7, "A close frame", frame(Opcode.CLOSE))


SECTIONS = (reserved_bits,)
