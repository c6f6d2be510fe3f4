"""What a loop sends, and how its echoes are checked without inflating each of them."""

from __future__ import annotations

import zlib

import pytest

from wirelog.deflate_stream import WINDOW
from wirelog.frames import Opcode
from wirelog.inflate import TAIL, DeflateParams, Inflater
from wsconform.corpora import CORPORA
from wsconform.driver.incoming import Arrived, Violation
from wsconform.driver.streams import CompressedSlices, EchoCheck, SliceSequence, compressed_slices
from wsconform.transcript import Fault

PARAMS = [
    DeflateParams(),
    DeflateParams(9),
    DeflateParams(8),
    DeflateParams(15, True),
    DeflateParams(9, True),
    DeflateParams(8, True),
]


class Peer:
    """Compresses as a peer does, message by message."""

    def __init__(self, params: DeflateParams, level: int = 6) -> None:
        self._params = params
        self._level = level
        self._state = self._fresh()

    def _fresh(self) -> zlib._Compress:
        return zlib.compressobj(self._level, wbits=-max(self._params.window_bits, 9))

    def echo(self, octets: bytes, opcode: int = Opcode.TEXT) -> Arrived:
        if self._params.no_context_takeover:
            self._state = self._fresh()
        packed = self._state.compress(octets) + self._state.flush(zlib.Z_SYNC_FLUSH)
        return Arrived(opcode, packed.removesuffix(TAIL), True)


@pytest.mark.parametrize(("corpus", "length"), [("json", 16), ("html", 4096), ("pdf", 131072)])
def test_the_sequence_is_that_of_the_corpus_round_and_round(corpus: str, length: int) -> None:
    sequence = SliceSequence(corpus, length)
    expected = list(CORPORA[corpus].slices(length, 30))
    assert [sequence.content(number) for number in range(30)] == expected
    assert sequence.content(sequence.period) == expected[0]


def test_what_stands_before_a_message_is_at_most_a_window() -> None:
    sequence = SliceSequence("json", 4096)
    octets = CORPORA["json"].octets
    assert sequence.before(0) == b""
    assert sequence.before(3) == octets[: 3 * 4096]
    assert sequence.before(20) == octets[20 * 4096 - WINDOW : 20 * 4096]


def test_messages_are_equal_from_the_first_that_has_a_full_window_before_it() -> None:
    sequence = SliceSequence("json", 16384)
    assert sequence.settled == 2
    places = [sequence.place(number, has_context=True) for number in range(16)]
    period = sequence.period
    assert places == [number if number < 2 + period else number - period for number in range(16)]
    assert sequence.place(period, has_context=False) == 0


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("length", [1024, 16384, 131072])
def test_what_is_used_again_inflates_to_the_right_message(
    params: DeflateParams, length: int
) -> None:
    sequence = SliceSequence("json", length)
    source = CompressedSlices(sequence, params)
    inflater = Inflater(params)
    for number in range(sequence.settled + 2 * min(sequence.period, 100) + 2):
        found = inflater.inflate(source.payload(source.place(number)))
        assert (found.data, found.fault) == (sequence.content(number), "")


def test_streams_are_shared_by_all_that_need_the_same() -> None:
    first = compressed_slices("json", 64, DeflateParams(9))
    assert compressed_slices("json", 64, DeflateParams(9)) is first
    assert compressed_slices("json", 64, DeflateParams(10)) is not first


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("level", [1, 6, 9])
def test_right_echoes_are_right_however_they_are_compressed(
    params: DeflateParams, level: int
) -> None:
    sequence = SliceSequence("json", 16384)
    check, peer = EchoCheck(sequence, params), Peer(params, level)
    faults = {check.fault(n, peer.echo(sequence.content(n))) for n in range(40)}
    assert faults == {None}


def test_echoes_that_repeat_are_not_inflated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sequence = SliceSequence("json", 16384)
    check, peer = EchoCheck(sequence, DeflateParams()), Peer(DeflateParams())
    first_round = sequence.settled + 2 * sequence.period
    for number in range(first_round):
        assert check.fault(number, peer.echo(sequence.content(number))) is None
    monkeypatch.delattr("wsconform.driver.streams.inflate")
    for number in range(first_round, first_round + sequence.period):
        assert check.fault(number, peer.echo(sequence.content(number))) is None


def test_other_octets_are_inflated_behind_the_right_window() -> None:
    """A peer that compresses in another way now and then is right nevertheless."""
    sequence = SliceSequence("prose", 16384)
    check, state = EchoCheck(sequence, DeflateParams()), zlib.compressobj(wbits=-15)
    for number in range(60):
        content = sequence.content(number)
        at = number * 37 % len(content)
        packed = state.compress(content[:at]) + state.flush(zlib.Z_SYNC_FLUSH)
        packed += state.compress(content[at:]) + state.flush(zlib.Z_SYNC_FLUSH)
        echo = Arrived(Opcode.BINARY, packed.removesuffix(TAIL), True)
        assert check.fault(number, echo) is None


def test_echoes_may_be_compressed_or_not() -> None:
    """An uncompressed message does not enter the window (RFC 7692 §7.2.3.2)."""
    sequence = SliceSequence("json", 4096)
    check, peer = EchoCheck(sequence, DeflateParams()), Peer(DeflateParams())
    for number in range(200):
        content = sequence.content(number)
        echo = Arrived(Opcode.TEXT, content) if number % 3 == 1 else peer.echo(content)
        assert check.fault(number, echo) is None


def test_a_block_that_is_marked_as_the_last_is_followed_by_another_one() -> None:
    """RFC 7692 §7.2.3.4."""
    sequence = SliceSequence("json", 1024)
    check = EchoCheck(sequence, DeflateParams(15, True))
    for number in range(3):
        state = zlib.compressobj(wbits=-15)
        packed = state.compress(sequence.content(number)) + state.flush() + b"\0"
        assert check.fault(number, Arrived(Opcode.TEXT, packed, True)) is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda octets: octets[:-1], Fault.LENGTH),
        (lambda octets: octets * 2, Fault.LENGTH),
        (lambda octets: octets[1:] + octets[:1], Fault.CONTENT),
    ],
    ids=["short", "long", "turned"],
)
@pytest.mark.parametrize("number", [0, 5, 60])
def test_wrong_echoes_are_wrong(change: object, fault: Fault, number: int) -> None:
    assert callable(change)
    sequence = SliceSequence("json", 16384)
    check, peer = EchoCheck(sequence, DeflateParams()), Peer(DeflateParams())
    for earlier in range(number):
        assert check.fault(earlier, peer.echo(sequence.content(earlier))) is None
    assert check.fault(number, peer.echo(change(sequence.content(number)))) is fault


def test_a_right_echo_of_the_wrong_type_is_wrong_also_when_its_octets_are_known() -> None:
    sequence = SliceSequence("json", 16384)
    check, peer = EchoCheck(sequence, DeflateParams(15, True)), Peer(DeflateParams(15, True))
    echo = peer.echo(sequence.content(0))
    assert check.fault(0, echo) is None
    assert check.fault(sequence.period, echo._replace(opcode=Opcode.BINARY)) is Fault.TYPE


def test_octets_of_another_window_do_not_pass() -> None:
    """The same octets mean another message behind another window."""
    sequence = SliceSequence("json", 4096)
    check, peer = EchoCheck(sequence, DeflateParams()), Peer(DeflateParams())
    echoes = [peer.echo(sequence.content(number)) for number in range(12)]
    for number in range(10):
        assert check.fault(number, echoes[number]) is None
    try:
        fault = check.fault(10, echoes[9])
    except Violation:
        fault = Fault.CONTENT
    assert fault is not None


def test_what_does_not_inflate_is_a_violation() -> None:
    check = EchoCheck(SliceSequence("json", 16), DeflateParams())
    with pytest.raises(Violation) as caught:
        check.fault(0, Arrived(Opcode.TEXT, b"\xff\xff\xff", True))
    assert caught.value.code == 1007


def test_a_bomb_is_inflated_no_further_than_the_message_is_long() -> None:
    check = EchoCheck(SliceSequence("json", 16), DeflateParams())
    bomb = Peer(DeflateParams()).echo(bytes(50_000_000))
    assert check.fault(0, bomb) is Fault.LENGTH
