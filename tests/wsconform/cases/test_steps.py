"""Steps: what they put on the wire, and how they read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelog.frames import Close, Frame, Opcode
from wirelog.parser import FrameParser
from wsconform.cases.build import close, cont, more, ping, reserved, text
from wsconform.cases.catalogue import CASES
from wsconform.cases.events import Message
from wsconform.cases.steps import (
    CloseAfter,
    EchoLoop,
    FramePart,
    KillAfter,
    Pause,
    Send,
    SendClose,
    SendMessage,
    Slices,
    StartFrame,
    Step,
    alone,
    chopped,
    fragments,
    script_frames,
    sends,
)
from wsconform.corpora import CORPORA


@given(st.binary(max_size=60), st.integers(1, 70), st.sampled_from([0, 4]))
def test_fragments_make_up_the_message_and_only_the_first_is_typed(
    octets: bytes, size: int, rsv: int
) -> None:
    cut = list(fragments(Frame(Opcode.TEXT, octets, rsv=rsv), size))
    assert b"".join(one.payload for one in cut) == octets
    assert [one.fin for one in cut] == [False] * (len(cut) - 1) + [True]
    assert [one.opcode for one in cut] == [Opcode.TEXT] + [Opcode.CONT] * (len(cut) - 1)
    assert [one.rsv for one in cut] == [rsv] + [0] * (len(cut) - 1)
    assert all(len(one.payload) == size for one in cut[:-1])


def test_a_size_that_divides_the_length_leaves_an_empty_last_fragment() -> None:
    def lengths(size: int | None) -> list[int]:
        return [len(one.payload) for one in fragments(text("123456"), size)]

    assert lengths(3) == [3, 3, 0]
    assert lengths(4) == [4, 2]
    assert lengths(6) == [6]
    assert lengths(7) == [6]
    assert lengths(None) == [6]


def test_a_repeated_payload_is_made_when_it_is_sent() -> None:
    step = Send(text("ab"), repeat=5)
    assert step.on_wire().payload == b"ababa"
    assert step.frame.payload == b"ab"
    assert SendMessage(b"ab", repeat=5).octets() == b"ababa"
    assert Send(text("ab")).on_wire() == text("ab")


def test_a_frame_sent_in_pieces_is_one_frame() -> None:
    script: tuple[Step, ...] = (
        StartFrame(Opcode.TEXT, 5, fin=False), FramePart(b"abc"), Pause(1, "A"), FramePart(b"de"),
        Send(cont()), KillAfter(1),
    )  # fmt: skip
    assert list(script_frames(script)) == [more(text("abcde")), cont()]


def test_combinators_change_the_way_and_not_the_frames() -> None:
    plain = sends(text("a"), ping())
    assert [step.chop for step in chopped(1, plain)] == [1, 1]
    assert [step.alone for step in alone(plain)] == [True, True]
    for changed in (chopped(1, plain), alone(plain)):
        assert list(script_frames(changed)) == list(script_frames(plain))


def test_a_loop_of_frames_sends_the_same_message_again_and_again() -> None:
    loop = EchoLoop(3, Send(Frame(Opcode.BINARY, b"x"), repeat=2))
    assert list(loop.messages()) == [Message(b"xx", True)] * 3


def test_a_loop_of_slices_goes_through_the_corpus() -> None:
    loop = EchoLoop(3, Slices("json", 16))
    whole = b"".join(message.octets for message in loop.messages())
    assert whole == CORPORA["json"].octets[:48]
    assert {message.binary for message in loop.messages()} == {False}


KEY = bytes.fromhex("37fa213d")
SMALL = [case for case in CASES.values() if not case.id.startswith("9.")]
LARGE = ["9.1.6", "9.2.3", "9.3.1", "9.3.9", "9.4.5", "9.5.1", "9.6.6"]


@pytest.mark.parametrize("mask", [None, KEY], ids=["server", "client"])
def test_frames_on_the_wire_parse_to_the_same_frames(mask: bytes | None) -> None:
    for case in [*SMALL, *(CASES[id_] for id_ in LARGE)]:
        sent = [masked(frame, mask) for frame in case.frames()]
        wire = b"".join(frame.serialize() for frame in sent)
        assert [parsed.frame for parsed in FrameParser().feed(wire)] == sent, case.id


def masked(frame: Frame, mask: bytes | None) -> Frame:
    return Frame(frame.opcode, frame.payload, frame.fin, frame.rsv, mask)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Send(text("hi")), 'TEXT, 2 octets "hi"'),
        (Send(reserved(text(), 2)), "TEXT RSV=010, 0 octets"),
        (Send(more(text("hi")), chop=1), 'TEXT FIN=0, 2 octets "hi", in writes of 1 octet'),
        (Send(ping(), alone=True), "PING, 0 octets, in a write of its own"),
        (Send(Frame(13)), "opcode 13, 0 octets"),
        (Send(text("*"), repeat=200, chop=97),
         'TEXT, 200 octets "*" over and over, in writes of 97 octets'),
        (SendMessage(b"hi"), 'text message of 2 octets "hi", in one frame'),
        (SendMessage(b"hi", binary=True, fragment=1),
         'binary message of 2 octets "hi", in fragments of 1 octet'),
        (close(), "close frame without a body"),
        (close(1000), "close frame, code 1000"),
        (close(1000, "why"), 'close frame, code 1000, reason of 3 octets "why"'),
        (SendClose(Close(stray=b"a")), 'close frame with a body of 1 octet "a"'),
        (StartFrame(1, 21, fin=False), "header of TEXT FIN=0, 21 octets announced"),
        (FramePart(b"\x90"), "1 octet 0x90 of its payload"),
        (Pause(1), "wait 1 s"),
        (Pause(0.5, "A"), "wait 0.5 s (A)"),
        (KillAfter(1), "after 1 s at most: fail the connection with 1001"),
        (CloseAfter(10), "after 10 s at most: close without a code"),
        (Slices("html", 16), "text messages of 16 code points of HTML"),
        (Slices("pdf", 16, 256),
         "binary messages of 16 octets of a PDF document, in fragments of 256 compressed octets"),
        (EchoLoop(9, Send(text("hi"))),
         '9 times, each after the echo of the one before: TEXT, 2 octets "hi"'),
    ],
)  # fmt: skip
def test_a_step_reads_as_a_line(step: object, words: str) -> None:
    assert str(step) == words
