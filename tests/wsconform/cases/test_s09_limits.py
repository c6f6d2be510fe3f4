"""Section 9: sizes, fragments, writes and round trips."""

from __future__ import annotations

import pytest

from wsconform.cases.s09_limits import SECTIONS, size_of
from wsconform.cases.steps import EchoLoop, Send, SendMessage

CASES = {case.id: case for section in SECTIONS for case in section.cases}
MIB = 1 << 20


def test_messages_grow_to_16_mib() -> None:
    for prefix in ("9.1", "9.2"):
        sizes = [len(CASES[f"{prefix}.{n}"].sent_message().octets) for n in range(1, 7)]
        assert sizes == [MIB // 16, MIB // 4, MIB, 4 * MIB, 8 * MIB, 16 * MIB]


def test_fragments_grow_until_the_message_is_whole() -> None:
    for prefix in ("9.3", "9.4"):
        steps = [CASES[f"{prefix}.{n}"].script[0] for n in range(1, 10)]
        counts = [len(list(step.frames())) for step in steps if isinstance(step, SendMessage)]
        assert counts == [65537, 16385, 4097, 1025, 257, 65, 17, 5, 1]


def test_writes_grow_and_the_message_does_not() -> None:
    for prefix in ("9.5", "9.6"):
        steps = [CASES[f"{prefix}.{n}"].script[0] for n in range(1, 7)]
        chops = [(step.chop, step.repeat) for step in steps if isinstance(step, Send)]
        assert chops == [(chop, MIB) for chop in (64, 128, 256, 512, 1024, 2048)]


def test_loops_send_a_thousand_messages_of_one_size() -> None:
    for prefix in ("9.7", "9.8"):
        loops = [CASES[f"{prefix}.{n}"].loop for n in range(1, 7)]
        sent = [list(loop.messages()) for loop in loops if isinstance(loop, EchoLoop)]
        assert [len(messages) for messages in sent] == [1000] * 6
        assert [len(messages[0].octets) for messages in sent] == [0, 16, 64, 256, 1024, 4096]
        assert {message.binary for messages in sent for message in messages} == {prefix == "9.8"}


def test_text_is_text() -> None:
    for case in CASES.values():
        if case.loop is None and not case.sent_message().binary:
            assert case.sent_message().octets.isascii(), case.id


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (997, "997 octets"),
        (1024, "1 KiB"),
        (65536, "64 KiB"),
        (16 * MIB, "16 MiB"),
        (1500, "1500 octets"),
    ],
)
def test_sizes_in_words(octets: int, words: str) -> None:
    assert size_of(octets) == words
