"""Views that are tables: the opening handshake, the statistics, the capture about itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wsinspect.present.tables import (
    Table,
    handshake_tables,
    header_table,
    notices_table,
    statistics_tables,
    unproven_table,
)
from wsinspect.widgets.sheet import Line, OpenedSheet, side_by_side, table

PAIR = 44
"""Columns that each of two tables needs beside the other."""


class TableView(OpenedSheet):
    """Tables of one capture, one below the other."""

    def tables(self) -> Iterable[Table]:
        """The tables."""
        raise NotImplementedError

    def build(self, width: int) -> Iterable[Line]:
        """A table, an empty line, and so on."""
        for one in self.tables():
            yield from table(one, width)
            yield []


class HandshakeView(TableView):
    """Request, response, and what follows from them."""

    def tables(self) -> Iterable[Table]:
        """As the headless program prints them."""
        return handshake_tables(self.opened.conversation)


class StatisticsView(TableView):
    """Octets by chop size and frames by opcode."""

    def tables(self) -> Iterable[Table]:
        """Received, transmitted; octets, frames."""
        return statistics_tables(self.opened.statistics)

    def build(self, width: int) -> Iterator[Line]:
        """Received on the left, transmitted on the right, if both fit."""
        tables = list(self.tables())
        if width < 2 * PAIR:
            yield from super().build(width)
            return
        for left, right in zip(tables[::2], tables[1::2], strict=True):
            yield from side_by_side(table(left, PAIR), table(right, PAIR), PAIR)
            yield []


class AboutView(TableView):
    """The header, what is wrong with the file, and what it cannot prove."""

    def tables(self) -> Iterable[Table]:
        """Only those that say something."""
        capture = self.opened.capture
        every = (notices_table, header_table, unproven_table)
        return [made for make in every if (made := make(capture)).rows]
