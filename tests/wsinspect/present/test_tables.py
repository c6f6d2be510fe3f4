"""Tables: handshake, statistics, header, notices."""

from builders import CaptureBuilder, case_4_2_3, opened, request, response
from wirelog.reader import Capture, Notice
from wirelog.statistics import Statistics
from wsinspect.present.safe import cells
from wsinspect.present.tables import (
    Table,
    handshake_tables,
    header_table,
    notices_table,
    one_line,
    statistics_tables,
    table_lines,
    unproven_table,
)


def handshake(asked: bytes, answered: bytes) -> dict[str, Table]:
    _, conversation = opened(CaptureBuilder().open(asked, answered).unfinished())
    return {table.title: table for table in handshake_tables(conversation)}


def test_statistics_as_on_a_report_page() -> None:
    capture, conversation = opened(case_4_2_3().unfinished())
    received, _, frames, _ = statistics_tables(Statistics.of(capture, conversation))
    assert (received.title, table_lines(received, 80)) == (
        "Octets Received by Chop Size",
        [
            "Chop Size  Count  Octets",
            "        6      1       6",
            "        8      1       8",
            "       19      1      19",
            "      158      1     158",
            "    Total      4     191",
        ],
    )
    assert table_lines(frames, 80) == [
        "Opcode  Count  Name",
        "     1      1  TEXT",
        "     8      1  CLOSE",
        "    13      1  reserved",
        " Total      3",
    ]


def test_an_opcode_that_no_frame_can_have_is_still_a_row() -> None:
    capture = Capture("x", statistics={"frames": {"rx": {"99": 1}}})
    table = statistics_tables(Statistics.of(capture, opened(case_4_2_3().unfinished())[1]))[2]
    assert table.rows == [("99", "1", "out of range")]


def test_both_heads_as_they_were_sent() -> None:
    tables = handshake(request("/chat", Cookie="a=\x1b[31m"), response())
    assert tables["Request"].rows[0] == ("GET /chat HTTP/1.1",)
    assert tables["Request"].rows[-1] == ("Cookie: a=␛[31m",)
    assert tables["Response"].rows[0] == ("HTTP/1.1 101 Switching Protocols",)


def test_the_accept_key_is_checked() -> None:
    right = dict(handshake(request(), response())["Result"].rows)
    assert right == {
        "Status": "101, the connection is open",
        "Accept key": "right: fA9dggdnMPU79lJgAE3W4TRnyDM=",
    }
    answer = response().replace(b"fA9d", b"xxxx")
    wrong = handshake(request(), answer)
    assert dict(wrong["Result"].rows)["Accept key"].startswith("wrong: got xxxx")
    section, words = wrong["Problems"].rows[0]
    assert section.startswith("RFC 6455 §4")
    assert words.startswith("Sec-WebSocket-Accept is not fA9d")


def test_an_accept_key_that_cannot_be_checked_says_why() -> None:
    lacking = request().replace(b"Sec-WebSocket-Key", b"X-Key")
    assert dict(handshake(lacking, response())["Result"].rows)["Accept key"].endswith(
        "request has no key"
    )
    refused = handshake(request(), b"HTTP/1.1 403 Forbidden\r\n\r\n")
    assert dict(refused["Result"].rows) == {
        "Status": "403, refused",
        "Accept key": "cannot be checked: the response has none",
    }


def test_extensions_are_explained_parameter_by_parameter() -> None:
    offer = "permessage-deflate; client_max_window_bits; server_max_window_bits=10, x-own; a=1"
    agreed = (
        "permessage-deflate; client_no_context_takeover; server_max_window_bits=10; foo=1; "
        "client_max_window_bits=77; client_x"
    )
    tables = handshake(
        request(Sec_WebSocket_Extensions=offer), response(Sec_WebSocket_Extensions=agreed)
    )
    assert tables["Extensions"].rows == [
        ("offered", "permessage-deflate", "messages are compressed; RSV1 marks them (RFC 7692)"),
        ("", "  client_max_window_bits", "the client can limit its window"),
        ("", "  server_max_window_bits=10", "the server uses a window of 1024 octets"),
        ("offered", "x-own", "not known here: RSV bits and payloads are shown as they are"),
        ("", "  a=1", ""),
        ("agreed", "permessage-deflate", "messages are compressed; RSV1 marks them (RFC 7692)"),
        ("", "  client_no_context_takeover", "the client starts each message with an empty window"),
        ("", "  server_max_window_bits=10", "the server uses a window of 1024 octets"),
        ("", "  foo=1", "foo is not a parameter of RFC 7692"),
        ("", "  client_max_window_bits=77", "77 is no window size"),
        ("", "  client_x", "client_x is not a parameter of RFC 7692"),
    ]


def test_the_subprotocol_that_was_chosen() -> None:
    tables = handshake(
        request(Sec_WebSocket_Protocol="chat, superchat"), response(Sec_WebSocket_Protocol="chat")
    )
    assert dict(tables["Result"].rows)["Subprotocol"] == "chat chosen, of chat, superchat"
    tables = handshake(request(Sec_WebSocket_Protocol="chat"), response())
    assert dict(tables["Result"].rows)["Subprotocol"] == "none chosen, of chat"


def test_a_handshake_that_is_missing_or_cut() -> None:
    _, conversation = opened(
        CaptureBuilder().octets("RX", b"GET / HTTP/1.1\r\nHost: x").unfinished()
    )
    tables = {table.title: table for table in handshake_tables(conversation)}
    assert tables["Request"].rows[-1] == ("… the request does not come to its end",)
    assert tables["Response"].rows == [("nothing of it is in the capture",)]


def test_of_a_head_that_the_capture_cut_nothing_is_claimed() -> None:
    made = CaptureBuilder().octets("RX", request(), snaplen=60)
    _, conversation = opened(made.octets("TX", response(), snaplen=40).unfinished())
    tables = {table.title: table for table in handshake_tables(conversation)}
    assert tables["Request"].rows[-1] == ("… the request is cut in the capture",)
    assert tables["Response"].rows[-1] == ("… the response is cut in the capture",)
    assert dict(tables["Result"].rows) == {
        "Status": "101, but the response is cut in the capture",
        "Accept key": "cannot be checked: the request is cut in the capture",
    }


def test_what_the_header_says() -> None:
    capture, _ = opened(CaptureBuilder(agent="evil \x1b[m", tls=None, unproven=["x"]).unfinished())
    rows = dict(header_table(capture).rows)
    assert rows["agent"] == "evil ␛[m"
    assert rows["tls"] == "null"
    assert unproven_table(capture).rows == [("x",)]


def test_a_value_stands_on_one_line() -> None:
    assert one_line("two\nlines") == "two lines"
    assert one_line({"a": [1, "\x1b"]}) == '{"a": [1, "\\u001b"]}'
    assert one_line("\x1b[31m") == "␛[31m"


def test_notices_name_their_line() -> None:
    capture = Capture("x", notices=[Notice(3, "not UTF-8 \x9b"), Notice(0, "cut")])
    assert notices_table(capture).rows == [("line 3", "not UTF-8 ‹U+009B›"), ("", "cut")]


def test_the_last_column_is_folded_and_the_others_are_cut() -> None:
    table = Table("t", ("", ""), [("k" * 50, "some words that need more than one line here")])
    lines = table_lines(table, 40)
    assert lines == [
        "kkkkkkkkkkkkkkk…  some words that need",
        "                  more than one line",
        "                  here",
    ]
    assert max(map(cells, lines)) <= 40


def test_a_table_without_rows_and_heads_has_no_lines() -> None:
    assert table_lines(Table("t", ("", ""), []), 80) == []


def test_a_head_that_never_ends_is_shown_in_part() -> None:
    made = CaptureBuilder().octets("RX", b"\xab" * 100_000)
    _, conversation = opened(made.unfinished())
    request_table, *_ = handshake_tables(conversation)
    assert request_table.rows[1] == ("… the first 16384 of 100000 octets are shown",)
