import pytest

from builders import KEY, CaptureBuilder, close, opened, request, response, text
from judging import answers, ids, only, report_of
from wirelog.findings import Keys, check
from wirelog.rules import request as asks
from wirelog.rules import response as gives


def test_the_lines_of_the_header_are_pointed_at() -> None:
    made = CaptureBuilder().open(request().replace(b"Version: 13", b"Version: 8"))
    found = only(made, asks.VERSION)
    (octets,) = found.octets
    assert request()[octets.start : octets.end].startswith(b"Sec-WebSocket-Version: ")
    assert found.events == (1,)


def test_a_header_that_is_missing_points_at_the_first_line() -> None:
    made = CaptureBuilder().open(request().replace(b"Host: ", b"X-Host: "))
    assert only(made, asks.HOST).octets[0].start == 0


def test_a_close_frame_is_no_way_to_go_on() -> None:
    wrong = response().replace(b"websocket", b"h2c")
    assert asks.WRONG_RESPONSE_ACCEPTED.id not in ids(answers(wrong).rx(close(1002)))
    assert asks.WRONG_RESPONSE_ACCEPTED.id in ids(answers(wrong).rx(text("a")).rx(text("b")))


def test_a_client_may_send_as_soon_as_it_has_the_response() -> None:
    made = CaptureBuilder("client").open().tx(text("a"))
    assert asks.EARLY_FRAMES.id not in ids(made)
    made = CaptureBuilder("client").event("TCP CONNECTED").octets("TX", request() + b"\x81")
    assert asks.EARLY_FRAMES.id in ids(made.octets("RX", response()))


def test_text_of_a_peer_is_escaped() -> None:
    made = answers(b"HTTP/1.1 404 \x1b[2J\r\n\r\n")
    assert "\x1b" not in only(made, gives.REFUSED).text
    assert report_of(made).verdict.isprintable()


def test_frames_before_a_refusal_are_no_way_to_go_on() -> None:
    made = CaptureBuilder().event("TCP ACCEPTED").octets("RX", request()).rx(text("a"))
    made.octets("TX", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    assert ids(made) == [asks.EARLY_FRAMES.id, gives.REFUSED.id]
    assert asks.WRONG_RESPONSE_ACCEPTED.id in ids(made.rx(text("b")))


def ended(made: CaptureBuilder) -> CaptureBuilder:
    """The frames and the end of a sound connection."""
    side = made.rx if made.role == "server" else made.tx
    back = made.tx if made.role == "server" else made.rx
    side(text("Hello"))
    back(text("Hello"))
    side(close(1000))
    return back(close(1000)).event("TCP DROPPED BY " + ("ME" if made.role == "server" else "PEER"))


GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
DENIED = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\n\r\nno!"


@pytest.mark.parametrize("role", ["server", "client"])
def test_responses_before_the_one_proper_are_passed_by(role: str) -> None:
    made = CaptureBuilder(role).open(request(), HINTS + response())
    assert ids(ended(made)) == []
    assert opened(made.unfinished())[1].frames[0].start == len(request())
    wrong = response().replace(b"Accept: ", b"Accept: x")
    found = only(CaptureBuilder(role).open(request(), HINTS + wrong), gives.ACCEPT)
    assert found.octets[0].start > len(HINTS)


@pytest.mark.parametrize("role", ["server", "client"])
def test_a_client_may_ask_again_on_the_same_connection(role: str) -> None:
    theirs, mine = ("RX", "TX") if role == "server" else ("TX", "RX")
    made = CaptureBuilder(role).open(request(), DENIED)
    made.octets(theirs, request(Authorization="Basic QQ==")).octets(mine, response())
    (found,) = report_of(ended(made)).findings
    assert (found.rule, found.event) == (gives.REFUSED, 2)
    assert "401 Unauthorized" in found.text


def test_an_opening_handshake_may_follow_ordinary_requests() -> None:
    made = CaptureBuilder().open(GET, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    made.octets("RX", request()).octets("TX", response())
    (found,) = report_of(ended(made)).findings
    assert (found.rule, found.side, found.event) == (asks.PLAIN_HTTP, "client", 1)


def test_a_request_that_nobody_answers_is_not_refused_by_what_came_before() -> None:
    made = CaptureBuilder().open(request(), DENIED).octets("RX", request())
    assert ids(made) == [gives.REFUSED.id]
    assert report_of(made).not_checked[gives.ACCEPT.id] == "the response is not in the capture"


def test_what_stands_behind_a_broken_body_is_not_taken_for_frames() -> None:
    broken = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n"
    made = CaptureBuilder().open(GET, broken).octets("RX", request()).octets("TX", response())
    report = report_of(ended(made))
    assert [one.rule for one in report.findings] == [asks.PLAIN_HTTP]
    assert report.not_checked[gives.ACCEPT.id] == "the response is not in the capture"


def test_empty_lines_before_a_request_are_no_fault_and_octets_stay_true() -> None:
    assert ids(ended(CaptureBuilder().open(b"\r\n" + request()))) == []
    found = only(CaptureBuilder().open(b"\r\n" + request().replace(b"GET", b"PUT")), asks.METHOD)
    assert found.octets[0].start == 2


def test_a_head_with_bare_lf_is_read_and_its_frames_have_their_octets() -> None:
    bare = request().replace(b"\r\n", b"\n")
    made = CaptureBuilder().open(bare).rx(text("x", rsv=2))
    line, rsv = report_of(made).errors[:2]
    assert (line.rule, line.octets[0].end) == (gives.HEADER_LINE, len(bare))
    assert rsv.octets[0].start == len(bare)
    old = bare.replace(b"Version: 13", b"Version: 8")
    (octets,) = only(CaptureBuilder().open(old), asks.VERSION).octets
    assert old[octets.start : octets.end] == b"Sec-WebSocket-Version: 8"


@pytest.mark.parametrize("cut", [3, 11, 64])
def test_heads_that_the_capture_has_cut_are_not_accused(cut: int) -> None:
    deflate = {"Sec_WebSocket_Extensions": "permessage-deflate"}
    made = CaptureBuilder().event("TCP ACCEPTED").octets("RX", request(**deflate), cut)
    made.octets("TX", response(**deflate), cut).rx(text("Hi")).tx(text("Hi"))
    made.event("TCP DROPPED BY ME")
    assert gives.UNFINISHED.id not in ids(made)
    assert gives.NOT_HTTP.id not in ids(made)
    assert report_of(made).not_checked[asks.KEY.id] == "the head of the request is not whole"


def test_frames_behind_a_head_that_never_ended() -> None:
    made = CaptureBuilder().open(request()[:-2]).tx(text("a"))
    assert only(made, gives.UNFINISHED).octets
    assert asks.KEY.id in report_of(made).not_checked


def test_a_key_that_is_cut_is_nobody_elses() -> None:
    keys = Keys()
    for started in ("one", "two"):
        made = CaptureBuilder(started=started).event("TCP ACCEPTED")
        made.octets("RX", request(), request().index(KEY.encode()) + 2)
        capture, seen = opened(made.unfinished())
        assert check(capture, seen, keys).findings == []


def test_what_a_peer_wrote_is_escaped_once() -> None:
    made = CaptureBuilder().open(request().replace(b"GET", b"G\x1bT"))
    assert r"method 'G\x1bT' is not GET" in only(made, asks.METHOD).text
