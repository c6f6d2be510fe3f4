from builders import CaptureBuilder, close, request, response, text
from judging import answers, ids, only, report_of
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
