"""From the paths on a command line to captures, with errors that say what can be done about them.

`find` lists files and looks into directories, without reading captures; `load` reads one, `stream`
opens one that is read on the way. A directory gives its `*.log` files and whatever else a reader
knows by its first octets, in natural order and through all folders below. Hidden names are skipped,
and so are FIFOs, and reports that say less than another file there. `-` is standard input; it and a
FIFO that is named can be read once.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from wirelog import formats
from wirelog.capture import CaptureError
from wirelog.reader import Capture, Reader
from wsinspect.piped import piped
from wsinspect.present.safe import safe

STDIN = Path("<stdin>")
"""Stands for standard input; a file of that name is made an absolute path."""
PATH_HELP = "a capture, a directory of them, or - for standard input"


class SourceError(Exception):
    """A path that gives no capture; its text is harmless, one line, and ends with the remedy."""

    def __init__(self, path: Path | str, what: str, remedy: str) -> None:
        self.path = str(path)
        self.what = what
        self.remedy = remedy
        super().__init__(safe(f"{self.path}: {what}; {remedy}"))


@dataclass(slots=True)
class Found:
    """What a list of paths leads to."""

    files: list[Path] = field(default_factory=list)
    """Each one once, those of a directory in natural order."""
    errors: list[SourceError] = field(default_factory=list)


def find(paths: Sequence[str | Path]) -> Found:
    """The files that the paths name; a bad path does not hide the good ones."""
    found = Found()
    seen: set[Path] = set()
    for path in paths:
        try:
            files = [STDIN] if path == "-" else list(map(_distinct, _files_at(Path(path))))
        except SourceError as error:
            found.errors.append(error)
            continue
        for file in files:
            real = file.absolute()
            if real not in seen:
                seen.add(real)
                found.files.append(file)
    return found


def load(path: Path | str) -> Capture:
    """Read one capture. Raises `SourceError`."""
    with _opened(Path(path)) as file:
        return formats.load(file, str(path))


@contextmanager
def stream(
    path: Path | str, progress: Callable[[int], None] | None = None
) -> Iterator[Capture | Reader]:
    """One capture to be read on the way; `progress` is told the octets read so far.

    Raises `SourceError`, also from within.
    """
    with _opened(Path(path)) as file:
        yield formats.stream(file, str(path), progress)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file of a capture; what goes wrong with it says what can be done about it."""
    try:
        if path == STDIN:
            yield piped(_standard_input())
            return
        _check_kind(path)
        with path.open("rb") as file:
            yield piped(file) if is_pipe(path) else file
    except CaptureError as error:
        raise SourceError(path, str(error), _remedy(str(error))) from None
    except OSError as error:
        raise _os_error(path, error) from None


def is_pipe(path: Path) -> bool:
    """Whether it is standard input or a FIFO, which can be read only once."""
    with suppress(OSError):
        return path == STDIN or stat.S_ISFIFO(path.stat().st_mode)
    return False


def natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key that takes digits as numbers: `4.2.10` stands after `4.2.9`."""
    parts = re.split(r"([0-9]+)", name)
    return [
        (0, int(part), "") if index % 2 and len(part) < 40 else (1, 0, part)
        for index, part in enumerate(parts)
    ]


def _distinct(file: Path) -> Path:
    """The file, not to be taken for standard input."""
    return file.absolute() if file == STDIN else file


def _files_at(path: Path) -> list[Path]:
    _check_kind(path, directory=True)
    if not path.is_dir():
        return [path]
    try:
        files = sorted(_walk(path), key=lambda one: [natural(part) for part in one.parts])
    except OSError as error:
        raise _os_error(path, error) from None
    if not files:
        raise SourceError(path, "no captures in this directory", "record some with `twistd wsecho`")
    return files


def _walk(directory: Path) -> Iterator[Path]:
    """The captures below a directory; links to folders are not followed: they may be endless."""

    def refuse(error: OSError) -> None:
        if error.filename == str(directory):
            raise error  # a folder further down that cannot be read does not hide the others

    for folder, names, files in os.walk(directory, onerror=refuse):
        names[:] = [name for name in names if not name.startswith(".")]
        for name in files:
            file = Path(folder, name)
            if not name.startswith(".") and _is_wanted(file):
                yield file


def _is_wanted(file: Path) -> bool:
    return not is_pipe(file) if file.name.endswith(".log") else _is_known(file)


def _is_known(file: Path) -> bool:
    """Whether a file that is not called `*.log` begins like a capture."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return False
        with file.open("rb") as opened:
            head = opened.read(formats.HEAD_OCTETS)
        return formats.knows(head) and not _is_told_elsewhere(file, head)
    except OSError:
        return False


def _is_told_elsewhere(file: Path, head: bytes) -> bool:
    """Whether another file says the same, and more: the JSON beside a report page, the capture
    that a JSON report names."""
    if file.suffix == ".html":
        return file.with_suffix(".json").is_file()
    named = _CAPTURE.search(head)
    return named is not None and (file.parent / os.fsdecode(named[1])).is_file()


_CAPTURE = re.compile(rb'^ *"capture": "([^"\\\x00]+)"', re.MULTILINE)


def _standard_input() -> BinaryIO:
    if sys.stdin is None:  # as `<&-` leaves it
        raise SourceError(STDIN, "standard input is closed", "pipe a capture into it")
    return sys.stdin.buffer


def _check_kind(path: Path, *, directory: bool = False) -> None:
    """Raise `SourceError` for what neither is a file nor can be read like one."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise _os_error(path, error) from None
    if stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or (directory and stat.S_ISDIR(mode)):
        return
    kind = next((name for test, name in _KINDS if test(mode)), "not a regular file")
    raise SourceError(path, kind, "give the path of a capture file")


_KINDS: list[tuple[Callable[[int], bool], str]] = [
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISCHR, "a character device, not a file"),
    (stat.S_ISBLK, "a block device, not a file"),
    (stat.S_ISSOCK, "a socket, not a file"),
]


def _os_error(path: Path, error: OSError | ValueError) -> SourceError:
    if isinstance(error, FileNotFoundError):
        return SourceError(path, "no such file or directory", "check the path")
    if isinstance(error, PermissionError):
        return SourceError(path, "permission denied", "make it readable for you, or copy it")
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return SourceError(path, words, "check the path")


def _remedy(words: str) -> str:
    if "empty" in words:
        return "nothing was recorded in it"
    return "record one with `twistd wsecho`, or give a report of the Autobahn Testsuite"
