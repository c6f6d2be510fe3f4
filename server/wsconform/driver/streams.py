"""What a loop over slices sends, compressed once, and a check of the echoes, cheap and exact.

Slices come out of a window that goes round the corpus, so they repeat with a period. What DEFLATE
makes of a message depends on nothing but the message and the window before it, at most the last
32 KiB; as soon as that much has been sent, the compressed messages repeat too. `CompressedSlices`
compresses one period behind that point and uses it again.

The same holds for the echoes. `EchoCheck` remembers the compressed octets of each echo that it has
inflated and found right. If a period later the same octets come, behind the same window, the same
message is in them, and comparing octets is enough. Other octets are inflated with that window.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

from wirelog.deflate_stream import WINDOW
from wirelog.frames import Opcode
from wirelog.inflate import TAIL, DeflateParams
from wirelog.utf8 import find_fault
from wsconform.cases.events import Message
from wsconform.corpora import CORPORA
from wsconform.driver.incoming import Arrived, Violation
from wsconform.transcript import Fault, compare_echo

SMALLEST_WINDOW = 9
"""Window bits below which zlib cannot go."""


class SliceSequence:
    """The slices by their number in the loop."""

    def __init__(self, corpus: str, length: int) -> None:
        source = CORPORA[corpus]
        self.binary = source.binary
        self.period = source.period(length)
        """After how many messages the sequence begins again."""
        self._slices = source.slices(length, self.period)
        self._seen: list[bytes] = []
        self.settled = self._first_behind(WINDOW)
        """The first message that has a full window before it."""

    def content(self, number: int) -> bytes:
        """The message of that number, from 0."""
        number %= self.period
        while len(self._seen) <= number:
            self._seen.append(next(self._slices))
        return self._seen[number]

    def before(self, number: int) -> bytes:
        """The end of all that was sent before that message: as much as a window can hold."""
        parts: list[bytes] = []
        missing = WINDOW
        while number and missing > 0:
            number -= 1
            parts.append(self.content(number))
            missing -= len(parts[-1])
        return b"".join(reversed(parts))[-WINDOW:]

    def place(self, number: int, *, has_context: bool) -> int:
        """The lowest number of a message with equal content and, if it counts, equal window."""
        first = self.settled if has_context else 0
        return number if number < first else first + (number - first) % self.period

    def _first_behind(self, octets: int) -> int:
        number = sent = 0
        while sent < octets:
            sent += len(self.content(number))
            number += 1
        return number


class CompressedSlices:
    """The slices as one side sends them under permessage-deflate (RFC 7692 §7.2.1)."""

    def __init__(self, sequence: SliceSequence, params: DeflateParams) -> None:
        self._sequence = sequence
        self._params = params
        self._state = self._fresh()
        self._done: list[bytes] = []

    def place(self, number: int) -> int:
        """The lowest number of a message with the same octets."""
        return self._sequence.place(number, has_context=not self._params.no_context_takeover)

    def payload(self, place: int) -> bytes:
        """The compressed message at a place."""
        while len(self._done) <= place:
            if self._params.no_context_takeover:
                self._state = self._fresh()
            octets = self._state.compress(self._sequence.content(len(self._done)))
            octets += self._state.flush(zlib.Z_SYNC_FLUSH)
            self._done.append(octets.removesuffix(TAIL))
        return self._done[place]

    def _fresh(self) -> zlib._Compress:
        bits = self._params.window_bits
        if bits < SMALLEST_WINDOW:  # repetitions of one octet need no window to speak of
            return zlib.compressobj(wbits=-SMALLEST_WINDOW, strategy=zlib.Z_RLE)
        return zlib.compressobj(wbits=-bits)


class EchoCheck:
    """Compares the echoes of slices, compressed or not, with what was sent."""

    def __init__(self, sequence: SliceSequence, params: DeflateParams) -> None:
        self._sequence = sequence
        self._params = params
        self._has_context = not params.no_context_takeover
        self._known: dict[int, bytes] = {}
        """Compressed octets that are right, by place."""
        self._window: tuple[int, bytes] = 0, b""
        """The peer's window, and before which message it is that."""
        self._is_regular = True
        """Whether the peer has compressed every echo: its window then follows from the number."""

    def fault(self, number: int, echo: Arrived) -> Fault | None:
        """What is wrong with an echo; every echo before it was right.

        Raises `Violation` if it does not inflate or is text that is not UTF-8.
        """
        if not echo.compressed:
            self._keep_window(number)
            return self._compare(number, echo.opcode, echo.payload)
        place = self._sequence.place(number, has_context=self._has_context)
        if self._is_regular and self._known.get(place) == echo.payload:
            return self._compare_type(echo.opcode)
        window = self._window_before(number)
        octets = inflate(echo.payload, window, self._params, len(self._sequence.content(number)))
        fault = self._compare(number, echo.opcode, octets)
        self._window = number + 1, (window + octets)[-WINDOW:]
        self._known[place] = echo.payload
        return fault

    def _compare_type(self, opcode: int) -> Fault | None:
        return None if (opcode == Opcode.BINARY) == self._sequence.binary else Fault.TYPE

    def _compare(self, number: int, opcode: int, octets: bytes) -> Fault | None:
        sent = Message(self._sequence.content(number), self._sequence.binary)
        fault = compare_echo(sent, Message(octets, opcode == Opcode.BINARY))
        if fault is not None and opcode == Opcode.TEXT:
            check_text(octets)
        return fault

    def _keep_window(self, number: int) -> None:
        """An uncompressed echo leaves the window as it is (RFC 7692 §7.2.3.2)."""
        if self._is_regular:
            self._window = number, self._window_before(number)
            self._is_regular = False

    def _window_before(self, number: int) -> bytes:
        if not self._has_context:
            return b""
        at, window = self._window
        if at == number or not self._is_regular:
            return window
        return self._sequence.before(number)


def inflate(payload: bytes, window: bytes, params: DeflateParams, expected: int) -> bytes:
    """Inflate a message behind a known window; at most one octet more than is expected.

    Raises `Violation` if it does not inflate.
    """
    data = b""
    rest = payload + TAIL
    bits = -max(params.window_bits, SMALLEST_WINDOW)
    try:
        while rest and len(data) <= expected:
            state = zlib.decompressobj(bits, zdict=(window + data)[-WINDOW:])
            data += state.decompress(rest, expected + 1 - len(data))
            rest = state.unused_data  # what follows a block with BFINAL (RFC 7692 §7.2.3.4)
    except zlib.error as error:
        raise Violation(1007, f"the message does not inflate: {error}") from None
    return data


def check_text(octets: bytes) -> None:
    """Raise `Violation` for text that is not UTF-8."""
    fault = find_fault(octets)
    if fault is not None:
        raise Violation(1007, str(fault))


@lru_cache(maxsize=64)
def slice_sequence(corpus: str, length: int) -> SliceSequence:
    """The same for all cases and all peers."""
    return SliceSequence(corpus, length)


@lru_cache(maxsize=64)
def compressed_slices(corpus: str, length: int, params: DeflateParams) -> CompressedSlices:
    """The same for all cases and all peers that agree on these parameters."""
    return CompressedSlices(slice_sequence(corpus, length), params)
