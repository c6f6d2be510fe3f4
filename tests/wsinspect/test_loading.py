from __future__ import annotations

from pathlib import Path

import pytest

from builders import CaptureBuilder, case_4_2_3, text
from wirelog.blocks import BLOCK_OCTETS
from wsinspect.loading import LARGE, Loading
from wsinspect.sources import SourceError


@pytest.fixture
def large(tmp_path: Path) -> Path:
    built = CaptureBuilder().open()
    for _ in range(LARGE // 2000 + 10):
        built.rx(text("x" * 1000))
    path = tmp_path / "large.log"
    path.write_bytes(built.finish())
    return path


def test_a_small_file_is_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "small.log"
    path.write_bytes(case_4_2_3().finish())
    (made,) = Loading(path, lambda part: None).steps()
    assert made.whole
    assert len(made.rows) == 15


def test_what_is_on_the_screen_is_read_again_as_a_whole(large: Path) -> None:
    (made,) = Loading(large, lambda part: None, again=True).steps()
    assert made.whole


def test_of_a_large_file_the_beginning_comes_first(large: Path) -> None:
    told: list[float] = []
    first, whole = Loading(large, told.append).steps()
    assert (first.whole, whole.whole) == (False, True)
    assert 0 < len(first.rows) <= BLOCK_OCTETS / 1000
    assert len(whole.rows) > 4 * len(first.rows)
    assert told
    assert all(0 < part <= 1 for part in told)


def test_what_was_read_is_kept_when_it_is_stopped(large: Path) -> None:
    def stop(_: float) -> None:
        loading.stop()

    loading = Loading(large, stop)
    *_, kept = loading.steps()
    assert kept.whole
    assert 300 < len(kept.rows) < 1000
    assert len(kept.conversation.messages) == len(kept.conversation.frames) > 100
    assert "you stopped the reading after" in kept.capture.notices[0].text
    assert not any("cut in the middle" in notice.text for notice in kept.capture.notices)


def test_nothing_comes_of_a_file_that_is_abandoned(large: Path) -> None:
    loading = Loading(large, lambda part: loading.abandon())
    assert [made.whole for made in loading.steps()] == [False]


def test_a_file_that_is_no_capture(tmp_path: Path) -> None:
    path = tmp_path / "garbage.log"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(SourceError, match="not a capture"):
        list(Loading(path, lambda part: None).steps())
    with pytest.raises(SourceError, match="no such file"):
        list(Loading(tmp_path / "missing.log", lambda part: None).steps())
