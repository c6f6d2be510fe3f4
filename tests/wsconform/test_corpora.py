"""The data of the compression cases: always the same, of the right kind, size and density."""

from __future__ import annotations

import json
import struct
import time
import zlib
from hashlib import sha256
from itertools import islice

import pytest

from wsconform.corpora import CORPORA, Corpus, Dice, json_document, noise

DIGESTS = {
    "json": "3c5ffbcbd9a551016691f89f08f0ce7fcd09b504c40f885ff29a9bd65dce139e",
    "bitmap": "6a816e9c1e261750a3d0a6d3b4067a331a7457dc6da5344303410e21e3e5a9f1",
    "prose": "e4a6e7fbc3aa977289717e0af21dd87cfe574508c3b8fd82a104164a05ff0675",
    "html": "389d54942b3dc9d1bfaa9d02dfcf98d3e27c3cbcbd0e296db6548e0068f5afef",
    "pdf": "55bb2616d1b2c99e30028ad6761edb124234c8b20adce3077820fcf24ee464a2",
}
SIZES = {"json": 194_056, "bitmap": 263_222, "prose": 222_218, "html": 263_620, "pdf": 1_042_328}
"""What the files of the published suite are cut by: octets, or code points for text."""
RATIOS = {"json": 0.045, "bitmap": 0.851, "prose": 0.390, "html": 0.056, "pdf": 0.768}
"""What its run reports for a thousand messages of 8192, compressed to original."""

every_corpus = pytest.mark.parametrize("corpus", CORPORA.values(), ids=list(CORPORA))


@every_corpus
def test_a_corpus_is_the_same_everywhere(corpus: Corpus) -> None:
    assert sha256(corpus.octets).hexdigest() == DIGESTS[corpus.name]


@every_corpus
def test_the_sizes_are_about_those_of_the_published_suite(corpus: Corpus) -> None:
    assert corpus.size == pytest.approx(SIZES[corpus.name], rel=0.04)


@pytest.mark.parametrize("length", [16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072])
def test_a_window_is_back_at_the_start_after_its_period(length: int) -> None:
    for corpus in CORPORA.values():
        period = corpus.period(length)
        assert period * length % corpus.size == 0
        assert period <= corpus.size // 16
    assert CORPORA["json"].period(131072) == 3
    assert CORPORA["pdf"].period(131072) == 8


def test_after_a_period_the_same_slices_come_again() -> None:
    corpus = CORPORA["html"]
    period = corpus.period(32768)
    pieces = list(corpus.slices(32768, 2 * period))
    assert pieces[:period] == pieces[period:]
    assert len(set(pieces)) == period == 8


@every_corpus
def test_it_compresses_about_as_well(corpus: Corpus) -> None:
    deflate = zlib.compressobj(wbits=-15)
    given = taken = 0
    for piece in corpus.slices(8192, 150):
        given += len(piece)
        taken += len(deflate.compress(piece) + deflate.flush(zlib.Z_SYNC_FLUSH)) - 4
    assert taken / given == pytest.approx(RATIOS[corpus.name], rel=0.2)


@every_corpus
def test_it_is_made_quickly(corpus: Corpus) -> None:
    start = time.process_time()
    corpus.generate()
    assert time.process_time() - start < 1  # 0.1 where nothing else runs


@every_corpus
def test_slices_go_round_the_corpus_without_a_gap(corpus: Corpus) -> None:
    data = corpus.octets if corpus.binary else corpus.octets.decode()
    length = 70_001
    number = 2 * len(data) // length + 2
    pieces = list(corpus.slices(length, number))
    assert len(pieces) == number
    assert b"".join(pieces).startswith(corpus.octets * 2)
    sizes = {len(piece) if corpus.binary else len(piece.decode()) for piece in pieces}
    assert sizes == {length}


def test_a_slice_may_be_longer_than_the_corpus() -> None:
    short = Corpus("short", "three octets", True, b"abc".upper)
    assert list(short.slices(7, 3)) == [b"ABCABCA", b"BCABCAB", b"CABCABC"]


def test_text_is_cut_between_letters() -> None:
    text = Corpus("text", "letters", False, "aäö".encode)
    assert list(text.slices(2, 3)) == ["aä".encode(), "öa".encode(), "äö".encode()]


def test_the_json_is_a_document_in_ascii() -> None:
    octets = CORPORA["json"].octets
    assert octets.isascii()
    assert len(json.loads(octets)) > 100


def test_the_bitmap_is_512_by_509_in_8_bits() -> None:
    octets = CORPORA["bitmap"].octets
    magic, size, start = struct.unpack_from("<2sI4xI", octets)
    width, height, planes, bits = struct.unpack_from("<iiHH", octets, 18)
    assert (magic, size, width, height, planes, bits) == (b"BM", len(octets), 512, 509, 1, 8)
    assert len(octets) - start == 512 * 509


def test_the_prose_is_utf8_and_not_ascii() -> None:
    text = CORPORA["prose"].octets.decode()
    assert not text.isascii()
    assert {"ä", "ö", "ü", "ß"} <= set(text)


def test_the_page_has_fewer_code_points_than_octets() -> None:
    octets = CORPORA["html"].octets
    assert len(octets.decode()) < len(octets) < len(octets.decode()) + 100
    assert octets.startswith(b"<!DOCTYPE html>")
    assert octets.endswith(b"</html>\n")


def test_the_pdf_says_where_its_objects_are() -> None:
    octets = CORPORA["pdf"].octets
    start = int(octets.rsplit(b"startxref\n")[-1].split()[0])
    assert octets[start:].startswith(b"xref\n0 ")
    entries = [int(line.split()[0]) for line in octets[start:].split(b"\n") if line[-2:] == b"n "]
    assert len(entries) > 100
    for number, at in enumerate(entries, 1):
        assert octets[at:].startswith(b"%d 0 obj\n" % number)
    with pytest.raises(UnicodeDecodeError):
        octets.decode()


def test_dice_depend_on_their_name_alone() -> None:
    def throws(name: str) -> list[int]:
        dice = Dice(name)
        return [dice.below(6) for _ in range(100)]

    assert throws("a") == throws("a") != throws("b")
    assert set(throws("a")) == set(range(6))


def test_dice_do_not_run_out() -> None:
    dice = Dice("long")
    numbers = [dice.below(2**32) for _ in range(70_000)]
    assert len(set(islice(numbers, 69_000, 70_000))) == 1000


def test_noise_is_as_long_as_asked_and_cannot_be_compressed() -> None:
    assert len(zlib.compress(noise("x", 5000))) > 5000


def test_a_corpus_is_kept() -> None:
    assert CORPORA["json"].octets is CORPORA["json"].octets
    assert CORPORA["json"].octets == json_document()
