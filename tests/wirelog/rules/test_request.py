import pytest

from builders import KEY, CaptureBuilder, opened, request, response, text
from judging import RuleCase, agrees, answers, asks, ids, server
from wirelog.findings import Keys, check
from wirelog.rules import request as rules


def without(*names: str) -> bytes:
    lines = request().split(b"\r\n")
    return b"\r\n".join(
        one for one in lines if not one.startswith(tuple(n.encode() for n in names))
    )


def swapped(old: str, new: str) -> CaptureBuilder:
    return asks(request().replace(old.encode(), new.encode()))


def early(made: CaptureBuilder) -> CaptureBuilder:
    return made.event("TCP ACCEPTED").octets("RX", request()).octets("RX", b"\x81\x80\0\0\0\0")


GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
REFUSED = b"HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\n\r\n"
CASES = [
    RuleCase(rules.PLAIN_HTTP, "client", lambda: answers(REFUSED, GET), server),
    RuleCase(rules.METHOD, "client", lambda: swapped("GET", "POST"), server),
    RuleCase(rules.HTTP_VERSION, "client", lambda: swapped("HTTP/1.1", "HTTP/1.0"), server),
    RuleCase(
        rules.TARGET,
        "client",
        lambda: swapped("GET / ", "GET chat "),
        lambda: swapped("GET / ", "GET http://a/b "),
    ),
    RuleCase(rules.HOST, "client", lambda: asks(without("Host")), server),
    RuleCase(
        rules.REQUEST_UPGRADE,
        "client",
        lambda: swapped("Upgrade: websocket", "Upgrade: h2c"),
        lambda: swapped("Upgrade: websocket", "Upgrade: WebSocket"),
    ),
    RuleCase(
        rules.REQUEST_CONNECTION,
        "client",
        lambda: asks(without("Connection")),
        lambda: swapped("Connection: Upgrade", "Connection: keep-alive, Upgrade"),
    ),
    RuleCase(rules.KEY, "client", lambda: swapped(KEY, "c2hvcnQ="), server),
    RuleCase(
        rules.KEY_SAMPLE,
        "client",
        lambda: swapped(KEY, "dGhlIHNhbXBsZSBub25jZQ=="),
        lambda: swapped(KEY, "MTIzNDU2Nzg5MGFiY2RlZg=="),
    ),
    RuleCase(rules.VERSION, "client", lambda: swapped("Version: 13", "Version: 8"), server),
    RuleCase(
        rules.REQUEST_DUPLICATE, "client", lambda: asks(request(Sec_WebSocket_Key=KEY)), server
    ),
    RuleCase(
        rules.PROTOCOL_LIST,
        "client",
        lambda: asks(request(Sec_WebSocket_Protocol="a, a")),
        lambda: asks(request(Sec_WebSocket_Protocol="a, A")),
    ),
    RuleCase(
        rules.EXTENSION_SYNTAX,
        "client",
        lambda: asks(request(Sec_WebSocket_Extensions="a; =")),
        lambda: asks(request(Sec_WebSocket_Extensions='a; b="c", d')),
    ),
    RuleCase(
        rules.OFFER,
        "client",
        lambda: asks(
            request(Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits=16")
        ),
        lambda: asks(
            request(Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits")
        ),
    ),
    RuleCase(
        rules.REQUEST_BODY,
        "client",
        lambda: asks(request(Content_Length="5")),
        lambda: asks(request(Content_Length="0")),
    ),
    RuleCase(
        rules.EARLY_FRAMES,
        "client",
        lambda: early(CaptureBuilder()).octets("TX", response()),
        lambda: server().rx(text("Hi")),
    ),
    RuleCase(
        rules.WRONG_RESPONSE_ACCEPTED,
        "client",
        lambda: answers(response().replace(b"websocket", b"h2c")).rx(text("Hi")),
        lambda: answers(response().replace(b"websocket", b"h2c")),
    ),
    RuleCase(
        rules.WRONG_RESPONSE_ACCEPTED,
        "client",
        lambda: answers(b"HTTP/1.1 200 OK\r\nUpgrade: websocket\r\n\r\n").rx(text("Hi")),
        lambda: answers(b"HTTP/1.1 200 OK\r\nUpgrade: websocket\r\n\r\n"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule.id)
def test_a_request_breaks_each_rule(case: RuleCase) -> None:
    case.verify()


def test_each_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(rules.RULES) - {rules.KEY_REUSED}


def test_the_same_key_on_another_connection_is_no_random_one() -> None:
    keys = Keys()

    def found(name: str, role: str, started: str) -> list[str]:
        made = CaptureBuilder(role, started=started).open()
        capture, seen = opened(made.unfinished(), name)
        return [one.rule.id for one in check(capture, seen, keys).findings]

    assert rules.KEY_REUSED.id not in found("a.log", "server", "10:00")
    assert rules.KEY_REUSED.id not in found("copy-of-a.log", "server", "10:00")
    assert rules.KEY_REUSED.id not in found("other-end.log", "client", "10:00.1")
    assert rules.KEY_REUSED.id in found("b.log", "server", "11:00")


def test_an_ordinary_request_is_not_accused_of_everything_it_lacks() -> None:
    assert ids(answers(REFUSED, GET)) == ["handshake.plain-http"]


def test_a_request_without_upgrade_that_has_a_key_lost_it_on_the_way() -> None:
    assert rules.REQUEST_UPGRADE.id in ids(answers(REFUSED, without("Upgrade")))


def test_what_the_offers_say_is_agreed_to() -> None:
    assert ids(agrees("permessage-deflate")) == []
