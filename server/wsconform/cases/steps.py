"""What a case does: frames, messages, closes, waits and time limits, as values in the order of the
script.

A step is never a call on a connection. `script_frames` gives the frames that a script puts on the
wire; the masking keys are missing, for they are drawn when a client sends. Variants of a script are
made by the combinators `chopped` and `alone`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from wirelog.frames import Close, Frame, Opcode
from wsconform.cases.events import Message
from wsconform.cases.octets import cyclic, preview
from wsconform.corpora import CORPORA


@dataclass(frozen=True, slots=True)
class Send:
    """One frame, exactly as it stands."""

    frame: Frame
    repeat: int | None = None
    """If set, the payload is the frame's own over and over, cut at this many octets."""
    chop: int | None = None
    """If set, the encoded frame leaves in writes of this many octets, header included."""
    alone: bool = False
    """Whether the frame is a write of its own; otherwise neighbours may share a segment."""

    def on_wire(self) -> Frame:
        """The frame with its whole payload."""
        if self.repeat is None:
            return self.frame
        return replace(self.frame, payload=cyclic(self.frame.payload, self.repeat))

    def __str__(self) -> str:
        text = f"{_head(self.frame)}, {preview(self.frame.payload, self.repeat)}"
        if self.chop:
            text += f", in writes of {_octets(self.chop)}"
        return text + (", in a write of its own" if self.alone else "")


@dataclass(frozen=True, slots=True)
class SendMessage:
    """A data message, in one frame or in fragments."""

    payload: bytes
    binary: bool = False
    repeat: int | None = None
    """As in `Send`."""
    fragment: int | None = None
    """Octets in each fragment, or None for a single frame."""

    def octets(self) -> bytes:
        """The whole payload."""
        return self.payload if self.repeat is None else cyclic(self.payload, self.repeat)

    def frames(self) -> Iterator[Frame]:
        """The frames that carry it."""
        opcode = Opcode.BINARY if self.binary else Opcode.TEXT
        return fragments(Frame(opcode, self.octets()), self.fragment)

    def __str__(self) -> str:
        kind = "binary" if self.binary else "text"
        text = f"{kind} message of {preview(self.payload, self.repeat)}"
        if self.fragment is None:
            return f"{text}, in one frame"
        return f"{text}, in fragments of {_octets(self.fragment)}"


def fragments(frame: Frame, size: int | None) -> Iterator[Frame]:
    """Cut a frame into fragments of `size` octets; one that is not longer stays whole.

    Where the size divides the length, an empty last fragment follows the full ones. Only the first
    fragment keeps the opcode and the RSV bits (RFC 6455 §5.4, RFC 7692 §6.1).
    """
    octets = frame.payload
    if size is None or len(octets) <= size:
        yield frame
        return
    starts = range(0, len(octets) + 1, size)
    for start in starts:
        opcode, rsv = (Opcode.CONT, 0) if start else (frame.opcode, frame.rsv)
        yield Frame(opcode, octets[start : start + size], start == starts[-1], rsv)


@dataclass(frozen=True, slots=True)
class SendClose:
    """Our own close frame, which starts the closing handshake; its content may be wrong on
    purpose."""

    close: Close

    def on_wire(self) -> Frame:
        """The close frame."""
        return Frame(Opcode.CLOSE, self.close.serialize())

    def __str__(self) -> str:
        close = self.close
        if close.stray:
            return f"close frame with a body of {preview(close.stray)}"
        if close.code is None:
            return "close frame without a body"
        reason = f", reason of {preview(close.reason)}"
        return f"close frame, code {close.code}" + (reason if close.reason else "")


@dataclass(frozen=True, slots=True)
class StartFrame:
    """The header of a frame whose payload follows in parts."""

    opcode: int
    length: int
    fin: bool = True

    def __str__(self) -> str:
        return (
            f"header of {_head(Frame(self.opcode, fin=self.fin))}, {_octets(self.length)} announced"
        )


@dataclass(frozen=True, slots=True)
class FramePart:
    """Some of the payload of the frame that was started."""

    octets: bytes

    def __str__(self) -> str:
        return f"{preview(self.octets)} of its payload"


@dataclass(frozen=True, slots=True)
class Pause:
    """A wait; the rest of the script is dropped if the connection is gone when it ends."""

    seconds: float
    tag: str = ""
    """If set, the end of the wait is an event of that name, and anything but an open connection
    drops the rest."""

    def __str__(self) -> str:
        return f"wait {self.seconds:g} s" + (f" ({self.tag})" if self.tag else "")


@dataclass(frozen=True, slots=True)
class KillAfter:
    """The time limit of a case; it runs beside the rest of the script.

    If TCP is still up then: an open connection is failed with close 1001, one that is closing loses
    TCP.
    """

    seconds: float

    def __str__(self) -> str:
        return f"after {self.seconds:g} s at most: fail the connection with 1001"


@dataclass(frozen=True, slots=True)
class CloseAfter:
    """The milder time limit: if TCP is still up then, an open connection is closed without a
    code."""

    seconds: float

    def __str__(self) -> str:
        return f"after {self.seconds:g} s at most: close without a code"


@dataclass(frozen=True, slots=True)
class Slices:
    """Messages cut out of a corpus by a window that goes round it; each starts where the one
    before ended."""

    corpus: str
    """A name in `wsconform.corpora.CORPORA`."""
    length: int
    """Code points of each message for text, octets for binary."""
    fragment: int | None = None
    """Octets in each fragment, counted after compression."""

    def __str__(self) -> str:
        corpus = CORPORA[self.corpus]
        unit = "octets" if corpus.binary else "code points"
        kind = "binary" if corpus.binary else "text"
        text = f"{kind} messages of {self.length} {unit} of {corpus.title}"
        if self.fragment is None:
            return text
        return f"{text}, in fragments of {self.fragment} compressed octets"


@dataclass(frozen=True, slots=True)
class EchoLoop:
    """Messages in lockstep: each is sent when the one before came back, and each echo is
    checked."""

    count: int
    item: Send | Slices

    def messages(self) -> Iterator[Message]:
        """What is sent, and what each echo must equal."""
        item = self.item
        if isinstance(item, Send):
            frame = item.on_wire()
            yield from [Message(frame.payload, frame.opcode == Opcode.BINARY)] * self.count
        else:
            corpus = CORPORA[item.corpus]
            for octets in corpus.slices(item.length, self.count):
                yield Message(octets, corpus.binary)

    def __str__(self) -> str:
        return f"{self.count} times, each after the echo of the one before: {self.item}"


Timer = KillAfter | CloseAfter
Step = Send | SendMessage | SendClose | StartFrame | FramePart | Pause | Timer | EchoLoop


def _head(frame: Frame) -> str:
    """The frame without its length: `TEXT FIN=0 RSV=010`."""
    return str(frame).partition(",")[0]


def _octets(count: int) -> str:
    return "1 octet" if count == 1 else f"{count} octets"


def script_frames(script: Iterable[Step]) -> Iterator[Frame]:
    """The frames of a script without its echo loops, in order, unmasked."""
    started: StartFrame | None = None
    parts = b""
    for step in script:
        if isinstance(step, Send | SendClose):
            yield step.on_wire()
        elif isinstance(step, SendMessage):
            yield from step.frames()
        elif isinstance(step, StartFrame):
            started, parts = step, b""
        elif isinstance(step, FramePart) and started is not None:
            parts += step.octets
            if len(parts) == started.length:
                yield Frame(started.opcode, parts, started.fin)


def sends(*frames: Frame) -> tuple[Send, ...]:
    """Frames sent without a pause; those that are due at the same moment may share a segment."""
    return tuple(Send(frame) for frame in frames)


def chopped(size: int, steps: Iterable[Send]) -> tuple[Send, ...]:
    """The same frames, each in writes of `size` octets."""
    return tuple(replace(step, chop=size) for step in steps)


def alone(steps: Iterable[Send]) -> tuple[Send, ...]:
    """The same frames, each in a write of its own."""
    return tuple(replace(step, alone=True) for step in steps)
