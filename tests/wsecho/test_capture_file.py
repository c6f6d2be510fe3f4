from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wsecho.capture_file import JOINED, MAX_PARTS, SACRIFICE, CaptureFile
from wsecho.naming import Name


@contextmanager
def full_at(octets: int) -> Iterator[None]:
    """No file can grow beyond so many octets, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def stop_line(kept: int, why: str) -> bytes:
    return b"%d stops: %s\n" % (kept, why.encode())


@pytest.mark.parametrize(
    "parts",
    [
        [b"one\n"],
        [b"prefix ", b"x" * JOINED, b"\n"],
        [b"%d\n" % number for number in range(3 * MAX_PARTS)],
        [b"x" * 50 + b"\n"] * (2 * MAX_PARTS + 1),
    ],
)
def test_everything_is_appended(tmp_path: Path, parts: list[bytes]) -> None:
    file = CaptureFile(str(tmp_path), Name((), "x"))
    file.append(parts, stop_line)
    file.append(parts, stop_line)
    file.close()
    assert (tmp_path / file.path).read_bytes() == b"".join(parts) * 2


LINE = st.integers(0, 200).map(lambda size: [b"x" * size, b"\n"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(LINE, min_size=1), st.lists(LINE, min_size=30), st.integers(1, 4000))
def test_a_full_disk_leaves_whole_lines_and_says_why(
    tmp_path: Path, first: list[list[bytes]], second: list[list[bytes]], limit: int
) -> None:
    file = CaptureFile(str(tmp_path), Name((), "x"))
    with full_at(limit):
        for batch in (first, second):
            try:
                file.append([part for line in batch for part in line], stop_line)
            except OSError as error:
                assert error.strerror == "File too large"
                break
    file.close()
    written = (tmp_path / file.path).read_bytes().splitlines(keepends=True)
    lines = [b"".join(line) for line in first + second]
    if b"stops" in b"".join(written[-1:]):
        kept = written[:-1]
        start = len(first) if len(kept) >= len(first) else 0
        assert written[-1] == b"%d stops: File too large\n" % (len(kept) - start)
        fits = sum(1 for end in accumulate(map(len, lines)) if end <= limit)
        assert fits - len(kept) <= SACRIFICE
    else:
        kept = written
    assert kept == lines[: len(kept)]


def test_a_failed_write_gives_up_its_own_lines_only(tmp_path: Path) -> None:
    file = CaptureFile(str(tmp_path), Name((), "x"))
    with full_at(100):
        file.append([b"x" * 98 + b"\n"], stop_line)
        with pytest.raises(OSError, match="too large"):
            file.append([b"more\n", b"and more\n"], stop_line)
    file.close()
    assert (tmp_path / file.path).read_bytes() == b"x" * 98 + b"\n"
