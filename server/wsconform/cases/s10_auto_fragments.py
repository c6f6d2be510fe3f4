"""Section 10: a message that the sender's own library cuts into fragments."""

from __future__ import annotations

from dataclasses import replace

from wirelog.frames import Opcode
from wsconform.cases.case import Row, Rows, section
from wsconform.cases.events import Message
from wsconform.cases.octets import cyclic
from wsconform.cases.steps import KillAfter, SendMessage
from wsconform.cases.wants import echo

LENGTH = 65536
SIZE = 1300


@section("10.1", "Fragments that the sender makes by itself", "RFC 6455 §5.4")
def automatic() -> Rows:
    """A sender MAY create fragments of any size for non-control messages."""
    wanted = echo(Message(cyclic(b"*", LENGTH), False))
    yield Row(
        "10.1.1",
        f"A text message of {LENGTH} octets in fragments of {SIZE}: one text frame and 50 "
        "continuation frames. The case also counts the frames that left, to be sure of the sender.",
        (SendMessage(b"*", repeat=LENGTH, fragment=SIZE), KillAfter(10)),
        replace(wanted, frames_sent=((Opcode.TEXT, 1), (Opcode.CONT, 50))),
    )


SECTIONS = (automatic,)
