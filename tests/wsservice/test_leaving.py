"""What twistd's user sees of it is in the tests of both taps."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wsservice.leaving import abandon


def test_a_daemon_tells_its_parent_and_leaves_no_pid_file(tmp_path: Path) -> None:
    pid_file = tmp_path / "twistd.pid"
    pid_file.write_text("1")
    ends = os.pipe()
    with pytest.raises(SystemExit):
        abandon("x", "there is no port", {"statusPipe": ends[1], "pidfile": str(pid_file)})
    assert os.read(ends[0], 100) == b"1 there is no port"
    assert not pid_file.exists()
    for end in ends:
        os.close(end)
