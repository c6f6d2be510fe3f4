"""The views as JSON: shapes that programs rely on."""

import json
from typing import Any

from builders import (
    CaptureBuilder,
    binary,
    case_4_2_3,
    close,
    cont,
    deflated,
    hostile,
    is_harmless,
    opened,
    request,
    response,
    text,
)
from wirelog.closing import FACTS
from wsinspect.show_json import OBJECTS, ROWS, encode
from wsinspect.shown import Shown


def rows(view: str, made: CaptureBuilder) -> list[dict[str, Any]]:
    return list(ROWS[view](Shown(opened(made.unfinished())[0])))


def one(view: str, octets: bytes) -> dict[str, Any]:
    return OBJECTS[view](Shown(opened(octets)[0]))


def test_a_frame_in_the_log() -> None:
    assert rows("log", case_4_2_3())[4] == {
        "n": 4, "t": 0.0004, "dir": "RX", "kind": "frame", "opcode": 1, "fin": True, "rsv": 0,
        "masked": True, "mask": "06cef012", "length": 13,
        "payload_hex": b"Hello, world!".hex(), "problems": [],
    }  # fmt: skip


def test_octets_and_other_events_in_the_log() -> None:
    found = rows("log", case_4_2_3())
    assert found[7] == {
        "n": 7, "t": 0.0007, "dir": "RX", "kind": "octets", "length": 6,
        "octets_hex": "8d8006cef012", "problems": [],
    }  # fmt: skip
    assert found[9] == {
        "n": 9, "t": 0.0009, "dir": None, "kind": "failing",
        "text": "FAILING CONNECTION: reserved opcode 13 (1002)", "problems": [],
    }  # fmt: skip


def test_problems_are_strings() -> None:
    assert rows("frames", case_4_2_3())[2]["problems"] == ["reserved opcode 13 (RFC 6455 §5.2)"]


def test_without_times_there_is_null() -> None:
    capture, _ = opened(b"#wirelog 1 {}\n000 RX OCTETS: 8100 ...\n")
    (row,) = ROWS["log"](Shown(capture))
    assert (row["t"], row["length"], row["octets_hex"]) == (None, None, "8100")


def test_frames_are_the_frames_of_the_log() -> None:
    log = [row for row in rows("log", case_4_2_3()) if row["kind"] == "frame"]
    assert rows("frames", case_4_2_3()) == log
    assert [row["n"] for row in log] == [4, 5, 8, 10, 13]


def test_a_text_message() -> None:
    made = CaptureBuilder().open().rx(text("Hel", fin=False)).rx(cont("lo"))
    assert rows("messages", made) == [
        {
            "n": 4, "t": 0.0004, "dir": "RX", "opcode": 1, "frames": [4, 6], "complete": True,
            "compressed": False, "wire_length": 5, "length": 5, "text": "Hello", "problems": [],
        }
    ]  # fmt: skip


def test_messages_that_are_no_text_are_hexadecimal() -> None:
    made = CaptureBuilder().open().rx(binary(b"\x01")).rx(text(b"\xff")).rx(text("é", fin=False))
    found = rows("messages", made)
    assert [row.get("data_hex") for row in found] == ["01", "ff", "c3a9"]
    assert found[1]["problems"] == ["octet 0xff at 0 is not UTF-8 (RFC 6455 §8.1)"]
    assert not found[2]["complete"]


def test_a_compressed_message_is_inflated() -> None:
    (found,) = rows("messages", CaptureBuilder().open_deflate().rx(deflated(text("Hello" * 9))))
    assert (found["compressed"], found["length"], found["text"]) == (True, 45, "Hello" * 9)
    assert found["wire_length"] < 45


def test_the_handshake() -> None:
    made = CaptureBuilder().open(
        request(Sec_WebSocket_Protocol="chat", Sec_WebSocket_Extensions="x-a; b=1, x-c"),
        response(Sec_WebSocket_Protocol="chat", Sec_WebSocket_Extensions="x-a; b=1"),
    )
    found = one("handshake", made.unfinished())
    assert found["request"]["line"] == "GET / HTTP/1.1"
    assert ("Host", "localhost:9000") in found["request"]["headers"]
    assert found["response"]["line"] == "HTTP/1.1 101 Switching Protocols"
    assert {key: found[key] for key in ("accept_ok", "extensions", "offered", "protocol")} == {
        "accept_ok": True, "extensions": ["x-a; b=1"], "offered": ["x-a; b=1", "x-c"],
        "protocol": "chat",
    }  # fmt: skip


def test_a_handshake_of_which_nothing_is_known() -> None:
    found = one("handshake", b"#wirelog 1 {}\n")
    assert (found["request"], found["response"], found["accept_ok"]) == (None, None, None)


def test_the_closing_has_the_thirteen_facts_timeline_and_verdict() -> None:
    found = one("closing", case_4_2_3().finish(wasClean=True, localCloseCode=1002))
    assert list(found) == [*FACTS, "timeline", "verdict", "explanation"]
    assert found["wasClean"] is True
    assert found["timeline"][-1] == {
        "n": 14, "t": 0.0014, "dir": "TX", "way": "drop", "what": "TCP DROPPED BY ME",
        "note": "the server drops first (§7.1.1)",
    }  # fmt: skip
    assert found["verdict"].endswith("clean")


def test_statistics_with_sizes_and_opcodes_as_keys() -> None:
    assert one("stats", case_4_2_3().unfinished()) == {
        "octets": {"rx": {"6": 1, "8": 1, "19": 1, "158": 1}, "tx": {"15": 1, "19": 1, "129": 1}},
        "frames": {"rx": {"1": 1, "8": 1, "13": 1}, "tx": {"1": 1, "8": 1}},
    }


def test_the_header_and_what_is_said_of_the_file() -> None:
    found = one("header", case_4_2_3().unfinished())
    assert found["header"]["case"] == "4.2.3"
    assert found["trailer"] is None
    assert found["notices"] == [
        {"line": 0, "text": "the capture was not finished: it has no trailer"}
    ]


def test_the_case_is_told_as_the_report_tells_it() -> None:
    report = {"behavior": "FAILED", "expected": {"OK": [], "B": [7]}, "received": [7, {"a": 1}]}
    octets = CaptureBuilder(case="4.2.3", report=report).open().unfinished()
    found = one("case", octets)
    assert {key: found[key] for key in ("case", *report)} == {"case": "4.2.3", **report}
    assert (found["met"], found["nearest"], found["differs"]) == (None, "B", 1)
    assert found["description"] is None
    assert one("all", octets)["case"] == found
    assert one("all", case_4_2_3().unfinished())["case"] is None


def test_everything_in_one_object() -> None:
    found = one("all", case_4_2_3().finish(wasClean=True))
    assert len(found["log"]) == 15
    assert set(found) > {"header", "messages", "handshake", "closing", "stats", "notices"}


def test_whatever_is_encoded_is_printable_ascii_and_comes_back() -> None:
    shown = Shown(opened(hostile().rx(close(1000, "bye")).unfinished())[0])
    for value in [*ROWS["log"](shown), *(view(shown) for view in OBJECTS.values())]:
        line = encode(value)
        assert line.isascii() and is_harmless(line)
        assert (
            json.loads(line) == json.loads(encode(value, indent=2)) == json.loads(json.dumps(value))
        )
