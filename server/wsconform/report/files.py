"""Names of report files, as the published suite spells them, and writing that leaves no half
files."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

INDEX = "index.json"
INDEX_PAGE = "index.html"
CAPTURES = "captures"
LONGEST_STEM = 100
CASE_FILE = re.compile(r"(?P<stem>[a-z0-9_~]*)_case_(?P<id>[0-9]+(?:_[0-9]+){1,3})\.json")
"""The name of a case's JSON."""


def stem_of(agent: str) -> str:
    """The agent's name as file names begin: lower case, and `_` for all that is not a-z or 0-9."""
    words = re.sub("[^a-z0-9]", " ", agent.strip().lower()).strip()
    return words.replace(" ", "_")[:LONGEST_STEM]


def free_stem(agent: str, taken: Mapping[str, str]) -> str:
    """The stem, or one with a number behind it if it belongs to an agent of another name."""
    first = stem = stem_of(agent)
    number = 1
    while taken.get(stem, agent) != agent:
        number += 1
        stem = f"{first}~{number}"
    return stem


def case_file(stem: str, case_id: str, suffix: str = "json") -> str:
    """`base_case_4_2_3.json`."""
    return f"{stem}_case_{case_id.replace('.', '_')}.{suffix}"


def capture_file(stem: str, case_id: str, attempt: str = "") -> str:
    """`captures/base/4.2.3.log`, and `4.2.3~first.log` for an attempt that does not count."""
    return f"{CAPTURES}/{stem or '_'}/{case_id}{attempt}.log"


def split_case_file(name: str) -> tuple[str, str] | None:
    """The stem and the case id in the name of a case's JSON; None for any other name."""
    match = CASE_FILE.fullmatch(name)
    return None if match is None else (match["stem"], match["id"].replace("_", "."))


def as_json(value: object) -> bytes:
    """JSON laid out as the published suite does, in ASCII."""
    return json.dumps(value, indent=3, sort_keys=True, separators=(",", ": ")).encode("ascii")


def write(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it; makes the folder if there is none."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _write(temporary, content)
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if str(error.filename) in ("None", str(temporary)):  # a full disk names no file at all
            error.filename = str(path)
        raise


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def deliver(path: Path, content: bytes) -> None:
    """Write to where a user points: a regular file is replaced as a whole, behind a link too, and
    anything else, such as a pipe or a device, is written into."""
    if _is_special(path):
        path.write_bytes(content)
    else:
        write(path.resolve() if path.is_symlink() else path, content)


def _is_special(path: Path) -> bool:
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return False


def check_deliverable(path: Path) -> None:
    """Raise OSError if `deliver` could not write there, and leave everything as it is."""
    if path.is_dir():
        raise _error(errno.EISDIR, path)
    if _is_special(path):
        _check_access(path, os.W_OK)
        return
    if path.exists():
        _check_access(path, os.W_OK)
    folder = next(one for one in path.resolve().parents if one.exists())
    if not folder.is_dir():
        raise _error(errno.ENOTDIR, folder)
    _check_access(folder, os.W_OK | os.X_OK)


def _check_access(path: Path, wanted: int) -> None:
    if not os.access(path, wanted):
        raise _error(errno.EACCES, path)


def _error(number: int, path: Path | str) -> OSError:
    return OSError(number, os.strerror(number), str(path))


def remove(paths: Iterable[Path]) -> None:
    """Remove files that may be there."""
    for path in paths:
        path.unlink(missing_ok=True)


def read_json(path: Path) -> Any:
    """The content of a JSON file; raises OSError or ValueError.

    Only a regular file is read: a pipe of that name would be waited for without end.
    """
    with open(path, "rb", opener=_open_regular) as file:
        return from_json(file.read())


def _open_regular(path: str, flags: int) -> int:
    number = os.open(path, flags | os.O_NONBLOCK)
    if stat.S_ISREG(os.fstat(number).st_mode):
        return number
    os.close(number)
    raise OSError(errno.EINVAL, "no regular file", path)


def from_json(content: bytes) -> Any:
    """The value; raises ValueError."""
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("nested too deep") from None
