"""Octets become frames and messages in whatever pieces they come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wirelog.frames import RSV1, Frame, Opcode, Side
from wirelog.inflate import DeflateParams
from wirelog.parser import FrameParser
from wsconform.driver.incoming import Arrived, FrameReader, Inbox, Incoming, Violation


def pieces(octets: bytes, size: int) -> list[bytes]:
    return [octets[at : at + size] for at in range(0, len(octets), size)]


def read(octets: bytes, size: int) -> tuple[list[tuple[Incoming, bytes]], FrameReader]:
    """Whole frames with their payloads, and the reader."""
    reader, payload, frames = FrameReader(), b"", []
    for piece in pieces(octets, size):
        for frame, part in reader.feed(piece):
            payload += part
            if frame.is_complete:
                frames.append((frame, payload))
                payload = b""
    return frames, reader


FRAMES = st.lists(
    st.builds(
        Frame, opcode=st.integers(0, 15), payload=st.binary(max_size=200), fin=st.booleans(),
        rsv=st.integers(0, 7), mask=st.none() | st.binary(min_size=4, max_size=4),
        length_octets=st.sampled_from([None, 8]),
    ),
    max_size=5,
)  # fmt: skip


@given(frames=FRAMES, size=st.integers(1, 60))
def test_frames_are_those_of_the_model_whatever_the_pieces(frames: list[Frame], size: int) -> None:
    octets = b"".join(frame.serialize() for frame in frames)
    expected = [one.frame for one in FrameParser().feed(octets)]
    found, reader = read(octets, size)
    assert reader.current is None
    assert [
        Frame(one.opcode, payload, one.fin, one.rsv, one.mask, None, one.extension)
        for one, payload in found
    ] == expected
    assert [one.head for one, _ in found] == [frame.payload[:128] for frame in expected]


def test_a_frame_is_there_as_soon_as_its_header_is() -> None:
    reader = FrameReader()
    assert not list(reader.feed(b"\x81"))
    ((frame, part),) = reader.feed(b"\x05")
    assert (frame.opcode, frame.length, frame.arrived, part) == (1, 5, 0, b"")
    ((same, part),) = reader.feed(b"abc")
    assert same is frame and part == b"abc" and reader.current is frame


def inbox(sender: Side = "server", *, deflate: bool = False, limit: int = 1000) -> Inbox:
    return Inbox(sender, DeflateParams() if deflate else None, limit)


def taken(box: Inbox, *frames: Frame, size: int = 10_000) -> list[Arrived]:
    """What arrives; raises what the inbox raises."""
    reader, arrived = FrameReader(), []
    for piece in pieces(b"".join(frame.serialize() for frame in frames), size):
        for frame, part in reader.feed(piece):
            what = box.take(frame, part)
            arrived += [what] if what else []
    return arrived


def code_for(box: Inbox, *frames: Frame, size: int = 10_000) -> int | None:
    try:
        taken(box, *frames, size=size)
    except Violation as violation:
        return violation.code
    return None


@given(size=st.integers(1, 30))
def test_fragments_become_a_message_with_control_frames_between_them(size: int) -> None:
    frames = (
        Frame(Opcode.TEXT, b"gr", fin=False),
        Frame(Opcode.PING, b"ping"),
        Frame(Opcode.CONT, "ü".encode()[:1], fin=False),
        Frame(Opcode.CONT, b"", fin=False),
        Frame(Opcode.CONT, "ü".encode()[1:] + b"n"),
        Frame(Opcode.BINARY),
    )
    assert taken(inbox(), *frames, size=size) == [
        Arrived(Opcode.PING, b"ping"),
        Arrived(Opcode.TEXT, "grün".encode()),
        Arrived(Opcode.BINARY, b""),
    ]


def test_compressed_messages_stay_compressed_and_are_marked() -> None:
    frames = (Frame(Opcode.TEXT, b"\xff", False, RSV1), Frame(Opcode.CONT, b"\xfe"))
    assert taken(inbox(deflate=True), *frames) == [Arrived(Opcode.TEXT, b"\xff\xfe", True)]


def test_rsv1_belongs_to_the_first_frame_of_a_compressed_message_only() -> None:
    assert code_for(inbox(), Frame(Opcode.TEXT, rsv=RSV1)) == 1002
    assert code_for(inbox(deflate=True), Frame(Opcode.PING, rsv=RSV1)) == 1002
    frames = Frame(Opcode.TEXT, fin=False), Frame(Opcode.CONT, rsv=RSV1)
    assert code_for(inbox(deflate=True), *frames) == 1002
    assert code_for(inbox(deflate=True), Frame(Opcode.TEXT, rsv=2)) == 1002


def test_clients_mask_and_servers_do_not() -> None:
    plain, hidden = Frame(Opcode.TEXT, b"x"), Frame(Opcode.TEXT, b"x", mask=b"abcd")
    assert code_for(inbox("client"), hidden) is None
    assert code_for(inbox("client"), plain) == 1002
    assert code_for(inbox("server"), hidden) == 1002


def test_text_is_checked_at_once_or_left_to_a_loop() -> None:
    box = inbox()
    (pair,) = FrameReader().feed(Frame(Opcode.TEXT, b"a\xffb").serialize()[:4])
    try:
        box.take(*pair)
        raise AssertionError("nothing was noticed")
    except Violation as violation:
        assert violation.code == 1007
    loop = inbox()
    loop.checks_text = False
    assert taken(loop, Frame(Opcode.TEXT, b"a\xff")) == [Arrived(Opcode.TEXT, b"a\xff")]


def test_a_message_may_not_grow_beyond_the_limit() -> None:
    half = bytes(600)
    assert code_for(inbox(), Frame(2, half, fin=False), Frame(0, half)) == 1009
    assert code_for(inbox(), Frame(2, half), Frame(2, half)) is None


def test_a_deaf_inbox_still_hears_control_frames_and_knows_headers() -> None:
    box = inbox()
    box.is_deaf = True
    frames = (Frame(Opcode.TEXT, b"\xff"), Frame(Opcode.CONT), Frame(Opcode.CLOSE, b"\x03\xe8"))
    assert taken(box, *frames) == [Arrived(Opcode.CLOSE, b"\x03\xe8")]
    assert code_for(box, Frame(3)) == 1002
