"""The text of an HTML page as a browser copies it: blocks on lines of their own, cells parted by
TABs."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "pre", "div", "table", "tr", "h1", "h2", "h3", "h4", "hr", "li", "body"})
_CELLS = frozenset({"td", "th"})
_UNSEEN = frozenset({"style", "script", "title"})
_SPACES = re.compile(r"[ \t\n\r\f]+")
_TAG = re.compile(rb"<[^<>]*>")


def is_html(head: bytes) -> bool:
    """Whether a file that begins so is an HTML page."""
    start = head.lstrip()[:16].lower()
    return start.startswith((b"<!doctype html", b"<html"))


def without_tags(head: bytes) -> bytes:
    """The beginning of a page, only good enough to look for words in it."""
    return _TAG.sub(b"", head)


def text_of(html: str) -> str:
    """The text of a page; whatever is wrong with it is read in some way."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.text)


class _Reader(HTMLParser):
    """Collects the text."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._within: list[str] = []
        """Open elements whose text is unseen, or is shown as it stands."""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """A line ends where a block begins; a cell is parted from the one before it."""
        if tag in _BLOCKS:
            self._end_line()
        elif tag == "br":
            self.text.append("\n")
        elif tag in _CELLS and self.text and not self.text[-1].endswith("\n"):
            self.text.append("\t")
        if tag in _UNSEEN or tag == "pre":
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """A line ends where a block ends."""
        if tag in self._within:
            del self._within[self._within.index(tag) :]
        if tag in _BLOCKS:
            self._end_line()

    def handle_data(self, data: str) -> None:
        """Spaces and lines of the source count in `pre` only."""
        if self._within and self._within[-1] != "pre":
            return
        if not self._within:
            data = _SPACES.sub(" ", data)
            if not self.text or self.text[-1].endswith(("\n", "\t")):
                data = data.lstrip(" ")
        if data:
            self.text.append(data)

    def _end_line(self) -> None:
        if self.text and not self.text[-1].endswith("\n"):
            self.text.append("\n")
