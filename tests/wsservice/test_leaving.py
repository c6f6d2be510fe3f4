"""What twistd's user sees of it is in the tests of both taps."""

from __future__ import annotations

import os
import subprocess
import sys
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


def test_a_process_that_was_going_to_succeed_fails_and_loses_no_word() -> None:
    program = (
        "from wsservice.leaving import fail_at_exit\n"
        "fail_at_exit()\n"
        "print('the last word', end='')\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (1, b"the last word", b"")
