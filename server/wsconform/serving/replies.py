"""Answers of the pages, and how they leave: with the headers that keep a browser from taking
anything for what it is not."""

from __future__ import annotations

import json
import os
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, NamedTuple

from twisted.protocols.basic import FileSender
from twisted.python.failure import Failure
from twisted.web.http import CACHED
from twisted.web.server import NOT_DONE_YET, Request

from wsconform.report.case_report import GENERATOR

NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""The policy for what is no page: nothing in it runs, is loaded, or is shown in a frame."""
ALWAYS = (
    ("Server", GENERATOR.replace(" ", "/")),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
TYPES = {".html": HTML, ".json": "application/json", ".log": TEXT}
"""Of the files in a report directory."""


class Reply(NamedTuple):
    """What is answered to a request."""

    type: str
    body: bytes
    status: HTTPStatus = HTTPStatus.OK
    policy: str = NOTHING
    headers: tuple[tuple[str, str], ...] = ()


def in_words(words: str, status: HTTPStatus, *headers: tuple[str, str]) -> Reply:
    """A sentence or two."""
    return Reply(TEXT, f"{words}\n".encode(), status, headers=headers)


def as_json(value: object) -> Reply:
    """A value."""
    return Reply(TYPES[".json"], json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n")


def prepare(request: Request, reply: Reply) -> bytes:
    """Set status and headers of an answer that nobody may keep; the body to send."""
    request.setResponseCode(reply.status, reply.status.phrase.encode())
    _set(request, reply.policy, "no-store")
    request.setHeader("Content-Type", reply.type)
    request.setHeader("Content-Length", str(len(reply.body)))
    for name, value in reply.headers:
        request.setHeader(name, value)
    return b"" if request.method == b"HEAD" else reply.body


def finish(request: Request, reply: Reply) -> None:
    """Answer a request that was left open."""
    request.write(prepare(request, reply))
    request.finish()


def send_file(request: Request, path: Path, policy: str = NOTHING) -> bytes | int:
    """Answer with a file, as fast as the reader takes it; a browser that has it asks whether it
    changed. Raises OSError if it cannot be opened."""
    content = path.open("rb")
    facts = os.fstat(content.fileno())
    _set(request, policy, "no-cache")
    request.setHeader("Content-Type", TYPES[path.suffix])
    request.setHeader("Content-Length", str(facts.st_size))
    if request.setLastModified(facts.st_mtime) is CACHED or request.method == b"HEAD":
        content.close()
        return b""
    _transfer(content, request)
    return NOT_DONE_YET


def _transfer(content: BinaryIO, request: Request) -> None:
    def end(outcome: bytes | Failure) -> None:
        content.close()
        if not isinstance(outcome, Failure):  # else the reader went away
            request.finish()

    FileSender().beginFileTransfer(content, request).addBoth(end)


def _set(request: Request, policy: str, caching: str) -> None:
    for name, value in ALWAYS:
        request.setHeader(name, value)
    request.setHeader("Content-Security-Policy", policy)
    request.setHeader("Cache-Control", caching)
