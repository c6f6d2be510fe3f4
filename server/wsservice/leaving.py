"""Leaving twistd because a service cannot start, or cannot go on."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from twisted.logger import Logger

_log = Logger()


def abandon(program: str, message: str, twistd: Any) -> NoReturn:
    """End the process with one line, on the terminal or in the log and the parent of a daemon.

    twistd does that with a traceback, so it is left another way, which it does not clean up after.
    `twistd` are its options.
    """
    pipe = twistd.get("statusPipe")
    if pipe is None:
        print(f"{program}: {message}", file=sys.__stderr__)
    else:
        _log.critical("Cannot start: {message}", message=message)
        os.write(pipe, f"1 {message}".encode())
    if twistd.get("pidfile"):
        with suppress(OSError):
            Path(twistd["pidfile"]).unlink()
    raise SystemExit(1)


def fail_at_exit() -> None:
    """Have the process end with 1 when the service has been stopped.

    twistd ends with 0 whatever has stopped the reactor, so this takes its place at the very end:
    when the file with the process id is gone, and the log is written.
    """
    atexit.register(_fail)


def _fail() -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(1)
