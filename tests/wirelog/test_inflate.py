import re
import time
import zlib
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelog.inflate import TAIL, DeflateParams, Inflated, Inflater
from wirelog.rules.payload import FINAL_BLOCK_LAST

DEFAULT = DeflateParams()
SAYS_WINDOW = r"does not .*: it needs a window of at least (\d+) bits, and (\d) were agreed"
TEXT = b"the quick brown fox jumps over the lazy dog, the quick brown fox again; "


def deflate(squeeze: "zlib._Compress", message: bytes, flush: int = zlib.Z_SYNC_FLUSH) -> bytes:
    return (squeeze.compress(message) + squeeze.flush(flush)).removesuffix(TAIL)


def deflated(
    messages: Iterable[bytes], params: DeflateParams = DEFAULT, bits: int | None = None
) -> list[bytes]:
    """Messages as a sender with these parameters writes them."""
    wbits = -(bits or max(params.window_bits, 9))
    squeeze = zlib.compressobj(wbits=wbits)
    sent = []
    for message in messages:
        if params.no_context_takeover:
            squeeze = zlib.compressobj(wbits=wbits)
        sent.append(deflate(squeeze, message))
    return sent


@given(
    st.lists(st.binary(max_size=300) | st.sampled_from([TEXT, b"", TEXT * 9]), max_size=6),
    st.integers(8, 15),
    st.booleans(),
)
def test_messages_come_out_as_they_went_in(messages: list[bytes], bits: int, alone: bool) -> None:
    params = DeflateParams(bits, alone)
    inflater = Inflater(params)
    sent = deflated(messages, params)
    assert [inflater.inflate(one) for one in sent] == [Inflated(one) for one in messages]
    assert not inflater.broken


@pytest.mark.parametrize(
    "payload",
    [  # RFC 7692 §7.2.3: one block, a block without compression, BFINAL, two blocks
        "f248cdc9c90700",
        "000500faff48656c6c6f00",
        "f348cdc9c9070000",
        "f248050000 00ffffcac9c90700".replace(" ", ""),
    ],
)
def test_the_examples_of_the_rfc(payload: str) -> None:
    assert Inflater(DeflateParams()).inflate(bytes.fromhex(payload)) == Inflated(b"Hello")


def test_an_empty_message_is_one_octet() -> None:
    assert Inflater(DeflateParams()).inflate(b"\x00") == Inflated(b"")


def test_the_second_message_may_refer_to_the_first() -> None:
    sent = deflated([TEXT, TEXT])
    assert len(sent[1]) < len(sent[0]) / 3
    inflater = Inflater(DeflateParams())
    assert [inflater.inflate(one).data for one in sent] == [TEXT, TEXT]


def final_block(message: bytes, before: bytes = b"") -> bytes:
    """A message whose last block has BFINAL, and the empty block that has to follow it."""
    squeeze = zlib.compressobj(wbits=-15, zdict=before)
    return squeeze.compress(message) + squeeze.flush(zlib.Z_FINISH) + b"\x00"


def test_a_block_with_bfinal_ends_the_stream_but_not_the_window() -> None:
    inflater = Inflater(DeflateParams())
    assert inflater.inflate(final_block(TEXT)).data == TEXT
    again = final_block(TEXT, before=TEXT)
    assert len(again) < 20
    assert inflater.inflate(again) == Inflated(TEXT)
    assert inflater.inflate(final_block(b"x" + TEXT, before=TEXT + TEXT)).data == b"x" + TEXT


def test_two_final_blocks_in_one_message_share_the_window() -> None:
    first = final_block(b"one " + TEXT).removesuffix(b"\x00")
    second = final_block(b"two " + TEXT, before=TEXT[:30] + b"one " + TEXT)
    inflater = Inflater(DeflateParams())
    inflater.inflate(final_block(TEXT[:30]))
    assert inflater.inflate(first + second) == Inflated(b"one " + TEXT + b"two " + TEXT)
    third = final_block(TEXT[:30], before=TEXT[:30] + b"one " + TEXT + b"two " + TEXT)
    assert inflater.inflate(third) == Inflated(TEXT[:30])


def test_without_context_takeover_nothing_of_the_message_before_is_known() -> None:
    first, second = deflated([TEXT, TEXT])
    inflater = Inflater(DeflateParams(no_context_takeover=True))
    assert inflater.inflate(first).data == TEXT
    inflated = inflater.inflate(second)
    assert "does not inflate" in inflated.fault
    assert inflater.inflate(first) == Inflated(TEXT)  # the next one starts anew


def test_corrupt_data_is_shown_up_to_where_it_breaks() -> None:
    squeeze = zlib.compressobj(wbits=-15)
    good = squeeze.compress(TEXT * 400) + squeeze.flush(zlib.Z_FULL_FLUSH)
    inflated = Inflater(DeflateParams()).inflate(good + b"\xff\xff\xff")
    assert inflated.data == TEXT * 400
    assert inflated.fault == "does not inflate: invalid block type"


def test_what_breaks_after_many_pieces_is_still_shown_up_to_there() -> None:
    noise = bytes((at * at * 31 + at) % 251 for at in range(20_000))
    squeeze = zlib.compressobj(level=0, wbits=-15)
    good = squeeze.compress(noise) + squeeze.flush(zlib.Z_FULL_FLUSH)
    inflated = Inflater(DeflateParams()).inflate(good + b"\x06")
    assert inflated.data == noise
    assert inflated.fault


def test_messages_behind_a_broken_one_say_that_the_context_is_broken() -> None:
    first, second = deflated([TEXT, TEXT])
    inflater = Inflater(DeflateParams())
    assert inflater.inflate(b"\xff\xff\xff").fault
    assert inflater.broken
    assert inflater.inflate(first) == Inflated(TEXT)  # it refers to nothing before it
    assert inflater.inflate(b"\x06").fault.endswith("(an earlier message broke the context)")
    assert inflater.inflate(second).fault.endswith("(an earlier message broke the context)")


def test_missing_octets_lose_the_context() -> None:
    _, second = deflated([TEXT, TEXT])
    inflater = Inflater(DeflateParams())
    inflater.lose()
    assert "invalid distance too far back" in inflater.inflate(second).fault


@pytest.mark.parametrize("limit", [1, 71, 1000, 32768, 99_999])
def test_a_bomb_goes_off_up_to_the_limit(limit: int) -> None:
    (bomb,) = deflated([bytes(100_000)])
    inflated = Inflater(DeflateParams(), limit).inflate(bomb)
    assert inflated.data == bytes(limit)
    assert inflated.fault == f"inflates to more than {limit} octets; not followed further"


@pytest.mark.parametrize("size", [0, 1, 999, 1000])
def test_a_message_up_to_the_limit_is_whole(size: int) -> None:
    sent = deflated([bytes(size), b"after"])
    inflater = Inflater(DeflateParams(), 1000)
    assert inflater.inflate(sent[0]) == Inflated(bytes(size))
    assert inflater.inflate(sent[1]) == Inflated(b"after")


def test_a_bomb_of_final_blocks_stops_too() -> None:
    block = final_block(bytes(600)).removesuffix(b"\x00")
    inflated = Inflater(DeflateParams(), 1000).inflate(block * 50 + b"\x00")
    assert len(inflated.data) == 1000
    assert "more than 1000" in inflated.fault


@pytest.mark.parametrize("bits", [9, 12])
def test_a_bomb_stops_in_a_small_window_too(bits: int) -> None:
    (bomb,) = deflated([bytes(100_000)], DeflateParams(bits))
    inflated = Inflater(DeflateParams(bits), 5000).inflate(bomb)
    assert inflated.data == bytes(5000)
    assert "more than 5000" in inflated.fault


@pytest.mark.parametrize("bits", [9, 10, 15])
def test_a_long_message_in_a_small_window_takes_no_long_time(bits: int) -> None:
    message = bytes((at * at * 31 + at // 7) % 251 for at in range(300_000)) * 8
    (sent,) = deflated([message], DeflateParams(bits))
    begin = time.process_time()
    assert Inflater(DeflateParams(bits)).inflate(sent).data == message
    broken = sent[: len(sent) // 2] + b"\xff" * 5000
    assert len(Inflater(DeflateParams(bits)).inflate(broken).data) > len(message) // 3
    assert time.process_time() - begin < 10


def test_a_distance_behind_the_agreed_window_is_found() -> None:
    noise = bytes((at * at * 31 + at * 7 + at // 3) % 251 for at in range(2000))
    (sent,) = deflated([noise + noise], DeflateParams(15))
    inflated = Inflater(DeflateParams(9)).inflate(sent)
    assert "does not inflate as agreed" in inflated.fault
    assert inflated.data == noise + noise


@pytest.mark.parametrize("message", [TEXT, b""])
def test_a_final_block_without_the_octet_behind_it_is_taken_and_said(message: bytes) -> None:
    sent = final_block(message).removesuffix(b"\x00")
    inflater = Inflater(DeflateParams())
    inflated = inflater.inflate(sent)
    assert (inflated.data, inflated.fault) == (message, "")
    assert inflated.problem is not None
    assert inflated.problem.rule is FINAL_BLOCK_LAST
    assert inflater.inflate(deflated([TEXT])[0]) == Inflated(TEXT)


def test_the_last_block_may_be_a_final_one_if_it_is_the_empty_one() -> None:
    squeeze = zlib.compressobj(wbits=-15)
    sent = squeeze.compress(TEXT) + squeeze.flush(zlib.Z_SYNC_FLUSH) + b"\x01"
    assert Inflater(DeflateParams()).inflate(sent) == Inflated(TEXT)


def far(distance: int) -> bytes:
    """Words, noise, and in a block of their own the words again, that far behind."""
    squeeze = zlib.compressobj(wbits=-15)
    first = squeeze.compress(TEXT + Random(3).randbytes(distance - len(TEXT)))
    return first + squeeze.flush(zlib.Z_SYNC_FLUSH) + deflate(squeeze, TEXT)


def test_what_was_agreed_stays_what_was_agreed() -> None:
    inflater = Inflater(DeflateParams(9, no_context_takeover=True))
    faults = [inflater.inflate(far(distance)).fault for distance in (700, 3000, 3000, 600)]
    assert faults == [
        "does not inflate as agreed: it needs a window of at least 10 bits, and 9 were agreed",
        "does not inflate as agreed: it needs a window of at least 12 bits, and 9 were agreed",
        "",
        "",
    ]


def test_old_zlibs_window_of_nine_bits_is_read_where_eight_were_agreed() -> None:
    message = bytes(range(256)) * 2 + TEXT * 20
    (sent,) = deflated([message], bits=9)
    assert Inflater(DeflateParams(8)).inflate(sent) == Inflated(message)


@given(st.integers(0, 99), st.integers(10, 15), st.integers(8, 9), st.booleans())
def test_no_larger_window_is_said_than_the_sender_has(
    seed: int, bits: int, agreed: int, alone: bool
) -> None:
    random = Random(seed)
    messages = [bytes(random.choices(b"abcdefgh", k=random.randrange(4000))) for _ in range(3)]
    inflater = Inflater(DeflateParams(agreed, alone))
    for sent, message in zip(deflated(messages, DeflateParams(bits, alone)), messages, strict=True):
        inflated = inflater.inflate(sent)
        assert inflated.data == message
        said = re.fullmatch(SAYS_WINDOW, inflated.fault)
        assert not inflated.fault or (said and int(said[1]) <= bits and int(said[2]) == agreed)


@given(st.lists(st.binary(max_size=40), max_size=4), st.integers(8, 15), st.booleans())
def test_garbage_never_raises(payloads: list[bytes], bits: int, alone: bool) -> None:
    inflater = Inflater(DeflateParams(bits, alone), 2000)
    for payload in payloads:
        assert len(inflater.inflate(payload).data) <= 2000
