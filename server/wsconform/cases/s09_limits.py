"""Section 9: large messages, many fragments, small writes, many round trips."""

from __future__ import annotations

from wirelog.frames import Frame, Opcode
from wsconform.cases.case import Row, Rows, section
from wsconform.cases.steps import CloseAfter, EchoLoop, Send, SendMessage
from wsconform.cases.wants import first_echo, lockstep

KIB = 1024
MIB = 1024 * KIB
TEXT_UNIT = b"BAsd7&jh23"
BINARY_UNIT = bytes.fromhex("00fe23faf0")

SIZES = (64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB)
TEXT_LIMITS = (10, 10, 100, 100, 100, 100)
BINARY_LIMITS = (10, 10, 10, 10, 100, 100)
FRAGMENTS = (64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB)
CHOPS = (64, 128, 256, 512, KIB, 2 * KIB)
TRIPS = {0: 60, 16: 60, 64: 60, 256: 120, KIB: 240, 4 * KIB: 480}
ROUNDS = 1000


def size_of(octets: int) -> str:
    """`64 KiB`, `16 MiB`, `997 octets`."""
    if octets >= KIB and octets % KIB == 0:
        return f"{octets // MIB} MiB" if octets % MIB == 0 else f"{octets // KIB} KiB"
    return f"{octets} octets"


def growing(prefix: str, opcode: Opcode, unit: bytes, limits: tuple[int, ...]) -> Rows:
    """One message in one frame, in six sizes."""
    for number, (size, limit) in enumerate(zip(SIZES, limits, strict=True), 1):
        says = f"A {opcode.name.lower()} message of {size_of(size)} in one frame."
        script = (Send(Frame(opcode, unit), repeat=size), CloseAfter(limit))
        yield Row(f"{prefix}.{number}", says, script, first_echo())


def fragmented(prefix: str, kind: str, units: list[bytes]) -> Rows:
    """4 MiB in fragments, in nine sizes."""
    for number, (size, unit) in enumerate(zip(FRAGMENTS, units, strict=True), 1):
        says = f"A {kind} message of 4 MiB in fragments of {size_of(size)}."
        step = SendMessage(unit, binary=kind == "binary", repeat=4 * MIB, fragment=size)
        yield Row(f"{prefix}.{number}", says, (step, CloseAfter(100)), first_echo())


def in_writes(prefix: str, opcode: Opcode, unit: bytes) -> Rows:
    """1 MiB in one frame, in writes of six sizes."""
    for number, chop in enumerate(CHOPS, 1):
        says = (
            f"A {opcode.name.lower()} message of 1 MiB in one frame, in writes of {size_of(chop)}."
        )
        script = (Send(Frame(opcode, unit), repeat=MIB, chop=chop), CloseAfter(1000))
        yield Row(f"{prefix}.{number}", says, script, first_echo())


def round_trips(prefix: str, opcode: Opcode, unit: bytes) -> Rows:
    """A thousand messages, one after the other, in six sizes."""
    for number, (size, limit) in enumerate(TRIPS.items(), 1):
        messages = f"{opcode.name.lower()} messages of {size_of(size)}"
        says = f"{ROUNDS} {messages}, each sent when the one before has come back."
        script = (CloseAfter(limit), EchoLoop(ROUNDS, Send(Frame(opcode, unit), repeat=size)))
        yield Row(f"{prefix}.{number}", says, script, lockstep())


@section("9.1", "One text message of growing size", "RFC 6455 §10.4")
def large_text() -> Rows:
    """Implementations that have implementation- and/or platform-specific limitations regarding
    the frame size or total message size MUST protect themselves against exceeding those limits.
    Where the limit lies is theirs to choose; these cases want 16 MiB."""
    yield from growing("9.1", Opcode.TEXT, TEXT_UNIT, TEXT_LIMITS)


@section("9.2", "One binary message of growing size", "RFC 6455 §10.4")
def large_binary() -> Rows:
    """Limits on frame and message size are the implementation's to choose; these cases want 16
    MiB."""
    yield from growing("9.2", Opcode.BINARY, BINARY_UNIT, BINARY_LIMITS)


@section("9.3", "A text message in fragments of growing size", "RFC 6455 §5.4")
def fragmented_text() -> Rows:
    """Clients and servers MUST support receiving both fragmented and unfragmented messages."""
    yield from fragmented("9.3", "text", [b"*"] * len(FRAGMENTS))


@section("9.4", "A binary message in fragments of growing size", "RFC 6455 §5.4")
def fragmented_binary() -> Rows:
    """Clients and servers MUST support receiving both fragmented and unfragmented messages."""
    yield from fragmented("9.4", "binary", [b"\xfe"] + [b"*"] * (len(FRAGMENTS) - 1))


@section("9.5", "A text message in writes of growing size", "RFC 6455 §5.2")
def chopped_text() -> Rows:
    """The length of a frame stands in its header; how TCP delivers the octets says nothing about
    frames."""
    yield from in_writes("9.5", Opcode.TEXT, TEXT_UNIT)


@section("9.6", "A binary message in writes of growing size", "RFC 6455 §5.2")
def chopped_binary() -> Rows:
    """The length of a frame stands in its header; how TCP delivers the octets says nothing about
    frames."""
    yield from in_writes("9.6", Opcode.BINARY, BINARY_UNIT)


@section("9.7", "Round trips of text messages", "RFC 6455 §6.2")
def text_trips() -> Rows:
    """Subsequent data frames MUST be interpreted as belonging to a new WebSocket message."""
    yield from round_trips("9.7", Opcode.TEXT, b"*")


@section("9.8", "Round trips of binary messages", "RFC 6455 §6.2")
def binary_trips() -> Rows:
    """Subsequent data frames MUST be interpreted as belonging to a new WebSocket message."""
    yield from round_trips("9.8", Opcode.BINARY, b"\xfe")


SECTIONS = (
    large_text, large_binary, fragmented_text, fragmented_binary, chopped_text, chopped_binary,
    text_trips, binary_trips,
)  # fmt: skip
