import pytest

from builders import CaptureBuilder, close, ping, pong, text
from judging import RuleCase, client, later, only, server
from wirelog.rules import ping as rules


def waited(seconds: float) -> CaptureBuilder:
    """The client sends something so long after a ping that it did not answer."""
    return later(server().tx(ping(b"1")), seconds).rx(text("busy"))


def timed_out(made: CaptureBuilder) -> CaptureBuilder:
    return (
        later(made, 10).event("PING TIMEOUT AFTER 10.000000 sec").event("TCP DROPPED BY ME (RST)")
    )


CASES = [
    RuleCase(rules.UNANSWERED, "client", lambda: waited(1.1), lambda: waited(0.9)),
    RuleCase(
        rules.TIMED_OUT,
        "client",
        lambda: timed_out(server().tx(ping())),
        lambda: timed_out(server()),
    ),
    RuleCase(
        rules.WRONG_PAYLOAD,
        "client",
        lambda: server().tx(ping(b"abc")).rx(pong(b"ab")),
        lambda: server().tx(ping(b"abc")).rx(pong(b"abc")),
    ),
    RuleCase(
        rules.ANSWERED_LATE,
        "client",
        lambda: later(server().tx(ping()), 1.5).rx(pong()),
        lambda: later(server().tx(ping()), 0.5).rx(pong()),
    ),
    RuleCase(
        rules.OUT_OF_ORDER,
        "client",
        lambda: server().tx(ping(b"1")).tx(ping(b"2")).rx(pong(b"2")).rx(pong(b"1")),
        lambda: server().tx(ping(b"1")).tx(ping(b"2")).rx(pong(b"1")).rx(pong(b"2")),
    ),
    RuleCase(
        rules.UNSOLICITED,
        "client",
        lambda: server().rx(pong(b"1")),
        lambda: server().tx(ping(b"1")).rx(pong(b"1")),
    ),
    RuleCase(
        rules.WHILE_CLOSING,
        "server",
        lambda: server().tx(close(1000)).tx(ping()),
        lambda: server().tx(ping()).tx(close(1000)),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule.id)
def test_pings_break_each_rule(case: RuleCase) -> None:
    case.verify()


def test_each_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(rules.RULES)


def test_what_i_left_unanswered_is_my_fault() -> None:
    made = later(client().rx(ping(b"1")), 2).tx(text("busy"))
    found = only(made, rules.UNANSWERED)
    assert (found.side, found.events) == ("client", (5, 4))
