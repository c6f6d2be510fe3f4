"""The wire log as rows: one for each event, and one for each frame that has no line of its own.

Rows are made when they are asked for, so a log of a million events costs no million rows. A frame's
row and the rows of the octets that carried it share a `group`.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple, overload

from wirelog.capture import Direction, Kind, Record
from wirelog.conversation import Conversation
from wirelog.frames import Close, Opcode, opcode_name
from wirelog.message import WireFrame
from wirelog.times import span
from wsinspect.present.clock import clock
from wsinspect.present.safe import ELLIPSIS, safe

ARROWS: dict[Direction | None, str] = {"RX": "◀", "TX": "▶", None: "•"}
"""RX comes from the peer, TX goes to it, everything else happens on this side."""
PREVIEW_OCTETS = 120
"""Octets that a preview shows."""
MAX_WORDS = 4096
"""Characters of an event's words that are shown."""


class LogRow(NamedTuple):
    """One row of the wire log; a tuple, because it is made for each row that is looked at."""

    n: int
    """Number of the event; a frame without a line has that of the octets that ended it."""
    t: int | None
    """Nanoseconds since the connection was made."""
    delta: int | None
    """Nanoseconds since the row before that has a time."""
    dir: Direction | None
    arrow: str
    what: str
    """`octets`, the opcode's name, or the words of the event."""
    fin: bool | None
    """None where it is no frame."""
    rsv: int | None
    length: int | None
    """Octets of the record on the wire, or payload octets that the frame announces."""
    preview: str
    problems: list[str]
    """What is wrong with the frame or the line, the gravest first."""
    kind: Kind
    record: Record
    """The event; for a frame without a line the octets that ended it."""
    frame: WireFrame | None
    group: int | None
    """The same number on a frame and on the octets that carried it."""

    @property
    def time_text(self) -> str:
        """The time; empty where the source has none."""
        return "" if self.t is None else clock(self.t)

    @property
    def delta_text(self) -> str:
        """The distance to the row before; empty where there is none or nothing passed."""
        if not self.delta:
            return ""
        return f"{'-' if self.delta < 0 else '+'}{span(abs(self.delta))}"

    @property
    def rsv_text(self) -> str:
        """The three RSV bits; empty where it is no frame."""
        return "" if self.rsv is None else f"{self.rsv:03b}"

    @property
    def fin_text(self) -> str:
        """`0` or `1`; empty where it is no frame."""
        return "" if self.fin is None else str(int(self.fin))


class LogRows(Sequence[LogRow]):
    """The rows of a conversation, in the order of its events."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self.entries = list(_entries(conversation))
        """What the rows are made of: each record, and its frame if the row is one of a frame."""
        self._heads = {
            direction: conversation.stream(direction).head_end for direction in ("RX", "TX")
        }

    def __len__(self) -> int:
        return len(self.entries)

    @overload
    def __getitem__(self, index: int) -> LogRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[LogRow]: ...
    def __getitem__(self, index: int | slice) -> LogRow | list[LogRow]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        return self._row(at, self._time_before(at))

    def __iter__(self) -> Iterator[LogRow]:
        before: int | None = None
        for at, (record, _) in enumerate(self.entries):
            yield self._row(at, before)
            before = before if record.t is None else record.t

    def _time_before(self, at: int) -> int | None:
        times = (self.entries[index][0].t for index in range(at - 1, -1, -1))
        return next((t for t in times if t is not None), None)

    def _row(self, at: int, before: int | None) -> LogRow:
        record, frame = self.entries[at]
        delta = None if record.t is None or before is None else record.t - before
        if frame is not None:
            return _frame_row(record, frame, delta)
        if record.kind is Kind.OCTETS:
            group = _octets_group(self._conversation, record)
            return _octets_row(record, delta, self._octets_text(record), group)
        return _event_row(record, delta)

    def _octets_text(self, record: Record) -> str:
        """The first octets in hex; of an HTTP head its text."""
        assert record.dir is not None
        head = self._heads[record.dir]
        if head and self._conversation.stream(record.dir).start_of(record) < head:
            first_line = record.octets[:PREVIEW_OCTETS].split(b"\r\n")[0].decode("latin-1")
            if first_line.isascii() and first_line.isprintable():
                return first_line + ELLIPSIS
        more = ELLIPSIS if len(record.octets) > PREVIEW_OCTETS or record.is_cut else ""
        return record.octets[:PREVIEW_OCTETS].hex() + more


def log_rows(conversation: Conversation) -> LogRows:
    """One row for each event of a conversation that is finished."""
    return LogRows(conversation)


def preview_of(wire_frame: WireFrame, limit: int = PREVIEW_OCTETS) -> str:
    """The beginning of a frame's payload as harmless text, or as `0x…` where it is no text.

    A compressed message that is one frame shows what it inflates to.
    """
    frame, message = wire_frame.frame, wire_frame.message
    if frame.opcode == Opcode.CLOSE:
        return safe(Close.parse(frame.payload).reason_text)
    payload, whole = frame.payload, frame.length
    is_text = message is not None and message.opcode == Opcode.TEXT
    if message is not None and message.compressed:
        if len(message.frames) > 1 or not message.data:
            is_text = False
        else:
            payload, whole = message.data, message.length
    return octets_preview(payload[:limit], whole, is_text=is_text)


def octets_preview(head: bytes, whole: int, *, is_text: bool = False) -> str:
    """The first octets of `whole` ones, as text if they are text or ought to be."""
    more = ELLIPSIS if whole > len(head) else ""
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        ends_early = more and error.reason == "unexpected end of data"
        if not is_text and not (ends_early and error.start):
            return f"0x{head.hex()}{more}"
        text = (head[: error.start] if ends_early else head).decode(errors="backslashreplace")
    if not is_text and any(char < " " and char not in "\t\r\n" for char in text):
        return f"0x{head.hex()}{more}"
    return safe(text) + more


def _entries(conversation: Conversation) -> Iterator[tuple[Record, WireFrame | None]]:
    """Each record with the frame of its line; frames without a line stand behind their octets."""
    told: dict[_Place, WireFrame] = {}
    twins: defaultdict[_Place, deque[WireFrame]] = defaultdict(deque)
    found: defaultdict[_Place, list[WireFrame]] = defaultdict(list)
    for one in conversation.frames:
        place: _Place = (one.n, one.dir)
        if not one.has_line:
            found[place].append(one)
        elif told.setdefault(place, one) is not one:
            twins[place].append(one)  # two lines of a bad file may have one number
    for record in conversation.records:
        if record.kind is Kind.FRAME:
            place = (record.n, record.dir)
            yield record, told.get(place)
            if twins and twins[place]:
                told[place] = twins[place].popleft()
            continue
        yield record, None
        if found and record.kind is Kind.OCTETS:
            for frame in found.pop((record.n, record.dir), ()):
                yield record, frame


_Place = tuple[int, Direction | None]


def _frame_row(record: Record, one: WireFrame, delta: int | None) -> LogRow:
    frame = one.frame
    what = opcode_name(frame.opcode)
    if frame.opcode == Opcode.CLOSE and (code := Close.parse(frame.payload).code) is not None:
        what += f" {code}"
    told = record.frame and record.frame.preview
    preview = safe(told) if told and not frame.payload else preview_of(one)
    problems = [safe(str(problem)) for problem in one.problems]
    if not one.arrived:
        problems.append(f"only {one.came}")
    return LogRow(
        one.n, one.t, delta, one.dir, ARROWS[one.dir], what, frame.fin, frame.rsv, frame.length,
        preview, problems, Kind.FRAME, record, one, _frame_group(one),
    )  # fmt: skip


def _octets_row(record: Record, delta: int | None, preview: str, group: int | None) -> LogRow:
    length = len(record.octets) if record.length is None else record.length
    problems = [safe(record.problem)] if record.problem else []
    if record.length is None:
        problems.append("cut in the source: how many octets there were is not known")
    elif record.is_cut:
        problems.append(f"{len(record.octets)} of {length} octets are in the capture")
    return LogRow(
        record.n, record.t, delta, record.dir, ARROWS[record.dir], "octets", None, None, length,
        preview, problems, Kind.OCTETS, record, None, group,
    )  # fmt: skip


def _event_row(record: Record, delta: int | None) -> LogRow:
    problems = [safe(record.problem)] if record.problem else []
    if record.kind is Kind.UNKNOWN and not problems:
        problems.append("event words that are not known")
    words = safe(record.text[:MAX_WORDS]) + (ELLIPSIS if len(record.text) > MAX_WORDS else "")
    return LogRow(
        record.n, record.t, delta, record.dir, ARROWS[record.dir], words, None, None, None, "",
        problems, record.kind, record, None, None,
    )  # fmt: skip


def _frame_group(one: WireFrame) -> int | None:
    """RX octets stand before the frame that they end, TX octets behind the one they begin."""
    if not one.carriers:
        return None
    return one.carriers[-1] if one.dir == "RX" else one.carriers[0]


def _octets_group(conversation: Conversation, record: Record) -> int | None:
    frames = [one for one in conversation.frames_in.get(record.n, ()) if one.dir == record.dir]
    if not frames:
        return None
    groups = [_frame_group(one) for one in frames]
    return record.n if record.n in groups else groups[0]
