"""Masking keys and the masking itself, fast (RFC 6455 §5.3).

Autobahn brings a compiled masker on most platforms; for 128 KiB it takes a fiftieth of the time of
the arithmetic in `wirelog.frames`, which serves for short payloads, and where it is missing.
"""

from __future__ import annotations

import os
import struct
from importlib import import_module
from typing import Any

from autobahn.websocket import USES_NVX

from wirelog.frames import apply_mask

xormasker: Any = import_module("autobahn.websocket.xormasker")  # it exports no name
COMPILED_FROM = 1024
"""Octets from which calling the compiled masker pays."""
POOL = 4096


def masked(octets: bytes, key: bytes, offset: int = 0) -> bytes:
    """Mask or unmask; `offset` is the index in the payload of the first octet given."""
    if not USES_NVX or len(octets) < COMPILED_FROM:
        return apply_mask(octets, key, offset)
    offset %= 4
    done: bytes = xormasker.create_xor_masker(key[offset:] + key[:offset], len(octets)).process(
        octets
    )
    return done


class Keys:
    """Fresh masking keys from the system's randomness, which is asked for many at a time."""

    def __init__(self) -> None:
        self._pool = b""
        self._at = 0

    def next(self) -> bytes:
        """A key for one frame."""
        if self._at == len(self._pool):
            self._pool, self._at = os.urandom(POOL), 0
        self._at += 4
        return self._pool[self._at - 4 : self._at]

    def take(self, count: int) -> tuple[bytes, ...]:
        """Keys for many frames."""
        return struct.unpack("4s" * count, os.urandom(4 * count))
