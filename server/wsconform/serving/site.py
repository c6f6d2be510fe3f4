"""The pages of the fuzzing server over HTTP: all that is not WebSocket.

Paths are looked up in the table at the end. Who asks for the page of a report sees it as the
reports are at that moment, whether or not the page was written yet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.threads import deferToThread
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web import server
from twisted.web.resource import Resource

from wsconform.cases import Case
from wsconform.report.case_page import page_name
from wsconform.report.directory import ReportDirectory, index_of
from wsconform.report.entry import Entry
from wsconform.report.files import INDEX_PAGE
from wsconform.serving.replies import (
    HTML,
    NOTHING,
    Reply,
    as_json,
    finish,
    in_words,
    prepare,
    send_file,
)
from wsconform.serving.report_files import ReportFiles
from wsconform.serving.run_page import Page, listing_page, report_policy, run_page


class Board(Protocol):
    """What the pages show of a fuzzing server."""

    @property
    def directory(self) -> ReportDirectory:
        """Where results are written."""

    @property
    def cases(self) -> Sequence[Case]:
        """The cases that are played here."""

    def entries(self) -> list[Entry]:
        """All that is finished since the start, of every agent."""

    def playing(self) -> list[tuple[str, str]]:
        """Agent and case of each connection on which a case is being played."""


Later = Callable[..., "Deferred[Any]"]
"""Calls a function with its arguments, where it may take its time."""
IDLE = 60
"""Seconds after which a connection without a request is closed."""
METHODS = (b"GET", b"HEAD")
REPORTS = "reports/"
UPGRADE = (("Upgrade", "websocket"), ("Connection", "Upgrade"))


def site(board: Board, later: Later = deferToThread, reactor: IReactorTime | None = None) -> Site:
    """The site; `later` makes pages out of many files, `reactor` closes idle connections."""
    return Site(Pages(board, later), Request, reactor=reactor, timeout=IDLE)


class Site(server.Site):
    """A site that leaves no line in a log for each request: the page asks all the time."""

    def log(self, request: Any) -> None:
        """Nothing."""


class Request(server.Request):
    """A request whose body is not kept, as none is wanted."""

    def handleContentChunk(self, data: bytes) -> None:
        """Forget it."""


class Pages(Resource):
    """Everything below `/`."""

    isLeaf = True
    _log = Logger()

    def __init__(self, board: Board, later: Later) -> None:
        super().__init__()
        self._board = board
        self._files = ReportFiles(board.directory)
        self._later = later

    def render(self, request: server.Request) -> bytes | int:
        """Answer a request; Twisted calls it."""
        path = "/".join(part.decode("utf-8", "replace") for part in request.postpath or [])
        if request.method not in METHODS:
            return prepare(request, _not_allowed())
        if path.startswith(REPORTS):
            return self._report(request, path.removeprefix(REPORTS))
        answer = ROUTES.get(path)
        return prepare(request, answer(self._board, request) if answer else _missing(path))

    def _report(self, request: server.Request, name: str) -> bytes | int:
        name = name or INDEX_PAGE
        if self._files.must_be_made(name):
            return self._make(request, name)
        file = self._files.file(name)
        if file is None:
            return prepare(request, self._listing(name))
        policy = report_policy() if file.suffix == ".html" else NOTHING
        return send_file(request, file, policy)

    def _listing(self, name: str) -> Reply:
        items = self._files.listing(name.removesuffix("/"))
        if items is None:
            return _missing(REPORTS + name)
        if not name.endswith("/"):
            return _moved(f"{name.rpartition('/')[2]}/")
        return _page(listing_page(REPORTS + name, items))

    def _make(self, request: server.Request, name: str) -> int:
        made = self._later(self._files.page, name)
        request.notifyFinish().addErrback(lambda _: made.cancel())
        made.addCallback(_report_page, name).addErrback(self._failed)
        made.addCallback(lambda reply: finish(request, reply))
        made.addErrback(lambda gone: gone.trap(CancelledError))  # nobody waits for it any more
        return server.NOT_DONE_YET

    def _failed(self, failure: Failure) -> Reply | Failure:
        if failure.check(CancelledError):
            return failure
        self._log.failure("a page could not be made", failure)
        words = f"This page could not be made: {failure.getErrorMessage()}."
        return in_words(words, HTTPStatus.INTERNAL_SERVER_ERROR)


def _page(page: Page) -> Reply:
    return Reply(HTML, page.text.encode(), policy=page.policy)


def _report_page(text: str | None, name: str) -> Reply:
    return _missing(REPORTS + name) if text is None else _page(Page(text, report_policy()))


def _missing(path: str) -> Reply:
    words = f"There is no /{quote(path)} here. Pages are at /, /results.json and /reports/."
    return in_words(words, HTTPStatus.NOT_FOUND)


def _not_allowed() -> Reply:
    words = "Pages can be read with GET and HEAD, and nothing can be sent to them."
    return in_words(words, HTTPStatus.METHOD_NOT_ALLOWED, ("Allow", "GET, HEAD"))


def _moved(path: str) -> Reply:
    """To a path beside this one, so that a proxy may put the pages anywhere."""
    return in_words(f"See {path}", HTTPStatus.MOVED_PERMANENTLY, ("Location", path))


def _index(board: Board, request: server.Request) -> Reply:
    scheme = "wss" if request.isSecure() else "ws"
    return _page(run_page(board.cases, f"{scheme}://{_host(request)}"))


_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def _host(request: server.Request) -> str:
    """What the browser calls this server, or where it reached it."""
    named = request.getHeader("host") or ""
    if _HOST.fullmatch(named):
        return named
    address = request.getHost()
    host = getattr(address, "host", "localhost")
    return f"[{host}]:{address.port}" if ":" in host else f"{host}:{getattr(address, 'port', 80)}"


def _results(board: Board, request: server.Request) -> Reply:
    agents, cases = _asked(request, b"agent"), _asked(request, b"case")
    entries = [
        entry
        for entry in board.entries()
        if (not agents or entry.agent in agents) and (not cases or entry.id in cases)
    ]
    index = index_of(entries)
    for entry in entries:
        index[entry.agent][entry.id] |= _more(entry)
    return as_json(index)


def _asked(request: server.Request, name: bytes) -> set[str]:
    return {value.decode("utf-8", "replace") for value in (request.args or {}).get(name, ())}


def _more(entry: Entry) -> dict[str, Any]:
    """What stands behind the published keys of a result; paths are those below `/reports/`."""
    return {
        "passed": entry.passed(),
        "kind": entry.kind,
        "why": entry.why,
        "started": entry.started,
        "page": page_name(entry.file),
        "capture": entry.capture,
    }


def _agents(board: Board, request: server.Request) -> Reply:
    counts: dict[str, Counter[str]] = {}
    for entry in board.entries():
        counts.setdefault(entry.agent, Counter())[entry.kind] += 1
    playing: dict[str, list[str]] = {}
    for agent, case_id in board.playing():
        playing.setdefault(agent, []).append(case_id)
    agents: list[dict[str, Any]] = [
        {"name": name, "counts": counts.get(name, {}), "playing": playing.get(name, [])}
        for name in {**counts, **playing}
    ]
    return as_json({"agents": agents, "cases": len(board.cases)})


def _web_socket_only(board: Board, request: server.Request) -> Reply:
    words = (
        "This path is for WebSocket: a client opens it as ws://, and the upgrade has to be the "
        "first request of its connection. / says what there is."
    )
    return in_words(words, HTTPStatus.UPGRADE_REQUIRED, *UPGRADE)


ROUTES: dict[str, Callable[[Board, server.Request], Reply]] = {
    "": _index,
    "results.json": _results,
    "agents.json": _agents,
    "reports": lambda board, request: _moved(REPORTS),
    **dict.fromkeys(
        ("getCaseCount", "getCaseInfo", "runCase", "getCaseStatus", "updateReports", "stopServer"),
        _web_socket_only,
    ),
}
