"""The wire log in lines of text."""

import io

import pytest

from builders import STEP, CaptureBuilder, binary, case_4_2_3, opened, text
from wsinspect.paint import painter
from wsinspect.present.rows import log_rows
from wsinspect.present.safe import cells
from wsinspect.show_rows import RowLines

PLAIN = painter("never", io.StringIO())


def lines_of(octets: bytes, width: int = 80, *, timed: bool = True) -> list[str]:
    rows = log_rows(opened(octets)[1])
    made = RowLines(PLAIN, width, rows, timed=timed)
    return [made.head(), *made.lines(rows)]


def test_the_whole_log_of_a_small_capture() -> None:
    assert (
        "\n".join(lines_of(case_4_2_3().unfinished()))
        == """\
  #        time         Δ     what       FIN RSV   length  preview
000    0.000 ms             • TCP ACCEPTED
001    0.100 ms   +0.1 ms   ◀ octets                 158  GET /4.2.3 HTTP/1.1…
002    0.200 ms   +0.1 ms   ▶ octets                 129  HTTP/1.1 101 Switchin…
003    0.300 ms   +0.1 ms ╭ ◀ octets                  19  818d06cef0124eab9c7e6…
004    0.400 ms   +0.1 ms ╰ ◀ TEXT        1 000       13  Hello, world!
005    0.500 ms   +0.1 ms ╭ ▶ TEXT        1 000       13  Hello, world!
006    0.600 ms   +0.1 ms ╰ ▶ octets                  15  810d48656c6c6f2c20776…
007    0.700 ms   +0.1 ms ╭ ◀ octets                   6  8d8006cef012
008    0.800 ms   +0.1 ms ╰ ◀ opcode 13   1 000        0
                          ✗ reserved opcode 13 (RFC 6455 §5.2)
009    0.900 ms   +0.1 ms   • FAILING CONNECTION: reserved opcode 13 (1002)
010    1.000 ms   +0.1 ms ╭ ▶ CLOSE 1002  1 000       17  reserved opcode
011    1.100 ms   +0.1 ms ╰ ▶ octets                  19  881103ea7265736572766…
012    1.200 ms   +0.1 ms ╭ ◀ octets                   8  888206cef0120524
013    1.300 ms   +0.1 ms ╰ ◀ CLOSE 1002  1 000        2
014    1.400 ms   +0.1 ms   • TCP DROPPED BY ME"""
    )


def test_a_source_without_times_has_no_columns_for_them() -> None:
    line = b"000 RX OCTETS: 8100\n"
    assert lines_of(line, timed=False) == [
        "  #     what       FIN RSV   length  preview",
        "000   ◀ octets                   2  8100",
    ]


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_line_is_wider_than_asked(width: int) -> None:
    made = case_4_2_3().rx(text("日本語" * 100)).event("NOTE " + "x" * 300)
    made.rx(binary(bytes(70_000)))
    lines = lines_of(made.unfinished(), width)
    assert max(map(cells, lines)) <= width
    assert sum(line.endswith("…") for line in lines) >= 3


def test_long_captures_keep_their_columns_aligned() -> None:
    made = CaptureBuilder()
    made.n, made.t = 123_456, 7_200_000_000_000
    head, line = lines_of(made.octets("RX", b"ab").unfinished())
    assert line == "123456 2:00:00.000             ◀ octets                   2  ab…"
    assert head.index("what") == line.index("octets")
    assert made.t % STEP == 0
