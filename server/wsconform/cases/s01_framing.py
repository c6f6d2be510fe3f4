"""Section 1: one message in one frame, at the lengths where the encoding of the length changes."""

from __future__ import annotations

from wirelog.frames import Frame, Opcode
from wsconform.cases.case import Row, Rows, section
from wsconform.cases.events import Message
from wsconform.cases.octets import cyclic
from wsconform.cases.steps import KillAfter, Send
from wsconform.cases.wants import echo

LENGTHS = {
    1: (0, "nothing to unmask, nothing to return"),
    2: (125, "the longest that fits into the first length field"),
    3: (126, "the shortest that needs the 16-bit field"),
    4: (127, "a length equal to the mark of the 64-bit field, in the 16-bit field"),
    5: (128, "a length whose low octet has its top bit set"),
    6: (65535, "the longest that fits into the 16-bit field"),
    7: (65536, "the shortest that needs the 64-bit field"),
    8: (65536, "in writes of 997 octets, so that the peer has to put it together"),
}


def ladder(prefix: str, opcode: Opcode, unit: bytes) -> Rows:
    """The eight lengths for one kind of message."""
    kind = opcode.name.lower()
    for number, (length, about) in LENGTHS.items():
        says = f"A {kind} message of {length} octets: {about}."
        step = Send(Frame(opcode, unit), repeat=length, chop=997 if number == 8 else None)
        wanted = Message(cyclic(unit, length), opcode == Opcode.BINARY)
        limit = KillAfter(1 if length < 1000 else 10)
        yield Row(f"{prefix}.{number}", says, (step, limit), echo(wanted))


@section("1.1", "Text messages of growing length", "RFC 6455 §5.2")
def text_ladder() -> Rows:
    """If 0-125, that is the payload length. If 126, the following 2 bytes interpreted as a
    16-bit unsigned integer are the payload length. If 127, the following 8 bytes interpreted as
    a 64-bit unsigned integer (the most significant bit MUST be 0) are the payload length."""
    yield from ladder("1.1", Opcode.TEXT, b"*")


@section("1.2", "Binary messages of growing length", "RFC 6455 §5.2")
def binary_ladder() -> Rows:
    """In all cases, the minimal number of bytes MUST be used to encode the length. The "Payload
    data" of a binary frame is arbitrary binary data whose interpretation is solely up to the
    application layer (§5.6)."""
    yield from ladder("1.2", Opcode.BINARY, b"\xfe")


SECTIONS = (text_ladder, binary_ladder)
