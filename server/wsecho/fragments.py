"""Cuts many fragments of a message out of the octets at once.

Autobahn's parser takes a dozen microseconds for each frame, however small it is. For a long message
in small fragments that is nearly all of the time that an echo takes. Such fragments usually have
the same length. Those that are complete, sound and not the last of their message are taken
together here, each in a tenth of that time or less.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from wirelog.frames import Opcode

FEW = 4
"""Fragments below which it does not pay."""
BITS = (Opcode.CONT, False, 0)
"""Opcode, FIN and RSV of each of them."""


class Run(NamedTuple):
    """Continuation frames of equal length that follow one another."""

    length: int
    """Of the payload of each."""
    masks: list[bytes]
    payload: bytes
    """All of their payloads, unmasked."""
    size: int
    """Octets on the wire."""


def run_of(octets: bytes) -> Run | None:
    """The fragments at the start of `octets`; None if they are few."""
    header = _header_of(octets)
    if header is None:
        return None
    length, start = header
    size = start + 4 + length
    whole = octets[: len(octets) // size * size]
    masks, masked = [], []
    for head, mask, payload in struct.iter_unpack(f"{start}s4s{length}s", whole):
        if not octets.startswith(head):
            break
        masks.append(mask)
        masked.append(payload)
    if len(masks) < FEW:
        return None
    cover = b"".join([mask * (length // 4) + mask[: length % 4] for mask in masks])
    number = int.from_bytes(b"".join(masked), "little") ^ int.from_bytes(cover, "little")
    return Run(length, masks, number.to_bytes(len(cover), "little"), len(masks) * size)


def _header_of(octets: bytes) -> tuple[int, int] | None:
    """Payload length and size without mask of the header, if it is that of such a fragment."""
    if len(octets) < 8 or octets[0] or octets[1] < 0x80:
        return None
    length = octets[1] & 0x7F
    if length < 126:
        return length, 2
    length = octets[2] << 8 | octets[3] if length == 126 else 0
    return (length, 4) if length > 125 else None
