"""The HTTP of one direction: the head that opens the connection, and what went before it.

Frames follow a 101 response and the request that it answers, and these need not be the first: a
server may send interim responses such as 103, or ask for credentials, so that the client asks again
on the same connection, and a connection that is kept alive may have carried ordinary exchanges (RFC
6455 §4.1, RFC 9110 §15.2, §15.5.2). `Heads` passes all of that by. Behind a body that cannot be
followed nobody knows what comes: the head that counts is not known then, and neither are frames.
"""

from __future__ import annotations

import re

from wirelog.handshake import HEAD_END, HttpHead, head_end

MAX_HEAD = 1 << 20
"""Octets of a head behind which nobody looks for its end any more."""
MAX_BODY = 1 << 24
"""Octets of a body behind which nobody looks for another head."""
MAX_CHUNK_LINE = 1 << 14
"""Octets of the line before a chunk, or of the trailers behind the last one."""
FAR_ENOUGH = 64
"""Octets that tell whether a head begins."""
MAX_EARLIER = 64
"""Heads that are kept of those that went before."""

_METHODS = (b"GET ", b"HEAD ", b"POST ", b"PUT ", b"DELETE ", b"OPTIONS ", b"PATCH ", b"CONNECT ")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,7})(?:[ \t]*;[^\r\n]*)?\r\n")


class Heads:
    """Feed it what goes in one direction until it `is_settled`."""

    def __init__(self) -> None:
        self.start = 0
        """Offset of the last head that has begun."""
        self.end = 0
        """Offset of what comes behind it, and behind its body."""
        self.is_whole = False
        """Whether that head has come to its end."""
        self.is_lost = False
        """Whether it cannot be found, because it never ends, or nor does a body before it."""
        self.is_settled = False
        """Whether no other head can follow."""
        self.earlier: list[tuple[int, HttpHead]] = []
        """The heads that went before it, with their offsets."""
        self._count = 0
        """Requests that have come before this one; responses that have, with this one."""
        self._head = b""
        """The last head, if it is whole."""
        self._held = bytearray()
        """Octets behind it of which it is not known yet what they are; or a head so far."""
        self._seen = 0
        """How many of them have been looked at for the end of a head."""
        self._body = Body()
        self._answers: Heads | None = None
        """The responses, if these are requests."""
        self._asks: Heads | None = None
        """The requests, if these are responses."""

    def answered_by(self, answers: Heads) -> None:
        """Say that these are requests, and where their responses are."""
        self._answers, answers._asks = answers, self

    @property
    def octets(self) -> bytes:
        """The last head, as far as it came."""
        return self._head if self.is_whole else bytes(self._held)

    @property
    def is_done(self) -> bool:
        """Whether the last head is there, and is the one that counts as far as can be told.

        A request counts until another one comes. A response counts if it switches protocols, or if
        nobody asks again.
        """
        if self._answers is not None:
            return self.is_whole
        return self.is_settled or (self.is_whole and self._is_last)

    @property
    def _is_last(self) -> bool:
        """Whether the other direction leaves no room for another head."""
        if self._answers is not None:
            return self._answers.is_done
        return self._asks is not None and self._asks.is_settled

    @property
    def _is_awaited(self) -> bool:
        """Whether the client has asked again, so that another response has to come."""
        return self._asks is not None and self._body.is_over and self._asks._count >= self._count

    def feed(self, octets: bytes) -> bytes:
        """Take octets; those of them, and of the ones before, that stand behind all HTTP."""
        self._held += octets
        while not self.is_settled:
            if not (self._look_behind() if self.is_whole else self._look_for_end()):
                return b""
        rest = bytes(self._held)
        self._held.clear()
        return rest

    def skip(self, count: int) -> bool:
        """Go over octets that are missing; False unless they are of a body."""
        if not self.is_whole or not self._body.skip(count):
            self.is_settled = self.is_whole
            return False
        self.end += count
        return True

    def _look_for_end(self) -> bool:
        """Whether the head has come to its end."""
        held = self._held
        if self._answers is not None:
            self._pass_empty_lines()
        # A head may come octet by octet: look only where its end can newly be.
        end = head_end(held, max(self._seen - len(HEAD_END) + 1, 0))
        self._seen = len(held)
        if end < 0:
            self.is_lost = len(held) > MAX_HEAD
            return False
        self._head = bytes(held[:end])
        del held[:end]
        self.end = self.start + end
        self.is_whole = True
        self._read(HttpHead.parse(self._head))
        return True

    def _pass_empty_lines(self) -> None:
        """A server ignores empty lines before a request (RFC 9112 §2.2)."""
        while self._held.startswith(b"\r\n"):
            del self._held[:2]
            self.start += 2

    def _read(self, head: HttpHead) -> None:
        """See from a head what can follow it."""
        self._body = Body()
        if self._answers is not None:
            self._body = Body.of(head) if head.is_plain else self._body
        elif head.is_interim:
            self._begin()
        else:
            self._count += 1
            self._body = Body.of(head)
            self.is_settled = head.status in (None, 101) or _closes(head)

    def _begin(self) -> None:
        """Another head begins."""
        if len(self.earlier) < MAX_EARLIER:
            self.earlier.append((self.start, HttpHead.parse(self._head)))
        self.start = self.end
        self.is_whole = False
        self._seen = 0
        if self._answers is not None:
            self._count += 1
            self._answers.feed(b"")

    def _look_behind(self) -> bool:
        """Whether what stands behind the head brings anything new."""
        if self._is_last:
            self.is_settled = True
            self.is_lost = self._answers is not None and self._answers.is_lost
            return True
        begins = self._begins(self._held)
        if not self._body.is_over and not (begins and self._body.may_be_absent):
            return self._pass_body()
        if begins or self._is_awaited:
            self._begin()
            return True
        self.is_settled = begins is False
        return self.is_settled

    def _pass_body(self) -> bool:
        size = len(self._held)
        self._body.take(self._held)
        self.end += size - len(self._held)
        if self._body.is_lost:
            self._begin()
            self._held.clear()
            self.is_lost = self.is_settled = True
        return self.is_lost or len(self._held) < size

    def _begins(self, held: bytearray) -> bool | None:
        """Whether a head begins here; None while that cannot be told."""
        starts = (b"HTTP/",) if self._answers is None else _METHODS
        octets = bytes(held[:FAR_ENOUGH])
        octets = octets if self._answers is None else octets.lstrip(b"\r\n")
        if octets.startswith(starts):
            return True
        return None if any(one.startswith(octets) for one in starts) else False


def _closes(head: HttpHead) -> bool:
    """Whether a response is the last one on its connection (RFC 9112 §9.3)."""
    return "close" in head.tokens("Connection") or head.start.startswith("HTTP/1.0 ")


class Body:
    """What stands between two heads: so many octets, or chunks (RFC 9112 §6, §7.1)."""

    def __init__(self, size: int = 0, *, is_chunked: bool = False) -> None:
        self.is_over = not size and not is_chunked
        self.is_lost = False
        """Whether it is not worth following, or cannot be followed."""
        self._size = 0
        self.may_be_absent = False
        """Whether none of it has come, and none need to: a response to HEAD has no body."""
        self._left = 0 if is_chunked else size
        self._is_chunked = is_chunked

    @classmethod
    def of(cls, head: HttpHead) -> Body:
        """The body that a head announces; none where it lasts as long as the connection."""
        if head.status in (204, 304):
            return cls()
        size = head.get("Content-Length") or ""
        is_chunked = "chunked" in head.tokens("Transfer-Encoding")
        made = cls(int(size) if re.fullmatch("[0-9]{1,18}", size) else 0, is_chunked=is_chunked)
        made.may_be_absent = head.status is not None
        return made

    def take(self, held: bytearray) -> None:
        """Take away its octets from those that are there."""
        self.may_be_absent = self.may_be_absent and not held
        if self._is_chunked and not self._left:
            self._begin_chunk(held)
        size = min(self._left, len(held))
        del held[:size]
        self.skip(size)
        self.is_lost = self.is_lost or self._size > MAX_BODY

    def skip(self, count: int) -> bool:
        """Count octets; False if there are not so many."""
        if count > self._left:
            return False
        self._left -= count
        self._size += count
        self.is_over = self.is_over or not (self._left or self._is_chunked)
        return True

    def _begin_chunk(self, held: bytearray) -> None:
        match = _CHUNK.match(held)
        if match is None:
            self.is_lost = b"\n" in held or len(held) > MAX_CHUNK_LINE
        elif size := int(match[1], 16):
            del held[: match.end()]
            self._left = size + len(b"\r\n")
        elif (end := held.find(HEAD_END, match.end() - 2)) >= 0:
            del held[: end + len(HEAD_END)]
            self.is_over = True
        else:
            self.is_lost = len(held) > MAX_CHUNK_LINE
