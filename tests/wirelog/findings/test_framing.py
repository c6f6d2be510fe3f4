import zlib

import pytest

from builders import CaptureBuilder, close, cont, opened, request, response, text
from judging import agrees, answers, client, ids, only, report_of, server
from wirelog.frames import RSV1, Frame, Opcode
from wirelog.rules import frames as rules


def test_compression_that_was_not_agreed_is_recognized() -> None:
    squeeze = zlib.compressobj(wbits=-15)
    octets = squeeze.compress(b"Hello") + squeeze.flush(zlib.Z_SYNC_FLUSH)
    frame = Frame(Opcode.TEXT, octets.removesuffix(b"\x00\x00\xff\xff"), rsv=RSV1)
    assert only(server().rx(frame), rules.RSV).text.endswith(
        "permessage-deflate was not offered, but the payload inflates, to 5 octets"
    )
    assert ids(agrees("permessage-deflate").rx(frame)) == []
    declined = answers(response(), request(Sec_WebSocket_Extensions="permessage-deflate"))
    assert "offered, and not agreed to" in only(declined.rx(frame), rules.RSV).text


def test_rsv1_without_compression_says_only_that_nothing_was_agreed() -> None:
    found = only(server().rx(text("\x06plain", rsv=RSV1)), rules.RSV)
    assert found.text.endswith("permessage-deflate was not offered")


def test_of_a_request_that_is_cut_nobody_says_what_it_did_not_offer() -> None:
    made = CaptureBuilder().octets("RX", request(), 64).octets("TX", response())
    found = only(made.tx(text("Hello", rsv=RSV1)), rules.RSV)
    assert found.text.endswith("permessage-deflate was not agreed to")


def test_other_bits_need_no_such_explanation() -> None:
    assert "offered" not in only(server().rx(text("a", rsv=1)), rules.RSV).text
    assert "offered" not in only(server().rx(Frame(9, rsv=RSV1)), rules.RSV).text


def test_what_a_close_frame_cut_off_is_no_finding() -> None:
    made = server().rx(text("a", fin=False)).rx(cont("b", fin=False)).tx(close(1001))
    assert rules.MESSAGE_UNFINISHED.id not in ids(made)


def test_the_first_octet_of_a_frame_can_be_the_one_that_is_refused() -> None:
    made = server().octets("RX", b"\xf2").tx(close(1002, "RSV")).event("TCP DROPPED BY ME")
    found = only(made, rules.RSV)
    assert (found.side, found.events) == ("client", (3,))
    assert found.octets[0].pieces == ((3, 0, 1),)
    assert found.text.endswith("the server closed with 1002 0.1 ms and 0 octets later")
    assert "close.unfounded" not in ids(made)


@pytest.mark.parametrize("octet", [b"\x82", b"\x01", b"\x89"])
def test_of_one_octet_that_is_right_nothing_is_wrong(octet: bytes) -> None:
    for made, way in ((server(), "RX"), (server(), "TX"), (client(), "RX"), (client(), "TX")):
        assert report_of(made.octets(way, octet).event("TCP DROPPED BY PEER")).errors == []


def test_of_a_frame_of_one_octet_its_line_knows_more() -> None:
    made = server().frame_line("TX", text("abc")).octets("TX", text("abc").serialize()[:1])
    (one,) = opened(made.event("TCP DROPPED BY PEER").unfinished())[1].frames
    assert (one.arrived, one.frame.length) == (False, 3)


@pytest.mark.parametrize(
    ("octets", "came"),
    [
        ("82", "1 octet came, and its length is not known"),
        ("82fe01", "3 octets came, and its length is not known"),
        ("82fe0100", "0 of 256 payload octets came"),
        ("8281010203", "0 of 1 payload octet came"),
        ("82ff0000000000010000", "0 of 65536 payload octets came"),
        ("82ff00000000000100", "9 octets came, and its length is not known"),
    ],
)
def test_a_length_is_told_only_if_it_came(octets: str, came: str) -> None:
    made = server().octets("RX", bytes.fromhex(octets)).event("TCP DROPPED BY PEER")
    found = only(made, rules.UNFINISHED)
    assert found.text == f"BINARY frame from the client was not finished: {came}"


def test_one_fragment_is_told_in_the_singular() -> None:
    made = server().rx(text("a", fin=False)).event("TCP DROPPED BY PEER")
    assert " has 1 fragment, and none" in only(made, rules.MESSAGE_UNFINISHED).text
