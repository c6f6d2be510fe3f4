"""Each example shows what it is there for."""

from __future__ import annotations

import pytest

from builders import opened
from interop.play import PLAYS
from interop.record import record
from wirelog.conversation import Conversation
from wirelog.reader import Capture

CLOSES = {
    "4.2.3": 1002,
    "bad-text-in-fragments": 1007,
    "close-4001": 4001,
    "close-1005": 1002,
    "close-without-code": None,
    "dropped": None,
    "refused-handshake": None,
    "too-big": 1009,
}
"""What the server closes with, where that is not 1000."""
WRONG = {"4.2.3", "bad-text-in-fragments", "close-1005"}
"""Where a frame of the client breaks a rule of the protocol."""

Examples = dict[str, tuple[Capture, Conversation]]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    recorded = {}
    for play, path in record(tmp_path_factory.mktemp("examples")):
        recorded[play.name] = opened(path.read_bytes())
    return recorded


@pytest.mark.parametrize("name", [play.name for play in PLAYS])
def test_example(name: str, examples: Examples) -> None:
    capture, seen = examples[name]
    assert capture.notices == []
    assert capture.trailer is not None
    assert capture.trailer["localCloseCode"] == CLOSES.get(name, 1000)
    assert capture.trailer["wasClean"] == (name not in {"dropped", "refused-handshake"})
    assert seen.handshake.problems == [] or name == "refused-handshake"
    wrong = [one for one in seen.frames if one.problems]
    assert bool(wrong) == (name in WRONG)


def test_context_takeover_makes_the_same_message_smaller(examples: Examples) -> None:
    for direction in ("RX", "TX"):
        sizes = {
            name: [one.wire_octets for one in examples[name][1].messages if one.dir == direction]
            for name in ("deflate-takeover", "deflate-no-takeover")
        }
        assert sizes["deflate-takeover"][-1] < sizes["deflate-takeover"][0]
        assert sizes["deflate-no-takeover"][-1] == sizes["deflate-no-takeover"][0]


def test_a_cut_example_knows_how_much_there_was(examples: Examples) -> None:
    capture, seen = examples["16-mib-cut"]
    assert [one.length for one in seen.messages] == [16 << 20] * 2
    assert capture.unproven
