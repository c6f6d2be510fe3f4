import pytest

from builders import CaptureBuilder, close, ping, pong, text
from judging import RuleCase, client, ids, later, server
from wirelog.frames import Frame, Opcode
from wirelog.rules import closing as rules

BAD = Frame(11)


def closed(
    made: CaptureBuilder, mine: int | None = 1000, theirs: int | None = 1000
) -> CaptureBuilder:
    """I close, the peer answers."""
    return made.tx(close(mine)).rx(close(theirs))


def dropped(made: CaptureBuilder, by: str = "ME") -> CaptureBuilder:
    return made.event(f"TCP DROPPED BY {by}")


def no_answer(seconds: float) -> CaptureBuilder:
    return dropped(later(server().tx(close(1000)), seconds))


CASES = [
    RuleCase(
        rules.CODE, "client", lambda: server().rx(close(1005)), lambda: server().rx(close(1011))
    ),
    RuleCase(
        rules.CODE_BEYOND,
        "client",
        lambda: server().rx(close(5000)),
        lambda: server().rx(close(4999)),
    ),
    RuleCase(
        rules.CODE_1010,
        "server",
        lambda: server().tx(close(1010)),
        lambda: server().rx(close(1010)),
    ),
    RuleCase(
        rules.ONE_OCTET,
        "client",
        lambda: server().rx(Frame(8, b"\3")),
        lambda: server().rx(Frame(8, b"")),
    ),
    RuleCase(
        rules.REASON,
        "client",
        lambda: server().rx(close(1000, b"\xff")),
        lambda: server().rx(close(1000, "ÿ")),
    ),
    RuleCase(
        rules.DATA_AFTER,
        "client",
        lambda: server().rx(close(1000)).rx(text("a")),
        lambda: server().tx(close(1000)).rx(text("a")),
    ),
    RuleCase(
        rules.SECOND_CLOSE,
        "client",
        lambda: server().rx(close(1000)).rx(close(1000)),
        lambda: closed(server()),
    ),
    RuleCase(rules.NO_REPLY, "client", lambda: no_answer(1.1), lambda: no_answer(0.5)),
    RuleCase(
        rules.LATE_REPLY,
        "client",
        lambda: later(server().tx(close(1000)), 1.5).rx(close(1000)),
        lambda: closed(server()),
    ),
    RuleCase(
        rules.NO_CLOSE_FRAME,
        "client",
        lambda: dropped(server(), "PEER"),
        lambda: dropped(closed(server()), "PEER"),
    ),
    RuleCase(
        rules.OTHER_CODE, "client", lambda: closed(server(), 1001), lambda: closed(server(), 1000)
    ),
    RuleCase(
        rules.BOTH_AT_ONCE,
        "client",
        lambda: closed(server(), 1001, 4000),
        lambda: closed(server(), 4000, 4000),
    ),
    RuleCase(
        rules.CLIENT_DROPPED_FIRST,
        "client",
        lambda: dropped(closed(server()), "PEER"),
        lambda: dropped(closed(server())),
    ),
    RuleCase(
        rules.SERVER_KEPT_TCP,
        "server",
        lambda: dropped(later(closed(client()), 1.5)),
        lambda: dropped(closed(client())),
    ),
    RuleCase(
        rules.RESET,
        "client",
        lambda: dropped(closed(server()), "PEER (RST)"),
        lambda: dropped(closed(server()), "PEER (FIN)"),
    ),
    RuleCase(
        rules.VIOLATION_ACCEPTED,
        "server",
        lambda: client().tx(BAD).tx(ping(b"1")).rx(pong(b"1")),
        lambda: client().tx(ping(b"1")).tx(BAD).rx(pong(b"1")),
    ),
    RuleCase(
        rules.BAD_CLOSE_ACCEPTED,
        "server",
        lambda: client().tx(close(1005)).rx(close(1000)),
        lambda: client().tx(close(1005)).rx(close(1002)),
    ),
    RuleCase(
        rules.WRONG_FAIL_CODE,
        "server",
        lambda: client().tx(BAD).rx(close(1007)),
        lambda: client().tx(BAD).rx(close(1002)),
    ),
    RuleCase(
        rules.UNFOUNDED,
        "server",
        lambda: client().tx(text("a")).rx(close(1002)),
        lambda: client().tx(BAD).rx(close(1002)),
    ),
    RuleCase(
        rules.API_CODES,
        "client",
        lambda: dropped(closed(server(), None)),
        lambda: dropped(closed(server())),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule.id)
def test_endings_break_each_rule(case: RuleCase) -> None:
    case.verify()


def test_each_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(rules.RULES)


def test_each_side_is_told_of_a_connection_that_broke() -> None:
    found = dropped(server().rx(text("a")), "PEER")
    told = [one for one in ids(found) if one == rules.API_CODES.id]
    assert len(told) == 2


def test_a_close_frame_with_unknown_bits_closes_nothing() -> None:
    made = server().rx(Frame(Opcode.CLOSE, rsv=7)).tx(close(1002))
    assert ids(made) == ["frame.rsv-without-extension"]
