"""How a capture is called: from the URL's path, or else from start time and peer.

The path comes from the network, so it is only ever a wish. `wanted_name` is pure: it turns a
request target into folder names and a file name, or None where nothing harmless can be made of
it. `create` walks these names below the capture directory one at a time, relative to the folder
already open and without following links, and makes a file that was not there before.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

SUFFIX = ".log"
MAX_COMPONENT = 100
"""Octets of a folder's or file's name, without suffix and number; file systems take 255."""
MAX_DEPTH = 8
"""Names in a path, the file's included."""

_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(10)
}
_KEPT = frozenset("._-~+=@,!")
_CASE = re.compile(r"\d+(\.\d+){1,2}")


class Name(NamedTuple):
    """Where a capture goes, below the capture directory."""

    folders: tuple[str, ...]
    stem: str
    """The file's name without suffix and number."""

    def numbered(self, number: int) -> str:
        """The file's name: `4.2.3.log`, then `4.2.3~2.log` and so on."""
        return f"{self.stem}{f'~{number}' if number > 1 else ''}{SUFFIX}"


def wanted_name(target: str) -> Name | None:
    """The name that a request target asks for; None if it asks for none, or for an unsafe one.

    Escapes are decoded once. Characters that a file system or a terminal may take amiss become `_`;
    what can only be meant to leave the directory, to hide or to hurt is refused as a whole.
    """
    parts = [_component(part) for part in _path(target).split("/") if part]
    if not parts or len(parts) > MAX_DEPTH:
        return None
    names = [part for part in parts if part is not None]
    if len(names) != len(parts):
        return None
    stem = names.pop().removesuffix(SUFFIX)
    return Name(tuple(names), stem) if stem else None


def unnamed(started: datetime, peer: str) -> Name:
    """The name of a capture whose URL gives none: `20261122T130000.123456Z-127.0.0.1-53122`."""
    where = peer.translate({ord("["): None, ord("]"): None, ord(":"): "-"})
    return Name((), _harmless(f"{started:%Y%m%dT%H%M%S.%fZ}-{where}")[:MAX_COMPONENT])


def case_of(target: str) -> str | None:
    """The conformance case that the path's last name is the id of, if it looks like one."""
    name = wanted_name(target)
    return name.stem if name and _CASE.fullmatch(name.stem) else None


def _path(target: str) -> str:
    """The path of a request target in origin or absolute form (RFC 9112 §3.2)."""
    path = re.split(r"[?#]", target, maxsplit=1)[0]
    if not path.startswith("/"):
        _, _, path = path.partition("://")
        path = path.partition("/")[2]
    return path


def _component(part: str) -> str | None:
    try:
        text = unquote_to_bytes(part.encode("latin-1")).decode()
    except UnicodeError:
        return None
    if any(char == "\\" or unicodedata.category(char).startswith("C") for char in text):
        return None
    name = re.sub("^-", "_", _harmless(text).rstrip("."))  # a name with - looks like an option
    if not name or name.startswith(".") or len(name.encode()) > MAX_COMPONENT:
        return None
    return f"{name}_" if name.split(".")[0].lower() in _DEVICES else name


def _harmless(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return "".join(char if char.isalnum() or char in _KEPT else "_" for char in text)


def create(directory: str, name: Name) -> tuple[int, str]:
    """Make the capture file, open for appending; its descriptor and its path below `directory`.

    The file has mode 0600, new folders have 0700. Raises OSError, also where a folder's name is
    taken by a link or a file.
    """
    folder = _open_folder(directory, name.folders)
    try:
        return _create_in(folder, name)
    finally:
        os.close(folder)


def _open_folder(directory: str, names: tuple[str, ...]) -> int:
    Path(directory).mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for name in names:
        try:
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, 0o700, dir_fd=folder)
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            inner = os.open(name, flags, dir_fd=folder)
        finally:
            os.close(folder)
        folder = inner
    return folder


def _create_in(folder: int, name: Name) -> tuple[int, str]:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    number = 1
    while True:
        try:
            file = os.open(name.numbered(number), flags, 0o600, dir_fd=folder)
        except FileExistsError:
            number = free_number(lambda n: _is_taken(folder, name.numbered(n)))
        else:
            return file, "/".join((*name.folders, name.numbered(number)))


def _is_taken(folder: int, file: str) -> bool:
    try:
        os.stat(file, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def free_number(is_taken: Callable[[int], bool]) -> int:
    """A number above 1 that is not taken, found in few questions even among thousands."""
    high = 2
    while is_taken(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_taken(middle) else (low, middle)
    return high
