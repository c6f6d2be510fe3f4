"""Progress: counts, estimate, and what a terminal and a log show of it."""

from __future__ import annotations

import io

import pytest

from wsconform.progress import Live, Plain, Progress, block, display, line, seconds_in_words
from wsconform.terminal import ASCII_MARKS, HIDE_CURSOR, SHOW_CURSOR, Look, cells


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def progressed(total: int = 10, *kinds: str) -> Progress:
    progress = Progress.of([f"1.1.{n}" for n in range(total)], 100.0, 40)
    for number, kind in enumerate(kinds):
        progress.case_started(f"1.1.{number}", 100.0)
        progress.case_finished(f"1.1.{number}", kind)
    return progress


def test_the_estimate_follows_from_what_is_done() -> None:
    progress = progressed(10, "passed", "passed")
    assert progress.remaining(102.0) is None
    progress.case_finished("1.1.2", "passed")
    progress.case_finished("1.1.3", "passed")
    progress.case_finished("1.1.4", "passed")
    assert progress.remaining(105.0) == pytest.approx(5.0)


def test_compression_cases_weigh_more_in_the_estimate() -> None:
    quick = [f"1.1.{n}" for n in range(9)]
    progress = Progress.of([*quick, "12.1.1"], 0.0, 8)
    for one in quick:
        progress.case_finished(one, "passed")
    assert progress.remaining(9.0) == pytest.approx(130.0)


def test_a_case_that_is_repeated_counts_once() -> None:
    progress = progressed(2)
    progress.case_started("1.1.0", 100.0)
    progress.case_started("1.1.0", 101.0)
    progress.case_finished("1.1.0", "passed")
    assert progress.finished == 1
    assert not progress.running


def test_no_more_cases_are_shown_than_can_be_played_at_a_time() -> None:
    progress = Progress.of(["1.1.1", "1.1.2", "1.1.3"], 0.0, 2)
    for number, case_id in enumerate(progress.total):
        progress.case_started(case_id, number)
    assert list(progress.running) == ["1.1.2", "1.1.3"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (2.84, "2.8 s"), (12.4, "12 s"), (59.7, "1 min 00 s"), (185, "3 min 05 s")],
)
def test_times_in_words(seconds: float, words: str) -> None:
    assert seconds_in_words(seconds) == words


def test_a_block_shows_bar_counts_times_and_cases() -> None:
    progress = progressed(10, "passed", "failed", "non-strict", "passed", "passed")
    progress.case_started("1.1.7", 103.0)
    progress.case_started("1.1.8", 101.0)
    first, second = block(progress, 103.5, Look(100))
    assert (
        first
        == " " + "█" * 20 + "░" * 20 + "  5/10  1 failed  1 non-strict  3 passed  3.5 s  ETA 3.5 s"
    )
    assert second == " 1.1.7, 1.1.8 (2.5 s)"


@pytest.mark.parametrize("width", [40, 47, 60, 80, 200])
@pytest.mark.parametrize("color", [True, False])
def test_a_block_never_is_wider_than_the_terminal(width: int, color: bool) -> None:
    progress = progressed(500, *["passed"] * 100, *["failed"] * 100, *["unimplemented"] * 50)
    for number in range(300, 330):
        progress.case_started(f"1.1.{number}", 100.0)
    for one in block(progress, 5000.0, Look(width, color)):
        assert cells(one) < width


def test_without_unicode_the_bar_is_ascii() -> None:
    assert "".join(block(progressed(4, "passed"), 101.0, Look(80, marks=ASCII_MARKS))).isascii()


def test_an_empty_run_has_a_block() -> None:
    assert "0/0" in block(progressed(0), 100.0, Look())[0]


def test_a_log_gets_a_line_at_each_tenth_and_when_it_was_silent_for_long() -> None:
    clock, stream = Clock(), io.StringIO()
    plain = Plain(stream, Look(), clock)
    progress = progressed(20)
    for number in range(20):
        progress.case_finished(f"1.1.{number}", "passed")
        plain.draw(progress)
    assert stream.getvalue().count("\n") == 10
    clock.now += 11
    plain.draw(progress)
    assert stream.getvalue().count("\n") == 11
    plain.close()
    assert "\x1b" not in stream.getvalue()


def test_a_line_of_a_log_has_the_counts() -> None:
    progress = progressed(10, "passed", "failed", "passed")
    assert line(progress, 103.0, Look()) == "   3/10  1 failed  2 passed  3.0 s  ETA 7.0 s"


def test_on_a_terminal_the_cursor_comes_back() -> None:
    clock, stream = Clock(), io.StringIO()
    live = Live(stream, Look(80, is_live=True), clock)
    live.draw(progressed(3, "passed"))
    live.say("a failure")
    live.close()
    written = stream.getvalue()
    assert written.count(HIDE_CURSOR) == written.count(SHOW_CURSOR) == 1
    assert written.endswith(SHOW_CURSOR)
    assert "a failure\x1b[K\n" in written


def test_a_terminal_is_not_drawn_more_often_than_one_can_see() -> None:
    clock, stream = Clock(), io.StringIO()
    live = Live(stream, Look(80, is_live=True), clock)
    for _ in range(100):
        live.draw(progressed(3, "passed"))
    written = len(stream.getvalue())
    clock.now += 1
    live.draw(progressed(3, "passed"))
    assert len(stream.getvalue()) > written
    assert stream.getvalue().count("1/3") == 2


def test_what_is_said_without_a_block_leaves_no_block() -> None:
    stream = io.StringIO()
    live = Live(stream, Look(80, is_live=True), Clock())
    live.say("hello")
    live.close()
    assert HIDE_CURSOR not in stream.getvalue()


@pytest.mark.parametrize("width", range(1, 60))
def test_a_block_fits_any_pane(width: int) -> None:
    progress = progressed(500, *["passed"] * 100, *["failed"] * 100)
    progress.case_started("1.1.300", 100.0)
    look = Look(width, has_color=True)
    assert all(cells(one) < width for one in block(progress, 5000.0, look))


class Gone(io.StringIO):
    """A stream that nobody reads any more."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("stream", [Gone(), closed(), None])
@pytest.mark.parametrize("kind", [Live, Plain])
def test_a_display_whose_stream_is_gone_stays_quiet(
    stream: io.StringIO | None, kind: type[Live] | type[Plain]
) -> None:
    clock = Clock()
    shown = kind(stream, Look(), clock)
    shown.say("a failure")
    for number in range(3):
        clock.now += 20
        shown.draw(progressed(3, *["passed"] * number))
    shown.close()
    display(stream, clock).say("more")
