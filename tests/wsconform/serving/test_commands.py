"""Commands of the command channel: from JSON to octets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelog.frames import Close, Frame, Opcode
from wirelog.parser import FrameParser
from wsconform.serving import commands
from wsconform.serving.commands import Action, Closing, CommandError, Sending, actions


def asked(verb: str, arguments: Any = None) -> list[Action]:
    return actions(json.dumps([verb] if arguments is None else [verb, arguments]))


def frame(**arguments: Any) -> Frame:
    (action,) = asked("sendframe", arguments)
    assert isinstance(action, Sending)
    (parsed,) = FrameParser().feed(action.octets)
    return parsed.frame


def test_a_frame_is_sent_as_it_is_asked_for() -> None:
    assert frame(opcode=1, payload="grüße") == Frame(Opcode.TEXT, "grüße".encode())
    assert frame(opcode=13, payload="x", fin=False, rsv=5) == Frame(13, b"x", fin=False, rsv=5)
    assert frame(opcode=9) == Frame(Opcode.PING)
    assert frame(opcode=1, fin=0, sync=True) == Frame(Opcode.TEXT, fin=False)


def test_a_payload_is_repeated_up_to_its_length() -> None:
    assert frame(opcode=2, payload="abc", payload_len=7).payload == b"abcabca"
    assert frame(opcode=2, payload="abc", payload_len=2).payload == b"ab"
    assert frame(opcode=2, payload_len=0).payload == b""


def test_a_frame_is_masked_with_a_key_of_choice_or_of_chance() -> None:
    masked = frame(opcode=1, payload="Hello", mask="06cef012")
    assert (masked.payload, masked.mask) == (b"Hello", bytes.fromhex("06cef012"))
    assert frame(opcode=1, payload="Hello", mask=True).mask is not None
    assert frame(opcode=1, payload="Hello", mask=False).mask is None


def test_writes_are_chopped_and_kept_apart_when_asked_for() -> None:
    (action,) = asked("sendframe", {"opcode": 1, "payload": "a", "chopsize": 1, "sync": True})
    assert action == Sending(b"\x81\x01a", 1, True)


def test_several_frames_are_several_writes() -> None:
    frames = [{"opcode": 1, "payload": "a", "fin": False}, {"opcode": 0, "payload": "b"}]
    assert asked("sendframes", frames) == [Sending(b"\x01\x01a"), Sending(b"\x80\x01b")]


def test_a_close_frame_may_have_any_code_and_none() -> None:
    assert asked("close") == [Closing(Close())]
    assert asked("close", {"code": 1005}) == [Closing(Close(1005))]
    assert asked("close", {"code": 1000, "reason": "ö"}) == [Closing(Close(1000, "ö".encode()))]


def test_an_echo_is_a_text_message() -> None:
    assert asked("echo", {"payload": "ab", "payload_len": 3}) == [Sending(b"\x81\x03aba")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("{}", 'a command looks like ["sendframe"'),
        ("[]", "looks like"),
        ("[1]", "looks like"),
        ('["fly"]', "no such command; there are sendframe, sendframes, close, echo"),
        ('["close", {}, {}]', "in one object or list"),
        ('["sendframe", []]', "not an object"),
        ('["sendframe", {}]', "needs opcode"),
        ('["sendframe", {"opcode": 16}]', "opcode is not a number from 0 to 15"),
        ('["sendframe", {"opcode": true}]', "opcode is not a number"),
        ('["sendframe", {"opcode": "1"}]', "opcode is not a number"),
        ('["sendframe", {"opcode": 1, "rsv": 8}]', "rsv is not a number from 0 to 7"),
        ('["sendframe", {"opcode": 1, "payload": 5}]', "payload is not a text"),
        ('["sendframe", {"opcode": 1, "payload": "\\ud800"}]', "half of a surrogate pair"),
        ('["sendframe", {"opcode": 1, "payload_len": 5}]', "needs a payload to repeat"),
        ('["sendframe", {"opcode": 1, "fin": "no"}]', "fin is neither true nor false"),
        ('["sendframe", {"opcode": 1, "mask": "06"}]', "mask is neither true nor 8 hex"),
        ('["sendframe", {"opcode": 1, "mask": 5}]', "mask is neither true nor 8 hex"),
        ('["sendframe", {"opcode": 1, "chopsize": 0}]', "chopsize is not a number from 1"),
        ('["sendframe", {"opcode": 1, "a": 1, "b": 2}]', "sendframe does not know a, b; it knows"),
        ('["sendframes", {}]', "not a list of objects"),
        ('["sendframes", [1]]', "not an object"),
        ('["close", {"reason": "x"}]', "a reason needs a code"),
        ('["close", {"code": 1000, "reason": "' + 124 * "x" + '"}]', "more than 123 octets"),
        ('["close", {"code": 1000, "reason": "\\ud800"}]', "half of a surrogate pair"),
        ('["close", {"code": 65536}]', "code is not a number from 0 to 65535"),
    ],
)
def test_what_cannot_be_followed_is_said_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(CommandError) as wrong:
        actions(text)
    assert words in str(wrong.value)


def test_no_command_can_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST_OCTETS", 1000)
    monkeypatch.setattr(commands, "MOST_PIECES", 10)
    large = {"opcode": 2, "payload": "x", "payload_len": 400}
    assert len(asked("sendframes", [large] * 2)) == 2
    for wrong in ([large] * 3, [{**large, "payload_len": 1001}]):
        with pytest.raises(CommandError, match="1000"):
            asked("sendframes", wrong)
    with pytest.raises(CommandError, match="10 pieces"):
        asked("sendframe", {**large, "chopsize": 5})
    with pytest.raises(CommandError, match="10000 frames"):
        asked("sendframes", [{"opcode": 1}] * 10_001)


LITTLE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["opcode", "payload", "mask", "code", "reason", "fin", "x"]), inner
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.sampled_from(["sendframe", "sendframes", "close", "echo"]), LITTLE)
def test_no_arguments_do_harm(verb: str, arguments: Any) -> None:
    try:
        found = asked(verb, arguments)
    except CommandError as error:
        assert str(error)
    else:
        assert all(isinstance(one, Sending | Closing) for one in found)
