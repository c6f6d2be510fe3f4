"""Where the octets are that a finding points at: parts of frames, lines of HTTP heads."""

from __future__ import annotations

from collections.abc import Iterable

from wirelog.capture import Direction
from wirelog.findings.finding import Octets, Piece
from wirelog.message import Carrier, Message, WireFrame, pieces
from wirelog.rules.rule import Part
from wirelog.streams import Stream


def locate(
    carriers: Iterable[Carrier], direction: Direction, start: int, end: int
) -> tuple[Octets, ...]:
    """The octets from `start` to `end` of a direction; empty if the capture has none of them."""
    found = tuple(
        Piece(record.n, first, last) for record, first, last in pieces(carriers, start, end)
    )
    return (Octets(direction, start, end, found),) if found else ()


def part_of(one: WireFrame, part: Part) -> tuple[Octets, ...]:
    """A part of a frame, as far as its octets are there."""
    if one.start < 0 or not part:
        return ()
    first, last = _range(one, part)
    end = min(one.start + last, one.end)
    start = min(one.start + first, max(end - 1, one.start))
    return locate(one.carried, one.dir, start, end)


def _range(one: WireFrame, part: Part) -> tuple[int, int]:
    """First octet of the part and the one behind it, counted from the frame's first octet."""
    frame = one.frame
    head = frame.header_octets
    key = 0 if frame.mask is None else 4
    return {
        "bits": (0, 1),
        "mask": (1, 2),
        "length": (1, head - key),
        "key": (head - key, head),
        "code": (head, head + 2),
        "reason": (head + 2, head + frame.length),
        "payload": (head, head + frame.length),
    }.get(part, (0, head + frame.length))


def begun(one: WireFrame) -> int | None:
    """When the first octet of a frame went over; None if nobody knows."""
    if len(one.carried) < 2:
        return one.t
    first = next(pieces(one.carried, one.start, one.start + 1), None)
    return one.t if first is None else first[0].t


def ended(one: WireFrame) -> int | None:
    """When the last octet of a frame went over that did; None if nobody knows."""
    times = [one.t, *(record.t for record, _ in one.carried[-1:])]
    return max((t for t in times if t is not None), default=None)


def frame_at(message: Message, offset: int) -> tuple[WireFrame, int]:
    """The frame that holds an octet of a message's payload on the wire, and its place in there."""
    for one, at in message.placed:
        if offset < at + one.frame.length:
            return one, offset - at
    last = message.frames[-1]
    return last, last.frame.length


def payload_octets(message: Message, start: int, end: int) -> tuple[Octets, ...]:
    """Octets of a message's payload, which may stand in several frames."""
    found: tuple[Octets, ...] = ()
    for one, at in message.placed:
        first, last = max(start - at, 0), min(end - at, one.frame.length)
        if first < last and one.start >= 0:
            begin = one.start + one.frame.header_octets
            found += locate(one.carried, one.dir, begin + first, begin + last)
    return found


def head_octets(
    stream: Stream, direction: Direction, header: str = "", *, line: bool = False
) -> tuple[Octets, ...]:
    """The first line of an HTTP head, the lines of one header, or all of it."""
    head, start = stream.head, stream.heads.start
    if not line and not header:
        return _locate(stream, direction, start, start + len(head))
    found: tuple[Octets, ...] = ()
    first, *others = head.splitlines(keepends=True) or [b""]
    at = start + len(first)
    for one in others if not line else ():
        name = one.partition(b":")[0].strip().lower().decode("latin-1")
        if name == header.lower():
            found += _locate(stream, direction, at, at + len(one.rstrip(b"\r\n")))
        at += len(one)
    return found or line_octets(stream, direction, start, first)


def line_octets(
    stream: Stream, direction: Direction, start: int, line: bytes
) -> tuple[Octets, ...]:
    """A line that begins at an offset, without what ends it."""
    return _locate(stream, direction, start, start + len(line.rstrip(b"\r\n")))


def _locate(stream: Stream, direction: Direction, start: int, end: int) -> tuple[Octets, ...]:
    return locate(stream.carriers(start, end), direction, start, end)
