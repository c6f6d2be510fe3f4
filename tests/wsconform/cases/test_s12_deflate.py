"""Section 12: five kinds of data, eighteen sizes each."""

from __future__ import annotations

from hashlib import sha256
from itertools import islice

from wsconform.cases.s12_deflate import SECTIONS
from wsconform.cases.steps import Slices
from wsconform.corpora import CORPORA

CASES = {case.id: case for section in SECTIONS for case in section.cases}


def test_each_kind_of_data_has_its_section_in_order() -> None:
    corpora = [case.loop.item.corpus for case in CASES.values() if case.id.endswith(".1")]  # type: ignore[union-attr]
    assert corpora == list(CORPORA) == ["json", "bitmap", "prose", "html", "pdf"]


def test_json_and_html_are_sent_as_text_and_the_others_as_binary() -> None:
    kinds = {}
    for number in range(1, 6):
        loop = CASES[f"12.{number}.4"].loop
        assert loop is not None
        first = next(loop.messages())
        kinds[number] = first.binary
        assert first.octets == next(CORPORA[list(CORPORA)[number - 1]].slices(1024, 1))
    assert kinds == {1: False, 2: True, 3: True, 4: False, 5: True}


def test_text_messages_are_utf8_each_by_itself() -> None:
    loop = CASES["12.4.1"].loop
    assert loop is not None
    lengths = {len(message.octets.decode()) for message in loop.messages()}
    assert lengths == {16}


def test_from_the_eleventh_on_the_sizes_come_again_in_fragments() -> None:
    loads = [case.loop.item for case in SECTIONS[0].cases if case.loop]
    pairs = [(load.length, load.fragment) for load in loads if isinstance(load, Slices)]
    assert [fragment for _, fragment in pairs[:10]] == [None] * 10
    assert [length for length, _ in pairs[10:15]] == [length for length, _ in pairs[5:10]]
    assert pairs[15:] == [(131072, 1024), (131072, 4096), (131072, 32768)]


def test_messages_follow_each_other_without_a_gap() -> None:
    loop = CASES["12.2.10"].loop
    assert loop is not None
    sent = b"".join(message.octets for message in islice(loop.messages(), 4))
    ring = CORPORA["bitmap"].octets * 2
    assert sha256(sent).digest() == sha256(ring[: 4 * 131072]).digest()


def test_one_plain_offer_is_made() -> None:
    for case in CASES.values():
        assert [ask.answer for ask in case.asks] == ["permessage-deflate"]
