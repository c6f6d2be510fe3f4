import zlib
from random import Random

import pytest

from builders import CaptureBuilder, binary, close, cont, deflated, text
from judging import RuleCase, agrees, ids, keyed, later, only, report_of, server, texts
from wirelog.frames import RSV1, Frame, Opcode
from wirelog.rules import payload as rules

DEFLATE = "permessage-deflate"
ALONE = f"{DEFLATE}; client_no_context_takeover; server_no_context_takeover"
TAIL = b"\x00\x00\xff\xff"
WORDS = b"the quick brown fox jumps over the lazy dog; "


def squeezed(*messages: bytes, bits: int = 15) -> list[bytes]:
    """Messages of one compressor, without their tails."""
    squeeze = zlib.compressobj(wbits=-bits)
    return [
        (squeeze.compress(one) + squeeze.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)
        for one in messages
    ]


def finished(message: bytes) -> bytes:
    """One whole DEFLATE stream; its last block has BFINAL."""
    squeeze = zlib.compressobj(wbits=-15)
    return squeeze.compress(message) + squeeze.flush(zlib.Z_FINISH)


def sent(params: str, *payloads: bytes, offered: str | None = None) -> CaptureBuilder:
    """A server's capture of compressed messages from a client."""
    made = agrees(params, offered)
    for key, octets in enumerate(payloads, 0x1234567):
        made.rx(keyed(Frame(Opcode.BINARY, octets, rsv=RSV1), key))
    return made


def far(bits: int) -> bytes:
    """A message whose end refers back over a few thousand octets."""
    squeeze = zlib.compressobj(wbits=-bits)
    first = squeeze.compress(WORDS + Random(3).randbytes(3000)) + squeeze.flush(zlib.Z_SYNC_FLUSH)
    last = squeeze.compress(WORDS) + squeeze.flush(zlib.Z_SYNC_FLUSH)
    return (first + last).removesuffix(TAIL)


def slow(seconds: float) -> CaptureBuilder:
    made = server().rx(keyed(text(b"\xff", fin=False), 1))
    return later(made, seconds).rx(keyed(cont(b"more", fin=False), 2)).tx(close(1007))


NARROW = f"{DEFLATE}; client_max_window_bits=9"
OFFER = f"{DEFLATE}; client_max_window_bits"
CASES = [
    RuleCase(
        rules.NOT_UTF8,
        "client",
        lambda: server().rx(text(b"a\xff")),
        lambda: server().rx(text("aÿ")),
    ),
    RuleCase(
        rules.NOTICED_LATE,
        "server",
        lambda: slow(1),
        lambda: server().rx(text(b"\xff")).tx(close(1007)),
    ),
    RuleCase(
        rules.RSV1_CONTROL,
        "client",
        lambda: agrees(DEFLATE).rx(Frame(9, rsv=RSV1)),
        lambda: agrees(DEFLATE).rx(Frame(9)),
    ),
    RuleCase(
        rules.RSV1_CONTINUATION,
        "client",
        lambda: agrees(DEFLATE).rx(text("a", fin=False)).rx(cont("b", rsv=RSV1)),
        lambda: agrees(DEFLATE).rx(text("a", fin=False)).rx(cont("b")),
    ),
    RuleCase(
        rules.DOES_NOT_INFLATE,
        "client",
        lambda: sent(DEFLATE, b"\xff\xff\xff"),
        lambda: sent(DEFLATE, b"\x00"),
    ),
    RuleCase(
        rules.WINDOW_EXCEEDED,
        "client",
        lambda: sent(NARROW, far(15), offered=OFFER),
        lambda: sent(NARROW, far(9), offered=OFFER),
    ),
    RuleCase(
        rules.CONTEXT_USED,
        "client",
        lambda: sent(ALONE, *squeezed(WORDS, WORDS)),
        lambda: sent(DEFLATE, *squeezed(WORDS, WORDS)),
    ),
    RuleCase(
        rules.TAIL_KEPT,
        "client",
        lambda: sent(DEFLATE, squeezed(WORDS)[0] + TAIL),
        lambda: sent(DEFLATE, squeezed(WORDS)[0]),
    ),
    RuleCase(
        rules.TAIL_MISSING, "client", lambda: sent(DEFLATE, b""), lambda: sent(DEFLATE, b"\x00")
    ),
    RuleCase(
        rules.FINAL_BLOCK_LAST,
        "client",
        lambda: sent(DEFLATE, finished(WORDS)),
        lambda: sent(DEFLATE, finished(WORDS) + b"\x00", b"\x01"),
    ),
    RuleCase(
        rules.BOMB,
        "client",
        lambda: sent(DEFLATE, *squeezed(bytes(17 << 20))),
        lambda: sent(DEFLATE, *squeezed(bytes(1 << 20))),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule.id)
def test_a_payload_breaks_each_rule(case: RuleCase) -> None:
    case.verify()


def test_each_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(rules.RULES)


def test_the_octet_is_named_in_message_frame_and_capture() -> None:
    made = server().rx(keyed(text(b"costs 6 \xe2", fin=False), 1)).rx(keyed(cont(b"\x28\xa1"), 2))
    found = only(made, rules.NOT_UTF8)
    assert "octet 0x28 at 9 after e2" in found.text
    assert "octet 0 of the payload of frame 006; the character began in frame 004" in found.text
    assert [one.pieces[0].n for one in found.octets] == [3, 5]
    last = found.octets[-1]
    assert last.end - last.start == 1
    assert last.pieces[0][1:] == (6, 7)


def test_a_character_may_have_begun_many_frames_before() -> None:
    made = server().rx(keyed(text("a" * 40, fin=False), 1)).rx(keyed(cont("b", fin=False), 2))
    made.rx(keyed(cont(b"\xf0\x9f", fin=False), 3))
    for key in range(4, 20):
        made.rx(keyed(cont("", fin=False), key))
    made.rx(keyed(cont(b"\x98", fin=False), 20)).rx(keyed(cont(b"cd"), 21))
    found = only(made, rules.NOT_UTF8)
    assert "octet 0x63 at 44 after f0 9f 98" in found.text
    assert "octet 0 of the payload of frame 044; the character began in frame 008" in found.text
    assert [one.pieces[0].n for one in found.octets] == [7, 41, 43]


def test_an_echo_of_a_long_message_is_known() -> None:
    made = server().rx(keyed(text("begun", fin=False), 1))
    for key in range(2, 20):
        made.rx(keyed(cont("many", fin=False), key))
    made.rx(keyed(cont(b"\xff"), 20)).tx(binary(b"begun" + b"many" * 18 + b"\xff"))
    assert "close.violation-accepted" in ids(made)


def test_it_is_said_how_long_the_receiver_took() -> None:
    made = server().rx(text(b"a\xffbc")).event("FAILING CONNECTION: not UTF-8 (1007)")
    found = only(made.tx(close(1007)), rules.NOT_UTF8)
    assert found.text.endswith("; the server closed with 1007 0.2 ms and 2 octets later")


def test_compressed_text_counts_octets_after_inflation() -> None:
    made = agrees(DEFLATE).rx(deflated(text(b"ab\xff")))
    assert "at 2 is not UTF-8 (octets counted after inflation)" in only(made, rules.NOT_UTF8).text


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (zlib.compress(WORDS), "a zlib stream with a header"),
        (b"\x1f\x8b\x08\x00" + WORDS, "a gzip file"),
        (b"{plain}", "plain text"),
    ],
)
def test_what_does_not_inflate_is_explained(payload: bytes, words: str) -> None:
    (found,) = report_of(sent(DEFLATE, payload)).errors
    assert words in found.text or found.rule is rules.TAIL_MISSING, texts(sent(DEFLATE, payload))


def test_a_message_that_inflates_otherwise_leaves_those_behind_it_whole() -> None:
    made = sent(ALONE, *squeezed(WORDS, WORDS, WORDS))
    assert [one.rule for one in report_of(made).errors] == [rules.CONTEXT_USED]


def test_swapped_directions_are_recognized() -> None:
    params = f"{DEFLATE}; client_no_context_takeover"
    limited = f"{params}; server_max_window_bits=10"
    found = only(sent(limited, *squeezed(WORDS, WORDS)), rules.CONTEXT_USED)
    assert "client_ and server_ may be mixed up" in found.text
    found = only(sent(params, *squeezed(WORDS, WORDS)), rules.CONTEXT_USED)
    assert "mixed up" not in found.text


def test_a_window_that_is_too_large_is_not_said_smaller_than_it_is() -> None:
    found = only(sent(NARROW, far(15), far(15), offered=OFFER), rules.WINDOW_EXCEEDED)
    assert found.text.endswith("it needs a window of at least 12 bits, and 9 were agreed")
