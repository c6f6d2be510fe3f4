"""Section 7: the closing handshake. Here the case closes; how a peer closes by itself is not
asked."""

from __future__ import annotations

from dataclasses import replace

from wirelog.frames import Opcode
from wsconform.cases.build import close, cont, frame, more, ping, text
from wsconform.cases.case import Row, Rows, section
from wsconform.cases.events import Message
from wsconform.cases.octets import cyclic
from wsconform.cases.steps import KillAfter, Send, Step
from wsconform.cases.wants import NORMAL, Ending, Outcome, Wants, answers, holding, informs

HELLO = text("Hello World!")
HELLO_ECHO = Message(HELLO.payload, False)
UNIT = b"BAsd7&jh23"
LARGE = 262144
BAD_REASON = bytes.fromhex("cebae1bdb9cf83cebcceb5eda080656469746564")
LIMIT = KillAfter(1)
LEGAL = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
ILLEGAL = (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999)
BEYOND = (5000, 65535)

CLOSES = holding(answers(1000))
REFUSES = holding(answers(1002, clean=False))


def after_close(number: int, says: str, *script: Step) -> Row:
    """Something follows our close frame; the peer answers the close and nothing else."""
    return Row(f"7.1.{number}", says, (*script, LIMIT), CLOSES)


def either_order() -> Wants:
    """Both echoes before the close, or none; the published suite lists the second echo alone."""
    nothing = Outcome("NON-STRICT", ())
    both = (Message(cyclic(UNIT, LARGE), False), HELLO_ECHO)
    published = (Outcome("OK", (HELLO_ECHO,)), nothing)
    return replace(informs((Outcome("OK", both), nothing), NORMAL), published=published)


@section("7.1", "What comes around the close frame", "RFC 6455 §5.5.1")
def order() -> Rows:
    """If an endpoint receives a Close frame and did not previously send a Close frame, the
    endpoint MUST send a Close frame in response. After both sending and receiving a Close
    message, an endpoint considers the WebSocket connection closed and MUST close the underlying
    TCP connection."""
    yield Row(
        "7.1.1", "A text message; our close follows when its echo is here.",
        (Send(HELLO), LIMIT), answers(1000, heard=(HELLO_ECHO,)),
    )  # fmt: skip
    close_1000 = close(1000)
    yield after_close(
        2, "Our close, then a second close frame, which must be ignored.",
        close_1000, Send(frame(Opcode.CLOSE)),
    )  # fmt: skip
    yield after_close(
        3, "Our close, then a ping: whoever has received a close frame owes no pong.",
        close_1000, Send(ping()),
    )  # fmt: skip
    yield after_close(
        4, "Our close, then a text message, which must not come back.", close_1000, Send(HELLO)
    )
    yield after_close(
        5, "The first fragment of a text message, our close, the last fragment: no echo.",
        Send(more(text("fragment1"))), close_1000, Send(cont("fragment2")),
    )  # fmt: skip
    yield Row(
        "7.1.6",
        f"A text message of {LARGE} octets, a short one, our close and a ping, without a pause. "
        "Whether the peer echoes before it closes is its own affair: shown, not judged.",
        (Send(text(UNIT), repeat=LARGE), Send(HELLO), close_1000, Send(ping()), LIMIT),
        either_order(),
    )  # fmt: skip


@section("7.3", "What a close frame carries", "RFC 6455 §5.5.1")
def payloads() -> Rows:
    """If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer
    representing a status code. Following the 2-byte integer, the body MAY contain UTF-8-encoded
    data. All control frames MUST have a payload length of 125 bytes or less (§5.5)."""
    yield Row("7.3.1", "A close frame without a body.", (close(), LIMIT), CLOSES)
    yield Row(
        "7.3.2", "A close frame with a body of one octet, too short for a code.",
        (close(stray=b"a"), LIMIT), REFUSES,
    )  # fmt: skip
    yield Row("7.3.3", "A close frame with a code and no reason.", (close(1000), LIMIT), CLOSES)
    yield Row(
        "7.3.4", "A close frame with a code and a reason.",
        (close(1000, HELLO.payload), LIMIT), CLOSES,
    )  # fmt: skip
    yield Row(
        "7.3.5", "A close frame with the longest reason there can be, 123 octets.",
        (close(1000, "*" * 123), LIMIT), CLOSES,
    )  # fmt: skip
    yield Row(
        "7.3.6", "A close frame with a reason of 124 octets: 126 with the code, one too many.",
        (close(1000, "*" * 124), LIMIT), REFUSES,
    )  # fmt: skip


@section("7.5", "A reason that is not UTF-8", "RFC 6455 §5.5.1")
def reasons() -> Rows:
    """Following the 2-byte integer, the body MAY contain UTF-8-encoded data with value /reason/."""
    yield Row(
        "7.5.1", "A close frame whose reason has a surrogate, ed a0 80, between good letters.",
        (close(1000, BAD_REASON), LIMIT), holding(answers(1002, 1007, clean=False)),
    )  # fmt: skip


def coded(id_: str, about: str, code: int, wants: Wants) -> Row:
    """A close frame with this code."""
    return Row(id_, f"A close frame with code {code}, {about}.", (close(code), LIMIT), wants)


@section("7.7", "Close codes that may be sent", "RFC 6455 §7.4")
def legal_codes() -> Rows:
    """Endpoints MAY use the pre-defined status codes when sending a Close frame; 3000-3999 are
    registered with IANA, 4000-4999 are reserved for private use. When sending a Close frame in
    response, the endpoint typically echos the status code it received (§5.5.1)."""
    for number, code in enumerate(LEGAL, 1):
        about = "which a client may send" if code == 1010 else "which is allowed"
        yield coded(f"7.7.{number}", about, code, answers(1000, code))


@section("7.9", "Close codes that may not be sent", "RFC 6455 §7.4")
def illegal_codes() -> Rows:
    """Status codes in the range 0-999 are not used. 1004 is reserved; 1005 and 1006 MUST NOT be
    set as a status code in a Close control frame by an endpoint. 1000-2999 are reserved for
    definition by this protocol."""
    for number, code in enumerate(ILLEGAL, 1):
        wants = answers(1002, clean=False)
        yield coded(f"7.9.{number}", "which must not be sent", code, wants)


@section("7.13", "Close codes beyond all ranges", "RFC 6455 §7.4.2")
def codes_beyond() -> Rows:
    """The ranges of status codes end at 4999; what a higher one means is not said."""
    for number, code in enumerate(BEYOND, 1):
        ending = Ending(True, (1000, code, 1002), False)
        wants = informs((Outcome("OK", ()),), ending)
        yield coded(f"7.13.{number}", "above all ranges: shown, not judged", code, wants)


SECTIONS = (order, payloads, reasons, legal_codes, illegal_codes, codes_beyond)
