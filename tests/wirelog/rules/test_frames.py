from dataclasses import replace

import pytest

from builders import CaptureBuilder, cont, opened, ping, text
from judging import RuleCase, agrees, client, ids, keyed, report_of, server
from wirelog.findings import check
from wirelog.frames import RSV1, Frame
from wirelog.rules import frames as rules


def rx(*frames: Frame) -> CaptureBuilder:
    """A server's capture of what a client sent, each frame with a key of its own."""
    made = server()
    for key, frame in enumerate(frames, 0x1234567):
        made.rx(keyed(frame, key) if frame.mask is None else frame)
    return made


def raw(octets: str) -> CaptureBuilder:
    """A server's capture of octets without frame lines."""
    return server().octets("RX", bytes.fromhex(octets))


def half(made: CaptureBuilder) -> CaptureBuilder:
    return made.octets("RX", bytes.fromhex("8185 01020304 01")).event("TCP DROPPED BY PEER")


MORE = text("a", fin=False)
CASES = [
    RuleCase(rules.RSV, "client", lambda: rx(text("a", rsv=2)), lambda: rx(text("a"))),
    RuleCase(rules.RESERVED_OPCODE, "client", lambda: rx(Frame(11)), lambda: rx(Frame(10))),
    RuleCase(
        rules.CONTROL_FRAGMENTED,
        "client",
        lambda: rx(replace(ping(), fin=False)),
        lambda: rx(MORE, ping(), cont("b")),
    ),
    RuleCase(
        rules.CONTROL_TOO_LONG, "client", lambda: rx(ping(bytes(126))), lambda: rx(ping(bytes(125)))
    ),
    RuleCase(
        rules.LENGTH_NOT_MINIMAL,
        "client",
        lambda: raw("81fe0001 01020304 60"),
        lambda: raw("8181 01020304 60"),
    ),
    RuleCase(
        rules.LENGTH_TOO_LARGE,
        "client",
        lambda: raw("82ff 8000000000000000 01020304"),
        lambda: raw("82ff 0000000000010000 01020304"),
    ),
    RuleCase(rules.UNMASKED, "client", lambda: raw("810161"), lambda: rx(text("a"))),
    RuleCase(
        rules.MASKED,
        "server",
        lambda: client().rx(keyed(text("a"), 7)),
        lambda: client().rx(text("a")),
    ),
    RuleCase(
        rules.MASK_ZERO, "client", lambda: rx(keyed(text("a"), 0)), lambda: rx(keyed(text(""), 0))
    ),
    RuleCase(
        rules.MASK_REPEATED,
        "client",
        lambda: rx(*[keyed(text("a"), 7)] * 3),
        lambda: rx(*[keyed(text("a"), 7)] * 2),
    ),
    RuleCase(
        rules.STRAY_CONTINUATION, "client", lambda: rx(cont("b")), lambda: rx(MORE, cont("b"))
    ),
    RuleCase(
        rules.MESSAGE_INSIDE,
        "client",
        lambda: rx(MORE, text("b")),
        lambda: rx(MORE, cont("b"), text("c")),
    ),
    RuleCase(
        rules.UNFINISHED,
        "client",
        lambda: half(server()),
        lambda: rx(text("a")).event("TCP DROPPED BY PEER"),
    ),
    RuleCase(
        rules.MESSAGE_UNFINISHED,
        "client",
        lambda: rx(MORE, cont("b", fin=False)),
        lambda: rx(MORE, cont("b")),
    ),
    RuleCase(
        rules.LINE_DIFFERS,
        "server",
        lambda: (
            server()
            .octets("RX", keyed(text("a"), 1).serialize())
            .frame_line("RX", keyed(text("abc"), 1))
        ),
        lambda: rx(text("a")),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule.id)
def test_a_frame_breaks_each_rule(case: RuleCase) -> None:
    case.verify()


def test_each_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(rules.RULES)


def test_an_extension_that_nobody_knows_may_give_bits_a_meaning() -> None:
    made = agrees("x-bits").rx(text(b"\xff", rsv=3)).rx(Frame(5)).rx(text(b"\xff"))
    report = report_of(made)
    assert report.findings == []
    assert "x-bits" in report.not_checked[rules.RSV.id]
    assert "x-bits" in report.not_checked["text.not-utf8"]


def test_what_a_client_records_of_itself_is_the_clients_fault() -> None:
    found = report_of(client().tx(text("a", rsv=RSV1))).errors
    assert [(one.rule, one.side) for one in found] == [(rules.RSV, "client")]
    assert found[0].octets[0].dir == "TX"


def test_without_the_handshake_nobody_is_accused_of_rsv_bits() -> None:
    made = CaptureBuilder().frame_line("RX", keyed(text("a", rsv=RSV1), 7))
    report = check(*opened(made.unfinished()))
    assert rules.RSV.id in report.not_checked
    assert rules.UNMASKED.id not in [one.rule.id for one in report.findings]


def test_problems_and_findings_are_the_same_rules() -> None:
    capture, seen = opened(rx(text("a", rsv=3), Frame(13), cont("x")).unfinished())
    marks = [(one.n, problem.rule.id) for one in seen.frames for problem in one.problems]
    assert marks == [(one.event, one.rule.id) for one in check(capture, seen).errors]
    assert ids(rx()) == []
