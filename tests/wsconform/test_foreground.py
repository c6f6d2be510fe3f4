"""Work in the foreground: its end, its errors, and signals, in processes of their own."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import signal
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from wsconform import foreground

heard = []
waiting = Deferred()

def interrupted(number):
    heard.append(number)
    waiting.callback(None)

async def work():
    {work}

before = signal.getsignal(signal.SIGTERM)
try:
    foreground.run(reactor, work, interrupted)
finally:
    assert signal.getsignal(signal.SIGTERM) is before
    print("heard", heard)
"""


def outcome(work: str, sign: signal.Signals | None = None) -> tuple[int, str, str]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(work=work)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    if sign is not None:
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        process.send_signal(sign)
    told, errors = process.communicate(timeout=15)
    return process.returncode, told, errors


def test_work_that_is_done_ends_it() -> None:
    assert outcome("pass") == (0, "heard []\n", "")


def test_what_the_work_raises_comes_out() -> None:
    code, told, errors = outcome("raise OSError('the disk is full')")
    assert (code, told) == (1, "heard []\n")
    assert errors.rstrip().endswith("OSError: the disk is full")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_told_to_the_work_which_ends_by_itself(sign: signal.Signals) -> None:
    code, told, errors = outcome("print('working', flush=True); await waiting", sign)
    assert (code, told, errors) == (0, f"heard [{sign.value}]\n", "")


def test_a_second_signal_does_not_wait_for_what_the_reactor_still_has_to_do() -> None:
    program = PROGRAM.format(
        work="reactor.callInThread(time.sleep, 60); print('working', flush=True); await waiting"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", "import time" + program],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "working\n"
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=15)
    assert process.returncode == 130
