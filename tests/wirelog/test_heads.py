import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import request, response
from strategies import pieces
from wirelog.heads import MAX_CHUNK_LINE, MAX_EARLIER, MAX_HEAD, Body, Heads

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
FRAME = b"\x81\x80\0\0\0\0"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
CHUNKS = b"5;x=y\r\nHello\r\n11\r\n" + b"HTTP/1.1 101 \r\n\r\n" + b"\r\n0\r\nTrailer: x\r\n\r\n"


def answer(status: str = "401 Unauthorized", body: bytes = b"", **headers: str) -> bytes:
    """A response that does not switch protocols; its length is told unless a header is given."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines = lines or [f"Content-Length: {len(body)}"]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + body


class Both:
    """Both directions of a connection."""

    def __init__(self) -> None:
        self.asks, self.answers = Heads(), Heads()
        self.asks.answered_by(self.answers)

    def say(self, asked: bytes = b"", answered: bytes = b"") -> tuple[bytes, bytes]:
        """What stands behind the HTTP of each side."""
        return self.asks.feed(asked), self.answers.feed(answered)


def after(*exchanges: tuple[bytes, bytes]) -> Both:
    """A connection on which some exchanges have gone by."""
    both = Both()
    for asked, answered in exchanges:
        assert both.say(asked, answered) == (b"", b"")
    return both


def opens(both: Both, earlier: int) -> None:
    """An opening handshake comes next, and then frames."""
    assert both.say(request(), response()) == (b"", b"")
    assert (both.asks.octets, both.answers.octets) == (request(), response())
    assert both.say(FRAME, b"\x81\x00") == (FRAME, b"\x81\x00")
    assert (both.asks.is_settled, both.answers.is_settled) == (True, True)
    assert len(both.asks.earlier) == earlier


@pytest.mark.parametrize(
    "answered",
    [
        answer(), answer(body=b"HTTP is text"), answer("204 No Content", Server="a"),
        answer("304 Not Modified", Content_Length="90"), HINTS + answer(), CHUNKS,
        answer("200 OK", Server="a"), answer("200 OK", Content_Length="x"),
    ],
    ids=range(8),
)  # fmt: skip
def test_exchanges_before_the_opening_handshake_are_passed_by(answered: bytes) -> None:
    if answered is CHUNKS:
        answered = answer("200 OK", Transfer_Encoding="chunked") + CHUNKS
    opens(after((GET, answered)), 1)
    opens(after((request(), answered), (GET, answered)), 2)
    opens(after((b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nGET me it", answered)), 1)


@given(st.data())
def test_they_are_passed_by_in_any_chunking(data: st.DataObject) -> None:
    both = Both()
    chunked = answer("401 No", Transfer_Encoding="chunked") + CHUNKS
    first = data.draw(pieces(HINTS + chunked))
    assert [both.say(one) for one in data.draw(pieces(b"\r\n" + GET))][-1] == (b"", b"")
    assert b"".join(both.say(b"", one)[1] for one in first) == b""
    assert b"".join(both.say(one)[0] for one in data.draw(pieces(b"\r\n" + request()))) == b""
    second = data.draw(pieces(HINTS + response() + b"\x81\x01a"))
    assert b"".join(both.say(b"", one)[1] for one in second) == b"\x81\x01a"
    assert (both.asks.octets, both.answers.octets) == (request(), response())
    assert both.answers.start == len(HINTS + chunked + HINTS)
    assert [head.status for _, head in both.answers.earlier] == [103, 401, 103]


def test_an_answer_to_head_has_no_body() -> None:
    both = after((GET.replace(b"GET", b"HEAD"), answer(Content_Length="100")))
    opens(both, 1)


def test_a_request_that_got_no_answer_has_none() -> None:
    both = after((request(), answer()), (request(), b""))
    assert (both.answers.octets, both.answers.is_whole) == (b"", False)
    eager = after((GET, answer(Content_Length="3") + b"ab"), (request(), b"c"))
    assert (eager.answers.octets, eager.answers.is_whole) == (b"", False)


@pytest.mark.parametrize("last", [answer(Connection="close"), b"HTTP/1.0 400 Bad\r\n\r\n"])
def test_behind_a_response_that_closes_nobody_asks_again(last: bytes) -> None:
    both = after((GET, last))
    assert both.answers.is_done
    assert both.say(request()) == (request(), b"")
    assert (both.asks.octets, both.asks.earlier) == (GET, [])


def test_frames_behind_a_refusal_are_no_request() -> None:
    both = after((request(), answer()))
    assert not both.answers.is_done
    assert both.say(FRAME) == (FRAME, b"")
    assert both.answers.is_done
    assert both.say(b"", b"HTTP/1.1 101 x\r\n\r\n") == (b"", b"HTTP/1.1 101 x\r\n\r\n")


def test_what_is_no_http_behind_a_refusal_is_left_to_others() -> None:
    assert after((request(), answer())).say(b"", b"\x81\x00") == (b"", b"\x81\x00")


def test_text_that_looks_like_a_request_is_a_frame_when_the_connection_is_open() -> None:
    assert after((request(), response())).say(GET) == (GET, b"")


@pytest.mark.parametrize(
    "body",
    [
        b"no chunk\r\n", b"f" * (MAX_CHUNK_LINE + 1), b"0\r\n" + b"x" * MAX_CHUNK_LINE,
        b"ffffff\r\n" + bytes(0xFFFFFF) + b"\r\n5\r\nHello\r\n",
    ],
    ids=range(4),
)  # fmt: skip
def test_behind_a_body_that_cannot_be_followed_nothing_is_known(body: bytes) -> None:
    both = Both()
    both.say(GET, answer("200 OK", Transfer_Encoding="chunked") + body)
    assert (both.answers.is_done, both.answers.is_lost, both.answers.octets) == (True, True, b"")
    both.say(request())
    assert both.asks.is_lost


def test_missing_octets_of_a_body_are_counted() -> None:
    both = after((GET, answer(Content_Length="9") + b"abc"))
    assert both.answers.skip(6)
    opens(both, 1)


def test_missing_octets_of_anything_else_end_it() -> None:
    both = after((GET, answer(Content_Length="9") + b"abc"))
    assert not both.answers.skip(7)
    assert both.answers.is_settled
    cut = Heads()
    cut.feed(GET[:9])
    assert not cut.skip(1)
    assert not cut.is_settled


def test_empty_lines_before_a_request_are_ignored_and_before_a_response_are_not() -> None:
    both = Both()
    assert both.say(b"\r\n\r\n" + request(), b"\r\n" + response()) == (b"", b"")
    assert (both.asks.start, both.asks.octets) == (4, request())
    assert both.answers.octets == b"\r\n" + response()


def test_a_head_that_ends_with_bare_lf_has_an_end() -> None:
    bare = request().replace(b"\r\n", b"\n")
    both = after((bare, response()))
    assert both.asks.is_done
    assert (both.asks.octets, both.say(FRAME)) == (bare, (FRAME, b""))


def test_an_endless_head_is_lost() -> None:
    heads = Heads()
    heads.feed(b"x" * (MAX_HEAD + 1))
    assert (heads.is_lost, heads.is_whole) == (True, False)


def test_of_many_exchanges_only_the_first_are_kept() -> None:
    both = after(*[(GET, answer())] * (MAX_EARLIER + 9))
    opens(both, MAX_EARLIER)


def test_a_body_takes_no_more_than_its_own() -> None:
    held = bytearray(b"abcdef")
    body = Body(4)
    body.take(held)
    assert (held, body.is_over, body.skip(1)) == (b"ef", True, False)


def test_many_heads_in_one_piece_take_no_more_than_their_time() -> None:
    begin = time.process_time()
    opens(after((GET, b"HTTP/1.1 100 \r\n\r\n" * 30_000 + answer())), 1)
    assert time.process_time() - begin < 3
