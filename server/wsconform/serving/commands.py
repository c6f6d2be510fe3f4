"""The commands of the command channel: JSON in, frames out.

A command is `[verb, arguments]`. Frames may be as wrong as one likes, for that is what the channel
is for; what cannot be sent at all is a `CommandError` in one sentence.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from wirelog.frames import Close, Frame, Opcode

MIB = 1 << 20
MOST_OCTETS = 64 * MIB
"""That one command may send."""
MOST_PIECES = 100_000
"""Into which one command may chop what it sends."""
MOST_FRAMES = 10_000


class CommandError(ValueError):
    """A command that cannot be followed."""


class Sending(NamedTuple):
    """Octets to send."""

    octets: bytes
    chop: int | None = None
    """Octets for each write; None for all in one."""
    alone: bool = False
    """Whether the write has a turn of the reactor of its own."""


class Closing(NamedTuple):
    """A close frame to send, after which the connection is closing."""

    close: Close


Action = Sending | Closing


def actions(text: str) -> list[Action]:
    """What a command asks for; raises `CommandError`."""
    try:
        command = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CommandError(f"this is not JSON: {error}") from None
    if not isinstance(command, list) or not command or not isinstance(command[0], str):
        raise CommandError('a command looks like ["sendframe", {"opcode": 1, "payload": "Hello"}]')
    verb, *rest = command
    if verb not in VERBS:
        raise CommandError(f"no such command; there are {', '.join(VERBS)}")
    if len(rest) > 1:
        raise CommandError(f"{verb} takes its arguments in one object or list")
    found = VERBS[verb](rest[0] if rest else {})
    _check_amount(found)
    return found


def _check_amount(found: list[Action]) -> None:
    sendings = [one for one in found if isinstance(one, Sending)]
    if sum(len(one.octets) for one in sendings) > MOST_OCTETS:
        raise CommandError(f"a command can send {MOST_OCTETS} octets at most")
    if sum(-(-len(one.octets) // one.chop) for one in sendings if one.chop) > MOST_PIECES:
        raise CommandError(f"a command can send {MOST_PIECES} pieces at most")


class _Arguments:
    """The object with the arguments of a command."""

    def __init__(self, verb: str, values: object, known: str) -> None:
        if not isinstance(values, dict):
            raise CommandError(f"the arguments of {verb} are not an object")
        unknown = ", ".join(sorted(set(values) - set(known.split())))
        if unknown:
            raise CommandError(f"{verb} does not know {unknown}; it knows {known}")
        self._verb = verb
        self._values: Mapping[str, Any] = values

    def text(self, name: str) -> str:
        """A text."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, str):
            raise CommandError(f"{self._verb}: {name} is not a text")
        return value or ""

    def octets(self, name: str) -> bytes:
        """A text in UTF-8."""
        try:
            return self.text(name).encode()
        except UnicodeEncodeError:
            raise CommandError(f"{self._verb}: {name} has half of a surrogate pair") from None

    def number(self, name: str, low: int, high: int) -> int | None:
        """A whole number; None if there is none."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise CommandError(f"{self._verb}: {name} is not a number from {low} to {high}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false, also as a number."""
        value = self._values.get(name)
        if value not in (None, True, False):
            raise CommandError(f"{self._verb}: {name} is neither true nor false")
        return default if value is None else bool(value)

    def mask(self) -> bytes | None:
        """The masking key: a random one for true, or four octets in hexadecimal."""
        value = self._values.get("mask")
        if value is True:
            return os.urandom(4)
        if not value:
            return None
        try:
            key = bytes.fromhex(value)
        except (TypeError, ValueError):
            key = b""
        if len(key) != 4:
            raise CommandError(f"{self._verb}: mask is neither true nor 8 hexadecimal digits")
        return key

    def payload(self) -> bytes:
        """The payload in UTF-8, repeated or cut to `payload_len` octets if that is there."""
        octets = self.octets("payload")
        length = self.number("payload_len", 0, MOST_OCTETS)
        if length is None:
            return octets
        if not octets and length:
            raise CommandError(f"{self._verb}: payload_len needs a payload to repeat")
        return (octets * (length // max(len(octets), 1) + 1))[:length]


def _send_frame(values: object) -> list[Action]:
    given = _Arguments("sendframe", values, "opcode payload fin rsv mask payload_len chopsize sync")
    opcode = given.number("opcode", 0, 15)
    if opcode is None:
        raise CommandError("sendframe needs opcode")
    frame = Frame(
        opcode,
        given.payload(),
        fin=given.flag("fin", default=True),
        rsv=given.number("rsv", 0, 7) or 0,
        mask=given.mask(),
    )
    chop = given.number("chopsize", 1, MOST_OCTETS)
    return [Sending(frame.serialize(), chop, given.flag("sync", default=False))]


def _send_frames(values: object) -> list[Action]:
    if not isinstance(values, list):
        raise CommandError("the arguments of sendframes are not a list of objects")
    if len(values) > MOST_FRAMES:
        raise CommandError(f"a command can send {MOST_FRAMES} frames at most")
    found: list[Action] = []
    for one in values:
        found += _send_frame(one)
        _check_amount(found)
    return found


def _close(values: object) -> list[Action]:
    given = _Arguments("close", values, "code reason")
    code, reason = given.number("code", 0, 65535), given.octets("reason")
    if reason and code is None:
        raise CommandError("close: a reason needs a code")
    if len(reason) > 123:
        raise CommandError("close: reason has more than 123 octets")
    return [Closing(Close(code, reason))]


def _echo(values: object) -> list[Action]:
    given = _Arguments("echo", values, "payload payload_len")
    return [Sending(Frame(Opcode.TEXT, given.payload()).serialize())]


VERBS: Mapping[str, Callable[[object], list[Action]]] = {
    "sendframe": _send_frame,
    "sendframes": _send_frames,
    "close": _close,
    "echo": _echo,
}
"""Verb -> what it asks for, given the arguments."""
