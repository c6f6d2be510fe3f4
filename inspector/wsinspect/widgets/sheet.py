"""Text that is read, not chosen from: paragraphs and tables, folded to the width there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from wsinspect.opened import Opened
from wsinspect.present.safe import cells, fold
from wsinspect.present.tables import Table, table_lines
from wsinspect.widgets.lines import Lines, Span, once_laid_out

Line = Sequence[Span]
COPIED = 100
"""Columns of text in the clipboard."""


class Sheet(Lines):
    """Lines without a cursor, made anew for each width."""

    HAS_CURSOR: ClassVar[bool] = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Line] = []

    def build(self, width: int) -> Iterable[Line]:
        """The lines for so many columns."""
        raise NotImplementedError

    def relayout(self) -> None:
        """Make the lines anew."""
        width = self.scrollable_content_region.width
        self._lines = list(self.build(width)) if width > 0 else []
        super().relayout()

    def line_count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def spans(self, index: int, width: int) -> Line:
        """One of them."""
        return self._lines[index]

    @once_laid_out
    def action_move(self, count: int) -> None:
        # By force, for the scrollbar of a view that has just come up may not be there yet; at
        # once, for the next key goes on from here.
        self.scroll_relative(y=count, animate=False, force=True, immediate=True)

    def text(self) -> str:
        """Everything on the sheet, for the clipboard: in lines that do not depend on the screen."""
        lines = ("".join(text for text, _ in line) for line in self.build(COPIED))
        return "\n".join(line.rstrip() for line in lines)


class OpenedSheet(Sheet):
    """A sheet about one capture."""

    def __init__(self, opened: Opened, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.opened = opened

    def show(self, opened: Opened) -> None:
        """Tell of another capture."""
        self.opened = opened
        self.relayout()


def paragraph(spans: Sequence[Span], width: int, indent: int = 0) -> Iterator[Line]:
    """Spans folded between words; lines behind the first one are indented."""
    line: list[Span] = []
    used = 0
    for text, names in spans:
        for piece in _pieces(text, max(width - indent, 1)):
            if used + cells(piece.rstrip()) > width and used > indent:
                yield _trimmed(line)
                line, used = [(" " * indent, "")], indent
            line.append((piece, names))
            used += cells(piece)
    yield _trimmed(line)


def _trimmed(line: list[Span]) -> Line:
    """Without the spaces at the end, which may stand behind the last column."""
    return [*line[:-1], (line[-1][0].rstrip(), line[-1][1])] if line else line


def _pieces(text: str, width: int) -> Iterator[str]:
    """Words with the spaces behind them; one that is wider than a line in several pieces."""
    for word in _WORDS.findall(text):
        yield from fold(word, width) if cells(word) > width else (word,)


_WORDS = re.compile(r"\s*\S+\s*|\s+")


def table(one: Table, width: int) -> Iterator[Line]:
    """A table with its title above it."""
    yield [(one.title, "title")]
    lines = table_lines(one, width - 2)
    for at, text in enumerate(lines):
        is_head = at == 0 and any(one.columns)
        is_total = one.total is not None and at == len(lines) - 1
        yield [("  ", ""), (text, "faint" if is_head else "strong" if is_total else "")]
    if not lines:
        yield [("  none", "faint")]


def side_by_side(left: Iterable[Line], right: Iterable[Line], width: int) -> Iterator[Line]:
    """Two blocks of lines beside each other, the right one `width` columns from the left."""
    lefts, rights = list(left), list(right)
    for at in range(max(len(lefts), len(rights))):
        line = list(lefts[at]) if at < len(lefts) else []
        used = sum(cells(text) for text, _ in line)
        yield [*line, (" " * (width - used), ""), *(rights[at] if at < len(rights) else [])]
