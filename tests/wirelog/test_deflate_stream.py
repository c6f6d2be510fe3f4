import zlib
from random import Random

import pytest

from wirelog.deflate_stream import TAIL, DeflateStream, with_tail

WORDS = b"the quick brown fox jumps over the lazy dog; "
NOISE = Random(3).randbytes(40_000)
LIMIT = 1 << 20


def deflated(message: bytes, before: bytes = b"") -> bytes:
    squeeze = zlib.compressobj(wbits=-15, zdict=before)
    return (squeeze.compress(message) + squeeze.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


def final(message: bytes) -> bytes:
    """One whole stream, which ends with BFINAL."""
    squeeze = zlib.compressobj(wbits=-15)
    return squeeze.compress(message) + squeeze.flush(zlib.Z_FINISH)


def test_a_message_gets_back_what_its_sender_cut_and_only_once() -> None:
    assert with_tail(b"\x00") == with_tail(b"\x00" + TAIL) == b"\x00" + TAIL


def far(distance: int) -> bytes:
    """Words, noise, and in a block of their own the words again, that far behind."""
    squeeze = zlib.compressobj(wbits=-15)
    first = squeeze.compress(WORDS + NOISE[: distance - len(WORDS)])
    first += squeeze.flush(zlib.Z_SYNC_FLUSH)
    return (first + squeeze.compress(WORDS) + squeeze.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


@pytest.mark.parametrize(("distance", "bits"), [(700, 10), (3000, 12), (20_000, 15)])
def test_only_a_window_that_is_large_enough_gives_the_message(distance: int, bits: int) -> None:
    payload = with_tail(far(distance))
    for wide in range(bits, 16):
        data = bytearray()
        assert DeflateStream(wide).inflate(payload, data, LIMIT) == b""
        assert data.endswith(WORDS)
        assert len(data) == distance + len(WORDS)
    for narrow in range(8, bits):
        data = bytearray()
        with pytest.raises(zlib.error, match="too far back"):
            DeflateStream(narrow).inflate(payload, data, LIMIT)
        assert data.startswith((WORDS + NOISE)[:distance])
        assert len(data) < distance + len(WORDS)


def test_the_message_before_is_in_the_window() -> None:
    data = bytearray()
    DeflateStream(15, WORDS).inflate(with_tail(deflated(WORDS, WORDS)), data, LIMIT)
    assert data == WORDS


@pytest.mark.parametrize("bits", [9, 15])
def test_a_final_block_needs_an_empty_one_behind_it(bits: int) -> None:
    stream, data = DeflateStream(bits), bytearray()
    assert stream.inflate(with_tail(final(WORDS)), data, LIMIT) == TAIL
    assert (data, stream.is_aligned) == (WORDS, True)
    assert stream.inflate(with_tail(final(WORDS) + b"\x00"), bytearray(), LIMIT) == b""
    assert stream.is_aligned
    # An empty block without compression may itself be the final one: what is cut ends it.
    assert stream.inflate(with_tail(b"\x01"), bytearray(), LIMIT) == b""
    assert stream.is_aligned


def test_a_message_of_no_octets_ends_no_block_of_the_one_before() -> None:
    stream = DeflateStream(15)
    stream.inflate(with_tail(final(WORDS)), bytearray(), LIMIT)
    assert stream.inflate(with_tail(b""), bytearray(), LIMIT) == b""
    assert not stream.is_aligned


def test_a_message_ends_between_two_blocks() -> None:
    stream = DeflateStream(15)
    stream.inflate(deflated(WORDS) + TAIL, bytearray(), LIMIT)
    assert stream.is_aligned
    stream.inflate(b"\x00\x00", bytearray(), LIMIT)
    assert not stream.is_aligned
    stream.inflate(b"\x05\xff", bytearray(), LIMIT)
    assert not stream.is_aligned


@pytest.mark.parametrize("bits", [9, 15])
def test_one_octet_more_than_the_limit_comes_out(bits: int) -> None:
    data = bytearray()
    DeflateStream(bits).inflate(with_tail(deflated(bytes(5000))), data, 1000)
    assert data == bytes(1001)
