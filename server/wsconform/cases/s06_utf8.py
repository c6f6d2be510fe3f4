"""Section 6: text is UTF-8 as a whole message, however it is cut; what is not UTF-8 fails the
connection.

The samples of 6.5 to 6.23 have no column for valid or invalid: Python's strict codec decides.
"""

from __future__ import annotations

from wirelog.frames import Opcode
from wsconform.cases.build import cont, more, text
from wsconform.cases.case import Row, Rows, Section, section
from wsconform.cases.events import Message, Timeout
from wsconform.cases.steps import (
    CloseAfter,
    FramePart,
    KillAfter,
    Pause,
    Send,
    SendMessage,
    StartFrame,
    Step,
    sends,
)
from wsconform.cases.utf8_samples import SAMPLES, WORD
from wsconform.cases.wants import Wants, echo, fails, fails_at_once

GREETING = "Hello-µ@ßöäüàá-UTF-8!!".encode()
SURROGATE = bytes.fromhex("eda080")
ABOVE_UNICODE = bytes.fromhex("f4908080")
EDITED = b"edited"
GOOD = "A text with letters of one and of two octets,"
BAD = "A text with a surrogate, ed a0 80, between good letters,"


def echoed(octets: bytes) -> Wants:
    """The text comes back as one message."""
    return echo(Message(octets, False))


@section("6.1", "Text fragments without octets", "RFC 6455 §5.4")
def empty_fragments() -> Rows:
    """A sender MAY create fragments of any size for non-control messages: none at all is a size
    too."""
    yield Row(
        "6.1.1", "A text message without octets.",
        (Send(text()), CloseAfter(1)), echoed(b""),
    )  # fmt: skip
    yield Row(
        "6.1.2", "A text message in three fragments, none of which has octets: one empty message.",
        (*sends(more(text()), more(cont()), cont()), CloseAfter(1)), echoed(b""),
    )  # fmt: skip
    yield Row(
        "6.1.3", "A text message in three fragments of which only the middle one has octets.",
        (*sends(more(text()), more(cont("middle frame payload")), cont()), CloseAfter(1)),
        echoed(b"middle frame payload"),
    )  # fmt: skip


@section("6.2", "Good text, whole and in fragments", "RFC 6455 §5.6")
def good_text() -> Rows:
    """A particular text frame might include a partial UTF-8 sequence; however, the whole message
    MUST contain valid UTF-8."""
    yield Row(
        "6.2.1", f"{GOOD} in one frame.",
        (SendMessage(GREETING), CloseAfter(1)), echoed(GREETING),
    )  # fmt: skip
    cut = GREETING.index("ü".encode())
    yield Row(
        "6.2.2", f"{GOOD} in two fragments, cut between two letters.",
        (*sends(more(text(GREETING[:cut])), cont(GREETING[cut:])), CloseAfter(1)), echoed(GREETING),
    )  # fmt: skip
    yield Row(
        "6.2.3", f"{GOOD} in fragments of one octet: some end inside a letter.",
        (SendMessage(GREETING, fragment=1), CloseAfter(1)), echoed(GREETING),
    )  # fmt: skip
    yield Row(
        "6.2.4", "A Greek word, letters of two and of three octets, in fragments of one octet.",
        (SendMessage(WORD, fragment=1), CloseAfter(1)), echoed(WORD),
    )  # fmt: skip


@section("6.3", "Bad text, whole and in fragments", "RFC 6455 §8.1")
def bad_text() -> Rows:
    """When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte stream is
    not, in fact, a valid UTF-8 stream, that endpoint MUST _Fail the WebSocket Connection_."""
    octets = WORD + SURROGATE + EDITED
    wanted = fails(1007, fatal=True)
    yield Row(
        "6.3.1", f"{BAD} in one frame.",
        (SendMessage(octets), KillAfter(1)), wanted,
    )  # fmt: skip
    yield Row(
        "6.3.2", f"{BAD} in fragments of one octet.",
        (SendMessage(octets, fragment=1), KillAfter(1)), wanted,
    )  # fmt: skip


def in_fragments(first: bytes, second: bytes, third: bytes) -> tuple[Step, ...]:
    """Three fragments of a text, one second apart."""
    return (
        Send(more(text(first))), Pause(1, "A"),
        Send(more(cont(second))), Pause(1, "B"),
        Send(cont(third)), KillAfter(1),
    )  # fmt: skip


def in_one_frame(first: bytes, second: bytes, third: bytes) -> tuple[Step, ...]:
    """The first fragment of a text in three pieces, one second apart, then an empty last
    fragment."""
    return (
        StartFrame(Opcode.TEXT, len(first + second + third), fin=False),
        FramePart(first), Pause(1, "A"),
        FramePart(second), Pause(1, "B"),
        FramePart(third), Send(cont()), KillAfter(1),
    )  # fmt: skip


@section("6.4", "Bad text is noticed when it comes", "RFC 6455 §8.1")
def noticed_at_once() -> Rows:
    """The endpoint MUST _Fail the WebSocket Connection_ when it finds that the byte stream is
    not a valid UTF-8 stream. It can find that before the message ends, even before the frame
    ends; whoever waits is not strict."""
    cut = "The code point above U+10FFFF, f4 90 80 80, stands whole in the second part."
    split = "The second part is the octet 90, which cannot follow the f4 that ends the first part."
    says = "A text message in three {0}, one second apart. {1} The peer fails before the third."
    whole = (WORD, ABOVE_UNICODE, EDITED)
    broken = (WORD + ABOVE_UNICODE[:1], ABOVE_UNICODE[1:2], ABOVE_UNICODE[2:] + EDITED)
    wanted = fails_at_once(1007, (Timeout("A"),), Timeout("B"))
    yield Row("6.4.1", says.format("fragments", cut), in_fragments(*whole), wanted)
    yield Row("6.4.2", says.format("fragments", split), in_fragments(*broken), wanted)
    yield Row("6.4.3", says.format("pieces of one frame", cut), in_one_frame(*whole), wanted)
    yield Row("6.4.4", says.format("pieces of one frame", split), in_one_frame(*broken), wanted)


def sample(id_: str, about: str, octets: bytes) -> Row:
    """One string in one text message: an echo if it is UTF-8, else a failed connection."""
    spelled = octets.hex(" ")
    script = (SendMessage(octets), KillAfter(0.5))
    try:
        points = " ".join(f"U+{ord(char):04X}" for char in octets.decode())
    except UnicodeDecodeError as error:
        says = f"{about}: {spelled}. Not UTF-8 from octet {error.start} on."
        return Row(id_, says, script, fails(1007, fatal=True))
    return Row(id_, f"{about}: {spelled}. UTF-8: {points}.", script, echoed(octets))


def samples(group: int, title: str, about: str, strings: tuple[bytes, ...]) -> Section:
    """One group of samples."""

    @section(f"6.{group}", title, "RFC 6455 §8.1")
    def rows() -> Rows:
        """When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte stream
        is not, in fact, a valid UTF-8 stream, that endpoint MUST _Fail the WebSocket
        Connection_. What is valid: RFC 3629 §4."""
        for number, octets in enumerate(strings, 1):
            yield sample(f"6.{group}.{number}", about, octets)

    return rows


SECTIONS = (
    empty_fragments,
    good_text,
    bad_text,
    noticed_at_once,
    *(samples(group, *given) for group, given in SAMPLES.items()),
)
