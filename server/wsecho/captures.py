"""The capture directory: recorders for new connections, files for those that know their name."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import wirelog
from wsecho import naming
from wsecho.capture_file import CaptureFile
from wsecho.recorder import NoRecorder, Recorder

SOFTWARE = {
    "python": platform.python_version(),
    "twisted": version("twisted"),
    "autobahn": version("autobahn"),
}


class Captures:
    """Where captures go."""

    def __init__(self, directory: str | None, snaplen: int | None = None) -> None:
        self.directory = directory
        """None where nothing is recorded."""
        self._snaplen = snaplen

    def check(self) -> None:
        """Raise OSError if no capture can be made."""
        if self.directory is None:
            return
        probe = CaptureFile(self.directory, naming.Name((), f".wsecho-{os.getpid()}"))
        try:
            probe.append([b"\n" * 4096], lambda kept, why: b"")
        finally:
            probe.close()
            with suppress(OSError):
                Path(self.directory, probe.path).unlink()

    def recorder(self) -> Recorder:
        """A recorder for a connection that was just made."""
        return NoRecorder() if self.directory is None else Recorder(self._snaplen)

    def open(self, recorder: Recorder, target: str | None, facts: Mapping[str, Any]) -> str | None:
        """Give a recorder the file that the request's target or, failing that, the peer names.

        Gives the file's path below the directory, or None if there is no file.
        """
        if recorder.is_open or self.directory is None:
            return None
        started = datetime.fromtimestamp(recorder.started_ns // 10**9, UTC)
        unnamed = naming.unnamed(
            started.replace(microsecond=recorder.started_ns // 1000 % 10**6), facts["peer"]
        )
        try:
            file = self._create(target, unnamed)
        except OSError as error:
            recorder.give_up(error)
            return None
        header = {
            "role": "server",
            "recorder": f"wsecho {wirelog.__version__}",
            "case": target and naming.case_of(target),
            "url": target,
            **facts,
            "started": f"{started:%Y-%m-%dT%H:%M:%S}.{recorder.started_ns % 10**9:09d}Z",
            "snaplen": self._snaplen,
            **SOFTWARE,
        }
        recorder.open(file, header)
        return file.path

    def _create(self, target: str | None, unnamed: naming.Name) -> CaptureFile:
        assert self.directory is not None
        wanted = target and naming.wanted_name(target)
        if wanted:
            with suppress(OSError):  # a link or a file stands where the path wants a folder
                return CaptureFile(self.directory, wanted)
        return CaptureFile(self.directory, unnamed)
