import zlib
from random import Random

import pytest

from wirelog.deflate_stream import TAIL
from wirelog.deflate_trial import DeflateParams, explain
from wirelog.rules.payload import CONTEXT_USED, DOES_NOT_INFLATE, WINDOW_EXCEEDED
from wirelog.rules.rule import Rule

WORDS = b"the quick brown fox jumps over the lazy dog; "
NOISE = Random(3).randbytes(20_000)
NARROW = DeflateParams(9)
MIXED = "client_ and server_ may be mixed up"


def deflated(message: bytes, before: bytes = b"") -> bytes:
    squeeze = zlib.compressobj(wbits=-15, zdict=before)
    return (squeeze.compress(message) + squeeze.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


@pytest.mark.parametrize(
    ("agreed", "before", "message", "rule", "needs"),
    [
        (DeflateParams(15, True), WORDS, WORDS, CONTEXT_USED, DeflateParams(15)),
        (DeflateParams(9), WORDS + NOISE[:2000], WORDS, WINDOW_EXCEEDED, DeflateParams(11)),
        (DeflateParams(9, True), WORDS + NOISE[:2000], WORDS, CONTEXT_USED, DeflateParams(11)),
    ],
)
def test_it_is_said_what_a_message_needs(
    agreed: DeflateParams, before: bytes, message: bytes, rule: Rule, needs: DeflateParams
) -> None:
    trial = explain(deflated(message, before), before, agreed)
    assert trial is not None
    assert (trial.rule, trial.data, trial.params) == (rule, message, needs)


def far(distance: int) -> bytes:
    """Words, noise, and in a block of their own the words again, that far behind."""
    squeeze = zlib.compressobj(wbits=-15)
    first = squeeze.compress(WORDS + NOISE[: distance - len(WORDS)])
    first += squeeze.flush(zlib.Z_SYNC_FLUSH)
    return (first + squeeze.compress(WORDS) + squeeze.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize(("distance", "bits"), [(600, 10), (1500, 11), (3000, 12), (20_000, 15)])
def test_no_smaller_window_is_said_than_the_message_needs(
    distance: int, bits: int, alone: bool
) -> None:
    trial = explain(far(distance), b"", DeflateParams(9, alone))
    assert trial is not None
    assert trial.params == DeflateParams(bits, alone)
    assert trial.text == f"it needs a window of at least {bits} bits, and 9 were agreed"


def test_what_would_suit_the_other_direction_says_so() -> None:
    narrow, wide = DeflateParams(9), DeflateParams(12)
    swapped = explain(far(3000), b"", narrow, wide)
    assert swapped is not None
    assert swapped.text.endswith("it would suit the other direction: " + MIXED)
    alone = DeflateParams(no_context_takeover=True)
    swapped = explain(deflated(WORDS, WORDS), WORDS, alone, narrow)
    assert swapped is not None
    assert swapped.text.endswith(MIXED)


@pytest.mark.parametrize(
    "other",
    [
        None,
        DeflateParams(),  # nothing was asked of it: any sound message suits it
        DeflateParams(9),  # the same
        DeflateParams(11),  # not enough either
        DeflateParams(15, True),
    ],
)
def test_the_other_direction_is_not_named_without_a_reason(other: DeflateParams | None) -> None:
    trial = explain(deflated(WORDS, WORDS + NOISE[:3000]), WORDS + NOISE[:3000], NARROW, other)
    assert trial is not None
    assert trial.params == DeflateParams(12)
    assert "mixed up" not in trial.text


def test_final_blocks_do_not_end_a_trial() -> None:
    squeeze = zlib.compressobj(wbits=-15)
    first = squeeze.compress(NOISE[:800]) + squeeze.flush(zlib.Z_FINISH)
    trial = explain(first + deflated(NOISE[:50], NOISE[:800]), b"", NARROW)
    assert trial is not None
    assert trial.data == NOISE[:800] + NOISE[:50]


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
