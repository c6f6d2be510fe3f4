"""The decoded view of messages and control frames."""

import cbor2
from hypothesis import given
from hypothesis import strategies as st

from builders import (
    MASK,
    CaptureBuilder,
    binary,
    close,
    cont,
    deflated,
    is_harmless,
    opened,
    ping,
    pong,
    text,
)
from wirelog.frames import Frame
from wsinspect.present.decode import LIMIT, Decoded, decode_frame, decode_message


def message(*frames: Frame, deflate: bool = False) -> Decoded:
    made = CaptureBuilder()
    made = made.open_deflate() if deflate else made.open()
    for frame in frames:
        made.rx(frame)
    return decode_message(opened(made.unfinished())[1].messages[0])


def control(made: CaptureBuilder, index: int = 0) -> Decoded:
    _, conversation = opened(made.unfinished())
    return decode_frame(conversation, conversation.frames[index])


def test_text_in_its_lines() -> None:
    shown = message(text("one\ntwo \x1b[31m"))
    assert (shown.title, shown.kind, shown.lines) == (
        "TEXT message, 13 octets", "text", ["one", "two ␛[31m"],
    )  # fmt: skip


def test_one_octet_is_one_octet() -> None:
    assert control(CaptureBuilder().open().rx(pong(b"x"))).title == "PONG, 1 octet"
    shown = message(text("x"))
    assert shown.title == "TEXT message, 1 octet"
    assert dict(shown.facts)["payload on the wire"] == "1 octet"


def test_json_is_laid_out() -> None:
    shown = message(text('{"a":1}'))
    assert (shown.kind, shown.lines) == ("json", ["{", '  "a": 1', "}"])


def test_fragments_are_joined_and_named() -> None:
    shown = message(text("Hel", fin=False), cont("lo, ", fin=False), cont("world"))
    assert shown.title == "TEXT message, 12 octets, 3 frames"
    assert dict(shown.facts)["frames"] == "004, 006, 008"
    assert shown.lines == ["Hello, world"]


def test_a_compressed_message_with_both_sizes() -> None:
    shown = message(deflated(text("Hello " * 100)), deflate=True)
    facts = dict(shown.facts)
    assert facts["payload on the wire"] == "15 octets"
    assert facts["inflated"] == "600 octets, 40 times the wire"
    assert shown.lines == ["Hello " * 100]


def test_octets_that_do_not_inflate_say_why() -> None:
    shown = message(Frame(1, b"\xff\xff\xff", rsv=4), deflate=True)
    assert "does not inflate" in dict(shown.facts)["inflated"]
    assert shown.kind == "hex"


def test_where_text_stops_being_utf8() -> None:
    shown = message(text("κόσ", fin=False), cont(b"\xce\xbc\xed\xa0\x80 edited"))
    facts = dict(shown.facts)
    assert facts["offset in message"] == "9"
    assert facts["frame"] == "006, octet 3 of its payload"
    assert facts["open sequence"] == "ed"
    assert shown.lines[0] == "κόσμ"
    dump, marker = shown.lines[2:4]
    assert dump.startswith("0000  ce ba cf 8c cf 83 ce bc ed a0 80")
    assert dump[marker.index("^^") :].startswith("a0")


def test_text_that_ends_inside_a_character() -> None:
    shown = message(text("é".encode()[:1]))
    assert dict(shown.facts)["frame"] == "004, octet 1 of its payload"
    assert shown.kind == "not UTF-8"


def test_a_fault_far_into_a_long_text_is_still_shown() -> None:
    shown = message(text(b"x" * (LIMIT + 5000) + b"\xff"))
    assert (
        shown.lines[0]
        == f"… the last {LIMIT} of the {LIMIT + 5000} octets before the fault are shown"
    )
    assert shown.lines[-1].endswith("^^")


def test_binary_as_a_dump() -> None:
    shown = message(binary(b"\x00\xff"))
    assert (shown.kind, shown.lines[0][:13]) == ("hex", "0000  00 ff  ")


def test_binary_that_is_text_says_so() -> None:
    assert dict(message(binary(b"Hello")).facts)["as text"] == "Hello"


def test_cbor_is_decoded() -> None:
    shown = message(binary(cbor2.dumps({"a": [1]})))
    assert (shown.kind, shown.lines) == ("CBOR", ["{", '  "a": [', "    1", "  ]", "}"])


def test_octets_that_could_be_two_formats_say_so() -> None:
    shown = message(binary(bytes.fromhex("816101")))
    assert ("content", "MessagePack") in shown.facts
    assert ("also", "a whole value of CBOR") in shown.facts


def test_compressed_text_that_is_not_utf8() -> None:
    facts = dict(message(deflated(text(b"ok \xff")), deflate=True).facts)
    assert facts["offset in message"] == "3"
    assert facts["offset in frame"] == "not known: the message is compressed"


def test_a_huge_message_is_shown_in_part() -> None:
    shown = message(text("x" * (LIMIT + 1)))
    assert shown.lines == ["x" * LIMIT, f"… the first {LIMIT} of {LIMIT + 1} octets are shown"]
    shown = message(binary(b"\xff" * (LIMIT + 1)))
    assert len(shown.lines) == LIMIT // 16 + 1


def test_a_long_text_is_not_cut_inside_a_character() -> None:
    shown = message(text("日" * LIMIT))
    assert set(shown.lines[0]) == {"日"}


def test_a_message_that_never_ended_says_so() -> None:
    shown = message(text("Hel", fin=False))
    assert shown.title.endswith("not complete")
    assert dict(shown.facts)["not complete"] == "the frame with FIN never came"


def test_a_message_whose_last_frame_was_cut_says_so() -> None:
    octets = text("Hello", mask=MASK).serialize()[:9]
    conversation = opened(CaptureBuilder().open().octets("RX", octets).unfinished())[1]
    shown = decode_message(conversation.messages[0])
    assert dict(shown.facts)["not complete"] == "frame 003 ended after 3 of 5 octets"
    assert shown.lines == ["Hel"]


def test_octets_that_the_capture_left_out_are_counted() -> None:
    octets = text("x" * 100, mask=MASK).serialize()
    made = CaptureBuilder().open().octets("RX", octets, snaplen=16).rx(text("next"))
    shown = decode_message(opened(made.unfinished())[1].messages[0])
    assert dict(shown.facts)["known"] == "10 of 100 octets are in the capture"


def test_many_frames_are_not_all_listed() -> None:
    shown = message(text("a", fin=False), *[cont("b", fin=False)] * 20, cont("c"))
    assert dict(shown.facts)["frames"].endswith("026 and 10 more, up to 046")


def test_an_empty_message() -> None:
    shown = message(text(""))
    assert (shown.title, shown.kind, shown.lines) == ("TEXT message, 0 octets", "empty", [])


def test_a_close_frame_is_explained() -> None:
    shown = control(CaptureBuilder().open().rx(close(1009, "too much \x07")))
    facts = dict(shown.facts)
    assert shown.title == 'CLOSE 1009 Message Too Big "too much ␇"'
    assert facts["meaning"] == "The message is larger than the receiver takes."
    assert shown.lines == ["too much ␇"]


def test_a_close_frame_without_a_code() -> None:
    assert "1005" in dict(control(CaptureBuilder().open().rx(close())).facts)["code"]
    stray = control(CaptureBuilder().open().rx(Frame(8, b"\x03")))
    assert dict(stray.facts)["stray octet"] == "0x03"


def test_a_close_reason_that_is_not_utf8_shows_where() -> None:
    shown = control(CaptureBuilder().open().rx(close(1000, b"ok \xff")))
    assert shown.lines[0] == "ok "
    assert "octet 0xff at 3" in shown.lines[1]


def test_ping_and_pong_name_each_other() -> None:
    made = CaptureBuilder().open().rx(ping(b"hi")).tx(pong(b"hi"))
    assert dict(control(made, 0).facts)["answer"] == "pong 005, round trip 0.1 ms"
    assert dict(control(made, 1).facts)["answers"] == "ping 004, round trip 0.1 ms"
    assert control(made).lines == ["hi"]


def test_pings_without_a_pong_and_pongs_without_a_ping() -> None:
    made = CaptureBuilder().open().rx(ping(b"1")).rx(ping(b"2")).tx(pong(b"2")).rx(pong(b"\xff"))
    assert dict(control(made, 0).facts)["answer"].startswith("pong 007 answers a later ping")
    lone = control(made, 3)
    assert dict(lone.facts)["answers"] == "no ping: a heartbeat (§5.5.3)"
    assert lone.lines[0].startswith("0000  ff")
    silent = control(CaptureBuilder().open().rx(ping()))
    assert dict(silent.facts)["answer"] == "no pong came for it"


def test_a_reserved_opcode_says_what_is_wrong() -> None:
    shown = control(CaptureBuilder().open().rx(Frame(13)))
    assert ("wrong", "reserved opcode 13 (RFC 6455 §5.2)") in shown.facts


def test_a_data_frame_shows_its_message() -> None:
    made = CaptureBuilder().open().rx(text("Hel", fin=False)).rx(cont("lo"))
    assert control(made, 1).lines == ["Hello"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 2, 3, 8, 9, 10, 13]),
            st.binary(max_size=40),
            st.booleans(),
            st.sampled_from([0, 4, 7]),
        ),
        max_size=6,
    ),
    st.booleans(),
)
def test_whatever_a_peer_sends_is_decoded_to_harmless_lines(
    frames: list[tuple[int, bytes, bool, int]], deflate: bool
) -> None:
    made = CaptureBuilder()
    made = made.open_deflate() if deflate else made.open()
    for opcode, payload, fin, rsv in frames:
        made.rx(Frame(opcode, payload, fin, rsv))
    _, conversation = opened(made.unfinished())
    for one in conversation.frames:
        shown = decode_frame(conversation, one)
        every = [shown.title, *shown.lines, *(value for _, value in shown.facts)]
        assert all(map(is_harmless, every))
