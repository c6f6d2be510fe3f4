"""Compression of what the testee sends."""

from __future__ import annotations

import zlib

import pytest
from autobahn.websocket.compress_deflate import PerMessageDeflate

from wsconform.testee.deflate import Deflate

TAIL = b"\x00\x00\xff\xff"


def compressor(*, no_takeover: bool = False, bits: int = 0) -> Deflate:
    return Deflate(PerMessageDeflate(False, False, no_takeover, 0, bits, None))


def compressed(deflate: Deflate, message: bytes) -> bytes:
    deflate.start_compress_message()
    return bytes(deflate.compress_message_data(message) + deflate.end_compress_message())


@pytest.mark.parametrize("bits", [0, 9, 15])
@pytest.mark.parametrize("no_takeover", [False, True])
def test_messages_inflate_within_the_window_that_was_agreed(bits: int, no_takeover: bool) -> None:
    deflate = compressor(no_takeover=no_takeover, bits=bits)
    inflate = zlib.decompressobj(-(bits or 15))
    for message in [b"abc" * 3000, b"", b"", b"abc" * 10]:
        octets = compressed(deflate, message)
        assert octets
        if no_takeover:
            inflate = zlib.decompressobj(-(bits or 15))
        assert inflate.decompress(octets + TAIL) == message


def test_without_takeover_a_message_is_compressed_as_if_it_were_the_first() -> None:
    deflate, keeping = compressor(no_takeover=True), compressor()
    message = bytes(range(200))
    assert compressed(deflate, message) == compressed(deflate, message)
    assert len(compressed(keeping, message)) > 2 * len(compressed(keeping, message))
