"""The octets behind one row of the wire log, with the fields that own them.

The hex pane and the field tree are two views of one `Exhibit`: a row of octets shows all the frames
that they carry, a frame's row shows that frame, and any other row shows none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from wirelog.capture import Direction, Kind, Record
from wirelog.conversation import Conversation
from wirelog.counting import counted
from wirelog.dissect import Owner
from wirelog.message import WireFrame
from wsinspect.present.hexdump import fields_of, frame_octets, octets_note
from wsinspect.present.rows import LogRow
from wsinspect.present.safe import safe

FRAMES_SHOWN = 200
"""Frames of one row of octets that are taken apart."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field, or octets that belong to no frame."""

    name: str
    value: str
    place: str
    owner: Owner
    octets: tuple[int, int]
    """First octet and the octet behind the last one, in what is shown."""
    meaning: str = ""
    problem: bool = False


@dataclass(slots=True)
class Section:
    """One frame, or other octets that belong together."""

    title: str
    size: str
    parts: list[Part]
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Exhibit:
    """What is known of the octets of a row."""

    title: str
    wire: bytes = b""
    """As they went over the wire."""
    unmasked: bytes = b""
    """The same with payloads unmasked."""
    sections: list[Section] = field(default_factory=list)
    is_record: bool = False
    """Whether these are the octets of one read or write, whatever frames are in it."""
    note: str = ""
    """What has to be said of the octets; empty if there is nothing."""
    dir: Direction | None = None
    start: int = -1
    """Offset of the first octet in its direction; negative where that is not known."""
    at_fault: Sequence[tuple[int, int]] = ()
    """Octets that break a rule: the first one and the one behind the last, each time."""
    parts: list[Part] = field(default_factory=list)
    """The parts of all sections, in order."""
    _starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parts = [part for section in self.sections for part in section.parts]
        self._starts = [part.octets[0] for part in self.parts]

    def part_at(self, octet: int) -> int | None:
        """Index of the part that owns an octet; of several that share it, the widest one."""
        last = bisect_right(self._starts, octet)
        touching = [
            index
            for index in range(max(last - 8, 0), last)
            if self.parts[index].octets[0] <= octet < self.parts[index].octets[1]
        ]
        return touching[-1] if touching else None

    @property
    def first_choice(self) -> int:
        """Index of the part to look at first: the one that is wrong."""
        wrong = next((at for at, part in enumerate(self.parts) if part.problem), None)
        if wrong is None and self.at_fault:
            wrong = self.part_at(self.at_fault[0][0])
        return wrong or 0

    def is_at_fault(self, octet: int) -> bool:
        """Whether an octet breaks a rule."""
        return any(first <= octet < last for first, last in self.at_fault)

    @classmethod
    def of(cls, conversation: Conversation, row: LogRow | None) -> Exhibit:
        """What stands behind a row."""
        if row is not None and row.frame is not None:
            return _of_frame(conversation, row.frame)
        if row is not None and row.kind is Kind.OCTETS:
            return _of_octets(conversation, row.record)
        return cls("no octets")


def _of_frame(conversation: Conversation, one: WireFrame) -> Exhibit:
    wire, unmasked = frame_octets(conversation, one)
    section = _section(one, 0, len(wire))
    note = octets_note(conversation, one)
    return Exhibit(
        section.title, wire, unmasked, [section], note=note, dir=one.dir, start=one.start
    )


def _section(one: WireFrame, offset: int, end: int) -> Section:
    """A frame whose first octet stands at `offset` of what is shown, cut to what is shown."""
    parts = [
        Part(
            part.name,
            part.value,
            part.place,
            part.owner,
            (max(part.octets[0] + offset, 0), min(part.octets[1] + offset, end)),
            part.meaning,
            part.problem,
        )
        for part in fields_of(one)
        if part.octets[0] + offset < end and part.octets[1] + offset > 0
    ]
    size = one.end - one.start if one.start >= 0 else end
    problems = [safe(str(problem)) for problem in one.problems]
    return Section(f"frame {one.n:03d}", counted(size, "octet"), parts, problems)


def _of_octets(conversation: Conversation, record: Record) -> Exhibit:
    assert record.dir is not None
    stream = conversation.stream(record.dir)
    begin = stream.start_of(record)
    end = len(record.octets)
    frames = [one for one in conversation.frames_in.get(record.n, ()) if one.dir == record.dir]
    sections = [_section(one, one.start - begin, end) for one in frames[:FRAMES_SHOWN]]
    head = min(stream.head_end - begin, end)
    if head > 0:
        sections.insert(0, _head_section(head))
    unmasked = _unmask(conversation, record, frames)
    note = "" if not record.is_cut else f"The capture holds {end} of them."
    if len(frames) > FRAMES_SHOWN:
        note = f"{len(frames)} frames; the first {FRAMES_SHOWN} are taken apart."
    title = f"octets {record.n:03d}"
    return Exhibit(title, record.octets, unmasked, sections, True, note, record.dir, begin)


def _head_section(size: int) -> Section:
    part = Part("HTTP head", "", f"octet 0-{size - 1}", "header", (0, size), "see Handshake")
    return Section("opening handshake", counted(size, "octet"), [part])


def _unmask(conversation: Conversation, record: Record, frames: list[WireFrame]) -> bytes:
    """The record's octets, with those of payloads as they were before masking."""
    assert record.dir is not None
    begin = conversation.stream(record.dir).start_of(record)
    octets = bytearray(record.octets)
    for one in frames:
        if one.frame.mask is None:
            continue
        first = one.start + one.frame.header_octets - begin
        payload = one.frame.payload
        skip = max(-first, 0)
        piece = payload[skip : skip + max(len(octets) - max(first, 0), 0)]
        octets[max(first, 0) : max(first, 0) + len(piece)] = piece
    return bytes(octets)
