import zlib

import pytest

from wirelog.deflate_trial import TAIL, DeflateParams, explain, is_aligned
from wirelog.rules.payload import CONTEXT_USED, DOES_NOT_INFLATE, WINDOW_EXCEEDED
from wirelog.rules.rule import Rule

WORDS = b"the quick brown fox jumps over the lazy dog; "
NOISE = bytes(at * at * 7 % 251 for at in range(2000))


def deflated(message: bytes, before: bytes = b"") -> bytes:
    squeeze = zlib.compressobj(wbits=-15, zdict=before)
    return (squeeze.compress(message) + squeeze.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


@pytest.mark.parametrize(
    ("agreed", "before", "message", "rule", "needs"),
    [
        (DeflateParams(15, True), WORDS, WORDS, CONTEXT_USED, DeflateParams(15)),
        (DeflateParams(9), WORDS + NOISE, WORDS, WINDOW_EXCEEDED, DeflateParams(11)),
        (DeflateParams(9, True), WORDS + NOISE, WORDS, CONTEXT_USED, DeflateParams(11)),
    ],
)
def test_it_is_said_what_a_message_needs(
    agreed: DeflateParams, before: bytes, message: bytes, rule: Rule, needs: DeflateParams
) -> None:
    trial = explain(deflated(message, before), before, agreed)
    assert trial is not None
    assert (trial.rule, trial.data, trial.params) == (rule, message, needs)


def test_what_would_suit_the_other_direction_says_so() -> None:
    payload = deflated(WORDS, WORDS)
    alone = DeflateParams(15, True)
    swapped = explain(payload, WORDS, alone, DeflateParams(15))
    assert swapped is not None
    assert "mixed up" in swapped.text
    same = explain(payload, WORDS, alone, alone)
    assert same is not None
    assert "mixed up" not in same.text


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (zlib.compress(WORDS), "zlib stream"),
        (b"\x1f\x8b\x08\x00\xff\xff", "gzip file"),
        (b"plain words", "plain text"),
    ],
)
def test_other_forms_are_recognized(payload: bytes, words: str) -> None:
    trial = explain(payload, b"", DeflateParams())
    assert trial is not None
    assert words in trial.text
    assert (trial.rule, trial.params) == (DOES_NOT_INFLATE, None)


def test_for_garbage_there_is_no_explanation() -> None:
    assert explain(b"\xff\xff\xff", b"", DeflateParams(9, True)) is None
    assert explain(b"", b"", DeflateParams()) is None


def test_a_message_ends_between_two_blocks() -> None:
    state = zlib.decompressobj(-15)
    state.decompress(deflated(WORDS) + TAIL)
    assert is_aligned(state)
    state.decompress(b"\x00\x00")
    assert not is_aligned(state)
    state.decompress(b"\x05\xff")
    assert not is_aligned(state)
