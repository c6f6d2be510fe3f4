"""Colours, widths, and the redrawing of a block."""

from __future__ import annotations

import fcntl
import io
import os
import struct
import termios

import pytest

from wsconform import terminal
from wsconform.terminal import Look, Outlet, cells, cut, repaint


class Stream(io.StringIO):
    """A stream that claims to be what a test wants."""

    def __init__(self, *, tty: bool, encoding: str = "utf-8") -> None:
        super().__init__()
        self._tty = tty
        self._encoding = encoding

    def isatty(self) -> bool:
        return self._tty

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


class Screen:
    """Just enough of a terminal: rows of text, a cursor, the sequences that we send."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows: list[str] = [""]
        self.row = 0
        self.column = 0

    def feed(self, text: str) -> None:
        while text:
            if text.startswith("\x1b["):
                end = next(at for at, char in enumerate(text[2:], 2) if char.isalpha())
                self._control(text[2:end], text[end])
                text = text[end + 1 :]
                continue
            self._put(text[0])
            text = text[1:]

    def _control(self, number: str, which: str) -> None:
        if which == "A":
            self.row -= int(number or 1)
        elif which == "K":
            self.rows[self.row] = self.rows[self.row][: self.column]
        elif which == "J":
            self.rows[self.row] = self.rows[self.row][: self.column]
            del self.rows[self.row + 1 :]
        else:
            assert which in "mhl", which
        assert self.row >= 0

    def _put(self, char: str) -> None:
        if char == "\r":
            self.column = 0
        elif char == "\n":
            self.row, self.column = self.row + 1, 0
        else:
            if self.column == self.width:
                self._put("\n")
            line = self.rows[self.row].ljust(self.column)
            self.rows[self.row] = line[: self.column] + char + line[self.column + 1 :]
            self.column += 1
        while self.row >= len(self.rows):
            self.rows.append("")


@pytest.mark.parametrize(
    ("tty", "environment", "color", "live"),
    [
        (True, {"TERM": "xterm"}, True, True),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False, True),
        (True, {"TERM": "dumb"}, False, False),
        (True, {}, False, False),
        (False, {"TERM": "xterm"}, False, False),
    ],
)
def test_colour_and_redrawing_only_where_they_work(
    tty: bool, environment: dict[str, str], color: bool, live: bool
) -> None:
    look = Look.of(Stream(tty=tty), environment)
    assert (look.has_color, look.is_live) == (color, live)
    assert look.paint("bad", "x") == ("\x1b[31;1mx\x1b[0m" if color else "x")


def test_a_stream_that_has_no_unicode_gets_ascii_marks() -> None:
    look = Look.of(Stream(tty=False, encoding="ascii"), {})
    assert all(mark.isascii() for mark in look.marks.values())
    assert Look.of(Stream(tty=False), {}).marks["failed"] == "✗"


def test_width_counts_columns() -> None:
    assert cells("abc") == 3
    assert cells("日本") == 4
    assert cells("e\u0301") == 1
    assert cells("\x1b[31;1mab\x1b[0m") == 2


def test_cutting_leaves_what_fits() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"
    assert cut("日本語", 4) == "日…"
    assert [cut("abcd", width, "...") for width in (4, 3, 2, 0, -1)] == [
        "abcd",
        "...",
        "..",
        "",
        "",
    ]


def test_a_block_is_drawn_over_the_one_before() -> None:
    screen = Screen(20)
    screen.feed("before\n")
    screen.feed(repaint([], ["one", "two"], [], 20))
    assert screen.rows == ["before", "one", "two"]
    screen.feed(repaint([3, 3], ["1"], ["stays"], 20))
    assert screen.rows == ["before", "stays", "1"]
    screen.feed(repaint([1], [], [], 20))
    assert screen.rows == ["before", "stays", ""]
    assert screen.column == 0


def test_a_block_that_wrapped_because_the_window_shrank_is_drawn_over_too() -> None:
    screen = Screen(10)
    screen.feed("before\n")
    screen.feed(repaint([], ["x" * 25, "y" * 5], [], 30))
    assert len(screen.rows) == 5
    screen.feed(repaint([25, 5], ["a", "b"], [], 10))
    assert screen.rows == ["before", "a", "b"]


def test_the_width_is_that_of_the_terminal_that_is_written_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    pty, tty = os.openpty()
    fcntl.ioctl(tty, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 30, 0, 0))
    with os.fdopen(tty, "w") as stream:
        assert terminal.columns(stream) == 30
        assert Look.of(stream, {"TERM": "xterm"}).width == 30
    os.close(pty)


def test_a_terminal_may_be_as_narrow_as_it_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "3")
    assert terminal.columns() == 3


def test_a_stream_that_is_gone_is_no_terminal() -> None:
    stream = io.StringIO()
    stream.close()
    assert not Look.of(stream, {"TERM": "xterm"}).is_live
    assert not Look.of(None, {"TERM": "xterm"}).is_live


def test_what_was_not_read_does_not_fail_when_the_stream_is_closed() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        outlet = Outlet(stream)
        outlet.write("one")
        assert outlet.stream is None
        outlet.write("two")


def test_an_outlet_writes_at_once() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader) as read, os.fdopen(writer, "w") as stream:
        Outlet(stream).write("one\n")
        assert read.readline() == "one\n"
