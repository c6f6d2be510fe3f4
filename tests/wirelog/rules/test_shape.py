import pytest

from builders import CaptureBuilder, cont, request, response, text
from judging import RuleCase, client, keyed, later, server
from wirelog.rules import shape as rules


def pieces(*cuts: int, apart: float = 0, octets: bytes = b"\x81\x83\1\2\3\4abc") -> CaptureBuilder:
    """A server's capture of one frame that came in pieces."""
    made = server()
    for begin, end in zip((0, *cuts), (*cuts, len(octets)), strict=True):
        made.octets("RX", octets[begin:end])
        later(made, apart)
    return made


def fragments(size: int) -> CaptureBuilder:
    made = server().rx(keyed(text(bytes(size), fin=False), 1))
    for key in range(2, 8):
        made.rx(keyed(cont(bytes(size), fin=False), key))
    return made.rx(keyed(cont(bytes(size)), 9))


def answered_after(seconds: float) -> CaptureBuilder:
    made = CaptureBuilder().event("TCP ACCEPTED").octets("RX", request())
    return later(made, seconds).octets("TX", response())


CASES = [
    RuleCase(rules.HEADER_SPLIT, "client", lambda: pieces(3), lambda: pieces(6)),
    RuleCase(rules.TINY_FRAGMENTS, "client", lambda: fragments(1), lambda: fragments(100)),
    RuleCase(rules.STALL, "client", lambda: pieces(6, apart=0.04), lambda: pieces(6, apart=0.1)),
    RuleCase(
        rules.ONE_OCTET_PIECES, "client", lambda: pieces(*range(1, 9)), lambda: pieces(1, 2, 3)
    ),
    RuleCase(
        rules.LARGE_MESSAGE,
        "client",
        lambda: client().tx(text(bytes(65537))),
        lambda: client().tx(text(bytes(65536))),
    ),
    RuleCase(
        rules.SLOW_HANDSHAKE, "server", lambda: answered_after(1.5), lambda: answered_after(0.5)
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule.id)
def test_traffic_has_each_shape(case: RuleCase) -> None:
    case.verify()


def test_each_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(rules.RULES)


def test_a_client_may_be_slow_too() -> None:
    made = later(CaptureBuilder().event("TCP ACCEPTED"), 2).octets("RX", request())
    RuleCase(rules.SLOW_HANDSHAKE, "client", lambda: made, server).verify()
