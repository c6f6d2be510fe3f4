from __future__ import annotations

import zlib

import pytest
from autobahn.exception import PayloadCorruptError, PayloadExceededError
from autobahn.websocket.compress import PerMessageDeflateOffer
from autobahn.websocket.compress_deflate import PerMessageDeflate
from hypothesis import given
from hypothesis import strategies as st

from wirelog.handshake import parse_extensions
from wirelog.inflate import TAIL, DeflateParams, Inflater
from wsecho import deflate as deflating
from wsecho.deflate import FASTEST, Deflate, DeflateOptions, accept, sound_offers


def answer(offer: str, options: DeflateOptions | None = None) -> str | None:
    """What the server says to the value of a Sec-WebSocket-Extensions header."""
    offers = [
        PerMessageDeflateOffer.parse(params)
        for _, params in sound_offers(parse_extensions([offer]))
    ]
    agreed = accept(offers, options or DeflateOptions())
    return agreed and agreed.get_extension_string()


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        ("permessage-deflate", "permessage-deflate"),
        ("permessage-deflate; client_max_window_bits", "permessage-deflate"),
        ("permessage-deflate; client_max_window_bits=8", "permessage-deflate"),
        ('permessage-deflate; client_max_window_bits="10"', "permessage-deflate"),
        ("permessage-deflate; client_no_context_takeover", "permessage-deflate"),
        (
            "permessage-deflate; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover",
        ),
        (
            "permessage-deflate; server_max_window_bits=9",
            "permessage-deflate; server_max_window_bits=9",
        ),
        (
            "permessage-deflate; server_max_window_bits=15",
            "permessage-deflate; server_max_window_bits=15",
        ),
        ("x-webkit-deflate-frame, permessage-deflate", "permessage-deflate"),
        (
            "permessage-deflate; server_max_window_bits=8, permessage-deflate",
            "permessage-deflate",
        ),
    ],
)
def test_the_first_offer_that_can_be_met_is_accepted(offer: str, expected: str) -> None:
    assert answer(offer) == expected


@pytest.mark.parametrize(
    "offer",
    [
        "",
        "permessage-bzip2",
        "permessage-deflate; unknown",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=8",  # zlib cannot
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=010",
        "permessage-deflate; server_max_window_bits=1_0",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=x",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
    ],
)
def test_a_bad_offer_is_declined(offer: str) -> None:
    assert answer(offer) is None


def test_the_answer_tells_what_the_server_restricts_itself_to() -> None:
    strict = DeflateOptions(window_bits=10, no_context_takeover=True)
    assert answer("permessage-deflate; server_max_window_bits=12", strict) == (
        "permessage-deflate; server_no_context_takeover; server_max_window_bits=10"
        "; client_no_context_takeover"
    )


def deflate(level: int = 6, **agreed: bool | int) -> Deflate:
    values = {
        "server_no_context_takeover": False,
        "client_no_context_takeover": False,
        "server_max_window_bits": 15,
        "client_max_window_bits": 15,
        "mem_level": 8,
    }
    return Deflate(PerMessageDeflate(True, **{**values, **agreed}), level)


def compressed(server: Deflate, message: bytes) -> bytes:
    server.start_compress_message()
    return server.compress_message_data(message) + server.end_compress_message()


def inflated(server: Deflate, *payloads: bytes) -> bytes:
    """One message, given in the payloads of its frames."""
    server.start_decompress_message()
    message = b"".join(server.decompress_message_data(payload) for payload in payloads)
    server.end_decompress_message()
    return message


def repeated(piece: bytes, count: int) -> bytes:
    """Something that comes back at a distance, within a small window or only within a large one."""
    return (piece + bytes(range(256)) * (count % 5)) * count


MESSAGES = st.lists(
    st.one_of(
        st.just(b""),
        st.binary(),
        st.integers(0, 3000).map(bytes),
        st.builds(repeated, st.binary(max_size=900), st.integers(0, 40)),
    ),
    max_size=8,
)


@pytest.mark.parametrize("level", [0, FASTEST, 6])
@given(MESSAGES, st.booleans(), st.integers(9, 15), st.integers(1, 9))
def test_what_it_compresses_inflates(
    level: int, messages: list[bytes], alone: bool, bits: int, memory: int
) -> None:
    server = deflate(
        level, server_no_context_takeover=alone, server_max_window_bits=bits, mem_level=memory
    )
    client = Inflater(DeflateParams(bits, alone))
    seen = [client.inflate(compressed(server, one)) for one in messages]
    assert [one.data for one in seen] == messages
    assert not any(one.fault or one.problem for one in seen)


@pytest.mark.skipif(deflating.isal is None, reason="ISA-L is not installed")
def test_without_isal_zlib_does_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"the quick brown fox jumps over the lazy dog " * 100
    fast = compressed(deflate(FASTEST), text)
    monkeypatch.setattr(deflating, "isal", None)
    plain = compressed(deflate(FASTEST), text)
    assert fast != plain
    for payload in fast, plain:
        assert Inflater(DeflateParams()).inflate(payload).data == text


def test_empty_messages_in_a_row_are_not_empty_frames() -> None:
    """Without an octet of its own the second one would be taken for half a block (§7.2.3.6)."""
    server = deflate()
    assert [compressed(server, b"") for _ in range(3)] == [b"\0"] * 3


@given(st.lists(st.tuples(st.binary(max_size=3000), st.booleans()), max_size=6), st.booleans())
def test_it_inflates_streams_that_end_and_begin_anew(
    messages: list[tuple[bytes, bool]], alone: bool
) -> None:
    """A block with BFINAL ends the stream, but not the window (§7.2.3.4)."""
    server = deflate(client_no_context_takeover=alone)
    history = b""
    for message, is_final in messages:
        known = b"" if alone else history[-32768:]
        client = zlib.compressobj(wbits=-15, zdict=known) if known else zlib.compressobj(wbits=-15)
        if is_final:
            payload = client.compress(message) + client.flush() + b"\0"
        else:
            payload = (client.compress(message) + client.flush(zlib.Z_SYNC_FLUSH)).removesuffix(
                TAIL
            )
        half = len(payload) // 2
        assert inflated(server, payload[:half], payload[half:]) == message
        history += message


def test_the_example_of_the_rfc() -> None:
    """RFC 7692 §7.2.3.4: "Hello" in a block with BFINAL, and the octet that has to follow."""
    server = deflate()
    assert inflated(server, bytes.fromhex("f348cdc9c9070000")) == b"Hello"
    assert inflated(server, bytes.fromhex("f248cdc9c90700")) == b"Hello"


@pytest.mark.parametrize(
    "payload", [b"\x07", b"\xff" * 8, bytes.fromhex("f248cdc9"), b"\x00\x05\x00\xfa\xffHel"]
)
def test_data_that_does_not_inflate_is_corrupt(payload: bytes) -> None:
    with pytest.raises(PayloadCorruptError):
        inflated(deflate(), payload)


def test_a_bomb_is_stopped_at_the_limit() -> None:
    bomb = zlib.compressobj(wbits=-15)
    payload = bomb.compress(bytes(1 << 24)) + bomb.flush()
    server = deflate()
    server.start_decompress_message()
    with pytest.raises(PayloadExceededError):
        server.decompress_message_data(payload, max_output_len=1000)


def test_it_remembers_how_a_frame_began_on_the_wire() -> None:
    server = deflate()
    server.start_decompress_message()
    payload = compressed(deflate(), bytes(range(256)))
    for octet in payload:
        server.decompress_message_data(bytes([octet]))
    assert server.take_head() == payload[:64]
    assert server.take_head() == b""


def test_the_level_is_the_one_that_was_asked_for() -> None:
    agreed = PerMessageDeflate(True, False, False, 15, 15, 8)
    text = b"the quick brown fox jumps over the lazy dog " * 100
    sizes = [len(compressed(Deflate(agreed, level), text)) for level in (0, 1, 9)]
    assert sizes[0] > len(text) > sizes[1] >= sizes[2]
