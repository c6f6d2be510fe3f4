"""Section 5: messages in fragments, with control frames between them, and the ways to get that
wrong."""

from __future__ import annotations

from wirelog.frames import Frame
from wsconform.cases.build import cont, more, ping, pong, text
from wsconform.cases.case import Row, Rows, section
from wsconform.cases.events import Message, Pong
from wsconform.cases.steps import CloseAfter, KillAfter, Pause, Send, alone, chopped, sends
from wsconform.cases.wants import echo, fails

FIRST = more(text("fragment1"))
SECOND = cont("fragment2")
WHOLE = Message(b"fragment1fragment2", False)
NOTHING_OPEN = "non-continuation payload"
STRAY = "A continuation frame although nothing is to be continued,"
HELLO = text("Hello, world!")

TOGETHER = "both may share a segment"
ALONE = "each in a write of its own"
CHOPPED = "in writes of one octet"


def good(number: int, about: str, steps: tuple[Send, ...]) -> Row:
    """A message in two fragments that comes back whole."""
    says = f"A text message in two fragments, {about}: it comes back as one message."
    return Row(f"5.{number}", says, (*steps, CloseAfter(1)), echo(WHOLE))


def pinged(number: int, about: str, steps: tuple[Send, ...]) -> Row:
    """A ping between the fragments is answered at once."""
    says = (
        f"A text message in two fragments with a ping between them, {about}: the pong comes first, "
        "then the message."
    )
    return Row(f"5.{number}", says, (*steps, CloseAfter(1)), echo(Pong(b"ping payload"), WHOLE))


def wrong(number: int, says: str, steps: tuple[Send, ...]) -> Row:
    """A sequence that breaks the rules from the first message on."""
    return Row(f"5.{number}", says, (*steps, KillAfter(1)), fails(1002))


def stray(number: int, about: str, how: str, steps: tuple[Send, ...]) -> Row:
    """A continuation although no message is open, then a good message."""
    says = f"{STRAY} with {about}, then a good text message; {how}."
    return wrong(number, says, steps)


def paused(number: int, about: str, first: tuple[Send, ...], second: tuple[Send, ...]) -> Row:
    """Five fragments and two pings, with a second of silence in the middle."""
    says = (
        "A text message in five fragments; a ping after the second, a second of silence, a ping "
        f"after the fourth; {about}. Both pongs come at their time, then the message."
    )
    message = Message(b"fragment1fragment2fragment3fragment4fragment5", False)
    wanted = echo(Pong(b"pongme 1!"), Pong(b"pongme 2!"), message)
    return Row(f"5.{number}", says, (*first, Pause(1), *second, CloseAfter(1)), wanted)


TWO = sends(FIRST, SECOND)
THREE = sends(FIRST, ping("ping payload"), SECOND)
STRAY_LAST = sends(cont(NOTHING_OPEN), HELLO)
STRAY_FIRST = sends(more(cont(NOTHING_OPEN)), HELLO)
BEFORE_PAUSE = sends(FIRST, more(SECOND), ping("pongme 1!"))
AFTER_PAUSE = sends(
    more(cont("fragment3")), more(cont("fragment4")), ping("pongme 2!"), cont("fragment5")
)


def twice(*frames: Frame) -> tuple[Send, ...]:
    """The same frames two times."""
    return sends(*frames, *frames)


@section("5", "Fragmentation", "RFC 6455 §5.4")
def fragmentation() -> Rows:
    """A fragmented message consists of a single frame with the FIN bit clear and an opcode other
    than 0, followed by zero or more frames with the FIN bit clear and the opcode set to 0, and
    terminated by a single frame with the FIN bit set and an opcode of 0. Control frames MAY be
    injected in the middle of a fragmented message. Control frames themselves MUST NOT be
    fragmented."""
    yield wrong(1, "A ping in two fragments.", sends(more(ping("fragment1")), SECOND))
    yield wrong(2, "A pong in two fragments.", sends(more(pong("fragment1")), SECOND))
    yield good(3, TOGETHER, TWO)
    yield good(4, ALONE, alone(TWO))
    yield good(5, CHOPPED, chopped(1, TWO))
    yield pinged(6, "all may share a segment", THREE)
    yield pinged(7, ALONE, alone(THREE))
    yield pinged(8, CHOPPED, chopped(1, THREE))
    yield stray(9, "FIN set", TOGETHER, STRAY_LAST)
    yield stray(10, "FIN set", ALONE, alone(STRAY_LAST))
    yield stray(11, "FIN set", CHOPPED, chopped(1, STRAY_LAST))
    yield stray(12, "FIN clear", TOGETHER, STRAY_FIRST)
    yield stray(13, "FIN clear", ALONE, alone(STRAY_FIRST))
    yield stray(14, "FIN clear", CHOPPED, chopped(1, STRAY_FIRST))
    yield Row(
        "5.15",
        "A good text message in two fragments, then a continuation frame although nothing is to be "
        "continued, then a text message; all may share a segment.",
        (*TWO, *sends(more(cont("fragment3")), text("fragment4")), KillAfter(1)),
        fails(1002, after=(WHOLE,)),
    )
    yield wrong(
        16, f"{STRAY} with FIN clear, then a message in two fragments, and all of it again.",
        twice(more(cont("fragment1")), more(text("fragment2")), cont("fragment3")),
    )  # fmt: skip
    yield wrong(
        17, f"{STRAY} with FIN set, then a message in two fragments, and all of it again.",
        twice(cont("fragment1"), more(text("fragment2")), cont("fragment3")),
    )  # fmt: skip
    yield wrong(
        18, "The first fragment of a text message, then a text frame instead of a continuation.",
        sends(FIRST, text("fragment2")),
    )  # fmt: skip
    yield paused(19, "frames may share a segment", BEFORE_PAUSE, AFTER_PAUSE)
    yield paused(20, ALONE, alone(BEFORE_PAUSE), alone(AFTER_PAUSE))


SECTIONS = (fragmentation,)
