"""The wire log in lines of text: one for each row, cut to the width, and what is wrong below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from wirelog.capture import Kind
from wsinspect.paint import Paint
from wsinspect.present.clock import WIDTH as TIME_WIDTH
from wsinspect.present.rows import LogRow
from wsinspect.present.safe import fit, pad

DELTA_WIDTH = 9
WHAT_WIDTH = 10
LENGTH_WIDTH = 8


class RowLines:
    """Lays rows out for one capture: all of them have the same columns."""

    def __init__(self, paint: Paint, width: int, rows: Sequence[LogRow], *, timed: bool) -> None:
        self._paint = paint
        self._width = width
        self._digits = max(len(str(rows[-1].n)) if rows else 0, 3)
        self._timed = timed

    def head(self) -> str:
        """The line of the columns' names."""
        times = f" {'time':>{TIME_WIDTH}} {'Δ':>{DELTA_WIDTH}}" if self._timed else ""
        line = (
            f"{'#':>{self._digits}}{times}     {'what':<{WHAT_WIDTH}} FIN RSV"
            f" {'length':>{LENGTH_WIDTH}}  preview"
        )
        return self._paint("dim", fit(line, self._width))

    def lines(self, rows: Iterable[LogRow]) -> Iterator[str]:
        """One line for each row, with a bracket around a frame and its octets, and its problems."""
        before: LogRow | None = None
        current: LogRow | None = None
        for following in rows:
            if current is not None:
                yield from self._row(current, _bracket(before, current, following))
            before, current = current, following
        if current is not None:
            yield from self._row(current, _bracket(before, current, None))

    def _row(self, row: LogRow, bracket: str) -> Iterator[str]:
        paint = self._paint
        left = f"{row.n:03d}".rjust(self._digits)
        if self._timed:
            left += f" {row.time_text:>{TIME_WIDTH}} {row.delta_text:>{DELTA_WIDTH}}"
        room = self._width - len(left) - 5
        role = row.dir or "event"
        if row.length is None:
            words = paint(role, f"{row.arrow} {fit(row.what, room)}")
            yield f"{paint('dim', left)} {bracket} {words}"
        else:
            what = paint(role, f"{row.arrow} {pad(row.what, WHAT_WIDTH)}")
            flags = f"  {row.fin_text or ' '} {row.rsv_text or '   '} {row.length:>{LENGTH_WIDTH}}"
            preview = fit(row.preview, room - WHAT_WIDTH - len(flags) - 2)
            shown = paint("dim", preview) if row.kind is Kind.OCTETS else preview
            yield f"{paint('dim', left)} {bracket} {what}{flags}  {shown}".rstrip()
        indent = " " * (len(left) + 1)
        for problem in row.problems:
            yield indent + paint("problem", fit(f"✗ {problem}", self._width - len(indent)))


def _bracket(before: LogRow | None, row: LogRow, following: LogRow | None) -> str:
    if row.group is None:
        return " "
    above = before is not None and before.group == row.group
    below = following is not None and following.group == row.group
    return "│" if above and below else "╰" if above else "╭" if below else " "
