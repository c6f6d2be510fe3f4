import pytest

from builders import CaptureBuilder, close, text
from judging import keyed, report_of
from wirelog.closing import Closing
from wirelog.findings import Report
from wsinspect.present.headline import headline

WELL = Closing({}, verdict="peer closed with 1000; clean", went_well=True)
BADLY = Closing({}, verdict="peer dropped TCP without a close frame", went_well=False)
RUNNING = Closing({}, verdict="the capture ends while the connection is open", is_running=True)
BROKEN = report_of(CaptureBuilder().open().rx(text("a", rsv=2)))


@pytest.mark.parametrize(
    ("report", "closing", "odd", "mark", "words"),
    [
        (Report(), WELL, False, "✓", "peer closed with 1000"),
        (Report(), BADLY, False, "✗", "peer dropped TCP"),
        (Report(verdict="no rule is broken, but"), WELL, True, "!", "no rule is broken, but"),
        (Report(verdict="no rule is broken, but"), BADLY, True, "✗", "peer dropped TCP"),
    ],
)
def test_without_errors_the_end_counts(
    report: Report, closing: Closing, odd: bool, mark: str, words: str
) -> None:
    found = headline(report, closing, wrong=False, odd=odd)
    assert (found.mark, words in found.words) == (mark, True)


@pytest.mark.parametrize(
    ("wrong", "odd", "mark", "tone"),
    [(False, False, "·", "strong"), (False, True, "!", "warn"), (True, True, "✗", "bad")],
)
def test_what_is_still_open_is_neither_good_nor_bad(
    wrong: bool, odd: bool, mark: str, tone: str
) -> None:
    found = headline(Report(verdict="odd"), RUNNING, wrong=wrong, odd=odd)
    assert (found.mark, found.tone) == (mark, tone)


def test_what_is_wrong_says_more_than_how_it_ended() -> None:
    found = headline(BROKEN, WELL, wrong=True, odd=True)
    assert (found.mark, found.tone) == ("✗", "bad")
    assert "the client broke RFC 6455 §5.2" in found.words


def test_what_a_peer_sent_is_harmless_in_it() -> None:
    made = CaptureBuilder().open().rx(keyed(close(1000, "\x1b[2J"), 7))
    found = headline(Report(verdict="\x1b[2J"), WELL, wrong=False, odd=True)
    assert "\x1b" not in found.words
    assert "\x1b" not in headline(report_of(made), WELL, wrong=False, odd=False).words
