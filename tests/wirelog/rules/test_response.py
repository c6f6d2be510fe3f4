import pytest

from builders import CaptureBuilder, request, response
from judging import RuleCase, agrees, answers, asks, ids, server
from wirelog.rules import request as asking
from wirelog.rules import response as rules


def changed(old: str, new: str) -> CaptureBuilder:
    return answers(response().replace(old.encode(), new.encode()))


def added(line: str) -> CaptureBuilder:
    return answers(response().replace(b"\r\n\r\n", f"\r\n{line}\r\n\r\n".encode()))


def refused(asked: bytes, *lines: str) -> CaptureBuilder:
    head = "\r\n".join(["HTTP/1.1 426 Upgrade Required", *lines, "", ""])
    return answers(head.encode(), asked)


def talks(octets: bytes) -> CaptureBuilder:
    """A client that sends this and nothing more."""
    return CaptureBuilder().event("TCP ACCEPTED").octets("RX", octets).event("TCP DROPPED BY ME")


GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
GET_H2C = b"GET / HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
H2C = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
OLD = request().replace(b"Version: 13", b"Version: 8")
DEFLATE = "permessage-deflate"
CASES = [
    RuleCase(rules.NOT_HTTP, "server", lambda: answers(b"SSH-2.0-OpenSSH\r\n\r\n"), server),
    RuleCase(
        rules.RESPONSE_UPGRADE,
        "server",
        lambda: changed("Upgrade: websocket", "Upgrade: h2c, websocket"),
        lambda: changed("Upgrade: websocket", "Upgrade: WebSocket"),
    ),
    RuleCase(
        rules.RESPONSE_CONNECTION, "server", lambda: changed("Connection: Upgrade\r\n", ""), server
    ),
    RuleCase(rules.ACCEPT, "server", lambda: changed("Accept: ", "Accept: x"), server),
    RuleCase(
        rules.RESPONSE_EXTENSION,
        "server",
        lambda: agrees(DEFLATE, "other"),
        lambda: agrees(DEFLATE),
    ),
    RuleCase(
        rules.RESPONSE_PARAMS,
        "server",
        lambda: agrees(f"{DEFLATE}; client_max_window_bits=10", DEFLATE),
        lambda: agrees(
            f"{DEFLATE}; client_max_window_bits=10", f"{DEFLATE}; client_max_window_bits"
        ),
    ),
    RuleCase(
        rules.RESPONSE_PROTOCOL,
        "server",
        lambda: answers(response(Sec_WebSocket_Protocol="a"), request(Sec_WebSocket_Protocol="b")),
        lambda: answers(
            response(Sec_WebSocket_Protocol="a"), request(Sec_WebSocket_Protocol="b, a")
        ),
    ),
    RuleCase(
        rules.RESPONSE_DUPLICATE, "server", lambda: added("Sec-WebSocket-Accept: again"), server
    ),
    RuleCase(
        rules.RESPONSE_BODY,
        "server",
        lambda: added("Content-Length: 0"),
        lambda: added("Content-Type: text/plain"),
    ),
    RuleCase(
        rules.REFUSAL_VERSION,
        "server",
        lambda: refused(OLD),
        lambda: refused(OLD, "Sec-WebSocket-Version: 13"),
    ),
    RuleCase(rules.WRONG_REQUEST_ACCEPTED, "server", lambda: asks(OLD), lambda: refused(OLD)),
    RuleCase(rules.WRONG_REQUEST_ACCEPTED, "server", lambda: asks(GET), lambda: refused(GET)),
    RuleCase(
        rules.WRONG_REQUEST_ACCEPTED,
        "server",
        lambda: answers(H2C.replace(b": h2c", b": other"), GET_H2C),
        lambda: answers(H2C, GET_H2C),
    ),
    RuleCase(
        asking.HTTP_VERSION,
        "server",
        lambda: changed("HTTP/1.1", "HTTP/1.0"),
        lambda: changed("HTTP/1.1", "HTTP/1.2"),
    ),
    RuleCase(rules.REFUSED, "server", lambda: refused(OLD), server),
    RuleCase(rules.NOT_HTTP, "client", lambda: talks(b"\x16\x03\x01\x02"), lambda: talks(b"\x16")),
    RuleCase(
        rules.UNFINISHED,
        "client",
        lambda: (
            CaptureBuilder()
            .event("TCP ACCEPTED")
            .octets("RX", b"GET / HTTP/1.1\r\n")
            .event("TCP DROPPED BY PEER")
        ),
        lambda: CaptureBuilder().event("TCP ACCEPTED").octets("RX", b"GET / HTTP/1.1\r\n"),
    ),
    RuleCase(
        rules.HEADER_LINE, "client", lambda: asks(request().replace(b"Host:", b"Host :")), server
    ),
    RuleCase(
        rules.HEADER_SIZE,
        "client",
        lambda: asks(request(Cookie="c" * 8192)),
        lambda: asks(request(Cookie="c" * 7000)),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule.id)
def test_a_response_breaks_each_rule(case: RuleCase) -> None:
    case.verify()


def test_each_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == {*rules.RULES, asking.HTTP_VERSION}


def test_a_response_is_judged_only_as_far_as_it_can_be_compared() -> None:
    made = CaptureBuilder().event("TCP ACCEPTED").octets("TX", response(Sec_WebSocket_Protocol="a"))
    assert ids(made) == []


def test_a_response_that_never_ends_is_the_servers() -> None:
    head = response()[:-4]
    made = CaptureBuilder().event("TCP ACCEPTED").octets("RX", request()).octets("TX", head)
    assert ids(made.event("TCP DROPPED BY ME")) == [rules.UNFINISHED.id]


@pytest.mark.parametrize(
    "params",
    [
        f"{DEFLATE}; server_max_window_bits=7", f"{DEFLATE}; server_no_context_takeover=1",
        f"{DEFLATE}; unknown", f"{DEFLATE}; server_no_context_takeover; server_no_context_takeover",
        f"{DEFLATE}, {DEFLATE}", f"{DEFLATE}; client_max_window_bits",
    ],
)  # fmt: skip
def test_parameters_that_mean_nothing_are_not_agreed_to(params: str) -> None:
    assert rules.RESPONSE_PARAMS.id in ids(agrees(params, f"{DEFLATE}; client_max_window_bits"))


@pytest.mark.parametrize("fault", ["foo", "server_max_window_bits", "client_max_window_bits=7"])
def test_an_offer_that_is_not_sound_has_to_be_declined(fault: str) -> None:
    assert ids(agrees(DEFLATE, f"{DEFLATE}; {fault}")) == [
        asking.OFFER.id, rules.RESPONSE_PARAMS.id
    ]  # fmt: skip
    assert ids(agrees(DEFLATE, f"{DEFLATE}; {fault}, {DEFLATE}")) == [asking.OFFER.id]
    declined = answers(response(), request(Sec_WebSocket_Extensions=f"{DEFLATE}; {fault}"))
    assert ids(declined) == [asking.OFFER.id]
