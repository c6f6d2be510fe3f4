from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from wirelog.capture import parse_header
from wsecho.captures import Captures
from wsecho.recorder import NoRecorder

FACTS = {"peer": "127.0.0.1:53122"}


def test_a_path_that_is_in_the_way_of_itself_falls_back_to_time_and_peer(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a file where the path wants a folder")
    (tmp_path / "link").symlink_to(tmp_path.parent)
    captures = Captures(str(tmp_path))
    for target in ("/x/y", "/link/y"):
        recorder = captures.recorder()
        path = captures.open(recorder, target, FACTS)
        assert path is not None
        assert path.endswith("Z-127.0.0.1-53122.log")
        recorder.finish({})
        assert parse_header((tmp_path / path).read_text().splitlines()[0])["url"] == target
    assert not (tmp_path.parent / "y.log").exists()


def test_the_header_has_the_start_to_the_nanosecond(tmp_path: Path) -> None:
    captures = Captures(str(tmp_path))
    recorder = captures.recorder()
    recorder.started_ns = 1_795_352_400_123_456_789
    assert captures.open(recorder, None, FACTS) == "20261122T130000.123456Z-127.0.0.1-53122.log"
    header = parse_header(next(tmp_path.iterdir()).read_text())
    assert header["started"] == "2026-11-22T13:00:00.123456789Z"
    assert (header["url"], header["case"]) == (None, None)
    recorder.finish({})


def test_a_directory_that_cannot_be_written_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        Captures(str(tmp_path / "file" / "captures")).check()
    Captures(str(tmp_path / "new" / "captures")).check()
    assert list((tmp_path / "new" / "captures").iterdir()) == []
    Captures(None).check()


@contextmanager
def no_file_handles() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_without_a_file_handle_the_connection_goes_on_unrecorded(tmp_path: Path) -> None:
    captures = Captures(str(tmp_path))
    recorder = captures.recorder()
    with no_file_handles():
        assert captures.open(recorder, "/x", FACTS) is None
    assert recorder.is_open
    recorder.event("NOTE x")
    recorder.finish({})
    assert list(tmp_path.iterdir()) == []


def test_without_a_directory_nothing_is_recorded() -> None:
    captures = Captures(None)
    recorder = captures.recorder()
    assert isinstance(recorder, NoRecorder)
    assert captures.open(recorder, "/x", FACTS) is None
