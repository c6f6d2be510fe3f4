"""The opening handshake of a server: whom it lets in, what it answers, and what it refuses."""

from __future__ import annotations

import re

import pytest

from connections import request
from memory_client import MemoryClient
from wirelog.frames import Opcode
from wirelog.handshake import Handshake, HttpHead, parse_extensions
from wirelog.inflate import DeflateParams
from wsconform.cases import CASES
from wsconform.driver.accepting import terms

OFFER = "permessage-deflate; client_max_window_bits"
NO_TAKEOVER = "permessage-deflate; client_no_context_takeover"
BOTH = f"{NO_TAKEOVER}; client_max_window_bits"


def test_the_answer_is_sound_and_names_this_program() -> None:
    client = MemoryClient("1.1.1").open(Sec_WebSocket_Protocol="chat")
    opening = client.connection.opening
    assert Handshake.parse(opening.request, opening.response).problems == []
    assert client.answer.words[1] == "101"
    assert re.fullmatch(r"wsconform/[\d.]+", client.answer.get("Server") or "")
    assert client.answer.get("Sec-WebSocket-Protocol") is None


def test_a_host_of_another_port_is_let_in() -> None:
    client = MemoryClient("1.1.1").open(Host="mapped.example:443")
    assert client.connection.opened is not None


def test_who_the_client_is_stands_in_its_request() -> None:
    client = MemoryClient("1.1.1").open(User_Agent="mine/3").drop()
    assert client.played.attempt.agent == "mine/3"
    assert MemoryClient("1.1.1").open().drop().played.attempt.agent is None


@pytest.mark.parametrize(
    ("headers", "status", "says"),
    [
        ({"Host": ""}, 400, "not exactly one Host header (RFC 6455 §4.1). Send one Host header"),
        ({"Upgrade": ""}, 400, "no Upgrade: websocket"),
        ({"Upgrade": "h2c"}, 400, "no Upgrade: websocket"),
        ({"Connection": "keep-alive"}, 400, "no Connection: Upgrade"),
        ({"Sec_WebSocket_Key": ""}, 400, "not exactly one Sec-WebSocket-Key"),
        ({"Sec_WebSocket_Key": "c2hvcnQ="}, 400, "is not 16 octets in base64"),
        ({"Sec_WebSocket_Version": ""}, 400, "not Sec-WebSocket-Version: 13"),
        ({"Sec_WebSocket_Version": "8"}, 426, "not Sec-WebSocket-Version: 13"),
        ({"Sec_WebSocket_Extensions": ";"}, 400, "cannot be read"),
        ({"Sec_WebSocket_Protocol": "one, one"}, 400, "one, one"),
        ({"Content_Length": "5"}, 400, "announces a body"),
        ({"Host": "a\r\nHost: b"}, 400, "not exactly one Host header"),
        ({"Sec_WebSocket_Key": "", "Upgrade": "", "Sec_WebSocket_Version": ""}, 426, "ask for"),
    ],
)
def test_a_request_that_breaks_a_rule_is_told_which(
    headers: dict[str, str], status: int, says: str
) -> None:
    client = MemoryClient("1.1.1").ask(request("/", **headers))
    assert client.answer.words[1] == str(status)
    assert says in client.body
    assert int(client.answer.get("Content-Length") or "") == len(client.body.encode())
    assert client.transport.ended == "FIN"
    assert client.verdict == ("FAILED", "FAILED")
    assert client.facts.dropped_by_me and not client.facts.failed_by_me
    assert f"HANDSHAKE REFUSED: {status} " in "\n".join(client.events)
    assert client.played.attempt.transcript.opening.startswith("the request was refused: ")


@pytest.mark.parametrize(
    ("line", "status", "header"),
    [
        (b"POST / HTTP/1.1", "405", ("Allow", "GET")),
        (b"GET / HTTP/1.0", "505", ("Connection", "close")),
        (b"GET /#part HTTP/1.1", "400", ("Connection", "close")),
        (b"EHLO mail.example", "400", ("Connection", "close")),
    ],
)
def test_a_first_line_that_cannot_be_is_refused(
    line: bytes, status: str, header: tuple[str, str]
) -> None:
    client = MemoryClient("1.1.1").ask(request().replace(b"GET /test HTTP/1.1", line))
    assert client.answer.words[1] == status
    assert client.answer.get(header[0]) == header[1]


def test_another_version_is_told_the_one_that_is_spoken() -> None:
    client = MemoryClient("1.1.1").ask(request(Sec_WebSocket_Version="8"))
    assert client.answer.get("Sec-WebSocket-Version") == "13"
    assert client.answer.tokens("Upgrade") == ["websocket"]
    assert "upgrade" in client.answer.tokens("Connection")


def test_all_that_is_wrong_is_said_at_once() -> None:
    client = MemoryClient("1.1.1").ask(request(Host="", Sec_WebSocket_Key=""))
    assert len(client.body.splitlines()) == 2


def test_a_head_without_end_is_refused_in_time() -> None:
    client = MemoryClient("1.1.1").ask(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 11_000)
    assert client.answer.words[1] == "431"


def test_a_key_of_an_example_is_let_in_and_reported() -> None:
    client = MemoryClient("1.1.1").open(Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==")
    assert client.answer.get("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


# permessage-deflate


@pytest.mark.parametrize(
    ("case_id", "offer", "answer"),
    [
        ("1.1.1", OFFER, ""),
        ("12.1.1", "permessage-deflate", "permessage-deflate"),
        ("13.1.1", OFFER, "permessage-deflate"),
        ("13.2.1", "permessage-deflate", NO_TAKEOVER),
        ("13.2.1", NO_TAKEOVER, NO_TAKEOVER),
        ("13.3.1", NO_TAKEOVER, ""),
        ("13.3.1", OFFER, f"{OFFER}=9"),
        ("13.4.1", OFFER, f"{OFFER}=15"),
        ("13.5.1", NO_TAKEOVER, ""),
        ("13.5.1", OFFER, f"{BOTH}=9"),
        ("13.6.1", BOTH, f"{BOTH}=15"),
        ("13.7.1", OFFER, f"{BOTH}=9"),
        ("13.7.1", "permessage-deflate", NO_TAKEOVER),
        ("13.7.1", f"permessage-deflate, {OFFER}", f"{BOTH}=9"),
    ],
)
def test_terms_are_agreed_by_what_the_case_asks_and_the_client_offers(
    case_id: str, offer: str, answer: str
) -> None:
    assert terms(CASES[case_id].asks, parse_extensions([offer])) == answer


@pytest.mark.parametrize(
    ("offer", "answer"),
    [
        (
            "permessage-deflate; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover",
        ),
        (
            "permessage-deflate; server_max_window_bits=10",
            "permessage-deflate; server_max_window_bits=10",
        ),
        ("permessage-deflate; surprise", ""),
        ("permessage-deflate; surprise, permessage-deflate", "permessage-deflate"),
        ("permessage-deflate; server_max_window_bits=7", ""),
        ("x-other", ""),
    ],
)
def test_what_the_client_asks_is_granted_unless_the_offer_is_no_good(
    offer: str, answer: str
) -> None:
    assert terms(CASES["12.1.1"].asks, parse_extensions([offer])) == answer


def test_a_client_is_not_asked_for_a_larger_window_than_it_offers() -> None:
    offer = parse_extensions(["permessage-deflate; client_max_window_bits=12"])
    assert terms(CASES["13.4.1"].asks, offer).endswith("; client_max_window_bits=12")
    assert terms(CASES["13.3.1"].asks, offer).endswith("; client_max_window_bits=9")


def test_agreed_terms_bind_each_side_by_its_own_parameters() -> None:
    offer = f"{BOTH}; server_max_window_bits=10"
    client = MemoryClient("13.5.1").open(Sec_WebSocket_Extensions=offer)
    opened = client.connection.opened
    assert opened is not None
    assert opened.mine == DeflateParams(10, False) and opened.peers == DeflateParams(9, True)


def test_a_client_that_does_not_compress_is_told_goodbye() -> None:
    client = MemoryClient("12.1.1").open()
    assert [frame.opcode for frame in client.received] == [Opcode.CLOSE]
    client.drop()
    assert client.verdict[0] == "UNIMPLEMENTED"


def test_a_sound_request_is_what_other_clients_send_too() -> None:
    """Browsers send more headers than the RFC asks for, and tokens in lists."""
    client = MemoryClient("1.1.1").open(
        Connection="keep-alive, Upgrade", Origin="null", Cookie="a=b", Pragma="no-cache"
    )
    assert isinstance(client.answer, HttpHead) and client.answer.words[1] == "101"
