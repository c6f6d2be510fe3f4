"""What the chosen frame's message says, decoded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from textual import work
from textual.content import Content
from textual.worker import get_current_worker

from wirelog.capture import Kind
from wirelog.conversation import Conversation
from wirelog.counting import counted
from wsinspect.present.decode import LIMIT, Decoded, decode_frame
from wsinspect.present.hexdump import hex_lines
from wsinspect.present.rows import LogRow
from wsinspect.present.safe import cells, fold
from wsinspect.search import Needle
from wsinspect.widgets.lines import Span
from wsinspect.widgets.marking import marked
from wsinspect.widgets.sheet import Line, Sheet, paragraph

LARGE = 1 << 14
"""Octets of a message from which on it is decoded beside the screen's own work."""
KINDS_NAMED = ("text", "json", "not UTF-8", "hex", "MessagePack", "CBOR")
"""Kinds of content that the title names; the others say it themselves."""
SAID_ELSEWHERE = ("wrong", "content")
"""Facts that the field tree or the title of the pane shows already."""


class DecodedPane(Sheet):
    """A title, facts, and the content."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.decoded = Decoded("")
        self.needle: Needle | None = None
        """What is searched for, to mark it."""
        self._octets = b""
        """The content, where it is shown as a hex dump."""

    def on_mount(self) -> None:
        self.border_title = Content("Decoded")

    def mark(self, needle: Needle | None) -> None:
        """Mark something else."""
        self.needle = needle
        self.relayout()

    def show(self, conversation: Conversation, row: LogRow | None) -> None:
        """Decode what belongs to a row."""
        self.workers.cancel_node(self)
        if row is None or row.frame is None:
            self._take(_of_event(row), b"")
        elif row.frame.message is None or row.frame.message.length <= LARGE:
            self._take(*_decode(conversation, row))
        else:
            self._take(Decoded("Decoding …"), b"")
            self._decode_beside(conversation, row)

    @work(thread=True, exclusive=True)
    def _decode_beside(self, conversation: Conversation, row: LogRow) -> None:
        decoded, octets = _decode(conversation, row)
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._take, decoded, octets)

    def _take(self, decoded: Decoded, octets: bytes) -> None:
        self.decoded, self._octets = decoded, octets
        kind = f"  {decoded.kind}" if decoded.kind in KINDS_NAMED else ""
        self.border_title = Content(f"Decoded{kind}")
        self.scroll_home(animate=False, immediate=True)
        self.relayout()

    def build(self, width: int) -> Iterable[Line]:
        """The title, then facts, then the content."""
        if self.decoded.title:
            yield from paragraph([(self.decoded.title, "strong")], width, 2)
        yield from _facts(self.decoded.facts, width)
        if self.decoded.lines and self.decoded.title:
            yield []
        yield from self._content(width)

    def _content(self, width: int) -> Iterator[Line]:
        if self.decoded.kind == "hex":
            yield from _dump(self._octets, width)
            return
        for line in self.decoded.lines:
            for piece in fold(line, width):
                yield marked(piece, "payload", self.needle)

    def content(self) -> str:
        """The content alone, for the clipboard."""
        return "\n".join(self.decoded.lines)


def _facts(facts: Sequence[tuple[str, str]], width: int) -> Iterator[Line]:
    """All facts on one line if they fit there; else each on a line of its own."""
    shown = [_fact(name, value) for name, value in facts if name not in SAID_ELSEWHERE]
    row = [span for one in shown for span in (*one, ("   ", ""))][:-1]
    if row and sum(cells(text) for text, _ in row) <= width:
        yield row
    else:
        for one in shown:
            yield from paragraph(one, width, 2)


def _fact(name: str, value: str) -> list[Span]:
    colour = "bad" if name in ("not UTF-8", "not complete") else ""
    return [(f"{name}  ", "faint"), (value, colour)]


def _decode(conversation: Conversation, row: LogRow) -> tuple[Decoded, bytes]:
    assert row.frame is not None
    decoded = decode_frame(conversation, row.frame)
    message = row.frame.message
    octets = message.data[:LIMIT] if message is not None and decoded.kind == "hex" else b""
    return decoded, octets


def _of_event(row: LogRow | None) -> Decoded:
    """What can be said of a row that is no frame."""
    if row is None:
        return Decoded("")
    if row.kind is Kind.OCTETS:
        count = row.length
        size = "an unknown number of octets" if count is None else counted(count, "octet")
        way = {"RX": "received", "TX": "sent"}.get(row.dir or "", "seen")
        facts = [("wrong", problem) for problem in row.problems]
        return Decoded(f"{size} {way} at once", facts, kind="event")
    return Decoded(row.what, [("wrong", problem) for problem in row.problems], kind="event")


def _dump(octets: bytes, width: int) -> Iterator[Line]:
    """A hex dump that fits the width."""
    digits = len(f"{len(octets):04x}")
    per_line = next((one for one in (16, 8) if digits + 3 + 4 * one <= width), 4)
    for line in hex_lines(octets, per_line):
        text = f"{line.hex:<{3 * per_line - 1}}  {line.ascii}"
        yield [(f"{line.offset:0{digits}x}  ", "faint"), (text, "payload")]
    if len(octets) == LIMIT:
        yield [(f"the first {LIMIT} octets", "faint")]
