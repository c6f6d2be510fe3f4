import io
from collections.abc import Iterable
from html import escape

import pytest

from pages import (
    REQUEST,
    RESPONSE,
    facts,
    frames_table,
    octets_line,
    octets_table,
    page,
    payload_lines,
    wrapped,
)
from reference import reference
from wirelog.capture import CaptureError, Kind
from wirelog.closing import Closing
from wirelog.conversation import Conversation
from wirelog.formats import load
from wirelog.formats.autobahn_page import knows, read
from wirelog.formats.autobahn_wirelog import CUT, head_octets
from wirelog.frames import Frame
from wirelog.reader import Capture

ASKED, ANSWERED = head_octets(REQUEST), head_octets(RESPONSE)
OPENING = [octets_line(0, "TX", ASKED), octets_line(1, "RX", ANSWERED)]
KEY = bytes.fromhex("06cef012")


def sent(n: int, frame: Frame, shown: str = "", repeat: str = "None") -> list[str]:
    """Event n and the one behind it: a frame that I send, and its octets."""
    mask = "None" if frame.mask is None else frame.mask.hex()
    length = len(shown) if repeat != "None" else frame.length
    line = (
        f"{n:03d} TX FRAME : OPCODE={frame.opcode}, FIN={frame.fin}, RSV={frame.rsv}, "
        f"PAYLOAD-LEN={length}, MASK={mask}, PAYLOAD-REPEAT-LEN={repeat}, CHOPSIZE=None, SYNC=False"
    )
    below = [payload_lines(shown)] if shown else []
    return [line, *below, octets_line(n + 1, "TX", frame.serialize())]


def received(n: int, frame: Frame, shown: str = "", mask: str = "None") -> list[str]:
    """Event n and the one behind it: octets that I get, and the frame in them."""
    line = (
        f"{n + 1:03d} RX FRAME : OPCODE={frame.opcode}, FIN={frame.fin}, RSV={frame.rsv}, "
        f"PAYLOAD-LEN={frame.length}, MASKED={frame.mask is not None}, MASK={mask}"
    )
    below = [payload_lines(shown)] if shown else []
    return [octets_line(n, "RX", frame.serialize()), line, *below]


def opened(log: Iterable[str]) -> tuple[Capture, Conversation]:
    capture = read(io.BytesIO(page([*OPENING, *log])), "page.txt")
    return capture, Conversation.of(capture)


def test_cut_heads_are_made_whole_from_the_printed_ones() -> None:
    capture, seen = opened([])
    assert capture.records[0].octets == ASKED
    assert capture.records[1].octets == ANSWERED
    assert seen.handshake.is_open


def test_octets_wrapped_over_lines_are_joined() -> None:
    frame = Frame(2, bytes(range(50)), mask=KEY)
    _, seen = opened(sent(2, frame, f"0x{frame.payload.hex()}"))
    assert [one.frame for one in seen.frames] == [frame]
    assert seen.frames[0].problems == []


@pytest.mark.parametrize("size", [58, 60, 61, 64, 65, 300])
def test_payloads_wrapped_over_lines_are_joined(size: int) -> None:
    payload = b"\xff" * size
    more = " ..." if size > 60 else ""
    frame = Frame(2, payload, mask=KEY)
    capture, seen = opened(sent(2, frame, f"0x{payload[:64].hex()}{more}"))
    (one,) = seen.frames
    assert (one.frame.length, one.problems) == (size, [])
    assert one.frame.payload == payload[: 64 if size > 60 else size]
    assert (CUT in capture.unproven) == (size > 54)


def test_repeated_payloads_have_their_true_length() -> None:
    frame = Frame(1, b"*" * 500, mask=KEY)
    capture, seen = opened(sent(2, frame, "*", repeat="500"))
    line = capture.records[2].frame
    assert line is not None
    assert (line.length, line.preview) == (500, "* ...")
    (one,) = seen.frames
    assert (one.frame.length, one.problems) == (500, [])


def test_masks_of_received_frames_are_printed_twice_in_hex() -> None:
    frame = Frame(1, b"Hello", mask=KEY)
    capture, _ = opened(received(2, frame, "Hello", mask=KEY.hex().encode().hex()))
    line = capture.records[3].frame
    assert line is not None
    assert (line.masked, line.mask) == (True, KEY)
    capture, _ = opened(received(2, frame, "Hello", mask=KEY.hex()))
    line = capture.records[3].frame
    assert line is not None
    assert line.mask == KEY


def test_close_frames_behind_a_cut_row_are_read_from_their_lines() -> None:
    long = Frame(2, bytes(300), mask=KEY)
    log = [
        *sent(2, long, f"0x{bytes(64).hex()} ..."),
        *received(4, Frame(8, b"\x03\xe9")),
        *sent(6, Frame(8, b"\x03\xe8ok", mask=KEY), "0x03e86f6b"),
        "008 TCP DROPPED BY PEER",
    ]
    log[5:5] = [payload_lines("0x03e9")]
    capture, seen = opened(log)
    capture.trailer = None
    assert Closing.of(capture, seen).verdict == "peer closed with 1001, I with 1000; clean"


def test_text_that_looks_like_an_event_is_none() -> None:
    frame = Frame(1, b"x\n017 TCP DROPPED BY ME\n", mask=KEY)
    log = sent(2, frame, "x")
    log[2:2] = ["017 TCP DROPPED BY ME"]
    capture, _ = opened(log)
    assert [one.kind for one in capture.records] == [
        Kind.OCTETS, Kind.OCTETS, Kind.FRAME, Kind.OCTETS,
    ]  # fmt: skip


def test_control_characters_of_a_payload_are_escaped() -> None:
    capture, _ = opened(sent(2, Frame(1, b"\x1b[2J", mask=KEY), "\x1b[2J"))
    line = capture.records[2].frame
    assert line is not None
    assert line.preview == r"\x1b[2J"


def test_other_events_and_their_lines() -> None:
    capture, _ = opened(["002 FAIL CONNECTION AFTER 1.000000 sec", "003 TCP DROPPED BY ME"])
    assert [one.kind for one in capture.records[2:]] == [Kind.TIMER, Kind.DROPPED]
    assert capture.notices == []


def test_lines_of_the_log_that_cannot_be_read_are_told_with_their_number() -> None:
    octets = page([*OPENING, "002 TEA \x1b", "003 ", "004 RX FRAME : OPCODE=99", "005 no event"])
    lines = octets.decode().split("\n")
    capture = read(io.BytesIO(octets))
    first = lines.index("002 TEA \x1b") + 1
    assert str(capture.notices[0]) == rf"line {first}: cannot be read: 002 TEA \x1b"
    assert [one.line for one in capture.notices] == [first, first + 1, first + 2, first + 3]
    assert capture.records[2].kind is Kind.UNKNOWN


class TestFacts:
    def trailer(self, between: str = "", **values: str) -> dict[str, object]:
        trailer = read(io.BytesIO(page(OPENING, closing=facts(values, between)))).trailer
        assert trailer is not None
        return trailer

    @pytest.mark.parametrize("between", ["", "\t", " "])
    def test_reasons_are_text(self, between: str) -> None:
        trailer = self.trailer(
            between,
            wasClean="False",
            wasNotCleanReason="peer dropped the connection",
            localCloseReason="When wasClean The close reason, really",
            remoteCloseCode="4999",
            remoteCloseReason="None of it",
        )
        assert trailer["wasClean"] is False
        assert trailer["wasNotCleanReason"] == "peer dropped the connection"
        assert trailer["localCloseReason"] == "When wasClean The close reason, really"
        assert trailer["localCloseCode"] == 1000
        assert trailer["remoteCloseCode"] == 4999
        assert trailer["remoteCloseReason"] == "None of it"

    def test_a_reason_may_have_several_lines(self) -> None:
        assert self.trailer(remoteCloseReason="one\n\ntwo")["remoteCloseReason"] == "one\n\ntwo"

    def test_what_cannot_be_read_is_left_out(self) -> None:
        closing = facts({"localCloseCode": "tea", "isServer": "Maybe"})
        closing = closing.replace("The close reason", "")
        trailer = read(io.BytesIO(page(OPENING, closing=closing))).trailer
        assert trailer is not None
        assert "localCloseCode" not in trailer
        assert "isServer" not in trailer
        assert "localCloseReason" not in trailer
        assert trailer["remoteCloseCode"] == 1000

    def test_without_facts_there_is_no_trailer(self) -> None:
        capture = read(io.BytesIO(page(OPENING, closing="nothing")))
        assert (capture.trailer, capture.header["role"]) == (None, "client")

    def test_the_fuzzer_may_be_the_server(self) -> None:
        capture = read(io.BytesIO(page(OPENING, closing=facts({"isServer": "True"}))))
        assert capture.is_server


class TestStatistics:
    def counts(
        self, octets: tuple[str, str], frames: tuple[str, str] = ("Total0", "Total0")
    ) -> Capture:
        return read(io.BytesIO(page(OPENING, octets=octets, frames=frames)))

    @pytest.mark.parametrize("between", ["", "\t"])
    def test_all_four_tables(self, between: str) -> None:
        rows = [{4: 1, 162: 1}, {6: 2, 240: 1}, {1: 1, 8: 1}, {1: 31, 9: 1}]
        capture = self.counts(
            octets=(octets_table(rows[0], between), octets_table(rows[1], between)),
            frames=(frames_table(rows[2], between), frames_table(rows[3], between)),
        )
        assert capture.statistics == {
            "octets": {"rx": {"4": 1, "162": 1}, "tx": {"6": 2, "240": 1}},
            "frames": {"rx": {"1": 1, "8": 1}, "tx": {"1": 31, "9": 1}},
        }
        assert capture.notices == []

    def test_a_table_that_does_not_add_up_is_told(self) -> None:
        capture = self.counts(octets=("414\nTotal29", "Total00"))
        assert capture.statistics is None
        (notice,) = capture.notices
        assert notice.text == "the rows of 'Octets Received by Chop Size' do not fit their total"
        assert notice.line > 0

    def test_a_missing_table_leaves_the_counting_to_the_log(self) -> None:
        octets = page(OPENING).replace(b"Frames Received by Opcode", b"Something else")
        capture = read(io.BytesIO(octets))
        assert (capture.statistics, capture.notices) == (None, [])


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"tea\n",
        b"Wire Log\n000 TCP DROPPED BY ME\n",
        b"tea - Case 1.1.1 : Pass - 5 ms @ 2017\n",
        b"tea - Case 1.1.1 : Pass - " + b"9" * 5000 + b" ms @ 2017\nWire Log\n",
        bytes(range(256)),
    ],
    ids=lambda octets: repr(octets[:30]),
)
def test_what_is_no_page_is_refused(octets: bytes) -> None:
    with pytest.raises(CaptureError, match="without its title line or without its wire log"):
        read(io.BytesIO(octets))


def test_a_page_of_nothing_but_title_and_log_is_read() -> None:
    octets = b"tea - Case 1.1.1 : Pass - 5 ms @ 2017\r\nWire Log\r\n000 TCP DROPPED BY ME\r\n"
    assert knows(octets)
    capture = load(io.BytesIO(octets))
    assert [one.text for one in capture.records] == ["TCP DROPPED BY ME"]
    assert (capture.trailer, capture.statistics) == (None, None)
    assert capture.report["result"] == ""
    assert Conversation.of(capture).handshake.request is None


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        ("[('pong', u'x'),\n ('message', '\\xfe', True)]", [["pong", "x"], ["message", "þ", True]]),
        ("{'OK': [], 7: [(1.5, None)]}", {"OK": [], "7": [["1.5", None]]}),
        ("__import__('os')", "__import__('os')"),
        ("[('pong', ", "[('pong',"),
        ("'\\q'", "\\q"),
        ("[" * 100 + "]" * 100, "[" * 100 + "]" * 100),
        ("[" * 100_000, "[" * 100_000),
        ("9" * 5000, "9" * 5000),
        ("'\0'", "'\0'"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_events_are_read_as_far_as_they_are_events(shown: str, value: object) -> None:
    octets = page(OPENING).replace(b"{'OK': []}", shown.encode())
    assert read(io.BytesIO(octets)).report["expected"] == value


@pytest.mark.parametrize(
    ("words", "verdict"), [("Fine (OK)", "OK"), ("Bad (WRONG CODE)", "WRONG CODE"), ("(ok)", None)]
)
def test_the_verdict_on_the_end_stands_behind_its_sentence(words: str, verdict: str | None) -> None:
    octets = page(OPENING).replace(b"Fine (OK)", words.encode())
    assert read(io.BytesIO(octets)).report["behaviorClose"] == verdict


def test_lines_are_wrapped_as_the_page_wraps_them() -> None:
    assert wrapped("000 TX OCTETS: ", "ab" * 64 + " ...").split("\n") == [
        "000 TX OCTETS: " + "ab" * 50,
        " " * 15 + "ab" * 14 + " ...",
    ]


def test_the_html_of_a_page_says_what_its_text_says() -> None:
    words = page([*OPENING, *sent(2, Frame(1, b"<b>", mask=KEY), "<b>")]).decode()
    lines = "".join(f"<pre>{escape(line)}</pre>\n" for line in words.split("\n"))
    octets = f"<!DOCTYPE html><html><body>{lines}</body></html>".encode()
    assert knows(octets)
    plain, html = read(io.BytesIO(words.encode())), read(io.BytesIO(octets))
    assert [one._replace(line=0) for one in html.records] == [
        one._replace(line=0) for one in plain.records
    ]
    assert (html.header, html.trailer, html.report) == (plain.header, plain.trailer, plain.report)


@pytest.mark.parametrize("case", ["1_1_2", "4_2_3", "6_4_1", "7_1_6"])
def test_a_published_page_says_what_its_json_says(case: str) -> None:
    name = f"reference/plain-autobahn-echo/base_case_{case}"
    with (
        reference(f"{name}.html").open("rb") as page_,
        reference(f"{name}.json").open("rb") as file,
    ):
        from_page, from_json = load(page_), load(file)
    assert [one.frame and one.frame.opcode for one in from_page.records] == [
        one.frame and one.frame.opcode for one in from_json.records
    ]
    assert from_page.trailer == from_json.trailer
    assert from_page.statistics == from_json.statistics
    assert from_page.header["case"] == from_json.header["case"] == case.replace("_", ".")
