import zlib

from builders import close, cont, request, response, text
from judging import agrees, answers, ids, only, server
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


def test_other_bits_need_no_such_explanation() -> None:
    assert "offered" not in only(server().rx(text("a", rsv=1)), rules.RSV).text
    assert "offered" not in only(server().rx(Frame(9, rsv=RSV1)), rules.RSV).text


def test_what_a_close_frame_cut_off_is_no_finding() -> None:
    made = server().rx(text("a", fin=False)).rx(cont("b", fin=False)).tx(close(1001))
    assert rules.MESSAGE_UNFINISHED.id not in ids(made)
