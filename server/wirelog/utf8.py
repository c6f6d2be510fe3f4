"""Where text stops being UTF-8, octet by octet and across fragments (RFC 3629, RFC 6455 §8.1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Utf8Fault:
    """The first place at which octets cannot be UTF-8."""

    offset: int
    """Offset in the message of the octet that cannot stand there; its end if it ends too early."""
    sequence: bytes
    """The octets of the character that was open, without the one at `offset`."""
    octet: int | None
    """The octet that broke it, or None if the text ended inside a character."""

    def __str__(self) -> str:
        open_part = f" after {self.sequence.hex(' ')}" if self.sequence else ""
        if self.octet is None:
            return f"text ends at octet {self.offset} inside a character{open_part}"
        return f"octet 0x{self.octet:02x} at {self.offset}{open_part} is not UTF-8"


class Utf8Check:
    """Checks one message as it comes; `fault` is set as soon as no continuation can repair it."""

    __slots__ = ("_held", "_seen", "fault")

    def __init__(self) -> None:
        self._held = b""
        """The octets of a character that is not complete yet."""
        self._seen = 0
        self.fault: Utf8Fault | None = None

    def feed(self, octets: bytes, *, final: bool = False) -> Utf8Fault | None:
        """Take the next octets, `final` with the last ones; return the fault once there is one."""
        if self.fault is not None:
            return self.fault
        text = self._held + octets
        start = self._seen - len(self._held)
        self._seen += len(octets)
        self._held = b""
        try:
            text.decode()
        except UnicodeDecodeError as error:
            self._judge(text[error.start :], start + error.start, final)
        return self.fault

    def _judge(self, rest: bytes, start: int, final: bool) -> None:
        """Take octets whose first character does not decode: it is wrong, or not complete yet."""
        at = _broken_at(rest)
        if at is not None:
            self.fault = Utf8Fault(start + at, rest[:at], rest[at])
        elif final:
            self.fault = Utf8Fault(self._seen, rest, None)
        else:
            self._held = rest


def find_fault(octets: bytes) -> Utf8Fault | None:
    """The fault in a whole text, or None."""
    return Utf8Check().feed(octets, final=True)


def _broken_at(octets: bytes) -> int | None:
    """The index of the first octet that cannot stand there in the character begun at index 0.

    None if that character is only not complete. The second octet's range is narrower after E0, ED,
    F0 and F4 (RFC 3629 §4).
    """
    lead = octets[0]
    if not 0xC2 <= lead <= 0xF4:
        return 0
    low, high = _SECOND.get(lead, (0x80, 0xBF))
    if len(octets) > 1 and not low <= octets[1] <= high:
        return 1
    size = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    for index in range(2, min(size, len(octets))):
        if not 0x80 <= octets[index] <= 0xBF:
            return index
    return None


_SECOND = {0xE0: (0xA0, 0xBF), 0xED: (0x80, 0x9F), 0xF0: (0x90, 0xBF), 0xF4: (0x80, 0x8F)}
