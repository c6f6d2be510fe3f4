import zlib

import pytest

from builders import CaptureBuilder, close, cont, deflated, text
from judging import RuleCase, agrees, keyed, later, only, report_of, server, texts
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


def sent(params: str, *payloads: bytes, offered: str | None = None) -> CaptureBuilder:
    """A server's capture of compressed messages from a client."""
    made = agrees(params, offered)
    for key, octets in enumerate(payloads, 0x1234567):
        made.rx(keyed(Frame(Opcode.BINARY, octets, rsv=RSV1), key))
    return made


def far(bits: int) -> bytes:
    """A message whose end refers back over a few thousand octets."""
    noise = bytes(at * at * 7 % 251 for at in range(4000))
    return squeezed(WORDS + noise + WORDS, bits=bits)[0]


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
    found = only(sent(params, *squeezed(WORDS, WORDS)), rules.CONTEXT_USED)
    assert "client_ and server_ may be mixed up" in found.text
