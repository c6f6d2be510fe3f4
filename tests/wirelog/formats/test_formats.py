import io

import pytest

from builders import case_4_2_3
from pages import page
from wirelog.capture import CaptureError
from wirelog.formats import HEAD_OCTETS, knows, load, stream
from wirelog.reader import Capture, Reader


def test_a_native_capture_is_known() -> None:
    octets = case_4_2_3().finish()
    capture = load(io.BytesIO(octets), "a.log")
    assert (capture.name, len(capture.records), capture.notices) == ("a.log", 15, [])
    assert knows(octets)


def test_a_native_capture_can_be_read_on_the_way_and_any_other_is_read_whole() -> None:
    made = stream(io.BytesIO(case_4_2_3().finish()), "a.log")
    assert isinstance(made, Reader)
    assert (made.name, made.trailer, made.is_server) == ("a.log", None, True)
    assert sum(len(batch) for batch in made.batches()) == 15
    assert made.trailer is not None
    foreign = stream(io.BytesIO(page([])), "a.html")
    assert isinstance(foreign, Capture)
    assert [foreign.records] == list(foreign.batches())
    with pytest.raises(CaptureError, match="empty"):
        stream(io.BytesIO(b""))


@pytest.mark.parametrize("cut", [9, 20, 60])
def test_a_native_capture_is_known_by_its_first_octets(cut: int) -> None:
    octets = case_4_2_3().finish()[:cut]
    assert knows(octets)
    with pytest.raises(CaptureError, match="cut in the middle of the line"):
        load(io.BytesIO(octets))


def test_a_capture_that_lost_its_header_or_got_a_byte_order_mark_is_known() -> None:
    octets = case_4_2_3().finish()
    assert len(load(io.BytesIO(octets[octets.index(b"\n") + 1 :])).records) == 15
    assert len(load(io.BytesIO(b"\xef\xbb\xbf" + octets)).records) == 15


def test_a_page_and_a_report_are_known() -> None:
    assert load(io.BytesIO(page([]))).header["case"] == "1.1.1"
    assert knows(page([])[:HEAD_OCTETS])
    assert knows(b'{"agent": "x", "behavior": "OK"')


def test_the_progress_of_a_native_capture_is_told() -> None:
    told: list[int] = []
    load(io.BytesIO(b"#wirelog 1 {}\n" + b"# filling\n" * 300_000), progress=told.append)
    assert told


def test_an_empty_file_says_so() -> None:
    with pytest.raises(CaptureError, match="the file is empty"):
        load(io.BytesIO(b""))


@pytest.mark.parametrize(
    "octets",
    [
        b"\x00",
        b"{}",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x89PNG\r\n\x1a\n",
        bytes(range(256)) * 300,
        b"<html>Wire Log</html>",
    ],
    ids=lambda octets: repr(octets[:12]),
)
def test_anything_else_is_refused_with_what_would_be_read(octets: bytes) -> None:
    assert not knows(octets)
    with pytest.raises(CaptureError, match="neither `#wirelog` nor a page or JSON report"):
        load(io.BytesIO(octets))
