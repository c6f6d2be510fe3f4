"""Section 2: a ping is answered with a pong of the same payload; a pong asks for nothing."""

from __future__ import annotations

from wirelog.frames import Frame
from wsconform.cases.build import close, ping, pong
from wsconform.cases.case import Row, Rows, section
from wsconform.cases.events import Pong
from wsconform.cases.octets import cyclic
from wsconform.cases.steps import CloseAfter, KillAfter, Send, chopped, sends
from wsconform.cases.wants import echo, fails

MIXED = bytes.fromhex("00fffefdfcfb00ff")
FULL = cyclic(b"\xfe", 125)
TOO_LONG = cyclic(b"\xfe", 126)
UNASKED = pong("unsolicited pong payload")
TEN = sends(*(ping(f"payload-{n}") for n in range(10)))


def returned(*pings: Frame) -> tuple[Pong, ...]:
    """The pongs that answer these pings."""
    return tuple(Pong(one.payload) for one in pings)


def answered(number: int, about: str, given: Frame) -> Row:
    """A ping, and its pong."""
    says = f"A ping {about}."
    return Row(f"2.{number}", says, (Send(given), CloseAfter(1)), echo(*returned(given)))


@section("2", "Ping and pong", "RFC 6455 §5.5.2")
def pings() -> Rows:
    """Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it
    already received a Close frame. A Pong frame sent in response to a Ping frame must have
    identical "Application data" as found in the message body of the Ping frame being replied to
    (§5.5.3)."""
    yield answered(1, "without payload", ping())
    yield answered(2, "with a short text", ping("Hello, world!"))
    yield answered(3, "with octets that are not text, zero among them", ping(MIXED))
    yield answered(4, "with 125 octets, as many as a control frame may carry", ping(FULL))
    yield Row(
        "2.5", "A ping with 126 octets, one more than a control frame may carry.",
        (Send(ping(TOO_LONG)), KillAfter(1)), fails(1002),
    )  # fmt: skip
    yield Row(
        "2.6", "A ping with 125 octets, in writes of one octet: the peer has to wait for its end.",
        (*chopped(1, sends(ping(FULL))), CloseAfter(2)), echo(Pong(FULL)),
    )  # fmt: skip
    yield Row(
        "2.7", "A pong that nobody asked for, without payload, then our close: no answer to it.",
        (Send(pong()), close(1000), CloseAfter(1)), echo(),
    )  # fmt: skip
    yield Row(
        "2.8", "A pong that nobody asked for, with a payload, then our close: no answer to it.",
        (Send(UNASKED), close(1000), CloseAfter(1)), echo(),
    )  # fmt: skip
    yield Row(
        "2.9", "A pong that nobody asked for, then a ping: only the ping is answered.",
        (*sends(UNASKED, ping("ping payload")), CloseAfter(1)), echo(Pong(b"ping payload")),
    )  # fmt: skip
    yield Row(
        "2.10", "Ten pings in a row, each with another payload: ten pongs in order.",
        (*TEN, CloseAfter(3)), echo(*returned(*(one.frame for one in TEN))),
    )  # fmt: skip
    yield Row(
        "2.11", "Ten pings, each with another payload, in writes of one octet: ten pongs in order.",
        (*chopped(1, TEN), CloseAfter(3)), echo(*returned(*(one.frame for one in TEN))),
    )  # fmt: skip


SECTIONS = (pings,)
