import pytest

from builders import CaptureBuilder, close, text
from judging import HELLO, RuleCase, played
from wirelog.rules import case as rules


def closed(made: CaptureBuilder, theirs: int = 1000) -> CaptureBuilder:
    """The case closes, the peer answers."""
    return made.tx(close(1000)).rx(close(theirs)).event("TCP DROPPED BY PEER (FIN)")


def echoed(made: CaptureBuilder, times: int = 1) -> CaptureBuilder:
    made.tx(text("Hello"))
    for _ in range(times):
        made.rx(text("Hello"))
    return closed(made)


CASES = [
    RuleCase(
        rules.WRONG_ANSWER,
        "server",
        lambda: closed(played(came=[["message", "hello", False]]).rx(text("hello"))),
        lambda: echoed(played("OK", came=[HELLO])),
    ),
    RuleCase(
        rules.EXTRA_ANSWER,
        "server",
        lambda: echoed(played(came=[HELLO, HELLO]), 2),
        lambda: echoed(played("NON-STRICT", came=[HELLO, HELLO]), 2),
    ),
    RuleCase(
        rules.MISSING_ANSWER,
        "server",
        lambda: closed(played().tx(text("Hello"))),
        lambda: closed(played("INFORMATIONAL").tx(text("Hello"))),
    ),
    RuleCase(
        rules.WRONG_END,
        "server",
        lambda: closed(played("OK", "WRONG CODE"), 1001),
        lambda: closed(played("OK", "OK"), 1001),
    ),
    RuleCase(
        rules.NEVER_OPENED,
        "server",
        lambda: refused("FAILED"),
        lambda: refused("UNIMPLEMENTED"),
    ),
]


def refused(behavior: str) -> CaptureBuilder:
    made = played(behavior, behavior)
    answer = b"HTTP/1.1 403 Forbidden\r\n\r\n"
    made.lines[3] = CaptureBuilder("client").open(None, answer).lines[3]
    return made.event("HANDSHAKE REFUSED: 403 Forbidden").event("TCP DROPPED BY ME (RST)")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule.id)
def test_failed_cases_break_each_rule(case: RuleCase) -> None:
    case.verify()


def test_each_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(rules.RULES)
