import io
import json
from typing import Any

import pytest

from reference import reference
from wirelog.capture import INFLATED, CaptureError, FrameLine, Kind, Record
from wirelog.closing import FACTS, Closing
from wirelog.conversation import Conversation
from wirelog.formats import load
from wirelog.formats.autobahn_report import knows, read, record
from wirelog.reader import Capture
from wirelog.statistics import Statistics


def report(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = dict.fromkeys(FACTS, False) | {
        "wasNotCleanReason": None, "wasClean": True, "localCloseCode": 1000,
        "localCloseReason": None, "remoteCloseCode": 1000, "remoteCloseReason": None,
    }  # fmt: skip
    return facts | {
        "id": "1.1.1",
        "agent": "tea",
        "started": "2026-11-22T12:57:11.257Z",
        "duration": 5,
        "behavior": "OK",
        "httpRequest": "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "httpResponse": "HTTP/1.1 101 x\r\n\r\n",
        "rxOctetStats": {"4": 1},
        "txOctetStats": {},
        "rxFrameStats": {"8": 1},
        "txFrameStats": {},
        "wirelog": [],
        **changes,
    }


def read_report(**changes: Any) -> Capture:
    return read(io.BytesIO(json.dumps(report(**changes)).encode()), "a.json")


def test_what_a_report_says_of_its_case_is_kept() -> None:
    rules = {"closedByMe": True, "closeCode": [1000], "requireClean": True}
    told = read_report(expected={"OK": []}, expectedClose=rules, rfc="RFC 6455 §5.2").report
    assert (told["expected"], told["expectedClose"]) == ({"OK": []}, rules)
    assert (told["rfc"], told["received"]) == ("RFC 6455 §5.2", None)
    assert "heard" not in told


def test_a_report_that_is_nested_too_deep_is_refused() -> None:
    deep: object = []
    for _ in range(50):
        deep = [deep]
    with pytest.raises(CaptureError, match="nested too deep"):
        read_report(received=deep)


def test_a_report_becomes_a_capture() -> None:
    capture = read_report(result="fine", wirelog=[["KL", 1]])
    assert capture.name == "a.json"
    assert capture.header == {
        "version": 1, "role": "client", "recorder": "Autobahn Testsuite", "agent": "tea",
        "started": "2026-11-22T12:57:11.257Z", "case": "1.1.1",
    }  # fmt: skip
    assert capture.report["result"] == "fine"
    assert capture.trailer is not None
    assert list(capture.trailer) == list(FACTS)
    assert [one.text for one in capture.records] == [
        "FAIL CONNECTION AFTER 1.000000 sec",
        "TCP DROPPED BY PEER",
    ]
    assert capture.statistics == {
        "octets": {"rx": {"4": 1}, "tx": {}},
        "frames": {"rx": {"8": 1}, "tx": {}},
    }


@pytest.mark.parametrize(
    ("changes", "dropped"),
    [
        ({"droppedByMe": True}, ["TCP DROPPED BY ME"]),
        ({"droppedByMe": True, "duration": None}, ["TCP DROPPED BY ME"]),
        ({}, ["TCP DROPPED BY PEER"]),
        ({"duration": None}, []),
    ],
)
def test_who_dropped_tcp_stands_in_the_facts(changes: dict[str, Any], dropped: list[str]) -> None:
    assert [one.text for one in read_report(**changes).records] == dropped


@pytest.mark.parametrize(
    ("row", "made"),
    [
        (["RO", [2, "8180"]], Record(7, None, Kind.OCTETS, "RX", b"\x81\x80", 2)),
        (["TO", [99, "8180 ..."], True], Record(7, None, Kind.OCTETS, "TX", b"\x81\x80", 99)),
        (
            ["RF", [5, "Hello"], 1, True, 0, False, None],
            Record(
                7, None, Kind.FRAME, "RX", frame=FrameLine(1, True, 0, 5, False, preview="Hello")
            ),
        ),
        (
            ["RF", [2, "0x03e8"], 8, True, 0, True, "06cef012"],
            Record(
                7, None, Kind.FRAME, "RX",
                frame=FrameLine(8, True, 0, 2, True, b"\x06\xce\xf0\x12", preview="0x03e8"),
            ),
        ),
        (
            ["TF", [1, "*"], 2, False, 0, "06cef012", 100, 10, True],
            Record(
                7, None, Kind.FRAME, "TX",
                frame=FrameLine(
                    2, False, 0, 100, True, b"\x06\xce\xf0\x12", None, "* ...",
                    {"PAYLOAD-REPEAT-LEN": "100", "CHOPSIZE": "10", "SYNC": "True"},
                ),
            ),
        ),
        (["CT", 0.5, "A"], Record(7, None, Kind.TIMER, text="DELAY 0.500000 sec for TAG A")),
        (["CTE", "A"], Record(7, None, Kind.TIMEOUT, text="DELAY TIMEOUT on TAG A")),
        (["KL", 1], Record(7, None, Kind.TIMER, text="FAIL CONNECTION AFTER 1.000000 sec")),
        (["KLE"], Record(7, None, Kind.FAILING, text="FAILING CONNECTION")),
        (["TI", 2], Record(7, None, Kind.TIMER, text="CLOSE CONNECTION AFTER 2.000000 sec")),
        (["TIE"], Record(7, None, Kind.CLOSING, text="CLOSING CONNECTION")),
        (["WLM", True], Record(7, None, Kind.NOTE, text="WIRELOG ENABLED")),
        (["WLM", False], Record(7, None, Kind.NOTE, text="WIRELOG DISABLED")),
        (["TEA", "\x1b", 5], Record(7, None, Kind.UNKNOWN, text=r"TEA \x1b 5")),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)  # fmt: skip
def test_rows_of_the_log(row: list[Any], made: Record) -> None:
    assert record(7, row) == made


def test_a_frame_row_with_values_that_none_can_have_is_kept_as_text() -> None:
    made = record(0, ["RF", [5, "Hello"], "tea", True, 0, False, None])
    assert (made.kind, made.dir) == (Kind.UNKNOWN, "RX")
    assert "OPCODE=tea" in made.text


def test_received_frames_of_compressed_messages_are_known_to_be_inflated() -> None:
    rows = [
        ["TO", [4, "47455420"], False],
        ["RO", [12, "c10a" + "00" * 10]],
        ["RF", [100, "x"], 1, True, 4, False, None],
    ]
    capture = read_report(wirelog=rows)
    line = capture.records[2].frame
    assert line is not None
    assert line.extras == {INFLATED: "True"}


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b'"behavior"',
        b"\xff\xfe{",
        b'{"behavior":' + b"[" * 100_000,
        json.dumps(report(wirelog=7)).encode(),
        json.dumps(report(wirelog=[7])).encode(),
        json.dumps(report(wirelog=[[]])).encode(),
        json.dumps(report(wirelog=[["RO", [1]]])).encode(),
        json.dumps(report(wirelog=[["RO", [1, 2]]])).encode(),
        json.dumps(report(wirelog=[["CT", "x", "y"]])).encode(),
        json.dumps(report(wirelog=[["RF", [1, 2], 1, True, 0, False, None]])).encode(),
        json.dumps(report(wirelog=[[{}, 2]])).encode(),
        json.dumps(report(httpRequest=7)).encode(),
        json.dumps({k: v for k, v in report().items() if k != "rxOctetStats"}).encode(),
        json.dumps({k: v for k, v in report().items() if k != "wasClean"}).encode(),
    ],
    ids=lambda octets: repr(octets[-24:]),
)
def test_json_of_another_kind_is_refused(octets: bytes) -> None:
    with pytest.raises(CaptureError, match="not a case report of the Autobahn Testsuite"):
        read(io.BytesIO(octets))


def test_it_is_known_by_its_first_octets() -> None:
    assert knows(b' {"agent": "x", "behavior": "OK", ')
    assert not knows(b'{"agent": "x"}')
    assert not knows(b'["behavior"]')


def test_a_case_of_the_published_suite() -> None:
    path = reference("reference/plain-autobahn-echo/base_case_4_2_3.json")
    with path.open("rb") as file:
        capture = load(file, path.name)
    seen = Conversation.of(capture)
    assert [(one.dir, one.frame.opcode) for one in seen.frames] == [
        ("TX", 1), ("TX", 13), ("TX", 9),
    ]  # fmt: skip
    assert seen.handshake.is_open
    assert seen.handshake.accept_ok
    assert Closing.of(capture, seen).verdict == (
        "peer dropped TCP without a close frame after the frame with reserved opcode 13; "
        "not clean, both applications see 1006"
    )
    assert Statistics.of(capture, seen).frames["tx"] == {1: 1, 9: 1, 13: 1}


def test_a_message_longer_than_the_log_keeps_its_fragments() -> None:
    path = reference("reference/plain-autobahn-echo/base_case_10_1_1.json")
    with path.open("rb") as file:
        seen = Conversation.of(load(file, path.name))
    sent, echo = seen.messages
    assert (len(sent.frames), sent.length, sent.complete) == (51, 65536, True)
    assert sent.frames[0].frame.payload == b"*" * 64
    assert (echo.opcode, echo.length) == (1, 65536)
    assert [one.problems for one in seen.frames if one.problems] == []


@pytest.mark.parametrize("index", [
    b'{\n   "me": {\n      "1.1.1": {\n         "behavior": "OK"',
    b'{"a \\"quoted\\" name": {"1.1.1": {"behavior": "OK"}}}',
])  # fmt: skip
def test_an_index_of_verdicts_is_no_report(index: bytes) -> None:
    assert not knows(index)


def test_a_report_may_begin_with_any_key() -> None:
    assert knows(json.dumps({"expected": {"OK": []}, **report()}).encode())
    assert knows(json.dumps({"rxOctetStats": {"4": 1}, **report()}).encode())
